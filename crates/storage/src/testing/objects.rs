//! Objects of the original wire: one at a time, by any id.

use bytes::Bytes;
use futures_util::future::join_all;
use keyhaven_protocol::persona::{AccountId, limits};
use sha2::{Digest as _, Sha256};

use super::samples::{
    NOW, QUOTA_BYTES, RECOVERY, account_now, author, minutes, sign_up, sign_up_and_reset, sign_up_with_keys,
};
use crate::{DeleteObject, ObjectBytes, Precondition, Store, UnlockBy, UnlockOutcome, WriteObject};

async fn write(store: &dyn Store, account: AccountId, id: &str, bytes: &[u8]) -> WriteObject {
    let bytes = Bytes::copy_from_slice(bytes);
    store
        .write_object(author(store, account).await, id, "application/zip", bytes, NOW)
        .await
        .unwrap()
}

async fn read(store: &dyn Store, account: AccountId, id: &str) -> Option<ObjectBytes> {
    store.read_object(account, id).await.unwrap()
}

async fn ids(store: &dyn Store, account: AccountId) -> Vec<String> {
    store
        .objects(account)
        .await
        .unwrap()
        .1
        .into_iter()
        .map(|object| object.id)
        .collect()
}

/// Bytes that no chunk of theirs repeats.
fn long(len: usize) -> Bytes {
    (0..len)
        .map(|index| u8::try_from((index ^ (index >> 8) ^ (index >> 16)) & 0xff).unwrap())
        .collect()
}

pub async fn an_object_comes_back_byte_for_byte(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let bytes = Bytes::from_static(b"PK\x03\x04 \x00\xff sealed");
    let later = NOW.plus(minutes(7));
    let written = store
        .write_object(
            author(store, carol).await,
            "work",
            "text/plain; charset=utf-8",
            bytes.clone(),
            later,
        )
        .await;
    assert_eq!(written.unwrap(), WriteObject::Written(None));
    let object = read(store, carol, "work").await.expect("it was written");
    assert_eq!(object.bytes, bytes);
    assert_eq!(object.record.id, "work");
    assert_eq!(object.record.size, 14);
    assert_eq!(object.record.sha256, <[u8; 32]>::from(Sha256::digest(&bytes)));
    assert_eq!(object.record.content_type, "text/plain; charset=utf-8");
    assert_eq!((object.record.version, object.record.modified_at), (1, later));
    assert_eq!(store.objects(carol).await.unwrap(), (None, vec![object.record]));
    assert_eq!(account_now(store, carol, NOW).await.used_bytes, 14);
}

pub async fn an_overwrite_keeps_the_version_before_it(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    write(store, carol, "work", b"first").await;
    write(store, carol, "work", b"second!").await;
    let object = read(store, carol, "work").await.unwrap();
    assert_eq!(
        (object.bytes.as_ref(), object.record.version),
        (b"second!".as_slice(), 2)
    );
    assert_eq!(ids(store, carol).await, ["work"]);
    assert_eq!(
        account_now(store, carol, NOW).await.used_bytes,
        5 + 7,
        "the first version is still stored"
    );
}

pub async fn an_object_may_be_empty(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    assert_eq!(
        write(store, carol, "nothing", b"").await,
        WriteObject::Written(None)
    );
    let object = read(store, carol, "nothing").await.unwrap();
    assert!(object.bytes.is_empty());
    assert_eq!(object.record.size, 0);
}

pub async fn an_object_of_the_largest_size_comes_back(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let bytes = long(limits::OBJECT_MAX_BYTES);
    let written = store
        .write_object(
            author(store, carol).await,
            "large",
            "application/zip",
            bytes.clone(),
            NOW,
        )
        .await
        .unwrap();
    assert_eq!(written, WriteObject::Written(None));
    assert!(
        read(store, carol, "large").await.unwrap().bytes == bytes,
        "other bytes came back"
    );
}

