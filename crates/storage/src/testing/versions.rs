//! Versions of an object: listed, read, brought back.

use bytes::Bytes;
use keyhaven_protocol::persona::AccountState;
use sha2::{Digest as _, Sha256};

use super::{
    moves::{author_then, kept_versions, write_then},
    samples::{NOW, QUOTA_BYTES, account_now, author, author_at, minutes, reset, sign_up, sign_up_with_keys},
    steps::{
        account_with_object, content, delete_sealed, ids, inventory, undelete_sealed, write, write_sealed,
    },
};
use crate::{Content, Precondition::Version, Store, Timestamp, VersionContent, VersionRecord, WriteObject};

fn written(version: u64, bytes: &[u8], written_at: Timestamp) -> VersionRecord {
    VersionRecord {
        version,
        written_at,
        content: Some(VersionContent {
            size: bytes.len().try_into().unwrap(),
            sha256: Sha256::digest(bytes).into(),
            content_type: "application/zip".to_owned(),
        }),
    }
}

pub async fn versions_are_listed_newest_first_with_deletions(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    write_then(store, carol, "work", b"one", NOW).await;
    write_then(store, carol, "work", b"second", NOW.plus(minutes(1))).await;
    store
        .delete_object(author(store, carol).await, "work", NOW.plus(minutes(2)))
        .await
        .unwrap();
    let deletion = VersionRecord {
        version: 3,
        written_at: NOW.plus(minutes(2)),
        content: None,
    };
    let listed = store
        .versions(author_at(carol, 1), "work", u64::MAX)
        .await
        .unwrap();
    assert_eq!(
        listed.given().unwrap().here().unwrap(),
        [
            deletion,
            written(2, b"second", NOW.plus(minutes(1))),
            written(1, b"one", NOW)
        ]
    );
    for (id, object) in [(carol, "other"), (dave, "work")] {
        let listed = store.versions(author_at(id, 1), object, u64::MAX).await.unwrap();
        assert_eq!(listed.given().unwrap(), Content::Absent);
    }
    let late = store
        .versions(author_at(carol, 7), "work", u64::MAX)
        .await
        .unwrap();
    assert!(late.given().is_none());
}

pub async fn a_version_is_read_as_it_was_written_also_while_the_object_is_deleted(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let long = vec![9; 600_000];
    write_then(store, carol, "work", &long, NOW).await;
    write_then(store, carol, "work", b"second", NOW.plus(minutes(1))).await;
    store
        .delete_object(author(store, carol).await, "work", NOW.plus(minutes(2)))
        .await
        .unwrap();
    let author = author(store, carol).await;
    let read = store.read_version(author, "work", 1, 600_000).await.unwrap();
    let Some(Content::Here(object)) = read.given() else {
        panic!("it is kept");
    };
    assert_eq!(object.bytes, long);
    assert_eq!(
        (
            object.record.version,
            object.record.modified_at,
            object.record.size
        ),
        (1, NOW, 600_000)
    );
    let too_long = store.read_version(author, "work", 1, 599_999).await.unwrap();
    assert_eq!(too_long.given(), Some(Content::Longer { size: 600_000 }));
    for absent in [0, 3, 4, u64::MAX] {
        let read = store
            .read_version(author, "work", absent, u64::MAX)
            .await
            .unwrap();
        assert_eq!(read.given(), Some(Content::Absent), "{absent}");
    }
    let late = store.read_version(author_at(carol, 7), "work", 1, u64::MAX).await;
    assert!(late.unwrap().given().is_none());
}

pub async fn a_version_comes_back_as_the_newest(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let long = vec![9; 600_000];
    for bytes in [long.as_slice(), b"ransom"] {
        assert_eq!(write(store, carol, "work", bytes).await, WriteObject::Written(()));
    }
    let used = account_now(store, carol, NOW).await.used_bytes;
    let author = author(store, carol).await;
    let later = NOW.plus(minutes(1));
    assert_eq!(
        store.restore_version(author, "work", 1, later).await.unwrap(),
        WriteObject::Written(3)
    );
    assert_eq!(content(store, carol, "work").await, Some(Bytes::from(long)));
    assert_eq!(account_now(store, carol, NOW).await.used_bytes, used + 600_000);
    assert_eq!(
        kept_versions(store, carol, "work").await,
        [3, 2, 1],
        "none is lost"
    );
    // A deleted object is listed again.
    store.delete_object(author, "work", later).await.unwrap();
    assert_eq!(
        store.restore_version(author, "work", 2, later).await.unwrap(),
        WriteObject::Written(5)
    );
    assert_eq!(
        content(store, carol, "work").await,
        Some(Bytes::from_static(b"ransom"))
    );
    assert_eq!(ids(store, carol).await, ["work"]);
}

pub async fn what_is_not_kept_does_not_come_back(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    write(store, carol, "work", b"first").await;
    let author = author(store, carol).await;
    store.delete_object(author, "work", NOW).await.unwrap();
    for (id, version) in [
        ("work", 0),
        ("work", 2),
        ("work", 3),
        ("work", u64::MAX),
        ("other", 1),
    ] {
        assert_eq!(
            store.restore_version(author, id, version, NOW).await.unwrap(),
            WriteObject::NotFound
        );
    }
    assert_eq!(
        store
            .restore_version(author_at(carol, 7), "work", 1, NOW)
            .await
            .unwrap(),
        WriteObject::SignedOut
    );
    assert!(ids(store, carol).await.is_empty());
}

pub async fn a_version_comes_back_only_within_the_quota(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let half = vec![1; usize::try_from(QUOTA_BYTES / 2).unwrap()];
    write(store, carol, "work", &half).await;
    write(store, carol, "work", b"x").await;
    let author = author(store, carol).await;
    assert_eq!(
        store.restore_version(author, "work", 1, NOW).await.unwrap(),
        WriteObject::QuotaExceeded
    );
    assert_eq!(
        content(store, carol, "work").await,
        Some(Bytes::from_static(b"x"))
    );
}

pub async fn an_account_that_may_not_overwrite_brings_nothing_back(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    write(store, carol, "work", b"first").await;
    write(store, carol, "work", b"second").await;
    reset(store, carol, "$argon2id$thief", NOW).await;
    let thief = author_then(store, carol, NOW).await;
    assert_eq!(
        store.restore_version(thief, "work", 1, NOW).await.unwrap(),
        WriteObject::NotAllowed(AccountState::Unproven)
    );
    assert_eq!(
        kept_versions(store, carol, "work").await,
        [2, 1],
        "reading is allowed"
    );
}

pub async fn a_version_comes_back_without_touching_the_inventory(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    write_sealed(store, carol, "a", b"second", b"two", Version(1)).await;
    let author = author(store, carol).await;
    assert_eq!(
        store.restore_version(author, "a", 1, NOW).await.unwrap(),
        WriteObject::Written(3)
    );
    assert_eq!(
        inventory(store, carol).await,
        Some((2, Bytes::from_static(b"two")))
    );
}

pub async fn an_undelete_takes_the_deletion_out_of_the_history(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    delete_sealed(store, carol, "a", b"two", Version(1)).await;
    assert_eq!(kept_versions(store, carol, "a").await, [2, 1]);
    undelete_sealed(store, carol, "a", b"three", Version(2)).await;
    assert_eq!(kept_versions(store, carol, "a").await, [1]);
    write_sealed(store, carol, "a", b"later", b"four", Version(3)).await;
    assert_eq!(
        kept_versions(store, carol, "a").await,
        [3, 1],
        "no number is given twice"
    );
}
