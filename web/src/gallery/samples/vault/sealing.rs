//! Sealing everything again after a new backup key.

use keyhaven_client::persona::flows::vault::{
    Activity, NotSealedAgain, SealedAgainReport, UnsealedItem, VaultDone, VaultView,
};
use keyhaven_client::progress::{Count, Doing, Progress};
use leptos::prelude::*;

use super::super::offline;
use super::{done, items, panel, sample};
use crate::route::Base;

fn after_a_new_key(done: Option<VaultDone>) -> VaultView {
    VaultView {
        sealing_again: Some(Count { done: 2, total: 4 }),
        done,
        ..sample(items())
    }
}

pub(in crate::gallery::samples) fn unsealed(_: Base) -> AnyView {
    panel(after_a_new_key(None))
}

pub(in crate::gallery::samples) fn sealing(_: Base) -> AnyView {
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

pub(in crate::gallery::samples) fn sealing_broken_off(_: Base) -> AnyView {
    let report = SealedAgainReport {
        total: 4,
        sealed: 2,
        left: Vec::new(),
        broken_off: Some(offline()),
    };
    panel(after_a_new_key(Some(VaultDone::SealedAgain(report))))
}

pub(in crate::gallery::samples) fn sealed_again(_: Base) -> AnyView {
    done(VaultDone::SealedAgain(SealedAgainReport {
        total: 4,
        sealed: 4,
        left: Vec::new(),
        broken_off: None,
    }))
}

pub(in crate::gallery::samples) fn sealed_again_but_two(_: Base) -> AnyView {
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
