//! Key records by compare-and-set, and proofs.

use futures_util::future::join_all;
use keyhaven_protocol::persona::{AccountId, AccountState};

use super::samples::{
    NOW, RECOVERY, UNLOCK, account_now, first_write, new_account, next_write, password_change, password_wrap,
    proven, recovery_wrap, sign_up, sign_up_and_reset, sign_up_with_keys,
};
use crate::{
    ChangePassword, CredentialKind, KeyRecordWrite, NewAccount, PasswordChange, RecoveryWrite, Store,
    UnlockBy, UnlockOutcome, WriteKeyRecord,
};

const WRONG: [u8; 32] = [0xee; 32];

pub async fn the_first_write_sets_record_and_version(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    assert!(store.key_record(carol).await.unwrap().is_none());
    assert_eq!(
        store.write_key_record(carol, first_write(), NOW).await.unwrap(),
        WriteKeyRecord::Written(1)
    );
    let record = store.key_record(carol).await.unwrap().expect("it was written");
    assert_eq!(record.version, 1);
    assert_eq!(record.password, password_wrap(1, 1));
    assert_eq!(record.recovery, recovery_wrap(2));
    assert_eq!(
        (record.unlock_verifier, record.recovery_verifier),
        (UNLOCK, RECOVERY)
    );
    assert_eq!(account_now(store, carol, NOW).await.key_record_version, Some(1));
}

pub async fn the_first_write_needs_a_recovery_wrap(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let write = KeyRecordWrite {
        recovery: None,
        ..first_write()
    };
    assert_eq!(
        store.write_key_record(carol, write, NOW).await.unwrap(),
        WriteKeyRecord::MissingRecovery
    );
    assert!(store.key_record(carol).await.unwrap().is_none());
}

pub async fn an_account_of_the_original_wire_gets_no_record(store: &dyn Store) {
    let account = NewAccount {
        kind: CredentialKind::Typed,
        ..new_account("carol")
    };
    let carol = account.id;
    store.create_account(account, NOW).await.unwrap();
    assert_eq!(
        store.write_key_record(carol, first_write(), NOW).await.unwrap(),
        WriteKeyRecord::NotDerived
    );
    assert_eq!(
        store
            .write_key_record(carol, next_write(1, 1, 3), NOW)
            .await
            .unwrap(),
        WriteKeyRecord::VersionConflict
    );
    let first_of_a_change = KeyRecordWrite {
        password: password_wrap(2, 1),
        ..first_write()
    };
    let change = PasswordChange {
        keys: first_of_a_change,
        ..password_change(carol, 1, 1, 3)
    };
    assert_eq!(
        store.change_password(carol, change, NOW).await.unwrap(),
        ChangePassword::Refused(WriteKeyRecord::NotDerived)
    );
    assert!(store.key_record(carol).await.unwrap().is_none());
    assert_eq!(account_now(store, carol, NOW).await.credential.epoch, 1);
}

pub async fn a_second_first_write_conflicts(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    assert_eq!(
        store.write_key_record(carol, first_write(), NOW).await.unwrap(),
        WriteKeyRecord::VersionConflict
    );
}

pub async fn a_write_over_another_version_conflicts(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let early = next_write(1, 1, 3);
    assert_eq!(
        store.write_key_record(carol, early, NOW).await.unwrap(),
        WriteKeyRecord::VersionConflict
    );
    store.write_key_record(carol, first_write(), NOW).await.unwrap();
    for version in [0, 2, u64::MAX] {
        let write = next_write(version, 1, 3);
        assert_eq!(
            store.write_key_record(carol, write, NOW).await.unwrap(),
            WriteKeyRecord::VersionConflict
        );
    }
    assert_eq!(
        store.key_record(carol).await.unwrap().unwrap().password,
        password_wrap(1, 1)
    );
}

pub async fn a_write_without_the_proof_is_refused(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let write = KeyRecordWrite {
        unlock_verifier: WRONG,
        new_unlock_verifier: Some(WRONG),
        recovery: Some(RecoveryWrite {
            wrap: recovery_wrap(9),
            verifier: WRONG,
        }),
        ..next_write(1, 1, 3)
    };
    assert_eq!(
        store.write_key_record(carol, write, NOW).await.unwrap(),
        WriteKeyRecord::WrongProof
    );
    let record = store.key_record(carol).await.unwrap().unwrap();
    assert_eq!(
        (record.version, record.unlock_verifier, record.recovery_verifier),
        (1, UNLOCK, RECOVERY)
    );
    assert_eq!(
        (record.password, record.recovery),
        (password_wrap(1, 1), recovery_wrap(2))
    );
}

