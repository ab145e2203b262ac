//! A frozen account: what it refuses, one by one, and what lifts it.

use bytes::Bytes;
use keyhaven_protocol::persona::{AccountState, limits};

use super::{
    moves::{
        add_freeze_link, address_change, author_then, credential, delete_then, freeze, notices, recover,
        state, sweep_all, undo, unlock, write_then,
    },
    samples::{
        FIRST_HASH, FRESH, NOW, RECOVERY, UNLOCK, WRONG_PROOF, account_now, days, first_write,
        new_credential, next_write, open_session, password_change, proven, seconds, session_is_open, sign_up,
        sign_up_and_reset, sign_up_with_keys,
    },
    steps::{account_with_object, content, delete_sealed, undelete_sealed, write, write_sealed},
};
use crate::{
    ChangePassword, DeleteAccount, Deletion, Freeze, Notice, Precondition::Version, RecoveryOutcome,
    RequestAddressChange, SpendCode, StateChange, Store, UndoOutcome, UnlockBy, UnlockOutcome,
    WriteKeyRecord, WriteObject,
};

const FROZEN: AccountState = AccountState::Frozen;

pub async fn a_freeze_ends_sessions_and_reset_codes(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    open_session(store, carol, 1, 1, NOW).await;
    store.add_reset_code(carol, [1; 32], NOW).await.unwrap();
    freeze(store, carol, NOW).await;
    assert!(!session_is_open(store, 1, NOW).await);
    // One that is made for a letter a moment later is not stored either.
    store.add_reset_code(carol, [2; 32], NOW).await.unwrap();
    let address = account_now(store, carol, NOW).await.address;
    for code in [1, 2] {
        let credential = new_credential("$argon2id$thief");
        let spent = store
            .spend_reset_code(&address, [code; 32], credential, FRESH, NOW)
            .await;
        assert_eq!(spent.unwrap(), SpendCode::Invalid);
    }
    assert_eq!(credential(store, carol, NOW).await.0, FIRST_HASH);
    let account = account_now(store, carol, NOW.plus(days(400))).await;
    assert_eq!(
        (account.state, account.state_until),
        (FROZEN, None),
        "time does not lift it"
    );
}

pub async fn a_frozen_account_reads_and_adds_and_refuses_the_rest(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    write(store, carol, "work", b"first").await;
    write_sealed(store, carol, "gone", b"object", b"two", Version(1)).await;
    delete_sealed(store, carol, "gone", b"three", Version(2)).await;
    freeze(store, carol, NOW).await;
    assert_eq!(
        content(store, carol, "work").await,
        Some(Bytes::from_static(b"first"))
    );
    assert_eq!(
        write_then(store, carol, "new", b"added", NOW).await,
        WriteObject::Written(())
    );
    let refused = WriteObject::NotAllowed(FROZEN);
    assert_eq!(write_then(store, carol, "work", b"x", NOW).await, refused);
    assert_eq!(delete_then(store, carol, "work", NOW).await, refused);
    let restored = store
        .restore_version(author_then(store, carol, NOW).await, "work", 1, NOW)
        .await;
    assert_eq!(restored.unwrap(), WriteObject::NotAllowed(FROZEN));
    for outcome in [
        write_sealed(store, carol, "a", b"x", b"four", Version(3)).await,
        delete_sealed(store, carol, "a", b"four", Version(3)).await,
        undelete_sealed(store, carol, "gone", b"four", Version(3)).await,
    ] {
        assert_eq!(outcome, WriteObject::NotAllowed(FROZEN));
    }
    let author = author_then(store, carol, NOW).await;
    assert_eq!(
        store
            .write_key_record(author, next_write(1, 1, 7), NOW)
            .await
            .unwrap(),
        WriteKeyRecord::NotAllowed(FROZEN)
    );
    assert_eq!(
        store
            .change_password(author, password_change(carol, 1, 1, 7), NOW)
            .await
            .unwrap(),
        ChangePassword::Refused(WriteKeyRecord::NotAllowed(FROZEN))
    );
    let change = address_change(store, carol, "other", 7, NOW).await;
    assert_eq!(
        store.request_address_change(author, change, NOW).await.unwrap(),
        RequestAddressChange::NotAllowed(FROZEN)
    );
    for deletion in [Deletion::Later, Deletion::Now(RECOVERY)] {
        assert_eq!(
            store.delete_account(author, deletion, NOW).await.unwrap(),
            DeleteAccount::NotAllowed(FROZEN)
        );
    }
    assert_eq!(
        store.undelete_account(author, NOW).await.unwrap(),
        StateChange::NotAllowed(FROZEN)
    );
    assert_eq!(sweep_all(store, NOW.plus(days(400))).await.accounts, 0);
}

pub async fn either_proof_lifts_a_freeze_and_voids_its_links(store: &dyn Store) {
    for (name, by) in [
        ("carol", UnlockBy::UnlockProof(UNLOCK)),
        ("dave", UnlockBy::RecoveryAuth(RECOVERY)),
    ] {
        let id = sign_up_with_keys(store, name).await;
        add_freeze_link(store, id, 1, NOW).await;
        freeze(store, id, NOW).await;
        assert_eq!(
            unlock(store, id, UnlockBy::UnlockProof(WRONG_PROOF), NOW).await,
            UnlockOutcome::WrongProof
        );
        assert_eq!(state(store, id, NOW).await, FROZEN);
        notices(store, NOW).await;
        assert_eq!(
            unlock(store, id, by, NOW).await,
            UnlockOutcome::Unlocked(AccountState::Active)
        );
        assert_eq!(state(store, id, NOW).await, AccountState::Active);
        assert_eq!(notices(store, NOW).await, [Notice::Lifted]);
        assert_eq!(
            store.freeze([1; 32], NOW).await.unwrap(),
            Freeze::Invalid,
            "a mailbox thief would freeze for ever"
        );
        assert_eq!(delete_then(store, id, "none", NOW).await, WriteObject::NotFound);
    }
}

