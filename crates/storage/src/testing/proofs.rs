//! Proofs that the owner is back.

use keyhaven_protocol::persona::{AccountId, AccountState};

use super::samples::{
    NOW, RECOVERY, UNLOCK, WRONG_PROOF, account_now, author, first_write, sign_up, sign_up_and_reset,
    sign_up_with_keys,
};
use crate::{KeyRecordWrite, Store, UnlockBy, UnlockOutcome};

pub async fn a_wrong_proof_unlocks_nothing(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    for by in [
        UnlockBy::UnlockProof(WRONG_PROOF),
        UnlockBy::RecoveryAuth(WRONG_PROOF),
        UnlockBy::UnlockProof(RECOVERY),
        UnlockBy::RecoveryAuth(UNLOCK),
    ] {
        assert_eq!(
            store.unlock(author(store, carol).await, by, NOW).await.unwrap(),
            UnlockOutcome::WrongProof
        );
    }
    assert_eq!(account_now(store, carol, NOW).await.state, AccountState::Unproven);
}

pub async fn an_active_account_checks_a_proof_and_stays_as_it_is(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    for (by, outcome) in [
        (
            UnlockBy::UnlockProof(UNLOCK),
            UnlockOutcome::Unlocked(AccountState::Active),
        ),
        (
            UnlockBy::RecoveryAuth(RECOVERY),
            UnlockOutcome::Unlocked(AccountState::Active),
        ),
        (UnlockBy::UnlockProof(WRONG_PROOF), UnlockOutcome::WrongProof),
    ] {
        assert_eq!(
            store.unlock(author(store, carol).await, by, NOW).await.unwrap(),
            outcome
        );
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
    for (id, expected) in [
        (carol, UnlockOutcome::WrongProof),
        (nobody, UnlockOutcome::SignedOut),
    ] {
        let outcome = store
            .unlock(author(store, id).await, UnlockBy::UnlockProof(UNLOCK), NOW)
            .await
            .unwrap();
        assert_eq!(outcome, expected);
    }
}

pub async fn one_accounts_proof_does_not_unlock_another(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    let other = KeyRecordWrite {
        unlock_verifier: [0x33; 32],
        ..first_write()
    };
    store
        .write_key_record(author(store, dave).await, other, NOW)
        .await
        .unwrap();
    let outcome = store
        .unlock(author(store, carol).await, UnlockBy::UnlockProof([0x33; 32]), NOW)
        .await
        .unwrap();
    assert_eq!(outcome, UnlockOutcome::WrongProof);
}
