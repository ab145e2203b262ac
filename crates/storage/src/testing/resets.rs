//! Reset codes, and the proven credential that a reset keeps.

use futures_util::future::join_all;
use keyhaven_protocol::{
    kdf::Argon2Params,
    persona::{AccountId, AccountState, limits},
};

use super::{
    samples::{
        FIRST_HASH, FRESH, NOW, RECOVERY, UNLOCK, account_now, address, author, author_at, days, new_account,
        new_credential, next_write, open_session, password_change, password_wrap, proven, reset, seconds,
        session_is_open, sign_up, sign_up_and_reset, sign_up_with_keys,
    },
    steps::{key_record, sessions},
};
use crate::{
    CredentialKind, NewAccount, NewCredential, SpendCode, StorageError, Store, Timestamp, UnlockBy,
    UnlockOutcome, WriteKeyRecord,
};

const CODE: [u8; 32] = [0xc1; 32];

async fn spend(store: &dyn Store, typed: &str, code: [u8; 32], now: Timestamp) -> SpendCode {
    let spent = store
        .spend_reset_code(
            &address(typed),
            code,
            new_credential("$argon2id$spent"),
            FRESH,
            now,
        )
        .await;
    spent.unwrap()
}

/// What every kept credential below is: the one of sign-up, with its wrap.
fn the_first() -> Option<(String, keyhaven_protocol::persona::Wrap)> {
    Some((FIRST_HASH.to_owned(), password_wrap(1, 1)))
}

pub async fn a_code_resets_once(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    store.add_reset_code(carol, CODE, NOW).await.unwrap();
    assert_eq!(
        spend(store, "carol@example.org", CODE, NOW).await,
        SpendCode::Reset
    );
    let account = account_now(store, carol, NOW).await;
    assert_eq!(
        (account.credential.hash.as_str(), account.credential.epoch),
        ("$argon2id$spent", 2)
    );
    assert_eq!(
        account.credential.kind,
        CredentialKind::Derived(Argon2Params::FLOOR)
    );
    assert_eq!(
        spend(store, "carol@example.org", CODE, NOW).await,
        SpendCode::Invalid,
        "used"
    );
    assert_eq!(account_now(store, carol, NOW).await.credential.epoch, 2);
}

pub async fn a_code_works_for_the_address_in_other_case(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    store.add_reset_code(carol, CODE, NOW).await.unwrap();
    assert_eq!(
        spend(store, " CAROL@Example.org", CODE, NOW).await,
        SpendCode::Reset
    );
}

pub async fn a_code_ends_after_its_life(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    store.add_reset_code(carol, CODE, NOW).await.unwrap();
    let end = NOW.plus(limits::RESET_CODE_LIFE);
    assert_eq!(
        spend(store, "carol@example.org", CODE, end).await,
        SpendCode::Invalid
    );
    assert_eq!(account_now(store, carol, NOW).await.credential.hash, FIRST_HASH);
    assert_eq!(
        spend(store, "carol@example.org", CODE, end.minus(seconds(1))).await,
        SpendCode::Reset
    );
}

pub async fn a_foreign_code_resets_nothing(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    store.add_reset_code(carol, CODE, NOW).await.unwrap();
    open_session(store, carol, 1, 1, NOW).await;
    assert_eq!(
        spend(store, "carol@example.org", [0; 32], NOW).await,
        SpendCode::Invalid
    );
    let account = account_now(store, carol, NOW).await;
    assert_eq!(
        (account.state, account.credential.epoch),
        (AccountState::Active, 1)
    );
    assert!(session_is_open(store, 1, NOW).await);
    assert_eq!(
        spend(store, "carol@example.org", CODE, NOW).await,
        SpendCode::Reset,
        "a wrong try burnt the code"
    );
}

pub async fn another_accounts_code_resets_nothing(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    store.add_reset_code(dave, CODE, NOW).await.unwrap();
    assert_eq!(
        spend(store, "carol@example.org", CODE, NOW).await,
        SpendCode::Invalid
    );
    for id in [carol, dave] {
        assert_eq!(account_now(store, id, NOW).await.credential.hash, FIRST_HASH);
    }
    assert_eq!(
        spend(store, "dave@example.org", CODE, NOW).await,
        SpendCode::Reset
    );
}

pub async fn a_code_for_an_unknown_address_resets_nothing(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    store.add_reset_code(carol, CODE, NOW).await.unwrap();
    assert_eq!(
        spend(store, "nobody@example.org", CODE, NOW).await,
        SpendCode::Invalid
    );
}