pub async fn a_wrap_of_another_epoch_is_refused(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let first = KeyRecordWrite {
        password: password_wrap(2, 1),
        ..first_write()
    };
    assert_eq!(
        store.write_key_record(carol, first, NOW).await.unwrap(),
        WriteKeyRecord::WrongEpoch
    );
    store.write_key_record(carol, first_write(), NOW).await.unwrap();
    for epoch in [0, 2, u64::MAX] {
        let write = next_write(1, epoch, 3);
        assert_eq!(
            store.write_key_record(carol, write, NOW).await.unwrap(),
            WriteKeyRecord::WrongEpoch
        );
    }
}

pub async fn a_write_without_recovery_keeps_the_stored_one(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let write = next_write(1, 1, 3);
    assert_eq!(
        store.write_key_record(carol, write, NOW).await.unwrap(),
        WriteKeyRecord::Written(2)
    );
    let record = store.key_record(carol).await.unwrap().unwrap();
    assert_eq!((record.version, record.password), (2, password_wrap(1, 3)));
    assert_eq!(
        (record.recovery, record.recovery_verifier),
        (recovery_wrap(2), RECOVERY)
    );
}

pub async fn a_new_recovery_code_replaces_wrap_and_verifier(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let recovery = RecoveryWrite {
        wrap: recovery_wrap(7),
        verifier: [7; 32],
    };
    let write = KeyRecordWrite {
        recovery: Some(recovery),
        ..next_write(1, 1, 1)
    };
    assert_eq!(
        store.write_key_record(carol, write, NOW).await.unwrap(),
        WriteKeyRecord::Written(2)
    );
    let record = store.key_record(carol).await.unwrap().unwrap();
    assert_eq!(
        (record.recovery, record.recovery_verifier),
        (recovery_wrap(7), [7; 32])
    );
    for (verifier, outcome) in [
        (RECOVERY, UnlockOutcome::WrongProof),
        ([7; 32], UnlockOutcome::Active),
    ] {
        assert_eq!(
            store
                .unlock(carol, UnlockBy::RecoveryAuth(verifier), NOW)
                .await
                .unwrap(),
            outcome
        );
    }
}

pub async fn a_new_backup_key_replaces_its_verifier(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let write = KeyRecordWrite {
        new_unlock_verifier: Some([8; 32]),
        recovery: Some(RecoveryWrite {
            wrap: recovery_wrap(8),
            verifier: [8; 32],
        }),
        ..next_write(1, 1, 8)
    };
    assert_eq!(
        store.write_key_record(carol, write, NOW).await.unwrap(),
        WriteKeyRecord::Written(2)
    );
    for (verifier, outcome) in [
        (UNLOCK, UnlockOutcome::WrongProof),
        ([8; 32], UnlockOutcome::Active),
    ] {
        assert_eq!(
            store
                .unlock(carol, UnlockBy::UnlockProof(verifier), NOW)
                .await
                .unwrap(),
            outcome
        );
    }
    let with_old_proof = next_write(2, 1, 9);
    assert_eq!(
        store.write_key_record(carol, with_old_proof, NOW).await.unwrap(),
        WriteKeyRecord::WrongProof
    );
}

pub async fn a_new_backup_key_needs_a_new_recovery_wrap(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let write = KeyRecordWrite {
        new_unlock_verifier: Some([8; 32]),
        ..next_write(1, 1, 8)
    };
    assert_eq!(
        store.write_key_record(carol, write, NOW).await.unwrap(),
        WriteKeyRecord::MissingRecovery
    );
    assert_eq!(store.key_record(carol).await.unwrap().unwrap().version, 1);
}

pub async fn a_new_backup_key_drops_the_old_password_that_was_kept(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    store
        .change_password(carol, password_change(carol, 1, 1, 5), NOW)
        .await
        .unwrap();
    assert!(proven(store, carol, NOW).await.is_some());
    let write = KeyRecordWrite {
        new_unlock_verifier: Some([8; 32]),
        recovery: Some(RecoveryWrite {
            wrap: recovery_wrap(8),
            verifier: [8; 32],
        }),
        ..next_write(2, 2, 8)
    };
    assert_eq!(
        store.write_key_record(carol, write, NOW).await.unwrap(),
        WriteKeyRecord::Written(3)
    );
    assert_eq!(
        proven(store, carol, NOW).await,
        None,
        "its wrap opens a backup key that was given up"
    );
}

pub async fn of_two_writes_at_once_exactly_one_wins(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let writes = (10..18).map(|seed| store.write_key_record(carol, next_write(1, 1, seed), NOW));
    let outcomes: Vec<_> = join_all(writes).await.into_iter().map(Result::unwrap).collect();
    let count = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    assert_eq!(
        (
            count(WriteKeyRecord::Written(2)),
            count(WriteKeyRecord::VersionConflict)
        ),
        (1, 7)
    );
}

