//! What whoever runs the server sees of what is kept, and brings back.

use keyhaven_protocol::persona::{AccountId, AccountState, limits};

use super::{
    moves::{author_then, freeze, kept_versions, notices, sign_up_unconfirmed, sweep_all, write_then},
    samples::{NOW, QUOTA_BYTES, account_now, days, minutes, seconds, sign_up, sign_up_with_keys},
    steps::{content, ids, write, write_sealed},
};
use crate::{
    BringBack, Kept, KeptDeletion, KeptObject, KeptVersion, OperatorMove, Precondition::Absent, Removal,
    Store, Timestamp, WriteObject,
};

async fn kept(store: &dyn Store, account: AccountId) -> Vec<KeptObject> {
    store.kept_objects(account, None, 100).await.unwrap()
}

async fn bring_back(
    store: &dyn Store,
    account: AccountId,
    id: &str,
    version: impl Into<Option<u64>>,
) -> BringBack {
    store
        .bring_back(account, id, version.into(), NOW.plus(minutes(9)))
        .await
        .unwrap()
}

async fn delete(store: &dyn Store, account: AccountId, id: &str, now: Timestamp) {
    let author = author_then(store, account, now).await;
    let done = store.delete_object(author, id, now).await.unwrap();
    assert_eq!(done, WriteObject::Written(()));
}

const fn version(version: u64, size: u64, written_at: Timestamp, kept: Kept) -> KeptVersion {
    KeptVersion {
        version,
        size,
        written_at,
        kept,
    }
}

pub async fn what_is_kept_beside_what_shows_is_listed_page_by_page(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    for id in ["deleted", "overwritten", "plain"] {
        write(store, carol, id, b"one").await;
    }
    assert!(kept(store, carol).await.is_empty());
    let later = NOW.plus(minutes(3));
    write_then(store, carol, "overwritten", b"second", later).await;
    delete(store, carol, "deleted", later).await;
    let deleted = KeptObject {
        id: "deleted".to_owned(),
        deleted: Some(KeptDeletion {
            at: later,
            kept_until: later.plus(limits::DELETED_KEPT),
        }),
        versions: vec![version(1, 3, NOW, Kept::Newest)],
    };
    let overwritten = KeptObject {
        id: "overwritten".to_owned(),
        deleted: None,
        versions: vec![
            version(2, 6, later, Kept::Newest),
            version(1, 3, NOW, Kept::AmongTheNewest),
        ],
    };
    assert_eq!(kept(store, carol).await, [deleted.clone(), overwritten.clone()]);
    let first = store.kept_objects(carol, None, 1).await.unwrap();
    assert_eq!(first, [deleted]);
    let second = store.kept_objects(carol, Some("deleted"), 1).await.unwrap();
    assert_eq!(second, [overwritten]);
    let end = store.kept_objects(carol, Some("overwritten"), 1).await.unwrap();
    assert!(end.is_empty());
    assert!(kept(store, dave).await.is_empty(), "of nobody else");

    // Trouble keeps what is deleted for longer.
    freeze(store, carol, NOW.plus(days(5))).await;
    let calm = NOW.plus(days(5)).plus(limits::FREEZE_LINK_LIFE);
    let until = kept(store, carol).await[0].deleted.unwrap().kept_until;
    assert_eq!(until, calm.plus(limits::DELETED_KEPT));
}

/// One second before, the sweeper leaves it; then it goes.
pub async fn a_version_is_kept_until_the_time_that_the_list_says(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    // Some stand for minutes, some for hours, some for days; a deletion is among them.
    let mut at = NOW.plus(seconds(17));
    for number in 0..16_u64 {
        write_then(store, carol, "work", b"12345", at).await;
        at = at.plus(match number % 4 {
            0 => minutes(2),
            1 => minutes(95),
            2 => days(2),
            _ => seconds(1),
        });
    }
    delete(store, carol, "work", at).await;
    for _ in 0..9 {
        write_then(store, carol, "work", b"12345", at).await;
    }
    let listed = kept(store, carol).await.remove(0).versions;
    let among = |kept: Kept| listed.iter().filter(move |version| version.kept == kept).count();
    assert_eq!(
        (listed.len(), among(Kept::Newest), among(Kept::AmongTheNewest)),
        (25, 1, 8),
        "the deletion is the tenth"
    );
    let mut ends: Vec<(Timestamp, u64)> = listed
        .iter()
        .filter_map(|version| match version.kept {
            Kept::Until(until) => Some((until, version.version)),
            Kept::Newest | Kept::AmongTheNewest => None,
        })
        .collect();
    ends.sort();
    for (until, number) in ends {
        if until > at {
            sweep_all(store, until.minus(seconds(1))).await;
            let left = kept_versions(store, carol, "work").await;
            assert!(left.contains(&number), "{number} is kept before {until:?}");
        }
        sweep_all(store, until.max(at)).await;
        let left = kept_versions(store, carol, "work").await;
        assert!(!left.contains(&number), "{number} goes at {until:?}");
    }
    assert_eq!(
        kept_versions(store, carol, "work").await.len(),
        limits::VERSIONS_NEWEST
    );
}

