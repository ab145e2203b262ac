//! What was deleted, and what came back of it.

use keyhaven_client::host::UnixSeconds;
use keyhaven_client::persona::flows::vault::{VaultDone, VaultView};
use keyhaven_client::persona::{Deletion, Item, ItemKind};
use keyhaven_client::problem::Effect;
use keyhaven_protocol::persona::AccountState;
use leptos::prelude::*;

use super::super::unseen;
use super::states::in_state;
use super::{TWELVE, done, item, object_id, panel, sample};
use crate::route::Base;

pub(in crate::gallery::samples) fn deleted(_: Base) -> AnyView {
    done(VaultDone::Deleted {
        id: object_id(9),
        name: "Old telephone".to_owned(),
    })
}

pub(in crate::gallery::samples) fn deleted_unnamed(_: Base) -> AnyView {
    done(VaultDone::DeletedUnnamed {
        name: object_id(9).to_string(),
    })
}

pub(in crate::gallery::samples) fn deletion_unseen(_: Base) -> AnyView {
    done(VaultDone::DeletionUnseen {
        id: object_id(9),
        name: "Old telephone".to_owned(),
        problem: unseen(Effect::Done),
    })
}

pub(in crate::gallery::samples) fn undeleted(_: Base) -> AnyView {
    done(VaultDone::Undeleted {
        id: object_id(9),
        name: "Old telephone".to_owned(),
    })
}

fn deleted_items() -> VaultDone {
    let deleted = |item| Item {
        deletion: Some(Deletion {
            at: UnixSeconds(1_764_000_000),
            kept_until: UnixSeconds(1_766_592_000),
        }),
        ..item
    };
    let unnamed = object_id(9).to_string();
    VaultDone::DeletedList(vec![
        deleted(item(1, "Home", ItemKind::Folder, 48_213)),
        deleted(item(4, TWELVE[5], ItemKind::File, 812)),
        deleted(Item {
            content_bytes: None,
            ..item(9, &unnamed, ItemKind::File, 0)
        }),
    ])
}

/// As after a thief: nothing is left, and the way to what was deleted is there.
pub(in crate::gallery::samples) fn all_deleted(_: Base) -> AnyView {
    panel(VaultView {
        deleted: 12,
        ..sample(Vec::new())
    })
}

pub(in crate::gallery::samples) fn deleted_list(_: Base) -> AnyView {
    done(deleted_items())
}

pub(in crate::gallery::samples) fn deleted_list_frozen(_: Base) -> AnyView {
    in_state(AccountState::Frozen, Some(deleted_items()))
}

pub(in crate::gallery::samples) fn deleted_list_empty(_: Base) -> AnyView {
    done(VaultDone::DeletedList(Vec::new()))
}

pub(in crate::gallery::samples) fn brought_back(_: Base) -> AnyView {
    done(VaultDone::BroughtBack {
        back: 12,
        total: 12,
        left: Vec::new(),
        problem: None,
    })
}

pub(in crate::gallery::samples) fn brought_some_back(_: Base) -> AnyView {
    done(VaultDone::BroughtBack {
        back: 9,
        total: 12,
        left: vec!["Studio".to_owned()],
        problem: Some(unseen(Effect::Open)),
    })
}
