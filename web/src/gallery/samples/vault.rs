use keyhaven_client::host::UnixSeconds;
use keyhaven_client::kept::Kept;
use keyhaven_client::persona::flows::access::CodeProblem;
use keyhaven_client::persona::flows::vault::{
    Activity, EarlierList, FileVersion, NotSealedAgain, Notice, RestoredFile, SealedAgainReport,
    UnsealedItem, VaultDone, VaultView, Version, VersionStanding,
};
use keyhaven_client::persona::{
    Account, CountedAgainst, Damage, Deletion, Finding, Item, ItemId, ItemKind, Listing, RestoreItem,
    RestoreReport, Standing,
};
use keyhaven_client::problem::Effect;
use keyhaven_client::progress::{Count, Doing, Progress};
use keyhaven_core::archive::ContentSum;
use keyhaven_protocol::persona::{AccountState, ObjectId};
use leptos::prelude::*;

use super::{account, fetching, offline, shown, unseen};
use crate::browser::files;
use crate::pages::persona::vault::{VaultPanel, show};
use crate::pages::stage::Stage;
use crate::route::Base;

fn panel(view: VaultView) -> AnyView {
    let stage = Stage::new(view.clone());
    show(stage, view);
    let nothing = Callback::new(|_| ());
    let cancel = Callback::new(|()| ());
    view! {
        <div data-shows=stage.peek(shown::vault)>
            <VaultPanel stage=stage on_input=nothing on_cancel=cancel on_settings=cancel />
        </div>
    }
    .into_any()
}

fn object_id(number: u8) -> ObjectId {
    ObjectId::from_bytes([number; 16])
}

fn item(number: u8, name: &str, kind: ItemKind, content_bytes: u64) -> Item {
    Item {
        id: object_id(number).into(),
        name: name.to_owned(),
        kind,
        media_type: "application/octet-stream".to_owned(),
        content_bytes: Some(content_bytes),
        sealed_bytes: content_bytes + 4_096,
        modified: UnixSeconds(1_763_700_000),
        standing: Standing::Listed,
        deletion: None,
    }
}

fn sample(items: Vec<Item>) -> VaultView {
    VaultView {
        account: account(),
        listing: Some(Listing {
            items,
            counted_against: CountedAgainst::Inventory,
        }),
        notices: Vec::new(),
        sealing_again: None,
        activity: Activity::Idle,
        deleted: 0,
        done: None,
        content_max_bytes: 10_000_000,
        remember: None,
    }
}

fn items() -> Vec<Item> {
    vec![
        item(1, "Home", ItemKind::Folder, 48_213),
        item(2, "Observatory club", ItemKind::File, 3_141_592),
        Item {
            standing: Standing::Differs,
            ..item(3, "Work", ItemKind::File, 120_431)
        },
        item(
            4,
            "a-name-that-goes-on-for-longer-than-anybody-would-want-it-to.keys.backup.zip",
            ItemKind::File,
            812,
        ),
    ]
}

pub(super) fn empty(_: Base) -> AnyView {
    panel(sample(Vec::new()))
}

pub(super) fn full(_: Base) -> AnyView {
    panel(sample(items()))
}

fn done(done: VaultDone) -> AnyView {
    panel(VaultView {
        done: Some(done),
        ..sample(items())
    })
}

/// An account in this state, with a day on which it ends.
fn in_state(state: AccountState, done: Option<VaultDone>) -> AnyView {
    let account = Account {
        state,
        state_until: Some(UnixSeconds(1_764_300_000)),
        ..account()
    };
    panel(VaultView {
        account,
        done,
        ..sample(items())
    })
}

pub(super) fn unconfirmed(_: Base) -> AnyView {
    in_state(AccountState::Unconfirmed, None)
}

pub(super) fn confirmation_sent(_: Base) -> AnyView {
    in_state(AccountState::Unconfirmed, Some(VaultDone::ConfirmationSent))
}

pub(super) fn disputed(_: Base) -> AnyView {
    in_state(AccountState::Disputed, None)
}

