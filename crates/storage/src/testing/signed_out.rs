//! What arrives, or is asked for, after its author was signed out.

use bytes::Bytes;
use keyhaven_protocol::persona::{AccountId, AccountState, SessionId};

use super::{
    samples::{
        NOW, UNLOCK, author, author_by_session, next_write, open_session, password_change, reset, sign_up,
        sign_up_with_keys,
    },
    steps::{account_with_object, end_session, end_sessions, ids, key_record, objects, read, write},
};
use crate::{
    Author, ChangePassword, Content, ForAuthor,
    Precondition::{self, Version},
    Store, UnlockBy, UnlockOutcome, WriteKeyRecord, WriteObject,
};

pub async fn what_was_signed_in_before_a_reset_is_refused_after_it(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    write(store, carol, "work", b"first").await;
    let early = author(store, carol).await;
    reset(store, carol, "$argon2id$reset", NOW).await;
    let bytes = || Bytes::from_static(b"late");
    assert_eq!(
        store.objects(early, u64::MAX).await.unwrap(),
        ForAuthor::SignedOut
    );
    for id in ["work", "new"] {
        assert_eq!(
            store.read_object(early, id, u64::MAX).await.unwrap(),
            ForAuthor::SignedOut
        );
        let written = store.write_object(early, id, "text/plain", bytes(), NOW).await;
        assert_eq!(written.unwrap(), WriteObject::SignedOut);
        let sealed = store
            .write_object_and_inventory(early, id, bytes(), bytes(), Precondition::Absent, NOW)
            .await;
        assert_eq!(sealed.unwrap(), WriteObject::SignedOut);
        let back = store
            .undelete_object_and_write_inventory(early, id, bytes(), Precondition::Absent, NOW)
            .await;
        assert_eq!(back.unwrap(), WriteObject::SignedOut);
        assert_eq!(
            store.delete_object(early, id, NOW).await.unwrap(),
            WriteObject::SignedOut
        );
        let deleted = store
            .delete_object_and_write_inventory(early, id, bytes(), Precondition::Absent, NOW)
            .await;
        assert_eq!(deleted.unwrap(), WriteObject::SignedOut);
    }
    assert_eq!(read(store, carol, "work").await.unwrap().bytes.as_ref(), b"first");
    assert_eq!(ids(store, carol).await, ["work"]);
    assert_eq!(
        write(store, carol, "work", b"by who signed in since").await,
        WriteObject::Written(())
    );
}

/// An account with an object, whose key record and inventory have version 1, and the author of session 1.
async fn signed_in_by_session(store: &dyn Store) -> (AccountId, Author) {
    let carol = account_with_object(store, "carol").await;
    open_session(store, carol, 1, 1, NOW).await;
    (carol, author_by_session(carol, 1, 1))
}

/// Tries everything that reads or writes for an author, in ways that go through for one who is signed in.
async fn expect_everything_refused(store: &dyn Store, late: Author) {
    let bytes = || Bytes::from_static(b"late");
    let before = objects(store, late.account).await;
    let written = store.write_object(late, "a", "text/plain", bytes(), NOW).await;
    assert_eq!(written.unwrap(), WriteObject::SignedOut);
    assert_eq!(
        store.delete_object(late, "a", NOW).await.unwrap(),
        WriteObject::SignedOut
    );
    let sealed = store
        .write_object_and_inventory(late, "b", bytes(), bytes(), Version(1), NOW)
        .await;
    assert_eq!(sealed.unwrap(), WriteObject::SignedOut);
    let deleted = store
        .delete_object_and_write_inventory(late, "a", bytes(), Version(1), NOW)
        .await;
    assert_eq!(deleted.unwrap(), WriteObject::SignedOut);
    let back = store
        .undelete_object_and_write_inventory(late, "a", bytes(), Version(1), NOW)
        .await;
    assert_eq!(back.unwrap(), WriteObject::SignedOut);
    let epoch = late.credential_generation;
    let keys = store
        .write_key_record(late, next_write(1, epoch, 7), NOW)
        .await
        .unwrap();
    assert_eq!(keys, WriteKeyRecord::SignedOut);
    let changed = store
        .change_password(late, password_change(late.account, epoch, 1, 7), NOW)
        .await
        .unwrap();
    assert_eq!(changed, ChangePassword::SignedOut);
    let unlocked = store
        .unlock(late, UnlockBy::UnlockProof(UNLOCK), NOW)
        .await
        .unwrap();
    assert_eq!(unlocked, UnlockOutcome::SignedOut);
    assert_eq!(store.objects(late, u64::MAX).await.unwrap(), ForAuthor::SignedOut);
    assert_eq!(
        store.read_object(late, "a", u64::MAX).await.unwrap(),
        ForAuthor::SignedOut
    );
    assert_eq!(
        store.read_inventory(late, u64::MAX).await.unwrap(),
        ForAuthor::SignedOut
    );
    assert!(matches!(
        store.key_record(late).await.unwrap(),
        ForAuthor::SignedOut
    ));
    assert!(matches!(
        store.proven_credential(late, NOW).await.unwrap(),
        ForAuthor::SignedOut
    ));
    assert_eq!(store.sessions(late, NOW).await.unwrap(), ForAuthor::SignedOut);
    let other = SessionId::from_bytes([2; SessionId::LEN]);
    assert_eq!(
        store.end_session(late, other, NOW).await.unwrap(),
        ForAuthor::SignedOut
    );
    assert_eq!(store.end_sessions(late, NOW).await.unwrap(), ForAuthor::SignedOut);
    assert_eq!(objects(store, late.account).await, before);
    assert_eq!(key_record(store, late.account).await.unwrap().version, 1);
}