pub async fn a_code_mailed_for_another_kind_resets_nothing(store: &dyn Store) {
    let derived = sign_up(store, "carol").await;
    let typed = NewAccount {
        kind: CredentialKind::Typed,
        ..new_account("dave")
    };
    let typed_id = typed.id;
    store.create_account(typed, NOW).await.unwrap();
    for (id, typed, right, wrong) in [
        (
            derived,
            "carol@example.org",
            CredentialKind::Derived(Argon2Params::FLOOR),
            CredentialKind::Typed,
        ),
        (
            typed_id,
            "dave@example.org",
            CredentialKind::Typed,
            CredentialKind::Derived(Argon2Params::DEFAULT),
        ),
    ] {
        store.add_reset_code(id, CODE, NOW).await.unwrap();
        for (kind, outcome) in [(wrong, SpendCode::Invalid), (right, SpendCode::Reset)] {
            let credential = NewCredential {
                kind,
                ..new_credential("$argon2id$spent")
            };
            assert_eq!(
                store
                    .spend_reset_code(&address(typed), CODE, credential, FRESH, NOW)
                    .await
                    .unwrap(),
                outcome,
                "{typed}: {kind:?}"
            );
        }
    }
}

pub async fn of_two_resets_at_once_exactly_one_works(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    store.add_reset_code(carol, CODE, NOW).await.unwrap();
    let outcomes = join_all((0..8).map(|_| spend(store, "carol@example.org", CODE, NOW))).await;
    let resets = outcomes
        .iter()
        .filter(|outcome| **outcome == SpendCode::Reset)
        .count();
    assert_eq!(resets, 1);
    assert_eq!(account_now(store, carol, NOW).await.credential.epoch, 2);
}

pub async fn the_fourth_code_drops_the_oldest(store: &dyn Store) {
    let outstanding = u8::try_from(limits::RESET_CODES_OUTSTANDING).unwrap();
    for (name, spent, outcome) in [("carol", 0, SpendCode::Invalid), ("dave", 1, SpendCode::Reset)] {
        let id = sign_up(store, name).await;
        // All within one second: the order of adding decides.
        for code in 0..=outstanding {
            store.add_reset_code(id, [code; 32], NOW).await.unwrap();
        }
        assert_eq!(
            spend(store, &format!("{name}@example.org"), [spent; 32], NOW).await,
            outcome
        );
    }
}

pub async fn expired_codes_do_not_count_as_outstanding(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let later = NOW.plus(limits::RESET_CODE_LIFE);
    for code in 0..3 {
        store.add_reset_code(carol, [code; 32], NOW).await.unwrap();
    }
    for code in 3..6 {
        store.add_reset_code(carol, [code; 32], later).await.unwrap();
    }
    assert_eq!(
        spend(store, "carol@example.org", [2; 32], later).await,
        SpendCode::Invalid
    );
    assert_eq!(
        spend(store, "carol@example.org", [3; 32], later).await,
        SpendCode::Reset
    );
}

pub async fn a_reset_voids_the_other_codes(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    for code in 0..3 {
        store.add_reset_code(carol, [code; 32], NOW).await.unwrap();
    }
    store.add_reset_code(dave, CODE, NOW).await.unwrap();
    assert_eq!(
        spend(store, "carol@example.org", [1; 32], NOW).await,
        SpendCode::Reset
    );
    for code in [0, 2] {
        assert_eq!(
            spend(store, "carol@example.org", [code; 32], NOW).await,
            SpendCode::Invalid
        );
    }
    assert_eq!(
        spend(store, "dave@example.org", CODE, NOW).await,
        SpendCode::Reset,
        "another account's code"
    );
}

pub async fn a_reset_ends_all_sessions_and_raises_the_epoch(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    open_session(store, carol, 1, 1, NOW).await;
    open_session(store, carol, 1, 2, NOW).await;
    open_session(store, dave, 1, 3, NOW).await;
    reset(store, carol, "$argon2id$reset", NOW).await;
    assert!(sessions(store, carol, NOW).await.is_empty());
    assert!(!session_is_open(store, 1, NOW).await && !session_is_open(store, 2, NOW).await);
    assert!(session_is_open(store, 3, NOW).await);
    assert_eq!(account_now(store, carol, NOW).await.credential.epoch, 2);
}

pub async fn an_account_without_key_record_stays_active(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    reset(store, carol, "$argon2id$reset", NOW).await;
    assert_eq!(account_now(store, carol, NOW).await.state, AccountState::Active);
    assert_eq!(proven(store, carol, NOW).await, None);
}

pub async fn an_account_with_key_record_becomes_unproven(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    assert_eq!(account_now(store, carol, NOW).await.state, AccountState::Unproven);
    assert_eq!(proven(store, carol, NOW).await, the_first());
    let record = key_record(store, carol).await.unwrap();
    assert_eq!(
        (record.version, record.password.epoch),
        (1, 1),
        "a reset does not touch the record"
    );
}

