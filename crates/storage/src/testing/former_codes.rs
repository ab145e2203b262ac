//! The recovery code before the one in force: how long it is kept, and what it decides.

use keyhaven_protocol::persona::{AccountId, AccountState, limits};

use super::{
    moves::{
        author_then, freeze, notices, recover_with, recovery, replace_code, state, sweep_all, undo, unlock,
    },
    samples::{
        NOW, RECOVERY, UNLOCK, WRONG_PROOF, account_now, author, author_at, days, new_code, next_write,
        password_change, password_wrap, recovery_wrap, renewal, reset, seconds, sign_up, sign_up_with_keys,
    },
    steps::key_record,
};
use crate::{
    ChangePassword, CodeStanding, Deletion, KeyRecordWrite, Notice, PasswordChange, Recovery,
    RecoveryOutcome, Store, Timestamp, UndoOutcome, UnlockBy, UnlockOutcome, WriteKeyRecord,
};

/// How the code of [`RECOVERY`] and the one of seed 7 stand.
async fn standings(store: &dyn Store, id: AccountId, now: Timestamp) -> [CodeStanding; 2] {
    let record = key_record(store, id).await.unwrap();
    [RECOVERY, [7; 32]].map(|code| record.standing_of(&code, now))
}

/// An account whose password and code somebody replaced at [`NOW`]; its owner put the password back.
async fn disputed(store: &dyn Store, name: &str) -> AccountId {
    let id = sign_up_with_keys(store, name).await;
    replace_code(store, id, 7, NOW).await;
    let seed = id.as_bytes()[0];
    let change = password_change(id, 1, 2, seed);
    store
        .change_password(author_at(id, 1), change, NOW)
        .await
        .unwrap();
    assert_eq!(undo(store, id, seed + 100, NOW).await, UndoOutcome::Undone);
    id
}

pub async fn a_code_that_is_given_up_unpresented_is_kept_for_fourteen_days(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    assert_eq!(account_now(store, carol, NOW).await.former_code_until, None);
    replace_code(store, carol, 7, NOW).await;
    let end = NOW.plus(limits::PROVEN_KEPT);
    assert_eq!(
        notices(store, NOW).await,
        [Notice::NewRecoveryCode {
            former_decides_until: Some(end)
        }]
    );
    let last = end.minus(seconds(1));
    for (now, until, standing) in [
        (
            NOW,
            Some(end),
            [CodeStanding::Former, CodeStanding::FormerDecides],
        ),
        (
            last,
            Some(end),
            [CodeStanding::Former, CodeStanding::FormerDecides],
        ),
        (end, None, [CodeStanding::Wrong, CodeStanding::Decides]),
    ] {
        assert_eq!(account_now(store, carol, now).await.former_code_until, until);
        assert_eq!(standings(store, carol, now).await, standing);
    }
    assert_eq!(sweep_all(store, last).await.expired, 0);
    assert_eq!(sweep_all(store, end).await.expired, 2, "verifier and wrap");
    let record = key_record(store, carol).await.unwrap();
    assert!(record.former_code.is_none());
    assert_eq!(
        (record.recovery, record.recovery_verifier),
        (recovery_wrap(7), [7; 32])
    );
}

pub async fn a_former_code_is_neither_displaced_nor_kept_for_longer(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    replace_code(store, carol, 6, NOW).await;
    let day_13 = NOW.plus(days(13));
    replace_code(store, carol, 7, day_13).await;
    let end = NOW.plus(limits::PROVEN_KEPT);
    assert_eq!(
        account_now(store, carol, day_13).await.former_code_until,
        Some(end)
    );
    assert_eq!(
        standings(store, carol, day_13).await,
        [CodeStanding::Former, CodeStanding::FormerDecides]
    );
    let told = notices(store, day_13).await;
    let former_decides_until = Some(end);
    assert_eq!(
        told.last(),
        Some(&Notice::NewRecoveryCode { former_decides_until })
    );
    // Once its time is over the next one that is given up is kept, also before the sweeper came.
    replace_code(store, carol, 8, end).await;
    let record = key_record(store, carol).await.unwrap();
    assert_eq!(record.standing_of(&[7; 32], end), CodeStanding::Former);
}

