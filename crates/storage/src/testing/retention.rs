//! Which versions are kept: the rule, and random histories against a model of it.

use core::time::Duration;
use std::collections::BTreeMap;

use bytes::Bytes;
use keyhaven_protocol::persona::{AccountId, AccountState, limits};

use super::{
    moves::{author_then, freeze, kept_versions, sweep_all, undo, unlock, write_then},
    samples::{
        NOW, RECOVERY, account_now, author, days, minutes, password_change, reset, seconds, sign_up,
        sign_up_with_keys,
    },
    steps::{account_with_object, content, ids, write, write_sealed},
};
use crate::{Precondition::Version, Store, Timestamp, UndoOutcome, UnlockBy, UnlockOutcome, WriteObject};

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// The beginning of the day of [`NOW`], so that marks are easy to count.
fn midnight() -> Timestamp {
    Timestamp(NOW.0 - NOW.0.rem_euclid(DAY))
}

pub async fn the_newest_ten_are_kept_however_old(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    for number in 0..25_u64 {
        write_then(store, carol, "work", b"12345", midnight().plus(seconds(number))).await;
    }
    let later = NOW.plus(days(1000));
    let swept = sweep_all(store, later).await;
    assert_eq!((swept.versions, swept.objects), (15, 0));
    let newest: Vec<u64> = (16..=25).rev().collect();
    assert_eq!(kept_versions(store, carol, "work").await, newest);
    assert_eq!(account_now(store, carol, NOW).await.used_bytes, 50);
    assert_eq!(sweep_all(store, later).await.versions, 0);
}

pub async fn what_stood_for_a_month_survives_a_burst_of_writes(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    write_then(store, carol, "work", b"precious", midnight()).await;
    let burst = midnight().plus(days(40)).plus(minutes(600));
    for _ in 0..200 {
        write_then(store, carol, "work", b"ransom", burst).await;
    }
    for day in 0..30 {
        sweep_all(store, burst.plus(days(day))).await;
        assert!(
            kept_versions(store, carol, "work").await.contains(&1),
            "day {day}"
        );
    }
    sweep_all(store, burst.plus(days(31))).await;
    assert!(!kept_versions(store, carol, "work").await.contains(&1));
}

pub async fn a_deleted_object_is_removed_thirty_days_later(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    for number in 0..5 {
        write(store, carol, "work", &[number; 10]).await;
    }
    write(store, carol, "stays", b"1").await;
    let author = author(store, carol).await;
    store.delete_object(author, "work", NOW).await.unwrap();
    let end = NOW.plus(limits::DELETED_KEPT);
    sweep_all(store, end.minus(seconds(1))).await;
    assert_eq!(kept_versions(store, carol, "work").await.len(), 6);
    let swept = sweep_all(store, end).await;
    assert_eq!((swept.objects, swept.versions), (1, 0));
    assert!(kept_versions(store, carol, "work").await.is_empty());
    assert_eq!(account_now(store, carol, NOW).await.used_bytes, 1);
    assert_eq!(ids(store, carol).await, ["stays"]);
    assert_eq!(
        write_then(store, carol, "work", b"anew", end).await,
        WriteObject::Written(())
    );
    assert_eq!(kept_versions(store, carol, "work").await, [1]);
}

pub async fn inventories_are_pruned_like_objects(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    for version in 1..30 {
        write_sealed(store, carol, "a", b"12345", b"inventory", Version(version)).await;
    }
    assert_eq!(sweep_all(store, NOW.plus(days(100))).await.versions, 40);
    let used = account_now(store, carol, NOW).await.used_bytes;
    assert_eq!(used, 10 * (5 + 9));
    assert_eq!(
        write_sealed(store, carol, "a", b"next", b"next", Version(30)).await,
        WriteObject::Written(31)
    );
}

