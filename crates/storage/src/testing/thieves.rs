//! Whole stories: somebody who holds something of an account and is not its owner.

use bytes::Bytes;
use keyhaven_protocol::persona::{AccountId, AccountState, limits};

use super::{
    moves::{
        add_freeze_link, author_then, credential, delete_then, recover, state, undo, unlock, write_then,
    },
    samples::{
        FIRST_HASH, NOW, RECOVERY, UNLOCK, author_at, days, password_change, password_wrap, proven, reset,
        seconds, sign_up_with_keys,
    },
    steps::{content, key_record, write},
};
use crate::{
    ChangePassword, DeleteAccount, Deletion, Freeze, RecoveryOutcome, Store, UndoOutcome, UnlockBy,
    UnlockOutcome, WriteObject,
};

/// Whoever reads the mailbox resets again and again, and waits.
pub async fn a_mailbox_thief_destroys_nothing_and_is_given_nothing(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    write(store, carol, "work", b"first").await;
    for day in 0..60 {
        let now = NOW.plus(days(day));
        reset(store, carol, "$argon2id$thief", now).await;
        assert_eq!(
            write_then(store, carol, "work", b"ransom", now).await,
            WriteObject::NotAllowed(AccountState::Unproven)
        );
        assert_eq!(
            delete_then(store, carol, "work", now).await,
            WriteObject::NotAllowed(AccountState::Unproven)
        );
        let thief = author_then(store, carol, now).await;
        assert_eq!(
            store.delete_account(thief, Deletion::Later, now).await.unwrap(),
            DeleteAccount::NotAllowed(AccountState::Unproven)
        );
        // The wrap of the record is of another password than the thief's: the server releases it to nobody who
        // proved only that one.
        let wrap = key_record(store, carol).await.unwrap().password;
        assert_ne!(wrap.epoch, credential(store, carol, now).await.1);
        store.sweep(now).await.unwrap();
    }
    let now = NOW.plus(days(60));
    assert_eq!(undo(store, carol, 9, now).await, UndoOutcome::Undone);
    assert_eq!(credential(store, carol, now).await.0, FIRST_HASH);
    assert_eq!(
        key_record(store, carol).await.unwrap().password,
        password_wrap(1, 1)
    );
    assert_eq!(
        unlock(store, carol, UnlockBy::RecoveryAuth(RECOVERY), now).await,
        UnlockOutcome::Unlocked(AccountState::Active)
    );
    assert_eq!(
        content(store, carol, "work").await,
        Some(Bytes::from_static(b"first"))
    );
}

/// The owner changed the password, and somebody who knows the old one takes it back and tries to destroy.
async fn undone_by_a_thief(store: &dyn Store) -> AccountId {
    let carol = sign_up_with_keys(store, "carol").await;
    write(store, carol, "work", b"first").await;
    let changed = store
        .change_password(author_at(carol, 1), password_change(carol, 1, 1, 5), NOW)
        .await;
    assert_eq!(changed.unwrap(), ChangePassword::Changed(2));
    assert_eq!(undo(store, carol, 9, NOW).await, UndoOutcome::Undone);
    carol
}

pub async fn a_password_thief_who_undoes_cannot_delete(store: &dyn Store) {
    let carol = undone_by_a_thief(store).await;
    let thief = author_then(store, carol, NOW).await;
    for deletion in [Deletion::Later, Deletion::Now(UNLOCK)] {
        assert_eq!(
            store.delete_account(thief, deletion, NOW).await.unwrap(),
            DeleteAccount::NotAllowed(AccountState::Disputed)
        );
    }
    let change = password_change(carol, 3, 3, 6);
    assert_eq!(
        store.change_password(thief, change, NOW).await.unwrap(),
        ChangePassword::Refused(crate::WriteKeyRecord::NotAllowed(AccountState::Disputed))
    );
    assert_eq!(
        delete_then(store, carol, "work", NOW).await,
        WriteObject::NotAllowed(AccountState::Disputed)
    );
}

pub async fn a_password_thief_who_waits_for_the_end_of_a_dispute_finds_that_the_owner_reset(
    store: &dyn Store,
) {
    let carol = undone_by_a_thief(store).await;
    let day_7 = NOW.plus(days(7));
    reset(store, carol, "$argon2id$owner", day_7).await;
    let day_15 = NOW.plus(days(15));
    assert_eq!(
        state(store, carol, day_15).await,
        AccountState::Unproven,
        "the dispute did not run out"
    );
    assert_eq!(credential(store, carol, day_15).await.0, "$argon2id$owner");
    // The thief knows the password that is kept and can only begin the dispute anew.
    assert_eq!(undo(store, carol, 10, day_15).await, UndoOutcome::Undone);
    let thief = author_then(store, carol, day_15).await;
    assert_eq!(
        store
            .delete_account(thief, Deletion::Later, day_15)
            .await
            .unwrap(),
        DeleteAccount::NotAllowed(AccountState::Disputed)
    );
    assert!(matches!(
        recover(store, carol, 11, day_15).await,
        RecoveryOutcome::Recovered(_)
    ));
    assert_eq!(undo(store, carol, 12, day_15).await, UndoOutcome::NotKept);
    assert_eq!(
        content(store, carol, "work").await,
        Some(Bytes::from_static(b"first"))
    );
}

