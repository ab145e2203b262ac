//! The last proven password put back in force, and the dispute that follows.

use keyhaven_protocol::persona::{AccountState, limits};

use super::{
    moves::{author_then, credential, notices, recover, state, undo, unlock, write_then},
    samples::{
        FIRST_HASH, NOW, RECOVERY, UNLOCK, account_now, author_at, days, new_session, open_session,
        password_change, password_wrap, proven, reset, seconds, session_is_open, sign_up_and_reset,
        sign_up_with_keys,
    },
    steps::key_record,
};
use crate::{
    ChangePassword, Notice, RecoveryOutcome, SpendCode, Store, Undo, UndoOutcome, UnlockBy, UnlockOutcome,
    WriteObject,
};

/// An account whose password was changed from the first one to `$argon2id$changed-5`, at [`NOW`].
async fn changed(store: &dyn Store, name: &str) -> keyhaven_protocol::persona::AccountId {
    let id = sign_up_with_keys(store, name).await;
    let change = store
        .change_password(author_at(id, 1), password_change(id, 1, 1, 5), NOW)
        .await;
    assert_eq!(change.unwrap(), ChangePassword::Changed(2));
    id
}

pub async fn an_undo_of_a_reset_puts_password_and_wrap_back(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    open_session(store, carol, 2, 1, NOW).await;
    let late = author_then(store, carol, NOW).await;
    notices(store, NOW).await;
    assert_eq!(undo(store, carol, 9, NOW).await, UndoOutcome::Undone);
    // The old secret keeps its epoch, so that its wrap opens; the generation is a new one.
    assert_eq!(credential(store, carol, NOW).await, (FIRST_HASH.to_owned(), 1, 3));
    assert_eq!(account_now(store, carol, NOW).await.credential.next_epoch(), 4);
    let record = key_record(store, carol).await.unwrap();
    assert_eq!((record.version, record.password), (2, password_wrap(1, 1)));
    assert_eq!(
        proven(store, carol, NOW).await,
        None,
        "what nobody proved is gone"
    );
    assert!(!session_is_open(store, 1, NOW).await && session_is_open(store, 9, NOW).await);
    let refused = store.objects(late, u64::MAX).await.unwrap();
    assert!(refused.given().is_none(), "authenticated before the undo");
    let disputed_until = Some(NOW.plus(limits::DISPUTE));
    assert_eq!(
        notices(store, NOW).await,
        [Notice::PasswordPutBack { disputed_until }]
    );
}

pub async fn an_undo_exchanges_two_proven_passwords(store: &dyn Store) {
    let carol = changed(store, "carol").await;
    for (seed, hash, epoch, wrap, other) in [
        (9, FIRST_HASH, 1, password_wrap(1, 1), "$argon2id$changed-5"),
        (10, "$argon2id$changed-5", 2, password_wrap(2, 5), FIRST_HASH),
        (11, FIRST_HASH, 1, password_wrap(1, 1), "$argon2id$changed-5"),
    ] {
        let generation = account_now(store, carol, NOW).await.credential.generation;
        assert_eq!(undo(store, carol, seed, NOW).await, UndoOutcome::Undone);
        assert_eq!(
            credential(store, carol, NOW).await,
            (hash.to_owned(), epoch, generation + 1)
        );
        assert_eq!(key_record(store, carol).await.unwrap().password, wrap);
        assert_eq!(state(store, carol, NOW).await, AccountState::Disputed);
        let kept = proven(store, carol, NOW).await.expect("the exchange");
        assert_eq!(kept.0, other);
    }
}

pub async fn a_dispute_ends_after_fourteen_days_and_the_exchanged_password_is_kept_as_long_again(
    store: &dyn Store,
) {
    let carol = changed(store, "carol").await;
    undo(store, carol, 9, NOW).await;
    let end = NOW.plus(limits::DISPUTE);
    let account = account_now(store, carol, end.minus(seconds(1))).await;
    assert_eq!(
        (account.state, account.state_until),
        (AccountState::Disputed, Some(end))
    );
    let after = account_now(store, carol, end).await;
    assert_eq!((after.state, after.state_until), (AccountState::Active, None));
    let gone = end.plus(limits::PROVEN_KEPT);
    assert!(proven(store, carol, gone.minus(seconds(1))).await.is_some());
    assert_eq!(proven(store, carol, gone).await, None);
    assert_eq!(undo(store, carol, 10, gone).await, UndoOutcome::NotKept);
}