pub async fn a_write_over_the_quota_changes_nothing(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    let quota = usize::try_from(QUOTA_BYTES).unwrap();
    write(store, carol, "small", b"kept").await;
    assert_eq!(
        write(store, carol, "large", &vec![7; quota - 3]).await,
        WriteObject::QuotaExceeded
    );
    assert_eq!(
        write(store, carol, "small", &vec![7; quota - 3]).await,
        WriteObject::QuotaExceeded
    );
    assert_eq!(read(store, carol, "small").await.unwrap().bytes.as_ref(), b"kept");
    assert_eq!(ids(store, carol).await, ["small"]);
    assert_eq!(account_now(store, carol, NOW).await.used_bytes, 4);
    assert_eq!(
        write(store, carol, "large", &vec![7; quota - 4]).await,
        WriteObject::Written(None),
        "exactly full"
    );
    assert_eq!(
        write(store, carol, "one more", b"x").await,
        WriteObject::QuotaExceeded
    );
    assert_eq!(
        write(store, dave, "one more", b"x").await,
        WriteObject::Written(None),
        "another account's quota"
    );
}

pub async fn the_quota_counts_every_version(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let third = vec![1; usize::try_from(QUOTA_BYTES / 3).unwrap()];
    for _ in 0..2 {
        assert_eq!(write(store, carol, "a", &third).await, WriteObject::Written(None));
    }
    store
        .delete_object(author(store, carol).await, "a", NOW)
        .await
        .unwrap();
    assert_eq!(write(store, carol, "b", &third).await, WriteObject::Written(None));
    assert_eq!(write(store, carol, "b", b"xx").await, WriteObject::QuotaExceeded);
    assert_eq!(
        account_now(store, carol, NOW).await.used_bytes,
        QUOTA_BYTES / 3 * 3
    );
}

pub async fn objects_are_listed_by_the_bytes_of_their_id(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    for id in ["b", "é", "a", "B", "a-1", "10", "9", ""] {
        write(store, carol, id, id.as_bytes()).await;
    }
    assert_eq!(
        ids(store, carol).await,
        ["", "10", "9", "B", "a", "a-1", "b", "é"]
    );
}

pub async fn ids_are_any_text(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let long_id = "ü".repeat(limits::LEGACY_ID_MAX_BYTES / 2);
    for id in [
        "..",
        "%2e",
        "'; DROP TABLE objects; --",
        "a\u{0}b",
        "a\u{0}c",
        "line\nbreak",
        "A",
        "a",
        &long_id,
    ] {
        write(store, carol, id, id.as_bytes()).await;
    }
    for id in [
        "..",
        "%2e",
        "'; DROP TABLE objects; --",
        "a\u{0}b",
        "a\u{0}c",
        "line\nbreak",
        "A",
        "a",
        &long_id,
    ] {
        let object = read(store, carol, id).await.expect("it was written");
        assert_eq!(
            (object.bytes.as_ref(), object.record.id.as_str()),
            (id.as_bytes(), id)
        );
    }
    assert_eq!(ids(store, carol).await.len(), 9);
}

pub async fn a_deleted_object_is_gone_and_can_be_written_again(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    write(store, carol, "work", b"first").await;
    write(store, carol, "play", b"other").await;
    assert_eq!(
        store
            .delete_object(author(store, carol).await, "work", NOW)
            .await
            .unwrap(),
        DeleteObject::Deleted(None)
    );
    assert_eq!(read(store, carol, "work").await, None);
    assert_eq!(ids(store, carol).await, ["play"]);
    assert_eq!(
        account_now(store, carol, NOW).await.used_bytes,
        10,
        "its versions are kept"
    );
    assert_eq!(
        write(store, carol, "work", b"again").await,
        WriteObject::Written(None)
    );
    let object = read(store, carol, "work").await.unwrap();
    assert_eq!(
        (object.bytes.as_ref(), object.record.version),
        (b"again".as_slice(), 3),
        "the deletion was a version"
    );
}

