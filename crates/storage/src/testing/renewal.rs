//! A new backup key in the place of the one before, and the former keys beside it.

use futures_util::future::join_all;
use keyhaven_protocol::persona::AccountState;

use super::{
    address_change::{ask, confirm},
    moves::{author_then, credential, freeze, notices, recovery, state, undo},
    samples::{
        FIRST_HASH, FRESH, NOW, RECOVERY, UNLOCK, WRONG_PROOF, account_now, author, author_at,
        author_by_session, first_write, former_keys, new_backup_key, new_code, new_credential, next_write,
        open_session, password_change, password_wrap, proven, recovery_wrap, renewal, session_is_open,
        sign_up, sign_up_and_reset, sign_up_with_keys,
    },
    steps::{key_record, write},
};
use crate::{
    ChangePassword, Deletion, KeyRecordWrite, NewBackupKey, Notice, PasswordChange, Recovery,
    RecoveryOutcome, RecoveryWrite, SpendCode, Store, UndoOutcome, UnlockBy, UnlockOutcome, WriteKeyRecord,
    WriteObject,
};

pub async fn a_renewal_replaces_wraps_and_verifiers_and_keeps_the_former_keys(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    assert_eq!(key_record(store, carol).await.unwrap().former_keys, None);
    let written = store
        .write_key_record(author(store, carol).await, renewal(1, 1, 8), NOW)
        .await;
    assert_eq!(written.unwrap(), WriteKeyRecord::Written(2));
    let record = key_record(store, carol).await.unwrap();
    assert_eq!(
        (record.password, record.recovery),
        (password_wrap(1, 8), recovery_wrap(8))
    );
    assert_eq!(
        (record.unlock_verifier, record.recovery_verifier),
        ([8; 32], [8; 32])
    );
    assert_eq!(record.former_keys, Some(former_keys(8)));
    for (by, outcome) in [
        (UnlockBy::UnlockProof(UNLOCK), UnlockOutcome::WrongProof),
        (UnlockBy::RecoveryAuth(RECOVERY), UnlockOutcome::WrongProof),
        (
            UnlockBy::UnlockProof([8; 32]),
            UnlockOutcome::Unlocked(AccountState::Active),
        ),
        (
            UnlockBy::RecoveryAuth([8; 32]),
            UnlockOutcome::Unlocked(AccountState::Active),
        ),
    ] {
        let unlocked = store.unlock(author(store, carol).await, by, NOW).await;
        assert_eq!(unlocked.unwrap(), outcome);
    }
    let with_the_old_proof = store
        .write_key_record(author(store, carol).await, next_write(2, 1, 9), NOW)
        .await;
    assert_eq!(with_the_old_proof.unwrap(), WriteKeyRecord::WrongProof);
}

pub async fn half_a_renewal_is_refused_and_changes_nothing(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    open_session(store, carol, 1, 1, NOW).await;
    let code = |wrap, verifier| {
        Some(RecoveryWrite {
            wrap: recovery_wrap(wrap),
            verifier,
        })
    };
    let half = |change: fn(&mut KeyRecordWrite)| {
        let mut write = renewal(1, 1, 8);
        change(&mut write);
        write
    };
    for (write, refusal) in [
        (
            half(|write| write.recovery = None),
            WriteKeyRecord::MissingRecovery,
        ),
        (
            half(|write| write.deciding_verifier = None),
            WriteKeyRecord::HalfRenewed,
        ),
        (
            half(|write| write.password = password_wrap(1, 1)),
            WriteKeyRecord::HalfRenewed,
        ),
        (
            KeyRecordWrite {
                recovery: code(2, [8; 32]),
                ..renewal(1, 1, 8)
            },
            WriteKeyRecord::HalfRenewed,
        ),
        (
            KeyRecordWrite {
                recovery: code(8, RECOVERY),
                ..renewal(1, 1, 8)
            },
            WriteKeyRecord::HalfRenewed,
        ),
        (
            half(|write| {
                write.new_backup_key = Some(NewBackupKey {
                    unlock_verifier: UNLOCK,
                    ..new_backup_key(8)
                });
            }),
            WriteKeyRecord::HalfRenewed,
        ),
        (
            half(|write| write.unlock_verifier = WRONG_PROOF),
            WriteKeyRecord::WrongProof,
        ),
        (renewal(7, 1, 8), WriteKeyRecord::VersionConflict),
        (renewal(1, 2, 8), WriteKeyRecord::WrongEpoch),
    ] {
        let written = store.write_key_record(author_at(carol, 1), write, NOW).await;
        assert_eq!(written.unwrap(), refusal);
        let record = key_record(store, carol).await.unwrap();
        assert_eq!((record.version, record.unlock_verifier), (1, UNLOCK));
        assert_eq!(record.former_keys, None);
        assert!(session_is_open(store, 1, NOW).await);
    }
    assert_eq!(notices(store, NOW).await, []);
}

