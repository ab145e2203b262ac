//! Key records by compare-and-set, and proofs.

use futures_util::future::join_all;
use keyhaven_protocol::persona::{AccountId, AccountState};

use super::{
    samples::{
        NOW, RECOVERY, UNLOCK, WRONG_PROOF, account_now, author, author_at, first_write, new_account,
        new_backup_key, next_write, password_change, password_wrap, recovery_wrap, sign_up,
        sign_up_with_keys,
    },
    steps::key_record,
};
use crate::{
    ChangePassword, CredentialKind, ForAuthor, KeyRecordWrite, NewAccount, NewBackupKey, PasswordChange,
    RecoveryWrite, Store, UnlockBy, UnlockOutcome, WriteKeyRecord,
};

pub async fn the_first_write_sets_record_and_version(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    assert!(key_record(store, carol).await.is_none());
    assert_eq!(
        store
            .write_key_record(author(store, carol).await, first_write(), NOW)
            .await
            .unwrap(),
        WriteKeyRecord::Written(1)
    );
    let record = key_record(store, carol).await.expect("it was written");
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
        store
            .write_key_record(author(store, carol).await, write, NOW)
            .await
            .unwrap(),
        WriteKeyRecord::MissingRecovery
    );
    assert!(key_record(store, carol).await.is_none());
}

pub async fn an_account_of_the_original_wire_gets_no_record(store: &dyn Store) {
    let account = NewAccount {
        kind: CredentialKind::Typed,
        ..new_account("carol")
    };
    let carol = account.id;
    store.create_account(account, NOW).await.unwrap();
    assert_eq!(
        store
            .write_key_record(author(store, carol).await, first_write(), NOW)
            .await
            .unwrap(),
        WriteKeyRecord::NotDerived
    );
    assert_eq!(
        store
            .write_key_record(author(store, carol).await, next_write(1, 1, 3), NOW)
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
        store
            .change_password(author_at(carol, 1), change, NOW)
            .await
            .unwrap(),
        ChangePassword::Refused(WriteKeyRecord::NotDerived)
    );
    assert!(key_record(store, carol).await.is_none());
    assert_eq!(account_now(store, carol, NOW).await.credential.epoch, 1);
}

pub async fn a_second_first_write_conflicts(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    assert_eq!(
        store
            .write_key_record(author(store, carol).await, first_write(), NOW)
            .await
            .unwrap(),
        WriteKeyRecord::VersionConflict
    );
}

pub async fn a_write_over_another_version_conflicts(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let early = next_write(1, 1, 3);
    assert_eq!(
        store
            .write_key_record(author(store, carol).await, early, NOW)
            .await
            .unwrap(),
        WriteKeyRecord::VersionConflict
    );
    store
        .write_key_record(author(store, carol).await, first_write(), NOW)
        .await
        .unwrap();
    for version in [0, 2, u64::MAX] {
        let write = next_write(version, 1, 3);
        assert_eq!(
            store
                .write_key_record(author(store, carol).await, write, NOW)
                .await
                .unwrap(),
            WriteKeyRecord::VersionConflict
        );
    }
    assert_eq!(
        key_record(store, carol).await.unwrap().password,
        password_wrap(1, 1)
    );
}

pub async fn a_write_without_the_proof_is_refused(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let write = KeyRecordWrite {
        unlock_verifier: WRONG_PROOF,
        new_backup_key: Some(NewBackupKey {
            unlock_verifier: WRONG_PROOF,
            ..new_backup_key(9)
        }),
        recovery: Some(RecoveryWrite {
            wrap: recovery_wrap(9),
            verifier: WRONG_PROOF,
        }),
        ..next_write(1, 1, 3)
    };
    assert_eq!(
        store
            .write_key_record(author(store, carol).await, write, NOW)
            .await
            .unwrap(),
        WriteKeyRecord::WrongProof
    );
    let record = key_record(store, carol).await.unwrap();
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
        store
            .write_key_record(author(store, carol).await, first, NOW)
            .await
            .unwrap(),
        WriteKeyRecord::WrongEpoch
    );
    store
        .write_key_record(author(store, carol).await, first_write(), NOW)
        .await
        .unwrap();
    for epoch in [0, 2, u64::MAX] {
        let write = next_write(1, epoch, 3);
        assert_eq!(
            store
                .write_key_record(author(store, carol).await, write, NOW)
                .await
                .unwrap(),
            WriteKeyRecord::WrongEpoch
        );
    }
}

pub async fn a_write_without_recovery_keeps_the_stored_one(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let write = next_write(1, 1, 3);
    assert_eq!(
        store
            .write_key_record(author(store, carol).await, write, NOW)
            .await
            .unwrap(),
        WriteKeyRecord::Written(2)
    );
    let record = key_record(store, carol).await.unwrap();
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
        store
            .write_key_record(author(store, carol).await, write, NOW)
            .await
            .unwrap(),
        WriteKeyRecord::Written(2)
    );
    let record = key_record(store, carol).await.unwrap();
    assert_eq!(
        (record.recovery, record.recovery_verifier),
        (recovery_wrap(7), [7; 32])
    );
    for (verifier, outcome) in [
        (RECOVERY, UnlockOutcome::WrongProof),
        ([7; 32], UnlockOutcome::Unlocked(AccountState::Active)),
    ] {
        assert_eq!(
            store
                .unlock(author(store, carol).await, UnlockBy::RecoveryAuth(verifier), NOW)
                .await
                .unwrap(),
            outcome
        );
    }
}

pub async fn of_two_writes_at_once_exactly_one_wins(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let writes =
        (10..18).map(|seed| store.write_key_record(author_at(carol, 1), next_write(1, 1, seed), NOW));
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

pub async fn an_unknown_account_has_no_record_to_write(store: &dyn Store) {
    let nobody = AccountId::from_bytes([9; 16]);
    assert_eq!(
        store
            .write_key_record(author(store, nobody).await, first_write(), NOW)
            .await
            .unwrap(),
        WriteKeyRecord::SignedOut
    );
    let read = store.key_record(author(store, nobody).await).await.unwrap();
    assert!(matches!(read, ForAuthor::SignedOut));
}
