//! The list of backups, in all its states.

pub(super) mod deleted;
pub(super) mod earlier;
pub(super) mod restored;
pub(super) mod sealing;
pub(super) mod states;

use keyhaven_client::host::UnixSeconds;
use keyhaven_client::persona::flows::vault::{Activity, Notice, VaultDone, VaultView};
use keyhaven_client::persona::{CountedAgainst, Item, ItemKind, Listing, Standing};
use keyhaven_protocol::persona::ObjectId;
use leptos::prelude::*;

use super::{account, fetching, offline, shown};
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

pub(super) fn stored(_: Base) -> AnyView {
    done(VaultDone::Stored {
        id: object_id(1),
        name: "Home".to_owned(),
    })
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