pub(super) fn disputed_other_code(_: Base) -> AnyView {
    let fails = VaultDone::CodeFails(CodeProblem::OtherBackup);
    in_state(AccountState::Disputed, Some(fails))
}

pub(super) fn decided(_: Base) -> AnyView {
    done(VaultDone::Decided)
}

pub(super) fn frozen(_: Base) -> AnyView {
    in_state(AccountState::Frozen, None)
}

pub(super) fn lifted(_: Base) -> AnyView {
    done(VaultDone::Lifted)
}

pub(super) fn deleted_account(_: Base) -> AnyView {
    in_state(AccountState::Deleted, None)
}

pub(super) fn taken_back(_: Base) -> AnyView {
    done(VaultDone::DeletionTakenBack)
}

pub(super) fn unproven(_: Base) -> AnyView {
    in_state(AccountState::Unproven, None)
}

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

pub(super) fn versions(_: Base) -> AnyView {
    done(version_list())
}

pub(super) fn versions_frozen(_: Base) -> AnyView {
    in_state(AccountState::Frozen, Some(version_list()))
}

pub(super) fn version_restored(_: Base) -> AnyView {
    done(VaultDone::VersionRestored {
        id: object_id(3),
        name: "Work".to_owned(),
    })
}

pub(super) fn version_damaged(_: Base) -> AnyView {
    done(VaultDone::VersionDamaged {
        name: "Work".to_owned(),
        damage: Damage::NotAuthentic,
    })
}

pub(super) fn stored(_: Base) -> AnyView {
    done(VaultDone::Stored {
        id: object_id(1),
        name: "Home".to_owned(),
    })
}

pub(super) fn deleted(_: Base) -> AnyView {
    done(VaultDone::Deleted {
        id: object_id(9),
        name: "Old telephone".to_owned(),
    })
}

pub(super) fn deleted_unnamed(_: Base) -> AnyView {
    done(VaultDone::DeletedUnnamed {
        name: object_id(9).to_string(),
    })
}

pub(super) fn deletion_unseen(_: Base) -> AnyView {
    done(VaultDone::DeletionUnseen {
        id: object_id(9),
        name: "Old telephone".to_owned(),
        problem: unseen(Effect::Done),
    })
}