pub async fn an_unproven_account_cannot_change_code_or_backup_key(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    let new_code = RecoveryWrite {
        wrap: recovery_wrap(7),
        verifier: [7; 32],
    };
    let same_code_other_verifier = RecoveryWrite {
        wrap: recovery_wrap(2),
        verifier: [7; 32],
    };
    for (recovery, new_unlock_verifier) in [
        (Some(new_code.clone()), None),
        (Some(same_code_other_verifier), None),
        (Some(new_code), Some([8; 32])),
    ] {
        let write = KeyRecordWrite {
            recovery,
            new_unlock_verifier,
            ..next_write(1, 2, 3)
        };
        assert_eq!(
            store.write_key_record(carol, write, NOW).await.unwrap(),
            WriteKeyRecord::Unproven
        );
    }
    assert_eq!(account_now(store, carol, NOW).await.state, AccountState::Unproven);
    assert_eq!(
        store.key_record(carol).await.unwrap().unwrap().recovery,
        recovery_wrap(2)
    );
}

pub async fn a_write_with_proof_makes_an_unproven_account_active(store: &dyn Store) {
    let stored_code = Some(RecoveryWrite {
        wrap: recovery_wrap(2),
        verifier: RECOVERY,
    });
    for (name, recovery) in [("carol", None), ("dave", stored_code)] {
        let id = sign_up_and_reset(store, name).await;
        let wrong = KeyRecordWrite {
            unlock_verifier: WRONG,
            ..next_write(1, 2, 3)
        };
        assert_eq!(
            store.write_key_record(id, wrong, NOW).await.unwrap(),
            WriteKeyRecord::WrongProof
        );
        assert_eq!(account_now(store, id, NOW).await.state, AccountState::Unproven);
        let write = KeyRecordWrite {
            recovery,
            ..next_write(1, 2, 3)
        };
        assert_eq!(
            store.write_key_record(id, write, NOW).await.unwrap(),
            WriteKeyRecord::Written(2)
        );
        assert_eq!(account_now(store, id, NOW).await.state, AccountState::Active);
    }
}

pub async fn an_unknown_account_has_no_record_to_write(store: &dyn Store) {
    let nobody = AccountId::from_bytes([9; 16]);
    assert_eq!(
        store.write_key_record(nobody, first_write(), NOW).await.unwrap(),
        WriteKeyRecord::VersionConflict
    );
    assert!(store.key_record(nobody).await.unwrap().is_none());
}

pub async fn a_wrong_proof_unlocks_nothing(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    for by in [
        UnlockBy::UnlockProof(WRONG),
        UnlockBy::RecoveryAuth(WRONG),
        UnlockBy::UnlockProof(RECOVERY),
        UnlockBy::RecoveryAuth(UNLOCK),
    ] {
        assert_eq!(
            store.unlock(carol, by, NOW).await.unwrap(),
            UnlockOutcome::WrongProof
        );
    }
    assert_eq!(account_now(store, carol, NOW).await.state, AccountState::Unproven);
}

pub async fn an_active_account_checks_a_proof_and_stays_as_it_is(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    for (by, outcome) in [
        (UnlockBy::UnlockProof(UNLOCK), UnlockOutcome::Active),
        (UnlockBy::RecoveryAuth(RECOVERY), UnlockOutcome::Active),
        (UnlockBy::UnlockProof(WRONG), UnlockOutcome::WrongProof),
    ] {
        assert_eq!(store.unlock(carol, by, NOW).await.unwrap(), outcome);
        let account = account_now(store, carol, NOW).await;
        assert_eq!(
            (account.state, account.credential.epoch),
            (AccountState::Active, 1)
        );
    }
}

pub async fn an_account_without_record_has_no_proof(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let nobody = AccountId::from_bytes([9; 16]);
    for id in [carol, nobody] {
        let outcome = store
            .unlock(id, UnlockBy::UnlockProof(UNLOCK), NOW)
            .await
            .unwrap();
        assert_eq!(outcome, UnlockOutcome::WrongProof);
    }
}

pub async fn one_accounts_proof_does_not_unlock_another(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    let other = KeyRecordWrite {
        unlock_verifier: [0x33; 32],
        ..first_write()
    };
    store.write_key_record(dave, other, NOW).await.unwrap();
    let outcome = store
        .unlock(carol, UnlockBy::UnlockProof([0x33; 32]), NOW)
        .await
        .unwrap();
    assert_eq!(outcome, UnlockOutcome::WrongProof);
}
