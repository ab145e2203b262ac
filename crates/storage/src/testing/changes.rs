//! Changes of password by the owner.

use futures_util::future::join_all;
use keyhaven_protocol::{
    kdf::Argon2Params,
    persona::{AccountState, limits},
};

use super::{
    samples::{
        FIRST_HASH, FRESH, NOW, account_now, author_at, days, new_credential, new_session, next_write,
        open_session, password_change, password_wrap, proven, recovery_wrap, seconds, session_is_open,
        sign_up_and_reset, sign_up_with_keys,
    },
    steps::{key_record, sessions},
};
use crate::{
    ChangePassword, CredentialKind, KeyRecordWrite, PasswordChange, SpendCode, Store, WriteKeyRecord,
};

pub async fn a_change_of_password_changes_everything_at_once(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let dave = sign_up_with_keys(store, "dave").await;
    open_session(store, carol, 1, 1, NOW).await;
    open_session(store, dave, 1, 2, NOW).await;
    let outcome = store
        .change_password(author_at(carol, 1), password_change(carol, 1, 1, 5), NOW)
        .await
        .unwrap();
    assert_eq!(outcome, ChangePassword::Changed(2));
    let account = account_now(store, carol, NOW).await;
    assert_eq!(account.credential.hash, "$argon2id$changed-5");
    assert_eq!(
        account.credential.kind,
        CredentialKind::Derived(Argon2Params::FLOOR)
    );
    assert_eq!(
        (account.credential.epoch, account.key_record_version),
        (2, Some(2))
    );
    let record = key_record(store, carol).await.unwrap();
    assert_eq!(
        (record.password, record.recovery),
        (password_wrap(2, 5), recovery_wrap(2))
    );
    assert!(
        !session_is_open(store, 1, NOW).await,
        "an old session outlived the change"
    );
    assert!(
        session_is_open(store, 5, NOW).await,
        "the new session was not opened"
    );
    assert!(
        session_is_open(store, 2, NOW).await,
        "another account's session ended"
    );
}

pub async fn a_change_of_password_after_another_one_is_refused(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    store
        .change_password(author_at(carol, 1), password_change(carol, 1, 1, 5), NOW)
        .await
        .unwrap();
    let late = store
        .change_password(author_at(carol, 1), password_change(carol, 1, 2, 6), NOW)
        .await
        .unwrap();
    assert_eq!(late, ChangePassword::SignedOut);
    assert_eq!(
        account_now(store, carol, NOW).await.credential.hash,
        "$argon2id$changed-5"
    );
    assert!(session_is_open(store, 5, NOW).await && !session_is_open(store, 6, NOW).await);
}

pub async fn a_refused_key_record_changes_nothing(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    open_session(store, carol, 1, 1, NOW).await;
    let good = || password_change(carol, 1, 1, 5);
    for (keys, refusal) in [
        (next_write(7, 2, 5), WriteKeyRecord::VersionConflict),
        (
            KeyRecordWrite {
                unlock_verifier: [0xee; 32],
                ..next_write(1, 2, 5)
            },
            WriteKeyRecord::WrongProof,
        ),
        (next_write(1, 1, 5), WriteKeyRecord::WrongEpoch),
    ] {
        let outcome = store
            .change_password(author_at(carol, 1), PasswordChange { keys, ..good() }, NOW)
            .await
            .unwrap();
        assert_eq!(outcome, ChangePassword::Refused(refusal));
        let account = account_now(store, carol, NOW).await;
        assert_eq!(
            (account.credential.hash.as_str(), account.credential.epoch),
            (FIRST_HASH, 1)
        );
        assert!(session_is_open(store, 1, NOW).await && !session_is_open(store, 5, NOW).await);
        assert_eq!(proven(store, carol, NOW).await, None);
    }
}

pub async fn of_two_changes_at_once_exactly_one_wins(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let changes = (10..14)
        .map(|seed| store.change_password(author_at(carol, 1), password_change(carol, 1, 1, seed), NOW));
    let outcomes: Vec<_> = join_all(changes).await.into_iter().map(Result::unwrap).collect();
    let count = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    assert_eq!(
        (
            count(ChangePassword::Changed(2)),
            count(ChangePassword::SignedOut)
        ),
        (1, 3)
    );
    assert_eq!(sessions(store, carol, NOW).await.len(), 1);
}

pub async fn the_replaced_password_is_kept_for_fourteen_days(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    store
        .change_password(author_at(carol, 1), password_change(carol, 1, 1, 5), NOW)
        .await
        .unwrap();
    let kept = Some((FIRST_HASH.to_owned(), password_wrap(1, 1)));
    assert_eq!(proven(store, carol, NOW).await, kept);
    assert_eq!(
        proven(store, carol, NOW.plus(limits::PROVEN_KEPT - seconds(1))).await,
        kept
    );
    assert_eq!(proven(store, carol, NOW.plus(limits::PROVEN_KEPT)).await, None);
}

pub async fn a_change_of_an_unproven_account_keeps_the_credential_that_was_proven(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    let day_20 = NOW.plus(days(20));
    let outcome = store
        .change_password(author_at(carol, 2), password_change(carol, 2, 1, 5), day_20)
        .await
        .unwrap();
    assert_eq!(outcome, ChangePassword::Changed(2));
    let account = account_now(store, carol, day_20).await;
    assert_eq!(
        (account.state, account.credential.epoch),
        (AccountState::Active, 3)
    );
    let kept = Some((FIRST_HASH.to_owned(), password_wrap(1, 1)));
    assert_eq!(
        proven(store, carol, day_20.plus(days(13))).await,
        kept,
        "not the one that the reset set"
    );
    assert_eq!(proven(store, carol, day_20.plus(days(14))).await, None);
}

pub async fn a_change_of_password_voids_reset_codes(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    store.add_reset_code(carol, [1; 32], NOW).await.unwrap();
    store
        .change_password(author_at(carol, 1), password_change(carol, 1, 1, 5), NOW)
        .await
        .unwrap();
    let address = account_now(store, carol, NOW).await.address;
    let spent = store
        .spend_reset_code(&address, [1; 32], new_credential("$argon2id$thief"), FRESH, NOW)
        .await
        .unwrap();
    assert_eq!(spent, SpendCode::Invalid);
}

pub async fn a_change_with_a_session_for_another_epoch_is_refused(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let dave = sign_up_with_keys(store, "dave").await;
    for session in [
        new_session(carol, 1, 5),
        new_session(carol, 3, 5),
        new_session(dave, 2, 5),
    ] {
        let change = PasswordChange {
            session,
            ..password_change(carol, 1, 1, 5)
        };
        let outcome = store
            .change_password(author_at(carol, 1), change, NOW)
            .await
            .unwrap();
        assert_eq!(outcome, ChangePassword::SignedOut);
        assert_eq!(account_now(store, carol, NOW).await.credential.epoch, 1);
    }
}