pub(super) fn undeleted(_: Base) -> AnyView {
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
pub(super) fn all_deleted(_: Base) -> AnyView {
    panel(VaultView {
        deleted: 12,
        ..sample(Vec::new())
    })
}

pub(super) fn deleted_list(_: Base) -> AnyView {
    done(deleted_items())
}

pub(super) fn deleted_list_frozen(_: Base) -> AnyView {
    in_state(AccountState::Frozen, Some(deleted_items()))
}

pub(super) fn deleted_list_empty(_: Base) -> AnyView {
    done(VaultDone::DeletedList(Vec::new()))
}

pub(super) fn brought_back(_: Base) -> AnyView {
    done(VaultDone::BroughtBack {
        back: 12,
        total: 12,
        left: Vec::new(),
        problem: None,
    })
}

pub(super) fn brought_some_back(_: Base) -> AnyView {
    done(VaultDone::BroughtBack {
        back: 9,
        total: 12,
        left: vec!["Studio".to_owned()],
        problem: Some(unseen(Effect::Open)),
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

pub(super) fn earlier_list(_: Base) -> AnyView {
    repair(VaultDone::EarlierList(Some(earlier())))
}

pub(super) fn no_earlier_list(_: Base) -> AnyView {
    repair(VaultDone::EarlierList(None))
}

pub(super) fn list_put_back(_: Base) -> AnyView {
    done(VaultDone::ListPutBack(earlier()))
}

pub(super) fn stopped(_: Base) -> AnyView {
    done(VaultDone::Stopped)
}

/// Names as people give them: long, short, in any script.
const TWELVE: [&str; 12] = [
    "Home",
    "Work",
    "Observatory club",
    "\u{c4}rztekammer, Bereitschaft und Vertretungen",
    "old telephone (2019).persona",
    "a-name-that-goes-on-for-longer-than-anybody-would-want-it-to.keys.backup.zip",
    "\u{65e5}\u{672c}\u{8a9e}\u{306e}\u{9375}",
    "\u{645}\u{641}\u{627}\u{62a}\u{64a}\u{62d} \u{627}\u{644}\u{639}\u{627}\u{626}\u{644}\u{629}",
    "Studio",
    "Choir",
    "Chess",
    "x",
];

pub(super) fn twelve(_: Base) -> AnyView {
    let items = (1..).zip(TWELVE).map(|(number, name)| {
        let kind = if number % 4 == 1 {
            ItemKind::Folder
        } else {
            ItemKind::File
        };
        item(number, name, kind, u64::from(number) * 41_337)
    });
    panel(sample(items.collect()))
}

pub(super) fn failed(_: Base) -> AnyView {
    done(VaultDone::Failed(offline()))
}

pub(super) fn went_back(_: Base) -> AnyView {
    panel(VaultView {
        notices: vec![
            Notice::WentBack {
                remembered: 41,
                found: 38,
            },
            Notice::InventoryDamaged,
            Notice::InventoryNewer,
        ],
        ..sample(items())
    })
}

pub(super) fn working(_: Base) -> AnyView {
    panel(VaultView {
        activity: Activity::Working {
            progress: Some(fetching()),
        },
        ..sample(items())
    })
}

fn after_a_new_key(done: Option<VaultDone>) -> VaultView {
    VaultView {
        sealing_again: Some(Count { done: 2, total: 4 }),
        done,
        ..sample(items())
    }
}

pub(super) fn unsealed(_: Base) -> AnyView {
    panel(after_a_new_key(None))
}

pub(super) fn sealing(_: Base) -> AnyView {
    let progress = Progress::of(Doing::SealingAgain)
        .with_items(Some(Count { done: 2, total: 4 }))
        .with_bytes(Some(Count {
            done: 3_190_000,
            total: 3_310_000,
        }));
    panel(VaultView {
        activity: Activity::Working {
            progress: Some(progress),
        },
        ..after_a_new_key(None)
    })
}

pub(super) fn sealing_broken_off(_: Base) -> AnyView {
    let report = SealedAgainReport {
        total: 4,
        sealed: 2,
        left: Vec::new(),
        broken_off: Some(offline()),
    };
    panel(after_a_new_key(Some(VaultDone::SealedAgain(report))))
}

pub(super) fn sealed_again(_: Base) -> AnyView {
    done(VaultDone::SealedAgain(SealedAgainReport {
        total: 4,
        sealed: 4,
        left: Vec::new(),
        broken_off: None,
    }))
}

pub(super) fn sealed_again_but_two(_: Base) -> AnyView {
    let item = |name: &str, why| UnsealedItem {
        name: name.to_owned(),
        why,
    };
    let report = SealedAgainReport {
        total: 4,
        sealed: 2,
        left: vec![
            item("Work", offline().into()),
            item(
                "a-name-that-goes-on-for-longer-than-anybody-would-want-it-to.keys.backup.zip",
                NotSealedAgain::Damaged,
            ),
        ],
        broken_off: None,
    };
    panel(after_a_new_key(Some(VaultDone::SealedAgain(report))))
}

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

pub(super) fn restored_one(_: Base) -> AnyView {
    restored_whole(&["Observatory club"], CountedAgainst::Inventory)
}

pub(super) fn restored_twelve(_: Base) -> AnyView {
    restored_whole(&TWELVE, CountedAgainst::Inventory)
}

pub(super) fn restored_list_only(_: Base) -> AnyView {
    restored_whole(&["Home", "Work"], CountedAgainst::ServerListOnly)
}

pub(super) fn restored(_: Base) -> AnyView {
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

pub(super) fn restored_incomplete(_: Base) -> AnyView {
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