pub async fn an_undo_after_the_credential_changed_is_refused(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    let seen = account_now(store, carol, NOW).await.credential.generation;
    reset(store, carol, "$argon2id$again", NOW).await;
    let before = credential(store, carol, NOW).await;
    for (generation, session) in [
        (seen, new_session(carol, seen + 1, 9)),
        (seen + 1, new_session(carol, seen + 1, 9)),
    ] {
        let late = Undo {
            account: carol,
            credential_generation: generation,
            session,
        };
        assert_eq!(store.undo(late, NOW).await.unwrap(), UndoOutcome::NotKept);
    }
    assert_eq!(credential(store, carol, NOW).await, before);
    assert!(!session_is_open(store, 9, NOW).await);
}

pub async fn without_a_kept_password_there_is_nothing_to_undo(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    assert_eq!(undo(store, carol, 9, NOW).await, UndoOutcome::NotKept);
    let dave = changed(store, "dave").await;
    let day_15 = NOW.plus(days(15));
    assert_eq!(
        undo(store, dave, 10, day_15).await,
        UndoOutcome::NotKept,
        "day 15"
    );
    assert_eq!(state(store, dave, day_15).await, AccountState::Active);
}

pub async fn only_the_recovery_code_decides_a_dispute(store: &dyn Store) {
    let carol = changed(store, "carol").await;
    undo(store, carol, 9, NOW).await;
    assert_eq!(
        unlock(store, carol, UnlockBy::UnlockProof(UNLOCK), NOW).await,
        UnlockOutcome::NotAllowed(AccountState::Disputed),
        "both of them hold the backup key"
    );
    assert!(proven(store, carol, NOW).await.is_some());
    assert_eq!(
        unlock(store, carol, UnlockBy::RecoveryAuth(RECOVERY), NOW).await,
        UnlockOutcome::Unlocked(AccountState::Active)
    );
    assert_eq!(
        proven(store, carol, NOW).await,
        None,
        "the other one has no way in any more"
    );
    let told = notices(store, NOW).await;
    assert_eq!(told.last(), Some(&Notice::DisputeDecided), "{told:?}");
    assert_eq!(undo(store, carol, 10, NOW).await, UndoOutcome::NotKept);
}

pub async fn a_recovery_decides_a_dispute_for_good(store: &dyn Store) {
    let carol = changed(store, "carol").await;
    undo(store, carol, 9, NOW).await;
    assert_eq!(
        recover(store, carol, 12, NOW).await,
        RecoveryOutcome::Recovered(4)
    );
    assert_eq!(state(store, carol, NOW).await, AccountState::Active);
    assert_eq!(
        proven(store, carol, NOW).await,
        None,
        "neither of the two passwords"
    );
}

pub async fn an_undo_voids_reset_codes(store: &dyn Store) {
    let carol = changed(store, "carol").await;
    store.add_reset_code(carol, [3; 32], NOW).await.unwrap();
    undo(store, carol, 9, NOW).await;
    let address = account_now(store, carol, NOW).await.address;
    let credential = super::samples::new_credential("$argon2id$late");
    let spent = store
        .spend_reset_code(&address, [3; 32], credential, super::samples::FRESH, NOW)
        .await;
    assert_eq!(spent.unwrap(), SpendCode::Invalid);
}

pub async fn what_a_disputed_account_adds_is_bounded_from_the_undo_on(store: &dyn Store) {
    let carol = changed(store, "carol").await;
    undo(store, carol, 9, NOW).await;
    let half = vec![7; usize::try_from(limits::UNPROVEN_ADDED_BYTES / 2).unwrap()];
    for id in ["a", "b"] {
        assert_eq!(
            write_then(store, carol, id, &half, NOW).await,
            WriteObject::Written(())
        );
    }
    assert_eq!(
        write_then(store, carol, "c", b"x", NOW).await,
        WriteObject::QuotaExceeded
    );
    // Neither going back and forth nor a reset is a new allowance.
    undo(store, carol, 10, NOW).await;
    assert_eq!(
        write_then(store, carol, "c", b"x", NOW).await,
        WriteObject::QuotaExceeded
    );
    reset(store, carol, "$argon2id$reset", NOW).await;
    assert_eq!(
        write_then(store, carol, "c", b"x", NOW).await,
        WriteObject::QuotaExceeded
    );
}

pub async fn a_reset_in_a_dispute_keeps_the_password_in_force(store: &dyn Store) {
    let carol = changed(store, "carol").await;
    undo(store, carol, 9, NOW).await;
    reset(store, carol, "$argon2id$mailbox", NOW).await;
    assert_eq!(state(store, carol, NOW).await, AccountState::Unproven);
    let kept = Some((FIRST_HASH.to_owned(), password_wrap(1, 1)));
    assert_eq!(proven(store, carol, NOW.plus(days(400))).await, kept);
    assert_eq!(
        undo(store, carol, 10, NOW.plus(days(400))).await,
        UndoOutcome::Undone
    );
}