pub async fn deleting_what_is_not_there_says_so(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    assert_eq!(
        store
            .delete_object(author(store, carol).await, "work", NOW)
            .await
            .unwrap(),
        DeleteObject::NotFound
    );
    write(store, carol, "work", b"first").await;
    store
        .delete_object(author(store, carol).await, "work", NOW)
        .await
        .unwrap();
    assert_eq!(
        store
            .delete_object(author(store, carol).await, "work", NOW)
            .await
            .unwrap(),
        DeleteObject::NotFound
    );
}

pub async fn another_accounts_objects_are_invisible(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    write(store, carol, "work", b"carol's").await;
    assert_eq!(read(store, dave, "work").await, None);
    assert!(ids(store, dave).await.is_empty());
    assert_eq!(
        store
            .delete_object(author(store, dave).await, "work", NOW)
            .await
            .unwrap(),
        DeleteObject::NotFound
    );
    write(store, dave, "work", b"dave's").await;
    assert_eq!(
        read(store, carol, "work").await.unwrap().bytes.as_ref(),
        b"carol's"
    );
    assert_eq!(read(store, dave, "work").await.unwrap().bytes.as_ref(), b"dave's");
}

pub async fn an_unproven_account_adds_but_neither_overwrites_nor_deletes(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    write(store, carol, "work", b"first").await;
    super::samples::reset(store, carol, "$argon2id$thief", NOW).await;
    assert_eq!(
        write(store, carol, "work", b"overwritten").await,
        WriteObject::Unproven
    );
    assert_eq!(
        store
            .delete_object(author(store, carol).await, "work", NOW)
            .await
            .unwrap(),
        DeleteObject::Unproven
    );
    assert_eq!(
        read(store, carol, "work").await.unwrap().bytes.as_ref(),
        b"first",
        "reading is allowed"
    );
    assert_eq!(
        write(store, carol, "new", b"added").await,
        WriteObject::Written(None)
    );
    assert_eq!(
        write(store, carol, "new", b"again").await,
        WriteObject::Unproven,
        "not even what it added"
    );
    assert_eq!(ids(store, carol).await, ["new", "work"]);
}

pub async fn what_an_unproven_account_adds_is_bounded_from_the_first_reset_on(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    let half = vec![7; usize::try_from(limits::UNPROVEN_ADDED_BYTES / 2).unwrap()];
    for id in ["a", "b"] {
        assert_eq!(write(store, carol, id, &half).await, WriteObject::Written(None));
    }
    for hash in ["$argon2id$again", "$argon2id$and again"] {
        assert_eq!(write(store, carol, "c", b"x").await, WriteObject::QuotaExceeded);
        super::samples::reset(store, carol, hash, NOW).await;
    }
    // Takes no bytes; two ids are there.
    for number in 2..limits::UNPROVEN_ADDED_OBJECTS {
        assert_eq!(
            write(store, carol, &number.to_string(), b"").await,
            WriteObject::Written(None)
        );
    }
    assert_eq!(write(store, carol, "more", b"").await, WriteObject::QuotaExceeded);
    let by = UnlockBy::RecoveryAuth(RECOVERY);
    assert_eq!(store.unlock(carol, by, NOW).await.unwrap(), UnlockOutcome::Active);
    assert_eq!(
        write(store, carol, "more", b"x").await,
        WriteObject::Written(None),
        "its owner is back"
    );
    super::samples::reset(store, carol, "$argon2id$much later", NOW).await;
    assert_eq!(
        write(store, carol, "c", b"x").await,
        WriteObject::Written(None),
        "counted anew after a proof"
    );
}

pub async fn a_deleted_id_is_not_new_to_an_unproven_account(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    write(store, carol, "work", b"first").await;
    store
        .delete_object(author(store, carol).await, "work", NOW)
        .await
        .unwrap();
    super::samples::reset(store, carol, "$argon2id$thief", NOW).await;
    assert_eq!(
        write(store, carol, "work", b"in its place").await,
        WriteObject::Unproven
    );
}

