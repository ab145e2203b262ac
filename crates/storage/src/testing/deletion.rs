//! Deleting an account, and every way to take that back.

use bytes::Bytes;
use keyhaven_protocol::persona::{AccountState, limits};

use super::{
    moves::{
        author_then, credential, delete_then, is_there, mails, notices, sign_up_unconfirmed, state,
        sweep_all, undo, write_then,
    },
    samples::{
        FRESH, NOW, RECOVERY, UNLOCK, WRONG_PROOF, account_now, author_at, author_by_session, days,
        first_write, new_account, next_write, open_session, password_change, reset, seconds, session_is_open,
        sign_up, sign_up_with_keys,
    },
    steps::{account_with_object, content, write},
};
use crate::{
    ChangePassword, CreateAccount, DeleteAccount, Deletion, MailSubject, NewAccount, Notice, StateChange,
    Store, UndoOutcome, UnlockBy, UnlockOutcome, WriteKeyRecord, WriteObject,
};

async fn delete(store: &dyn Store, id: keyhaven_protocol::persona::AccountId) -> DeleteAccount {
    let author = author_then(store, id, NOW).await;
    store.delete_account(author, Deletion::Later, NOW).await.unwrap()
}

pub async fn a_deleted_account_can_be_read_and_nothing_else(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    write(store, carol, "work", b"first").await;
    open_session(store, carol, 1, 1, NOW).await;
    open_session(store, carol, 1, 2, NOW).await;
    store.add_reset_code(carol, [1; 32], NOW).await.unwrap();
    let by_session = author_by_session(carol, 1, 1);
    let end = NOW.plus(limits::DELETED_KEPT);
    assert_eq!(
        store
            .delete_account(by_session, Deletion::Later, NOW)
            .await
            .unwrap(),
        DeleteAccount::RemovedAt(end)
    );
    assert!(
        session_is_open(store, 1, NOW).await,
        "whoever asked stays signed in"
    );
    assert!(!session_is_open(store, 2, NOW).await);
    let account = account_now(store, carol, NOW).await;
    assert_eq!(
        (account.state, account.state_until),
        (AccountState::Deleted, Some(end))
    );
    assert_eq!(
        notices(store, NOW).await,
        [Notice::DeletionAsked { removed_at: end }]
    );
    assert_eq!(
        content(store, carol, "work").await,
        Some(Bytes::from_static(b"first"))
    );
    let refused = WriteObject::NotAllowed(AccountState::Deleted);
    assert_eq!(write_then(store, carol, "new", b"x", NOW).await, refused);
    assert_eq!(write_then(store, carol, "work", b"x", NOW).await, refused);
    assert_eq!(delete_then(store, carol, "work", NOW).await, refused);
    let refused = WriteKeyRecord::NotAllowed(AccountState::Deleted);
    let written = store
        .write_key_record(author_at(carol, 1), next_write(1, 1, 7), NOW)
        .await;
    assert_eq!(written.unwrap(), refused);
    let changed = store
        .change_password(author_at(carol, 1), password_change(carol, 1, 1, 7), NOW)
        .await;
    assert_eq!(changed.unwrap(), ChangePassword::Refused(refused));
    // Deleting it again does not put the end off.
    let later = NOW.plus(days(9));
    assert_eq!(
        store
            .delete_account(author_at(carol, 1), Deletion::Later, later)
            .await
            .unwrap(),
        DeleteAccount::RemovedAt(end)
    );
}

pub async fn a_deleted_account_is_gone_after_thirty_days(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    delete(store, carol).await;
    mails(store, NOW).await;
    let end = NOW.plus(limits::DELETED_KEPT);
    assert_eq!(sweep_all(store, end.minus(seconds(1))).await.accounts, 0);
    assert!(is_there(store, carol, end.minus(seconds(1))).await);
    assert!(!is_there(store, carol, end).await, "before the sweeper came");
    assert_eq!(sweep_all(store, end).await.accounts, 1);
    let notice = MailSubject::Notice(Notice::AccountRemoved);
    assert_eq!(
        mails(store, end).await,
        [("carol@example.org".to_owned(), notice)]
    );
    assert_eq!(
        store.create_account(new_account("carol"), end).await.unwrap(),
        CreateAccount::Created,
        "not even the id is left"
    );
    assert_eq!(account_now(store, carol, end).await.used_bytes, 0);
}

pub async fn an_address_is_free_as_soon_as_the_deletion_is_over(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    delete(store, carol).await;
    mails(store, NOW).await;
    let end = NOW.plus(limits::DELETED_KEPT);
    let next = NewAccount {
        id: FRESH,
        ..new_account("carol")
    };
    assert_eq!(
        store
            .create_account(next.clone(), end.minus(seconds(1)))
            .await
            .unwrap(),
        CreateAccount::AddressTaken
    );
    assert_eq!(
        store.create_account(next, end).await.unwrap(),
        CreateAccount::Created
    );
    assert_eq!(notices(store, end).await, [Notice::AccountRemoved]);
    assert_eq!(sweep_all(store, end).await.accounts, 1);
    assert!(is_there(store, FRESH, end).await);
}