pub async fn a_password_thief_who_waits_deletes_only_what_can_be_taken_back(store: &dyn Store) {
    let carol = undone_by_a_thief(store).await;
    let day_14 = NOW.plus(limits::DISPUTE);
    let thief = author_then(store, carol, day_14).await;
    let removed_at = day_14.plus(limits::DELETED_KEPT);
    assert_eq!(
        store
            .delete_account(thief, Deletion::Later, day_14)
            .await
            .unwrap(),
        DeleteAccount::RemovedAt(removed_at)
    );
    // The owner's password was exchanged and is kept: the owner undoes back, which ends the deletion.
    let day_20 = NOW.plus(days(20));
    assert_eq!(undo(store, carol, 10, day_20).await, UndoOutcome::Undone);
    assert_eq!(credential(store, carol, day_20).await.0, "$argon2id$changed-5");
    assert_eq!(state(store, carol, day_20).await, AccountState::Disputed);
    assert_eq!(
        content(store, carol, "work").await,
        Some(Bytes::from_static(b"first"))
    );
}

pub async fn a_thief_and_an_owner_who_undo_in_turn_lose_nothing(store: &dyn Store) {
    let carol = undone_by_a_thief(store).await;
    for turn in 0..6_u8 {
        let now = NOW.plus(days(u64::from(turn)));
        assert_eq!(undo(store, carol, 20 + turn, now).await, UndoOutcome::Undone);
        assert!(proven(store, carol, now).await.is_some());
        assert_eq!(state(store, carol, now).await, AccountState::Disputed);
    }
    let now = NOW.plus(days(6));
    assert!(matches!(
        recover(store, carol, 30, now).await,
        RecoveryOutcome::Recovered(_)
    ));
    assert_eq!(credential(store, carol, now).await.0, "$argon2id$recovered-30");
    assert_eq!(proven(store, carol, now).await, None);
}

/// A thief with the password changes it; its owner reads the notice.
pub async fn an_owner_who_freezes_stops_a_password_thief_at_once(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    write(store, carol, "work", b"first").await;
    let changed = store
        .change_password(author_at(carol, 1), password_change(carol, 1, 1, 5), NOW)
        .await;
    assert_eq!(changed.unwrap(), ChangePassword::Changed(2));
    let by_session = super::samples::author_by_session(carol, 2, 5);
    assert!(
        store
            .objects(by_session, u64::MAX)
            .await
            .unwrap()
            .given()
            .is_some()
    );
    add_freeze_link(store, carol, 1, NOW).await;
    assert_eq!(store.freeze([1; 32], NOW).await.unwrap(), Freeze::Frozen);
    assert!(
        store
            .objects(by_session, u64::MAX)
            .await
            .unwrap()
            .given()
            .is_none(),
        "the thief's session"
    );
    assert_eq!(
        delete_then(store, carol, "work", NOW).await,
        WriteObject::NotAllowed(AccountState::Frozen)
    );
    assert_eq!(undo(store, carol, 9, NOW).await, UndoOutcome::Undone);
    assert_eq!(credential(store, carol, NOW).await.0, FIRST_HASH);
    assert_eq!(
        unlock(store, carol, UnlockBy::RecoveryAuth(RECOVERY), NOW).await,
        UnlockOutcome::Unlocked(AccountState::Active)
    );
    assert_eq!(
        proven(store, carol, NOW).await,
        None,
        "the thief's password opens nothing any more"
    );
}

/// What stood before the trouble stands after it, however long that took and whatever was swept.
pub async fn trouble_prunes_no_version(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    for number in 0..30_u8 {
        write(store, carol, "work", &[number]).await;
    }
    reset(store, carol, "$argon2id$thief", NOW).await;
    let day_100 = NOW.plus(days(100));
    assert_eq!(super::moves::sweep_all(store, day_100).await.versions, 0);
    assert_eq!(super::moves::kept_versions(store, carol, "work").await.len(), 30);
    unlock(store, carol, UnlockBy::UnlockProof(UNLOCK), day_100).await;
    let last = day_100.plus(limits::VERSIONS_DAILY).minus(seconds(1));
    assert_eq!(
        super::moves::sweep_all(store, last).await.versions,
        0,
        "time to look"
    );
    assert_eq!(
        super::moves::sweep_all(store, last.plus(seconds(1)))
            .await
            .versions,
        20
    );
    assert_eq!(super::moves::kept_versions(store, carol, "work").await.len(), 10);
}