pub async fn a_write_that_was_signed_in_before_a_reset_is_refused(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    write(store, carol, "work", b"first").await;
    let early = author(store, carol).await;
    super::samples::reset(store, carol, "$argon2id$reset", NOW).await;
    let bytes = || Bytes::from_static(b"late");
    for id in ["work", "new"] {
        let written = store.write_object(early, id, "text/plain", bytes(), NOW).await;
        assert_eq!(written.unwrap(), WriteObject::CredentialChanged);
        let sealed = store
            .write_object_and_inventory(early, id, bytes(), bytes(), Precondition::Absent, NOW)
            .await;
        assert_eq!(sealed.unwrap(), WriteObject::CredentialChanged);
        let back = store
            .undelete_object_and_write_inventory(early, id, bytes(), Precondition::Absent, NOW)
            .await;
        assert_eq!(back.unwrap(), WriteObject::CredentialChanged);
        assert_eq!(
            store.delete_object(early, id, NOW).await.unwrap(),
            DeleteObject::CredentialChanged
        );
        let deleted = store
            .delete_object_and_write_inventory(early, id, bytes(), Precondition::Absent, NOW)
            .await;
        assert_eq!(deleted.unwrap(), DeleteObject::CredentialChanged);
    }
    assert_eq!(read(store, carol, "work").await.unwrap().bytes.as_ref(), b"first");
    assert_eq!(ids(store, carol).await, ["work"]);
    assert_eq!(
        write(store, carol, "work", b"by who signed in since").await,
        WriteObject::Written(None)
    );
}

pub async fn an_unknown_account_has_no_objects(store: &dyn Store) {
    let nobody = AccountId::from_bytes([9; 16]);
    sign_up_and_reset(store, "carol").await;
    assert_eq!(
        write(store, nobody, "work", b"first").await,
        WriteObject::CredentialChanged
    );
    assert_eq!(
        store
            .delete_object(author(store, nobody).await, "work", NOW)
            .await
            .unwrap(),
        DeleteObject::CredentialChanged
    );
    assert_eq!(store.objects(nobody).await.unwrap(), (None, Vec::new()));
    assert_eq!(read(store, nobody, "work").await, None);
    assert_eq!(store.read_inventory(nobody).await.unwrap(), None);
}

pub async fn writes_at_once_to_many_ids_all_arrive(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let names: Vec<String> = (0..200).map(|number| format!("{number:03}")).collect();
    let written = join_all(names.iter().map(|id| write(store, carol, id, id.as_bytes()))).await;
    assert!(
        written
            .iter()
            .all(|outcome| *outcome == WriteObject::Written(None))
    );
    assert_eq!(ids(store, carol).await, names);
    for id in &names {
        assert_eq!(
            read(store, carol, id).await.unwrap().bytes.as_ref(),
            id.as_bytes()
        );
    }
}

pub async fn an_account_has_no_more_than_the_most_ids(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let names: Vec<String> = (0..limits::OBJECTS_MAX)
        .map(|number| number.to_string())
        .collect();
    for some in names.chunks(500) {
        let written = join_all(some.iter().map(|id| write(store, carol, id, b""))).await;
        assert!(
            written
                .iter()
                .all(|outcome| *outcome == WriteObject::Written(None))
        );
    }
    assert_eq!(
        write(store, carol, "one more", b"").await,
        WriteObject::QuotaExceeded
    );
    assert_eq!(
        write(store, carol, "0", b"again").await,
        WriteObject::Written(None),
        "an id that is there"
    );
    store
        .delete_object(author(store, carol).await, "1", NOW)
        .await
        .unwrap();
    assert_eq!(
        write(store, carol, "one more", b"").await,
        WriteObject::QuotaExceeded,
        "a deleted id still counts"
    );
    let inventory = Bytes::from_static(b"inventory");
    let sealed = store.write_object_and_inventory(
        author(store, carol).await,
        "new",
        Bytes::new(),
        inventory,
        Precondition::Absent,
        NOW,
    );
    assert_eq!(sealed.await.unwrap(), WriteObject::QuotaExceeded);
}
