//! What a restore came to.

use keyhaven_client::kept::Kept;
use keyhaven_client::persona::flows::vault::{FileVersion, RestoredFile, VaultDone};
use keyhaven_client::persona::{
    CountedAgainst, Damage, Finding, ItemId, ItemKind, RestoreItem, RestoreReport,
};
use keyhaven_core::archive::ContentSum;
use leptos::prelude::*;

use super::super::offline;
use super::{TWELVE, done, object_id};
use crate::browser::files;
use crate::route::Base;

fn result(number: u8, name: &str, finding: Finding) -> RestoreItem {
    RestoreItem {
        id: object_id(number).into(),
        name: name.to_owned(),
        finding,
    }
}

fn file(number: u8, name: &str, kind: ItemKind, version: FileVersion) -> RestoredFile {
    RestoredFile {
        id: ItemId::from(object_id(number)),
        name: name.to_owned(),
        kind,
        media_type: "application/octet-stream".to_owned(),
        version,
        sum: ContentSum::of(b"sample"),
        content: Kept::new(files::blob_of(b"sample")),
    }
}

fn restored_whole(names: &[&str], counted_against: CountedAgainst) -> AnyView {
    let numbered = || (1..).zip(names);
    done(VaultDone::Restored {
        report: RestoreReport {
            counted_against,
            items: numbered()
                .map(|(number, name)| {
                    let content_bytes = u64::from(number) * 41_337;
                    result(number, name, Finding::Restored { content_bytes })
                })
                .collect(),
        },
        files: numbered()
            .map(|(number, name)| file(number, name, ItemKind::File, FileVersion::Current))
            .collect(),
    })
}

pub(in crate::gallery::samples) fn restored_one(_: Base) -> AnyView {
    restored_whole(&["Observatory club"], CountedAgainst::Inventory)
}

pub(in crate::gallery::samples) fn restored_twelve(_: Base) -> AnyView {
    restored_whole(&TWELVE, CountedAgainst::Inventory)
}

pub(in crate::gallery::samples) fn restored_list_only(_: Base) -> AnyView {
    restored_whole(&["Home", "Work"], CountedAgainst::ServerListOnly)
}

pub(in crate::gallery::samples) fn restored(_: Base) -> AnyView {
    let items = vec![
        result(
            1,
            "Home",
            Finding::Restored {
                content_bytes: 48_213,
            },
        ),
        result(
            2,
            "Observatory club",
            Finding::Restored {
                content_bytes: 3_141_592,
            },
        ),
    ];
    done(VaultDone::Restored {
        report: RestoreReport {
            counted_against: CountedAgainst::Inventory,
            items,
        },
        files: vec![
            file(1, "Home", ItemKind::Folder, FileVersion::Current),
            file(2, "Observatory club", ItemKind::File, FileVersion::Current),
        ],
    })
}

pub(in crate::gallery::samples) fn restored_incomplete(_: Base) -> AnyView {
    let items = vec![
        result(
            1,
            "Home",
            Finding::Restored {
                content_bytes: 48_213,
            },
        ),
        result(2, "Observatory club", Finding::Missing),
        result(
            3,
            "Work",
            Finding::Stale {
                found: 3,
                expected: 5,
            },
        ),
        result(4, "Studio", Finding::Damaged(Damage::Truncated)),
        result(5, "Archive", Finding::NotFetched(offline())),
        result(6, "6nqk", Finding::Extra { content_bytes: 99 }),
    ];
    done(VaultDone::Restored {
        report: RestoreReport {
            counted_against: CountedAgainst::Inventory,
            items,
        },
        files: vec![
            file(1, "Home", ItemKind::Folder, FileVersion::Current),
            file(3, "Work", ItemKind::File, FileVersion::Older),
        ],
    })
}
