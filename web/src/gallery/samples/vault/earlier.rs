//! Earlier versions of an item, and earlier lists of all.

use keyhaven_client::host::UnixSeconds;
use keyhaven_client::persona::Damage;
use keyhaven_client::persona::flows::vault::{
    EarlierList, Notice, VaultDone, VaultView, Version, VersionStanding,
};
use keyhaven_protocol::persona::AccountState;
use leptos::prelude::*;

use super::states::in_state;
use super::{done, items, object_id, panel, sample};
use crate::route::Base;

fn version_list() -> VaultDone {
    let version = |number: u8, content| Version {
        number: number.into(),
        written: UnixSeconds(1_763_000_000 + 86_400 * i64::from(number)),
        content,
    };
    let sealed_bytes = 124_527;
    let versions = vec![
        version(4, VersionStanding::Present { sealed_bytes }),
        version(3, VersionStanding::Earlier { sealed_bytes }),
        version(2, VersionStanding::Deleted),
        version(1, VersionStanding::Earlier { sealed_bytes: 98_304 }),
    ];
    VaultDone::Versions {
        id: object_id(3),
        name: "Work".to_owned(),
        versions,
    }
}

pub(in crate::gallery::samples) fn versions(_: Base) -> AnyView {
    done(version_list())
}

pub(in crate::gallery::samples) fn versions_frozen(_: Base) -> AnyView {
    in_state(AccountState::Frozen, Some(version_list()))
}

pub(in crate::gallery::samples) fn version_restored(_: Base) -> AnyView {
    done(VaultDone::VersionRestored {
        id: object_id(3),
        name: "Work".to_owned(),
    })
}

pub(in crate::gallery::samples) fn version_damaged(_: Base) -> AnyView {
    done(VaultDone::VersionDamaged {
        name: "Work".to_owned(),
        damage: Damage::NotAuthentic,
    })
}

const fn earlier() -> EarlierList {
    EarlierList {
        number: 41,
        written: UnixSeconds(1_763_900_000),
        named: 12,
        intact: 11,
        missing: 1,
        extra: 2,
    }
}

/// The list is damaged, and this is what looking for an earlier one came to.
fn repair(done: VaultDone) -> AnyView {
    panel(VaultView {
        notices: vec![Notice::InventoryDamaged],
        done: Some(done),
        ..sample(items())
    })
}

pub(in crate::gallery::samples) fn earlier_list(_: Base) -> AnyView {
    repair(VaultDone::EarlierList(Some(earlier())))
}

pub(in crate::gallery::samples) fn no_earlier_list(_: Base) -> AnyView {
    repair(VaultDone::EarlierList(None))
}

pub(in crate::gallery::samples) fn list_put_back(_: Base) -> AnyView {
    done(VaultDone::ListPutBack(earlier()))
}