pub async fn three_resets_in_a_row_keep_the_first_proven_credential(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    for (day, hash) in [
        (0, "$argon2id$thief"),
        (1, "$argon2id$owner"),
        (2, "$argon2id$thief-again"),
    ] {
        let now = NOW.plus(days(day));
        reset(store, carol, hash, now).await;
        let account = account_now(store, carol, now).await;
        assert_eq!(
            (account.credential.hash.as_str(), account.state),
            (hash, AccountState::Unproven)
        );
        assert_eq!(proven(store, carol, now).await, the_first());
    }
    assert_eq!(account_now(store, carol, NOW).await.credential.epoch, 4);
}

pub async fn the_proven_credential_outlives_any_wait_while_unproven(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    assert_eq!(proven(store, carol, NOW.plus(days(15))).await, the_first());
    assert_eq!(proven(store, carol, NOW.plus(days(730))).await, the_first());
    let by = UnlockBy::RecoveryAuth(RECOVERY);
    assert_eq!(
        store
            .unlock(author(store, carol).await, by, NOW.plus(days(730)))
            .await
            .unwrap(),
        UnlockOutcome::Unlocked(AccountState::Active)
    );
}

pub async fn after_an_unlock_the_proven_credential_stays_fourteen_days(store: &dyn Store) {
    let proofs = [
        ("carol", UnlockBy::UnlockProof(UNLOCK)),
        ("dave", UnlockBy::RecoveryAuth(RECOVERY)),
    ];
    for (name, by) in proofs {
        let id = sign_up_and_reset(store, name).await;
        let unlocked = NOW.plus(days(40));
        assert_eq!(
            store.unlock(author(store, id).await, by, unlocked).await.unwrap(),
            UnlockOutcome::Unlocked(AccountState::Active)
        );
        assert_eq!(account_now(store, id, unlocked).await.state, AccountState::Active);
        // Proving it again moves nothing.
        store
            .unlock(author(store, id).await, by, unlocked.plus(days(7)))
            .await
            .unwrap();
        let end = unlocked.plus(limits::PROVEN_KEPT);
        assert_eq!(proven(store, id, end.minus(seconds(1))).await, the_first());
        assert_eq!(proven(store, id, end).await, None, "day 15");
    }
}

pub async fn an_unlock_without_new_wrap_keeps_the_credential_through_another_reset(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    store
        .unlock(author(store, carol).await, UnlockBy::RecoveryAuth(RECOVERY), NOW)
        .await
        .unwrap();
    // The credential of the first reset opens no wrap, so it cannot take the place of the one that does.
    let day_3 = NOW.plus(days(3));
    reset(store, carol, "$argon2id$second", day_3).await;
    assert_eq!(
        account_now(store, carol, day_3).await.state,
        AccountState::Unproven
    );
    assert_eq!(
        proven(store, carol, NOW.plus(days(400))).await,
        the_first(),
        "kept until the next proof"
    );
    let wrap = next_write(1, 3, 7);
    let written = store
        .write_key_record(author(store, carol).await, wrap, NOW.plus(days(401)))
        .await
        .unwrap();
    assert_eq!(written, WriteKeyRecord::Written(2));
    assert_eq!(proven(store, carol, NOW.plus(days(414))).await, the_first());
    assert_eq!(proven(store, carol, NOW.plus(days(415))).await, None);
}

pub async fn a_kept_credential_that_expired_does_not_come_back(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    store
        .unlock(author(store, carol).await, UnlockBy::RecoveryAuth(RECOVERY), NOW)
        .await
        .unwrap();
    let day_15 = NOW.plus(days(15));
    reset(store, carol, "$argon2id$second", day_15).await;
    assert_eq!(proven(store, carol, day_15).await, None);
}

pub async fn a_reset_after_a_change_of_password_keeps_the_newer_password(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    store
        .change_password(author_at(carol, 1), password_change(carol, 1, 1, 5), NOW)
        .await
        .unwrap();
    reset(store, carol, "$argon2id$reset", NOW).await;
    let kept = Some(("$argon2id$changed-5".to_owned(), password_wrap(2, 5)));
    assert_eq!(proven(store, carol, NOW.plus(days(100))).await, kept);
}

pub async fn a_code_for_an_account_that_is_gone_is_no_error(store: &dyn Store) {
    let added: Result<(), StorageError> = store
        .add_reset_code(AccountId::from_bytes([9; 16]), CODE, NOW)
        .await;
    assert!(added.is_ok(), "{added:?}");
}