pub async fn a_proof_of_the_backup_key_ends_the_state_beneath_only_where_it_may(store: &dyn Store) {
    let unproven = sign_up_and_reset(store, "carol").await;
    freeze(store, unproven, NOW).await;
    assert_eq!(
        unlock(store, unproven, UnlockBy::UnlockProof(UNLOCK), NOW).await,
        UnlockOutcome::Unlocked(AccountState::Active)
    );
    assert!(proven(store, unproven, NOW.plus(days(13))).await.is_some());
    assert!(proven(store, unproven, NOW.plus(days(14))).await.is_none());

    let disputed = sign_up_and_reset(store, "dave").await;
    assert_eq!(undo(store, disputed, 9, NOW).await, UndoOutcome::Undone);
    freeze(store, disputed, NOW).await;
    assert_eq!(
        unlock(store, disputed, UnlockBy::UnlockProof(UNLOCK), NOW).await,
        UnlockOutcome::Unlocked(AccountState::Disputed)
    );
    assert_eq!(state(store, disputed, NOW).await, AccountState::Disputed);
    freeze(store, disputed, NOW).await;
    assert_eq!(
        unlock(store, disputed, UnlockBy::RecoveryAuth(RECOVERY), NOW).await,
        UnlockOutcome::Unlocked(AccountState::Active)
    );
}

pub async fn an_undo_leaves_a_freeze_as_it_is(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    freeze(store, carol, NOW).await;
    assert_eq!(undo(store, carol, 9, NOW).await, UndoOutcome::Undone);
    assert_eq!(credential(store, carol, NOW).await.0, FIRST_HASH);
    assert_eq!(state(store, carol, NOW.plus(days(100))).await, FROZEN);
    assert_eq!(
        unlock(store, carol, UnlockBy::UnlockProof(UNLOCK), NOW).await,
        UnlockOutcome::Unlocked(AccountState::Disputed),
        "the dispute lay beneath"
    );
}

pub async fn a_recovery_lifts_a_freeze(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    add_freeze_link(store, carol, 1, NOW).await;
    freeze(store, carol, NOW).await;
    notices(store, NOW).await;
    assert_eq!(recover(store, carol, 9, NOW).await, RecoveryOutcome::Recovered(2));
    assert_eq!(state(store, carol, NOW).await, AccountState::Active);
    assert_eq!(
        notices(store, NOW).await,
        [Notice::RecoveredByCode { lifted: true }]
    );
    assert_eq!(store.freeze([1; 32], NOW).await.unwrap(), Freeze::Invalid);
}

pub async fn without_a_key_record_time_lifts_a_freeze(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    freeze(store, carol, NOW).await;
    let end = NOW.plus(limits::FREEZE_LINK_LIFE);
    let account = account_now(store, carol, end.minus(seconds(1))).await;
    assert_eq!((account.state, account.state_until), (FROZEN, Some(end)));
    assert_eq!(
        store
            .write_key_record(author_then(store, carol, NOW).await, first_write(), NOW)
            .await
            .unwrap(),
        WriteKeyRecord::NotAllowed(FROZEN),
        "it would need a proof from then on"
    );
    // A second click does not put the end off.
    let day_10 = NOW.plus(days(10));
    freeze(store, carol, day_10).await;
    assert_eq!(state(store, carol, end).await, AccountState::Active);
    assert_eq!(
        write_then(store, carol, "a", b"x", end).await,
        WriteObject::Written(())
    );
    assert_eq!(
        delete_then(store, carol, "a", end).await,
        WriteObject::Written(())
    );
    // What time has lifted stays lifted, also when there is a proof that could have lifted it.
    let author = author_then(store, carol, end).await;
    let written = store.write_key_record(author, first_write(), end).await;
    assert_eq!(written.unwrap(), WriteKeyRecord::Written(1));
    assert_eq!(state(store, carol, end).await, AccountState::Active);
    let author = author_then(store, carol, end).await;
    let written = store.write_key_record(author, next_write(1, 1, 3), end).await;
    assert_eq!(written.unwrap(), WriteKeyRecord::Written(2));
}

pub async fn a_freeze_takes_a_deletion_back(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let author = author_then(store, carol, NOW).await;
    store.delete_account(author, Deletion::Later, NOW).await.unwrap();
    notices(store, NOW).await;
    freeze(store, carol, NOW).await;
    assert_eq!(
        notices(store, NOW).await,
        [Notice::DeletionTakenBack, Notice::Frozen { until: None }]
    );
    assert_eq!(state(store, carol, NOW.plus(days(31))).await, FROZEN);
    unlock(store, carol, UnlockBy::UnlockProof(UNLOCK), NOW).await;
    assert_eq!(
        state(store, carol, NOW.plus(days(31))).await,
        AccountState::Active
    );
}