pub async fn a_session_that_is_open_reads_and_writes(store: &dyn Store) {
    let (_, author) = signed_in_by_session(store).await;
    let bytes = Bytes::from_static(b"in time");
    assert!(store.objects(author, u64::MAX).await.unwrap().given().is_some());
    let object = store.read_object(author, "a", u64::MAX).await.unwrap();
    assert_eq!(
        object.given().and_then(Content::here).unwrap().bytes.as_ref(),
        b"object"
    );
    let inventory = store.read_inventory(author, u64::MAX).await.unwrap();
    assert_eq!(
        inventory,
        ForAuthor::Given(Content::Here((1, Bytes::from_static(b"one"))))
    );
    let record = store.key_record(author).await.unwrap().given().flatten();
    assert_eq!(record.unwrap().version, 1);
    let sessions = store.sessions(author, NOW).await.unwrap().given();
    assert_eq!(sessions.unwrap().len(), 1);
    let sealed = store
        .write_object_and_inventory(author, "b", bytes.clone(), bytes.clone(), Version(1), NOW)
        .await;
    assert_eq!(sealed.unwrap(), WriteObject::Written(2));
    let deleted = store
        .delete_object_and_write_inventory(author, "b", bytes.clone(), Version(2), NOW)
        .await;
    assert_eq!(deleted.unwrap(), WriteObject::Written(3));
    let back = store
        .undelete_object_and_write_inventory(author, "b", bytes, Version(3), NOW)
        .await;
    assert_eq!(back.unwrap(), WriteObject::Written(4));
    let keys = store.write_key_record(author, next_write(1, 1, 7), NOW).await;
    assert_eq!(keys.unwrap(), WriteKeyRecord::Written(2));
    let proven = store.unlock(author, UnlockBy::UnlockProof(UNLOCK), NOW).await;
    assert_eq!(proven.unwrap(), UnlockOutcome::Unlocked(AccountState::Active));
    let change = password_change(author.account, 1, 2, 7);
    let changed = store.change_password(author, change, NOW).await;
    assert_eq!(changed.unwrap(), ChangePassword::Changed(3));
}

pub async fn nothing_is_done_for_a_session_that_was_ended(store: &dyn Store) {
    let (carol, late) = signed_in_by_session(store).await;
    open_session(store, carol, 1, 2, NOW).await;
    let id = SessionId::from_bytes([1; SessionId::LEN]);
    assert!(end_session(store, carol, id, NOW).await);
    expect_everything_refused(store, late).await;
    let bytes = Bytes::from_static(b"by the other");
    let other = author_by_session(carol, 1, 2);
    let written = store
        .write_object_and_inventory(other, "b", bytes.clone(), bytes, Version(1), NOW)
        .await;
    assert_eq!(written.unwrap(), WriteObject::Written(2));
}

pub async fn nothing_is_done_after_signing_out_everywhere(store: &dyn Store) {
    let (carol, late) = signed_in_by_session(store).await;
    end_sessions(store, carol, NOW).await;
    expect_everything_refused(store, late).await;
}

pub async fn nothing_is_done_for_a_session_that_a_reset_ended(store: &dyn Store) {
    let (carol, late) = signed_in_by_session(store).await;
    reset(store, carol, "$argon2id$reset", NOW).await;
    expect_everything_refused(store, late).await;
    // Nor for who knows the new epoch and has no session.
    expect_everything_refused(store, author_by_session(carol, 2, 1)).await;
}

pub async fn nothing_is_done_for_another_accounts_session(store: &dyn Store) {
    let (carol, _) = signed_in_by_session(store).await;
    let dave = sign_up_with_keys(store, "dave").await;
    open_session(store, dave, 1, 2, NOW).await;
    expect_everything_refused(store, author_by_session(carol, 1, 2)).await;
}