pub async fn one_round_removes_a_bounded_amount(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    for number in 0..700_u32 {
        write(store, carol, "work", &number.to_be_bytes()).await;
    }
    for id in ["a", "b"] {
        for _ in 0..11 {
            write(store, dave, id, &[7; 1_000_000]).await;
        }
    }
    let later = NOW.plus(days(100));
    let first = store.sweep(later).await.unwrap();
    assert!(first.more);
    assert!(first.versions < 690, "{first:?}");
    assert_eq!(first.versions + sweep_all(store, later).await.versions, 692);
    assert_eq!(
        content(store, carol, "work").await,
        Some(Bytes::copy_from_slice(&699_u32.to_be_bytes()))
    );
    assert_eq!(account_now(store, dave, NOW).await.used_bytes, 20_000_000);
}

/// Numbers that look random and are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Version → when it was written and how long it is; `None` for a deletion.
type History = BTreeMap<u64, (Timestamp, Option<u64>)>;

/// The rule, mark by mark.
fn kept(history: &History, now: Timestamp) -> History {
    let newest = history.keys().rev().take(limits::VERSIONS_NEWEST).copied();
    let mut kept: Vec<u64> = newest.collect();
    for (every, back) in [(HOUR, limits::VERSIONS_HOURLY), (DAY, limits::VERSIONS_DAILY)] {
        let oldest = now.minus(back).0;
        let mut mark = oldest - oldest.rem_euclid(every);
        while mark <= now.0 {
            let stood = history.iter().rev().find(|(_, (at, _))| at.0 <= mark);
            kept.extend(stood.map(|(version, _)| *version));
            mark += every;
        }
    }
    let mut left = history.clone();
    left.retain(|version, _| kept.contains(version));
    left
}

async fn compare(store: &dyn Store, id: AccountId, histories: &[History; 3], seed: u64) {
    let mut used = 0;
    for (object, history) in ["a", "b", "c"].into_iter().zip(histories) {
        let mut listed = kept_versions(store, id, object).await;
        listed.reverse();
        let expected: Vec<u64> = history.keys().copied().collect();
        assert_eq!(listed, expected, "seed {seed}, object {object}");
        used += history.values().filter_map(|(_, size)| *size).sum::<u64>();
    }
    assert_eq!(account_now(store, id, NOW).await.used_bytes, used, "seed {seed}");
}

pub async fn random_histories_keep_exactly_what_the_rule_says(store: &dyn Store) {
    for seed in 0..12 {
        let mut numbers = Numbers(seed);
        let id = sign_up(store, &format!("person{seed}")).await;
        let mut histories: [History; 3] = Default::default();
        let mut next = [1_u64; 3];
        let mut now = midnight().plus(Duration::from_secs(numbers.below(90_000)));
        for step in 0..160 {
            // Bursts within minutes, and pauses of up to some days.
            now = now.plus(match numbers.below(12) {
                0 => Duration::from_secs(numbers.below(5 * 86_400)),
                1..=3 => Duration::from_secs(numbers.below(3 * 3_600)),
                _ => Duration::from_secs(numbers.below(120)),
            });
            let which = usize::try_from(numbers.below(3)).unwrap();
            let object = ["a", "b", "c"][which];
            let is_listed = histories[which]
                .last_key_value()
                .is_some_and(|(_, (_, size))| size.is_some());
            if is_listed && numbers.below(15) == 0 {
                let author = author_then(store, id, now).await;
                store.delete_object(author, object, now).await.unwrap();
                histories[which].insert(next[which], (now, None));
            } else {
                let bytes = vec![7; usize::try_from(numbers.below(40)).unwrap()];
                write_then(store, id, object, &bytes, now).await;
                histories[which].insert(next[which], (now, Some(bytes.len().try_into().unwrap())));
            }
            next[which] += 1;
            if step % 20 == 19 || numbers.below(10) == 0 {
                sweep_all(store, now).await;
                for (history, next) in histories.iter_mut().zip(&mut next) {
                    let newest = history.last_key_value().map(|(_, version)| *version);
                    *history = match newest {
                        Some((at, None)) if at.plus(limits::DELETED_KEPT) <= now => {
                            *next = 1;
                            History::new()
                        }
                        _ => kept(history, now),
                    };
                }
                compare(store, id, &histories, seed).await;
            }
        }
    }
}