pub async fn what_was_overwritten_or_deleted_comes_back_as_a_write(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    write(store, carol, "a", b"first").await;
    write(store, carol, "a", b"second").await;
    write(store, carol, "b", &[9; 600_000]).await;
    for id in ["a", "b"] {
        delete(store, carol, id, NOW.plus(minutes(1))).await;
    }
    let used = account_now(store, carol, NOW).await.used_bytes;
    notices(store, NOW).await;
    assert_eq!(bring_back(store, carol, "b", None).await, BringBack::Done(3));
    assert_eq!(content(store, carol, "b").await.unwrap(), vec![9; 600_000]);
    assert_eq!(bring_back(store, carol, "a", None).await, BringBack::Done(4));
    assert_eq!(content(store, carol, "a").await.unwrap(), "second");
    assert_eq!(bring_back(store, carol, "a", 1).await, BringBack::Done(5));
    assert_eq!(content(store, carol, "a").await.unwrap(), "first");
    assert_eq!(kept_versions(store, carol, "a").await, [5, 4, 3, 2, 1]);
    assert_eq!(kept_versions(store, carol, "b").await, [3, 2, 1]);
    let now_used = account_now(store, carol, NOW).await.used_bytes;
    assert_eq!(now_used, used + 600_000 + 6 + 5);
    let listed = kept(store, carol).await.remove(0);
    assert_eq!(
        (listed.deleted, listed.versions[0].written_at),
        (None, NOW.plus(minutes(9)))
    );
    assert!(notices(store, NOW.plus(minutes(9))).await.is_empty());
}

pub async fn only_its_owner_brings_back_what_a_sealed_list_names(store: &dyn Store) {
    let with_keys = sign_up_with_keys(store, "carol").await;
    let with_inventory = sign_up(store, "dave").await;
    write_sealed(store, with_inventory, "other", b"object", b"one", Absent).await;
    for id in [with_keys, with_inventory] {
        write(store, id, "a", b"first").await;
        delete(store, id, "a", NOW).await;
        assert_eq!(kept(store, id).await.len(), 1, "it is listed");
        assert_eq!(bring_back(store, id, "a", None).await, BringBack::OwnersAlone);
        assert_eq!(bring_back(store, id, "a", 1).await, BringBack::OwnersAlone);
        assert_eq!(content(store, id, "a").await, None);
    }
}

pub async fn the_operator_brings_nothing_back_where_its_owner_could_not(store: &dyn Store) {
    let frozen = sign_up(store, "carol").await;
    let deleted = sign_up(store, "dave").await;
    for id in [frozen, deleted] {
        write(store, id, "a", b"first").await;
        delete(store, id, "a", NOW).await;
    }
    freeze(store, frozen, NOW).await;
    let removed = store.remove_account(deleted, Removal::Later, NOW).await.unwrap();
    assert_eq!(removed, OperatorMove::Moved(AccountState::Deleted));
    for (id, state) in [(frozen, AccountState::Frozen), (deleted, AccountState::Deleted)] {
        assert_eq!(
            bring_back(store, id, "a", None).await,
            BringBack::NotAllowed(state)
        );
        assert_eq!(content(store, id, "a").await, None);
    }

    let full = sign_up(store, "erin").await;
    let unconfirmed = sign_up_unconfirmed(store, "frank").await;
    for (id, quota) in [
        (full, QUOTA_BYTES),
        (unconfirmed, limits::UNCONFIRMED_QUOTA_BYTES),
    ] {
        write(store, id, "a", b"first").await;
        write(store, id, "a", b"second").await;
        let mut rest = usize::try_from(quota).unwrap() - 11;
        while rest > 4 {
            let part = (rest - 4).min(limits::OBJECT_MAX_BYTES);
            let written = write(store, id, "rest", &vec![7; part]).await;
            assert_eq!(written, WriteObject::Written(()));
            rest -= part;
        }
        assert_eq!(bring_back(store, id, "a", 1).await, BringBack::QuotaExceeded);
        assert_eq!(content(store, id, "a").await.unwrap(), "second");
        assert_eq!(account_now(store, id, NOW).await.used_bytes, quota - 4);
    }
}

pub async fn what_is_not_kept_is_not_brought_back(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let nobody = AccountId::from_bytes([9; AccountId::LEN]);
    write(store, carol, "a", b"first").await;
    assert_eq!(bring_back(store, nobody, "a", None).await, BringBack::NoAccount);
    assert_eq!(bring_back(store, carol, "a", None).await, BringBack::NotDeleted);
    assert_eq!(bring_back(store, carol, "never", None).await, BringBack::NotKept);
    delete(store, carol, "a", NOW).await;
    for number in [0, 2, 3, u64::MAX] {
        assert_eq!(bring_back(store, carol, "a", number).await, BringBack::NotKept);
    }
    // A part of it is removed, the rest with the next round.
    write(store, carol, "long", &vec![7; 5_000_000]).await;
    delete(store, carol, "long", NOW).await;
    store.sweep(NOW.plus(limits::DELETED_KEPT)).await.unwrap();
    let listed: Vec<String> = kept(store, carol)
        .await
        .into_iter()
        .map(|object| object.id)
        .collect();
    assert!(listed.is_empty(), "{listed:?}");
    assert_eq!(bring_back(store, carol, "long", None).await, BringBack::NotKept);
    assert!(ids(store, carol).await.is_empty());
}