pub async fn a_code_that_was_presented_is_dead_at_once(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let presenting = |write, code| KeyRecordWrite {
        deciding_verifier: Some(code),
        ..write
    };
    let author = author(store, carol).await;
    let write = presenting(new_code(1, 1, 6), RECOVERY);
    let written = store.write_key_record(author, write, NOW).await;
    assert_eq!(written.unwrap(), WriteKeyRecord::Written(2));
    assert!(key_record(store, carol).await.unwrap().former_code.is_none());
    let former_decides_until = None;
    assert_eq!(
        notices(store, NOW).await,
        [Notice::NewRecoveryCode { former_decides_until }]
    );
    // Whoever finds a former code makes an end of it, and of whatever came between, in the same way.
    replace_code(store, carol, 7, NOW).await;
    for (code, refused) in [
        ([7; 32], WriteKeyRecord::FormerCodeDecides),
        (RECOVERY, WriteKeyRecord::WrongProof),
        (WRONG_PROOF, WriteKeyRecord::WrongProof),
    ] {
        let write = presenting(new_code(3, 1, 8), code);
        let written = store.write_key_record(author, write, NOW).await;
        assert_eq!(written.unwrap(), refused);
    }
    let written = store
        .write_key_record(author, presenting(new_code(3, 1, 8), [6; 32]), NOW)
        .await;
    assert_eq!(written.unwrap(), WriteKeyRecord::Written(4));
    let record = key_record(store, carol).await.unwrap();
    for (code, standing) in [
        ([6; 32], CodeStanding::Wrong),
        ([7; 32], CodeStanding::Wrong),
        ([8; 32], CodeStanding::Decides),
    ] {
        assert_eq!(record.standing_of(&code, NOW), standing);
    }
    assert_eq!(account_now(store, carol, NOW).await.former_code_until, None);
}

pub async fn a_code_is_presented_for_a_new_one_only(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let nothing_new = KeyRecordWrite {
        deciding_verifier: Some(RECOVERY),
        ..next_write(1, 1, 3)
    };
    let written = store
        .write_key_record(author_at(carol, 1), nothing_new, NOW)
        .await;
    assert_eq!(written.unwrap(), WriteKeyRecord::MissingRecovery);
    let dave = sign_up(store, "dave").await;
    let first = KeyRecordWrite {
        deciding_verifier: Some(RECOVERY),
        ..super::samples::first_write()
    };
    let written = store.write_key_record(author_at(dave, 1), first, NOW).await;
    assert_eq!(written.unwrap(), WriteKeyRecord::HalfRenewed);
    assert!(key_record(store, dave).await.is_none());
}

pub async fn a_code_that_a_change_of_password_brings_along_leaves_the_one_before_to_decide(
    store: &dyn Store,
) {
    let carol = sign_up_with_keys(store, "carol").await;
    let change = PasswordChange {
        keys: new_code(1, 2, 7),
        ..password_change(carol, 1, 1, 5)
    };
    let changed = store.change_password(author_at(carol, 1), change, NOW).await;
    assert_eq!(changed.unwrap(), ChangePassword::Changed(2));
    assert_eq!(
        standings(store, carol, NOW).await,
        [CodeStanding::Former, CodeStanding::FormerDecides]
    );
    let former_decides_until = Some(NOW.plus(limits::PROVEN_KEPT));
    assert_eq!(
        notices(store, NOW).await,
        [
            Notice::PasswordChanged,
            Notice::NewRecoveryCode { former_decides_until }
        ]
    );
}

/// Whoever finds a paper that was thrown away, or replaced because it was lost.
pub async fn a_former_code_opens_and_recovers_nothing_without_a_dispute(store: &dyn Store) {
    for name in ["active", "unproven", "frozen", "deleted"] {
        let id = sign_up_with_keys(store, name).await;
        replace_code(store, id, 7, NOW).await;
        match name {
            "unproven" => reset(store, id, "$argon2id$reset", NOW).await,
            "frozen" => freeze(store, id, NOW).await,
            "deleted" => {
                let author = author_then(store, id, NOW).await;
                store.delete_account(author, Deletion::Later, NOW).await.unwrap();
            }
            _ => {}
        }
        let before = account_now(store, id, NOW).await;
        assert_eq!(
            recover_with(store, id, RECOVERY, 9, NOW).await,
            RecoveryOutcome::WrongProof,
            "{name}"
        );
        assert_eq!(
            unlock(store, id, UnlockBy::RecoveryAuth(RECOVERY), NOW).await,
            UnlockOutcome::WrongProof,
            "{name}"
        );
        let record = key_record(store, id).await.unwrap();
        for beneath in [
            AccountState::Active,
            AccountState::Unconfirmed,
            AccountState::Unproven,
            AccountState::Deleted,
        ] {
            assert_eq!(record.released_to(&RECOVERY, beneath, NOW), None);
        }
        let after = account_now(store, id, NOW).await;
        assert_eq!(
            (after.state, after.key_record_version),
            (before.state, Some(2)),
            "{name}"
        );
        assert_eq!(
            after.credential.generation, before.credential.generation,
            "{name}"
        );
        // The one in force does what it always did.
        assert!(
            matches!(
                unlock(store, id, UnlockBy::RecoveryAuth([7; 32]), NOW).await,
                UnlockOutcome::Unlocked(_)
            ),
            "{name}"
        );
    }
}