pub async fn the_first_record_has_no_key_before_it(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    for first in [
        KeyRecordWrite {
            new_backup_key: Some(new_backup_key(8)),
            ..first_write()
        },
        KeyRecordWrite {
            replaces: None,
            ..renewal(1, 1, 8)
        },
    ] {
        let written = store
            .write_key_record(author(store, carol).await, first, NOW)
            .await;
        assert_eq!(written.unwrap(), WriteKeyRecord::HalfRenewed);
    }
    assert!(key_record(store, carol).await.is_none());
}

pub async fn every_other_write_keeps_the_former_keys(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    store
        .write_key_record(author_at(carol, 1), renewal(1, 1, 8), NOW)
        .await
        .unwrap();
    let author = author(store, carol).await;
    let with_the_new_proof = |write| KeyRecordWrite {
        unlock_verifier: [8; 32],
        ..write
    };
    for (write, version) in [(next_write(2, 1, 10), 3), (new_code(3, 1, 11), 4)] {
        let written = store
            .write_key_record(author, with_the_new_proof(write), NOW)
            .await;
        assert_eq!(written.unwrap(), WriteKeyRecord::Written(version));
        assert_eq!(
            key_record(store, carol).await.unwrap().former_keys,
            Some(former_keys(8))
        );
    }
}

pub async fn a_renewal_ends_every_session_but_its_authors(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    open_session(store, carol, 1, 1, NOW).await;
    open_session(store, carol, 1, 2, NOW).await;
    let elsewhere = author_by_session(carol, 1, 2);
    let by_password = author_at(carol, 1);
    let written = store
        .write_key_record(author_by_session(carol, 1, 1), renewal(1, 1, 8), NOW)
        .await;
    assert_eq!(written.unwrap(), WriteKeyRecord::Written(2));
    assert!(session_is_open(store, 1, NOW).await && !session_is_open(store, 2, NOW).await);
    // Authenticated before and asking after: it would write under a key that was given up.
    for late in [elsewhere, by_password] {
        assert!(store.objects(late, u64::MAX).await.unwrap().given().is_none());
        let put = store
            .write_object(late, "late", "text/plain", b"late".as_slice().into(), NOW)
            .await;
        assert_eq!(put.unwrap(), WriteObject::SignedOut);
    }
    // The password is what it was, and its next one gets an epoch that nobody had.
    assert_eq!(credential(store, carol, NOW).await, (FIRST_HASH.to_owned(), 1, 2));
    assert_eq!(account_now(store, carol, NOW).await.credential.next_epoch(), 3);
    assert_eq!(
        write(store, carol, "work", b"signed in since").await,
        WriteObject::Written(())
    );
}

pub async fn a_renewal_drops_the_old_password_and_with_it_the_undo(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    store
        .change_password(author_at(carol, 1), password_change(carol, 1, 1, 5), NOW)
        .await
        .unwrap();
    assert!(proven(store, carol, NOW).await.is_some());
    let written = store
        .write_key_record(author(store, carol).await, renewal(2, 2, 8), NOW)
        .await;
    assert_eq!(written.unwrap(), WriteKeyRecord::Written(3));
    assert_eq!(
        proven(store, carol, NOW).await,
        None,
        "its wrap opens a backup key that was given up"
    );
    assert_eq!(undo(store, carol, 9, NOW).await, UndoOutcome::NotKept);
}