pub async fn a_deletion_is_taken_back_by_its_owner(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    delete(store, carol).await;
    mails(store, NOW).await;
    let author = author_then(store, carol, NOW).await;
    assert_eq!(
        store.undelete_account(author, NOW).await.unwrap(),
        StateChange::Done
    );
    assert_eq!(notices(store, NOW).await, [Notice::DeletionTakenBack]);
    let later = NOW.plus(days(400));
    assert_eq!(state(store, carol, later).await, AccountState::Active);
    assert_eq!(
        store.undelete_account(author, NOW).await.unwrap(),
        StateChange::Done,
        "nothing to take back"
    );
    assert_eq!(notices(store, NOW).await, []);
    assert_eq!(
        store.undelete_account(author_at(carol, 7), NOW).await.unwrap(),
        StateChange::SignedOut
    );
}

pub async fn a_reset_and_an_undo_take_a_deletion_back(store: &dyn Store) {
    let reset_one = sign_up_with_keys(store, "carol").await;
    delete(store, reset_one).await;
    mails(store, NOW).await;
    reset(store, reset_one, "$argon2id$reset", NOW).await;
    assert_eq!(
        notices(store, NOW).await,
        [Notice::PasswordReset, Notice::DeletionTakenBack]
    );
    let later = NOW.plus(days(400));
    assert_eq!(state(store, reset_one, later).await, AccountState::Unproven);

    // A reset brings an account without a key record back as it was.
    let plain = sign_up(store, "dave").await;
    write(store, plain, "work", b"first").await;
    delete(store, plain).await;
    reset(store, plain, "$argon2id$reset", NOW).await;
    assert_eq!(state(store, plain, later).await, AccountState::Active);

    let undone = sign_up_with_keys(store, "erin").await;
    store
        .change_password(author_at(undone, 1), password_change(undone, 1, 1, 5), NOW)
        .await
        .unwrap();
    delete(store, undone).await;
    mails(store, NOW).await;
    assert_eq!(undo(store, undone, 9, NOW).await, UndoOutcome::Undone);
    assert!(notices(store, NOW).await.contains(&Notice::DeletionTakenBack));
    assert_eq!(state(store, undone, NOW).await, AccountState::Disputed);
    assert_eq!(state(store, undone, later).await, AccountState::Active);
}

pub async fn a_proof_alone_takes_no_deletion_back(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    delete(store, carol).await;
    for by in [UnlockBy::UnlockProof(UNLOCK), UnlockBy::RecoveryAuth(RECOVERY)] {
        assert_eq!(
            super::moves::unlock(store, carol, by, NOW).await,
            UnlockOutcome::Unlocked(AccountState::Deleted)
        );
    }
}

pub async fn the_recovery_code_deletes_at_once(store: &dyn Store) {
    for name in ["carol", "dave"] {
        let id = account_with_object(store, name).await;
        if name == "dave" {
            delete(store, id).await;
        }
        mails(store, NOW).await;
        open_session(store, id, 1, 1, NOW).await;
        let author = author_then(store, id, NOW).await;
        for wrong in [WRONG_PROOF, UNLOCK] {
            assert_eq!(
                store
                    .delete_account(author, Deletion::Now(wrong), NOW)
                    .await
                    .unwrap(),
                DeleteAccount::WrongProof
            );
        }
        assert!(is_there(store, id, NOW).await);
        assert_eq!(
            store
                .delete_account(author, Deletion::Now(RECOVERY), NOW)
                .await
                .unwrap(),
            DeleteAccount::Removed
        );
        assert!(!is_there(store, id, NOW).await);
        assert!(!session_is_open(store, 1, NOW).await);
        let late = store.key_record(author).await.unwrap();
        assert!(late.given().is_none(), "authenticated before");
        assert_eq!(notices(store, NOW).await, [Notice::AccountRemoved]);
        assert_eq!(sweep_all(store, NOW).await.accounts, 1);
    }
}

pub async fn an_account_with_nothing_to_take_back_is_removed_at_once(store: &dyn Store) {
    let unconfirmed = sign_up_unconfirmed(store, "carol").await;
    let written = store
        .write_key_record(author_at(unconfirmed, 1), first_write(), NOW)
        .await;
    assert_eq!(written.unwrap(), WriteKeyRecord::Written(1));
    let empty = sign_up(store, "dave").await;
    for id in [unconfirmed, empty] {
        assert_eq!(delete(store, id).await, DeleteAccount::Removed);
        assert!(!is_there(store, id, NOW).await);
    }
    let used = sign_up(store, "erin").await;
    write(store, used, "work", b"first").await;
    delete_then(store, used, "work", NOW).await;
    assert!(
        matches!(delete(store, used).await, DeleteAccount::RemovedAt(_)),
        "a deleted object can come back"
    );
    assert_eq!(
        store
            .delete_account(author_at(used, 1), Deletion::Now(RECOVERY), NOW)
            .await
            .unwrap(),
        DeleteAccount::WrongProof,
        "it has no recovery code"
    );
}

pub async fn a_deletion_by_somebody_signed_out_is_refused(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let late = author_then(store, carol, NOW).await;
    store
        .change_password(late, password_change(carol, 1, 1, 5), NOW)
        .await
        .unwrap();
    for deletion in [Deletion::Later, Deletion::Now(RECOVERY)] {
        assert_eq!(
            store.delete_account(late, deletion, NOW).await.unwrap(),
            DeleteAccount::SignedOut
        );
    }
    assert_eq!(credential(store, carol, NOW).await.0, "$argon2id$changed-5");
    assert_eq!(state(store, carol, NOW).await, AccountState::Active);
}
