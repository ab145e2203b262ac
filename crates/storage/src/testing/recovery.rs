//! A new password against the recovery code, without mail and without a session.

use keyhaven_protocol::{
    kdf::Argon2Params,
    persona::{AccountId, AccountState, limits},
};

use super::{
    moves::{author_then, credential, freeze, notices, recover, recovery, state, undo, unlock},
    samples::{
        FIRST_HASH, NOW, RECOVERY, UNLOCK, WRONG_PROOF, account_now, days, new_session, next_write,
        open_session, password_wrap, proven, recovery_wrap, reset, session_is_open, sign_up,
        sign_up_and_reset, sign_up_with_keys,
    },
    steps::key_record,
};
use crate::{
    CredentialKind, Deletion, KeyRecordWrite, Notice, Recovery, RecoveryOutcome, Store, UndoOutcome,
    UnlockBy, UnlockOutcome, WriteKeyRecord,
};

pub async fn a_recovery_changes_everything_at_once(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    open_session(store, carol, 1, 1, NOW).await;
    store.add_reset_code(carol, [1; 32], NOW).await.unwrap();
    assert_eq!(recover(store, carol, 9, NOW).await, RecoveryOutcome::Recovered(2));
    let account = account_now(store, carol, NOW).await;
    assert_eq!(account.credential.hash, "$argon2id$recovered-9");
    assert_eq!(
        account.credential.kind,
        CredentialKind::Derived(Argon2Params::FLOOR)
    );
    assert_eq!((account.credential.epoch, account.credential.generation), (2, 2));
    let record = key_record(store, carol).await.unwrap();
    assert_eq!(
        (record.version, record.password, record.recovery),
        (2, password_wrap(2, 9), recovery_wrap(2))
    );
    assert!(!session_is_open(store, 1, NOW).await && session_is_open(store, 9, NOW).await);
    assert_eq!(
        notices(store, NOW).await,
        [Notice::RecoveredByCode { lifted: false }]
    );
    // Who was replaced by mistake can undo it for 14 days.
    let kept = Some((FIRST_HASH.to_owned(), password_wrap(1, 1)));
    assert_eq!(proven(store, carol, NOW.plus(days(13))).await, kept);
    assert_eq!(proven(store, carol, NOW.plus(days(14))).await, None);
}

pub async fn a_recovery_leads_out_of_every_state(store: &dyn Store) {
    for name in ["unproven", "disputed", "frozen", "deleted"] {
        let id = sign_up_with_keys(store, name).await;
        match name {
            "unproven" => reset(store, id, "$argon2id$reset", NOW).await,
            "disputed" => {
                reset(store, id, "$argon2id$reset", NOW).await;
                assert_eq!(undo(store, id, 1, NOW).await, UndoOutcome::Undone);
            }
            "frozen" => freeze(store, id, NOW).await,
            _ => {
                let author = author_then(store, id, NOW).await;
                store.delete_account(author, Deletion::Later, NOW).await.unwrap();
            }
        }
        assert_ne!(state(store, id, NOW).await, AccountState::Active, "{name}");
        let outcome = recover(store, id, 9, NOW).await;
        assert!(
            matches!(outcome, RecoveryOutcome::Recovered(_)),
            "{name}: {outcome:?}"
        );
        let later = NOW.plus(days(400));
        assert_eq!(state(store, id, later).await, AccountState::Active, "{name}");
        assert_eq!(
            credential(store, id, NOW).await.0,
            "$argon2id$recovered-9",
            "{name}"
        );
        // Opened by the seed: the next one is another account's.
        let ended = store.end_sessions(author_then(store, id, NOW).await, NOW).await;
        ended.unwrap().given().expect("signed in");
    }
}

pub async fn a_recovery_of_an_unproven_account_keeps_what_was_proven(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    let day_40 = NOW.plus(days(40));
    recover(store, carol, 9, day_40).await;
    let kept = Some((FIRST_HASH.to_owned(), password_wrap(1, 1)));
    let end = day_40.plus(limits::PROVEN_KEPT);
    assert_eq!(
        proven(store, carol, end.minus(days(1))).await,
        kept,
        "not the one that the reset set"
    );
    assert_eq!(proven(store, carol, end).await, None);
}

pub async fn a_recovery_brings_no_password_back_whose_time_was_over(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    let by = UnlockBy::RecoveryAuth(RECOVERY);
    assert_eq!(
        unlock(store, carol, by, NOW).await,
        UnlockOutcome::Unlocked(AccountState::Active)
    );
    let day_15 = NOW.plus(days(15));
    assert_eq!(proven(store, carol, day_15).await, None);
    recover(store, carol, 9, day_15).await;
    assert_eq!(proven(store, carol, day_15).await, None);
}

pub async fn a_wrong_code_recovers_nothing(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    let nobody = AccountId::from_bytes([9; 16]);
    let good = recovery(store, carol, 9, NOW).await;
    let wrong = [
        Recovery {
            recovery_auth: WRONG_PROOF,
            ..good.clone()
        },
        Recovery {
            recovery_auth: UNLOCK,
            ..good.clone()
        },
        Recovery {
            account: dave,
            session: new_session(dave, 2, 9),
            ..good.clone()
        },
        Recovery {
            account: nobody,
            session: new_session(nobody, 2, 9),
            ..good.clone()
        },
    ];
    for recovery in wrong {
        assert_eq!(
            store.recover(recovery, NOW).await.unwrap(),
            RecoveryOutcome::WrongProof
        );
    }
    for id in [carol, dave] {
        assert_eq!(credential(store, id, NOW).await, (FIRST_HASH.to_owned(), 1, 1));
    }
    assert!(!session_is_open(store, 9, NOW).await);
    assert_eq!(notices(store, NOW).await, []);
}

pub async fn a_recovery_that_was_overtaken_changes_nothing(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let late = recovery(store, carol, 9, NOW).await;
    recover(store, carol, 10, NOW).await;
    assert_eq!(
        store.recover(late.clone(), NOW).await.unwrap(),
        RecoveryOutcome::Changed
    );
    let now = recovery(store, carol, 9, NOW).await;
    for (keys, refusal) in [
        (next_write(1, 3, 9), WriteKeyRecord::VersionConflict),
        (next_write(2, 2, 9), WriteKeyRecord::WrongEpoch),
        (
            KeyRecordWrite {
                unlock_verifier: WRONG_PROOF,
                ..next_write(2, 3, 9)
            },
            WriteKeyRecord::WrongProof,
        ),
    ] {
        let refused = store
            .recover(Recovery { keys, ..now.clone() }, NOW)
            .await
            .unwrap();
        assert_eq!(refused, RecoveryOutcome::Refused(refusal));
    }
    assert_eq!(credential(store, carol, NOW).await.0, "$argon2id$recovered-10");
}