pub async fn a_renewal_voids_reset_codes_and_a_change_of_address(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    store.add_reset_code(carol, [3; 32], NOW).await.unwrap();
    ask(store, carol, "new", 0, NOW).await;
    store
        .write_key_record(author_at(carol, 1), renewal(1, 1, 8), NOW)
        .await
        .unwrap();
    let account = account_now(store, carol, NOW).await;
    let spent = store
        .spend_reset_code(
            &account.address,
            [3; 32],
            new_credential("$argon2id$late"),
            FRESH,
            NOW,
        )
        .await;
    assert_eq!(spent.unwrap(), SpendCode::Invalid);
    assert_eq!(account.address_change, None);
    for code in [1, 2] {
        assert_eq!(confirm(store, code, NOW).await, None);
    }
}

pub async fn a_renewal_is_told_by_one_letter(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    store
        .write_key_record(author_at(carol, 1), renewal(1, 1, 8), NOW)
        .await
        .unwrap();
    assert_eq!(notices(store, NOW).await, [Notice::NewBackupKey]);
}

pub async fn in_a_state_that_refuses_changes_nothing_is_renewed(store: &dyn Store) {
    let unproven = sign_up_and_reset(store, "unproven").await;
    let disputed = sign_up_with_keys(store, "disputed").await;
    store
        .change_password(author_at(disputed, 1), password_change(disputed, 1, 1, 5), NOW)
        .await
        .unwrap();
    undo(store, disputed, 9, NOW).await;
    let frozen = sign_up_with_keys(store, "frozen").await;
    freeze(store, frozen, NOW).await;
    let deleted = sign_up_with_keys(store, "deleted").await;
    store
        .delete_account(author_at(deleted, 1), Deletion::Later, NOW)
        .await
        .unwrap();
    for id in [unproven, disputed, frozen, deleted] {
        let account = account_now(store, id, NOW).await;
        let (version, epoch) = (account.key_record_version.unwrap(), account.credential.epoch);
        let author = author_then(store, id, NOW).await;
        let written = store
            .write_key_record(author, renewal(version, epoch, 8), NOW)
            .await;
        assert_eq!(written.unwrap(), WriteKeyRecord::NotAllowed(account.state));
        assert_eq!(state(store, id, NOW).await, account.state);
        let record = key_record(store, id).await.unwrap();
        assert_eq!(
            (record.version, record.unlock_verifier, record.former_keys),
            (version, UNLOCK, None)
        );
    }
}

pub async fn a_new_password_brings_no_new_backup_key(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let keys = renewal(1, 2, 8);
    let change = PasswordChange {
        keys: keys.clone(),
        ..password_change(carol, 1, 1, 8)
    };
    let changed = store.change_password(author_at(carol, 1), change, NOW).await;
    assert_eq!(
        changed.unwrap(),
        ChangePassword::Refused(WriteKeyRecord::HalfRenewed)
    );
    let recovery = recovery(store, carol, 9, NOW).await;
    let recovered = store.recover(Recovery { keys, ..recovery }, NOW).await;
    assert_eq!(
        recovered.unwrap(),
        RecoveryOutcome::Refused(WriteKeyRecord::HalfRenewed)
    );
    assert_eq!(credential(store, carol, NOW).await, (FIRST_HASH.to_owned(), 1, 1));
    assert_eq!(key_record(store, carol).await.unwrap().unlock_verifier, UNLOCK);
}

pub async fn of_two_renewals_at_once_exactly_one_wins(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let writes = (10..18).map(|seed| store.write_key_record(author_at(carol, 1), renewal(1, 1, seed), NOW));
    let outcomes: Vec<_> = join_all(writes).await.into_iter().map(Result::unwrap).collect();
    let count = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    // The others were authenticated before it.
    assert_eq!(
        (
            count(WriteKeyRecord::Written(2)),
            count(WriteKeyRecord::SignedOut)
        ),
        (1, 7)
    );
}