pub async fn a_former_code_that_decides_is_in_force_again(store: &dyn Store) {
    for name in ["carol", "dave", "erin"] {
        let id = disputed(store, name).await;
        if name == "erin" {
            freeze(store, id, NOW).await;
        }
        let record = key_record(store, id).await.unwrap();
        let released = record.released_to(&RECOVERY, AccountState::Disputed, NOW);
        assert_eq!(released, Some(&recovery_wrap(2)));
        if name == "dave" {
            let outcome = recover_with(store, id, RECOVERY, 77, NOW).await;
            assert_eq!(outcome, RecoveryOutcome::Recovered(record.version + 1));
        } else {
            let outcome = unlock(store, id, UnlockBy::RecoveryAuth(RECOVERY), NOW).await;
            assert_eq!(outcome, UnlockOutcome::Unlocked(AccountState::Active), "{name}");
        }
        assert_eq!(state(store, id, NOW).await, AccountState::Active);
        let after = key_record(store, id).await.unwrap();
        assert_eq!(after.version, record.version + 1, "{name}");
        assert_eq!(
            (after.recovery, after.recovery_verifier),
            (recovery_wrap(2), RECOVERY)
        );
        assert!(after.former_code.is_none());
        let (seed, epoch) = if name == "dave" { (77, 4) } else { (1, 1) };
        assert_eq!(after.password, password_wrap(epoch, seed), "{name}");
        assert_eq!(
            standings(store, id, NOW).await,
            [CodeStanding::Decides, CodeStanding::Wrong]
        );
        assert_eq!(account_now(store, id, NOW).await.former_code_until, None);
        assert_eq!(
            undo(store, id, 66, NOW).await,
            UndoOutcome::NotKept,
            "the dispute is over"
        );
    }
}

pub async fn a_recovery_that_decides_may_bring_a_new_code_along(store: &dyn Store) {
    let carol = disputed(store, "carol").await;
    notices(store, NOW).await;
    let recovery = recovery(store, carol, 9, NOW).await;
    let version = account_now(store, carol, NOW).await.key_record_version.unwrap();
    let keys = new_code(version, recovery.keys.password.epoch, 8);
    let recovered = store.recover(Recovery { keys, ..recovery }, NOW).await.unwrap();
    assert_eq!(recovered, RecoveryOutcome::Recovered(version + 1));
    let record = key_record(store, carol).await.unwrap();
    assert_eq!(
        (record.recovery.clone(), record.recovery_verifier),
        (recovery_wrap(8), [8; 32])
    );
    assert!(record.former_code.is_none(), "its code was presented");
    let told = notices(store, NOW).await;
    let former_decides_until = None;
    assert!(
        told.contains(&Notice::NewRecoveryCode { former_decides_until }),
        "{told:?}"
    );
}

pub async fn a_renewal_that_presents_no_code_or_another_is_refused(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    replace_code(store, carol, 7, NOW).await;
    for (presented, refused) in [
        (None, WriteKeyRecord::HalfRenewed),
        (Some([7; 32]), WriteKeyRecord::FormerCodeDecides),
        (Some(WRONG_PROOF), WriteKeyRecord::WrongProof),
        (Some(UNLOCK), WriteKeyRecord::WrongProof),
    ] {
        let write = KeyRecordWrite {
            deciding_verifier: presented,
            ..renewal(2, 1, 8)
        };
        let written = store.write_key_record(author_at(carol, 1), write, NOW).await;
        assert_eq!(written.unwrap(), refused);
        assert_eq!(key_record(store, carol).await.unwrap().unlock_verifier, UNLOCK);
    }
    let written = store
        .write_key_record(author_at(carol, 1), renewal(2, 1, 8), NOW)
        .await;
    assert_eq!(
        written.unwrap(),
        WriteKeyRecord::Written(3),
        "the former one decides"
    );
    assert!(key_record(store, carol).await.unwrap().former_code.is_none());
}