/// An account with thirty versions of one object, and another object that is deleted.
async fn with_versions_and_a_deletion(store: &dyn Store) -> AccountId {
    let carol = sign_up_with_keys(store, "carol").await;
    for number in 0..30 {
        write(store, carol, "work", &[number]).await;
    }
    write(store, carol, "gone", b"x").await;
    let author = author(store, carol).await;
    store.delete_object(author, "gone", NOW).await.unwrap();
    carol
}

pub async fn nothing_is_pruned_of_an_account_that_is_not_active(store: &dyn Store) {
    let carol = with_versions_and_a_deletion(store).await;
    reset(store, carol, "$argon2id$thief", NOW).await;
    let swept = sweep_all(store, NOW.plus(days(100))).await;
    assert_eq!((swept.versions, swept.objects), (0, 0));
    assert_eq!(kept_versions(store, carol, "work").await.len(), 30);
    assert_eq!(kept_versions(store, carol, "gone").await.len(), 2);
}

/// Who finds the paper after a long time finds what was there before, and has time to bring it back.
pub async fn what_was_kept_through_trouble_is_kept_for_thirty_days_after_it(store: &dyn Store) {
    let carol = with_versions_and_a_deletion(store).await;
    reset(store, carol, "$argon2id$owner", NOW.plus(days(5))).await;
    let day_40 = NOW.plus(days(40));
    assert_eq!(
        unlock(store, carol, UnlockBy::RecoveryAuth(RECOVERY), day_40).await,
        UnlockOutcome::Unlocked(AccountState::Active)
    );
    assert_eq!(kept_from(store, carol, "gone", day_40).await, day_40);
    // What is written and deleted afterwards has the usual times.
    write_then(store, carol, "later", b"y", day_40.plus(seconds(1))).await;
    for number in 0..30_u8 {
        let at = day_40.plus(days(1)).plus(seconds(number.into()));
        write_then(store, carol, "later", &[number], at).await;
    }
    let end = day_40.plus(limits::DELETED_KEPT);
    sweep_all(store, end.minus(seconds(1))).await;
    assert_eq!(kept_versions(store, carol, "work").await.len(), 30);
    assert_eq!(kept_versions(store, carol, "gone").await.len(), 2);
    assert_eq!(kept_versions(store, carol, "later").await.len(), 11);
    let swept = sweep_all(store, end).await;
    assert_eq!((swept.versions, swept.objects), (20, 1));
}

/// A dispute that nobody decided, and the freeze of an account without a key record, end by time.
pub async fn trouble_that_time_ends_leaves_thirty_days_too(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    for id in [carol, dave] {
        write(store, id, "gone", b"x").await;
        let author = author(store, id).await;
        store.delete_object(author, "gone", NOW).await.unwrap();
    }
    let change = password_change(carol, 1, 1, 5);
    let author = author(store, carol).await;
    store.change_password(author, change, NOW).await.unwrap();
    let day_13 = NOW.plus(days(13));
    assert_eq!(undo(store, carol, 90, day_13).await, UndoOutcome::Undone);
    freeze(store, dave, day_13).await;
    assert_eq!(limits::DISPUTE, limits::FREEZE_LINK_LIFE);
    let end_of_trouble = day_13.plus(limits::DISPUTE);
    let end = end_of_trouble.plus(limits::DELETED_KEPT);
    let last = end.minus(seconds(1));
    for (now, versions) in [(last, 2), (end, 0)] {
        sweep_all(store, now).await;
        for id in [carol, dave] {
            assert_eq!(kept_versions(store, id, "gone").await.len(), versions);
        }
        if now == last {
            assert_eq!(kept_from(store, carol, "gone", last).await, end_of_trouble);
            assert_eq!(kept_from(store, dave, "gone", last).await, end_of_trouble);
        }
    }
}

/// From when the days of a deleted object run.
async fn kept_from(store: &dyn Store, account: AccountId, id: &str, now: Timestamp) -> Timestamp {
    let author = author_then(store, account, now).await;
    let listed = store.deleted_objects(author, u64::MAX).await.unwrap();
    let listed = listed.given().unwrap().here().unwrap();
    let found = listed.into_iter().find(|record| record.object.id == id);
    found.unwrap().kept_from
}
