//! Whole stories: somebody who knows the password replaces what decides.

use bytes::Bytes;
use keyhaven_protocol::persona::{AccountId, AccountState, limits};

use super::{
    moves::{
        author_then, credential, freeze, is_there, recover_with, replace_code, sign_up_unconfirmed, state,
        sweep_all, undo, unlock, write_then,
    },
    samples::{
        FIRST_HASH, NOW, RECOVERY, UNLOCK, account_now, author_at, days, first_write, password_change,
        proven, renewal, reset, sign_up_with_keys,
    },
    steps::{content, key_record, write},
};
use crate::{
    ChangePassword, CodeStanding, DeleteAccount, Deletion, NewLink, RecoveryOutcome, Store, Timestamp,
    UndoOutcome, UnlockBy, UnlockOutcome, WriteKeyRecord,
};

/// The code that a thief makes.
const THIEFS: [u8; 32] = [7; 32];

/// Changes the password as whoever knows the present one; the new one is of the seed.
async fn change_password(store: &dyn Store, id: AccountId, seed: u8, now: Timestamp) {
    let account = account_now(store, id, now).await;
    let version = account.key_record_version.unwrap();
    let change = password_change(id, account.credential.generation, version, seed);
    let author = author_then(store, id, now).await;
    let changed = store.change_password(author, change, now).await.unwrap();
    assert_eq!(changed, ChangePassword::Changed(version + 1));
}

async fn delete(store: &dyn Store, id: AccountId, deletion: Deletion, now: Timestamp) -> DeleteAccount {
    let author = author_then(store, id, now).await;
    store.delete_account(author, deletion, now).await.unwrap()
}

/// Puts the first password back, as the owner, and decides with the first code.
async fn owner_takes_it_back(store: &dyn Store, id: AccountId, now: Timestamp) {
    assert_eq!(undo(store, id, 90, now).await, UndoOutcome::Undone);
    assert_eq!(credential(store, id, now).await.0, FIRST_HASH);
    assert_eq!(state(store, id, now).await, AccountState::Disputed);
    assert_eq!(
        unlock(store, id, UnlockBy::RecoveryAuth(THIEFS), now).await,
        UnlockOutcome::FormerCodeDecides
    );
    assert_eq!(
        recover_with(store, id, THIEFS, 91, now).await,
        RecoveryOutcome::FormerCodeDecides
    );
    assert_eq!(
        unlock(store, id, UnlockBy::RecoveryAuth(RECOVERY), now).await,
        UnlockOutcome::Unlocked(AccountState::Active)
    );
    assert_eq!(proven(store, id, now).await, None, "the thief has no password");
    assert_eq!(
        recover_with(store, id, THIEFS, 92, now).await,
        RecoveryOutcome::WrongProof,
        "nor a code"
    );
    let record = key_record(store, id).await.unwrap();
    assert_eq!(record.standing_of(&RECOVERY, now), CodeStanding::Decides);
    assert_eq!(
        content(store, id, "work").await,
        Some(Bytes::from_static(b"first"))
    );
}

/// An account with something to lose, whose code a thief replaces.
async fn robbed(store: &dyn Store) -> AccountId {
    let carol = sign_up_with_keys(store, "carol").await;
    write(store, carol, "work", b"first").await;
    replace_code(store, carol, 7, NOW).await;
    carol
}

pub async fn a_thief_with_a_code_of_his_own_deletes_only_what_can_be_taken_back(store: &dyn Store) {
    let carol = robbed(store).await;
    assert_eq!(
        delete(store, carol, Deletion::Now(THIEFS), NOW).await,
        DeleteAccount::FormerCodeDecides
    );
    change_password(store, carol, 5, NOW).await;
    let removed_at = NOW.plus(limits::DELETED_KEPT);
    assert_eq!(
        delete(store, carol, Deletion::Later, NOW).await,
        DeleteAccount::RemovedAt(removed_at)
    );
    assert_eq!(
        delete(store, carol, Deletion::Now(THIEFS), NOW).await,
        DeleteAccount::FormerCodeDecides,
        "not of a deleted one either"
    );
    owner_takes_it_back(store, carol, NOW.plus(days(3))).await;
}

pub async fn the_code_that_decides_deletes_at_once_also_when_it_is_the_former_one(store: &dyn Store) {
    let carol = robbed(store).await;
    assert_eq!(
        delete(store, carol, Deletion::Now(RECOVERY), NOW).await,
        DeleteAccount::Removed
    );
    assert!(!is_there(store, carol, NOW).await);
}

pub async fn two_changes_of_password_push_no_owner_out(store: &dyn Store) {
    let carol = robbed(store).await;
    for seed in 5..7 {
        change_password(store, carol, seed, NOW).await;
        assert_eq!(proven(store, carol, NOW).await.unwrap().0, FIRST_HASH);
    }
    let day_13 = NOW.plus(days(13));
    change_password(store, carol, 8, day_13).await;
    owner_takes_it_back(store, carol, day_13).await;
}

pub async fn a_password_that_is_kept_ends_in_its_time_and_the_next_one_is_kept(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    change_password(store, carol, 5, NOW).await;
    change_password(store, carol, 6, NOW.plus(days(13))).await;
    let day_14 = NOW.plus(limits::PROVEN_KEPT);
    assert_eq!(proven(store, carol, day_14).await, None, "not kept for longer");
    change_password(store, carol, 8, day_14).await;
    assert_eq!(
        proven(store, carol, day_14).await.unwrap().0,
        "$argon2id$changed-6"
    );
}

pub async fn a_code_that_is_replaced_twice_leaves_the_owners_to_decide(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    write(store, carol, "work", b"first").await;
    replace_code(store, carol, 6, NOW).await;
    replace_code(store, carol, 7, NOW.plus(days(1))).await;
    change_password(store, carol, 5, NOW.plus(days(1))).await;
    owner_takes_it_back(store, carol, NOW.plus(days(2))).await;
}

pub async fn a_thief_who_recovers_with_a_code_of_his_own_pushes_no_owner_out(store: &dyn Store) {
    let carol = robbed(store).await;
    for seed in [5, 6] {
        assert!(matches!(
            recover_with(store, carol, THIEFS, seed, NOW).await,
            RecoveryOutcome::Recovered(_)
        ));
        assert_eq!(proven(store, carol, NOW).await.unwrap().0, FIRST_HASH);
    }
    owner_takes_it_back(store, carol, NOW.plus(days(13))).await;
}

pub async fn a_thief_makes_no_new_backup_key(store: &dyn Store) {
    let carol = robbed(store).await;
    let write = crate::KeyRecordWrite {
        deciding_verifier: Some(THIEFS),
        ..renewal(2, 1, 8)
    };
    let written = store.write_key_record(author_at(carol, 1), write, NOW).await;
    assert_eq!(written.unwrap(), WriteKeyRecord::FormerCodeDecides);
    change_password(store, carol, 5, NOW).await;
    owner_takes_it_back(store, carol, NOW).await;
}

/// What everybody does who cannot sign in.
pub async fn an_owner_who_resets_by_mail_first_is_pushed_out_by_no_code_of_the_thiefs(store: &dyn Store) {
    let carol = robbed(store).await;
    change_password(store, carol, 5, NOW).await;
    reset(store, carol, "$argon2id$owner", NOW).await;
    assert_eq!(
        proven(store, carol, NOW).await.unwrap().0,
        FIRST_HASH,
        "not the thief's, which a reset keeps elsewhere"
    );
    assert!(matches!(
        recover_with(store, carol, THIEFS, 6, NOW).await,
        RecoveryOutcome::Recovered(_)
    ));
    assert_eq!(proven(store, carol, NOW).await.unwrap().0, FIRST_HASH);
    owner_takes_it_back(store, carol, NOW.plus(days(2))).await;
}

/// A reset in a dispute keeps the password in force, which its owner has brought back, also when the code was replaced.
pub async fn an_owner_who_resets_in_the_dispute_keeps_the_password_of_the_undo(store: &dyn Store) {
    let carol = robbed(store).await;
    change_password(store, carol, 5, NOW).await;
    assert_eq!(undo(store, carol, 80, NOW).await, UndoOutcome::Undone);
    reset(store, carol, "$argon2id$owner", NOW).await;
    assert_eq!(proven(store, carol, NOW).await.unwrap().0, FIRST_HASH);
    owner_takes_it_back(store, carol, NOW.plus(days(2))).await;
}

/// The letter says until when the dispute lasts; so long the owner's code decides it, and 14 days more.
pub async fn an_owner_who_undoes_on_the_last_day_has_the_whole_dispute_to_decide(store: &dyn Store) {
    let carol = robbed(store).await;
    change_password(store, carol, 5, NOW).await;
    let day_13 = NOW.plus(days(13));
    assert_eq!(undo(store, carol, 80, day_13).await, UndoOutcome::Undone);
    let end = day_13.plus(limits::DISPUTE).plus(limits::PROVEN_KEPT);
    assert_eq!(
        account_now(store, carol, day_13).await.former_code_until,
        Some(end)
    );
    let day_26 = NOW.plus(days(26));
    sweep_all(store, day_26).await;
    assert_eq!(
        recover_with(store, carol, THIEFS, 81, day_26).await,
        RecoveryOutcome::FormerCodeDecides
    );
    assert_eq!(
        delete(store, carol, Deletion::Now(THIEFS), day_26).await,
        DeleteAccount::NotAllowed(AccountState::Disputed)
    );
    assert_eq!(
        unlock(store, carol, UnlockBy::RecoveryAuth(RECOVERY), day_26).await,
        UnlockOutcome::Unlocked(AccountState::Active)
    );
    assert_eq!(
        content(store, carol, "work").await,
        Some(Bytes::from_static(b"first"))
    );
}

/// A reset, or a freeze, is what an owner does first; the paper may be found weeks later.
pub async fn an_owner_who_resets_or_freezes_first_decides_however_long_that_lasts(store: &dyn Store) {
    let carol = robbed(store).await;
    change_password(store, carol, 5, NOW).await;
    let day_1 = NOW.plus(days(1));
    reset(store, carol, "$argon2id$owner", day_1).await;
    assert_eq!(account_now(store, carol, day_1).await.former_code_until, None);
    freeze(store, carol, NOW.plus(days(2))).await;
    let day_50 = NOW.plus(days(50));
    sweep_all(store, day_50).await;
    assert_eq!(undo(store, carol, 80, day_50).await, UndoOutcome::Undone);
    let record = key_record(store, carol).await.unwrap();
    assert_eq!(record.standing_of(&RECOVERY, day_50), CodeStanding::Former);
    let author = author_then(store, carol, day_50).await;
    let lifted = store
        .unlock(author, UnlockBy::UnlockProof(UNLOCK), day_50)
        .await
        .unwrap();
    assert_eq!(lifted, UnlockOutcome::Unlocked(AccountState::Disputed));
    let end = day_50.plus(limits::DISPUTE).plus(limits::PROVEN_KEPT);
    assert_eq!(
        account_now(store, carol, day_50).await.former_code_until,
        Some(end)
    );
    assert_eq!(
        unlock(store, carol, UnlockBy::RecoveryAuth(RECOVERY), NOW.plus(days(60))).await,
        UnlockOutcome::Unlocked(AccountState::Active)
    );
}

/// Trouble revives nothing that was over before it, and what it kept ends 14 days after it.
pub async fn trouble_keeps_a_former_code_that_is_kept_and_no_other(store: &dyn Store) {
    let carol = robbed(store).await;
    let day_14 = NOW.plus(limits::PROVEN_KEPT);
    freeze(store, carol, day_14).await;
    let record = key_record(store, carol).await.unwrap();
    assert_eq!(record.standing_of(&THIEFS, day_14), CodeStanding::Decides);

    let dave = sign_up_with_keys(store, "dave").await;
    replace_code(store, dave, 7, NOW).await;
    freeze(store, dave, NOW.plus(days(10))).await;
    let day_40 = NOW.plus(days(40));
    assert_eq!(
        unlock(store, dave, UnlockBy::RecoveryAuth(THIEFS), day_40).await,
        UnlockOutcome::Unlocked(AccountState::Active),
        "it is in force, and there is no dispute"
    );
    let end = day_40.plus(limits::PROVEN_KEPT);
    assert_eq!(
        account_now(store, dave, day_40).await.former_code_until,
        Some(end)
    );
}

pub async fn after_fourteen_days_the_code_in_force_decides(store: &dyn Store) {
    let carol = robbed(store).await;
    let day_13 = NOW.plus(days(13));
    change_password(store, carol, 5, day_13).await;
    let day_15 = NOW.plus(days(15));
    assert_eq!(undo(store, carol, 80, day_15).await, UndoOutcome::Undone);
    assert_eq!(
        unlock(store, carol, UnlockBy::RecoveryAuth(RECOVERY), day_15).await,
        UnlockOutcome::WrongProof
    );
    assert_eq!(
        recover_with(store, carol, RECOVERY, 81, day_15).await,
        RecoveryOutcome::WrongProof
    );
    assert_eq!(
        unlock(store, carol, UnlockBy::RecoveryAuth(THIEFS), day_15).await,
        UnlockOutcome::Unlocked(AccountState::Active)
    );
    assert_eq!(
        delete(store, carol, Deletion::Now(THIEFS), day_15).await,
        DeleteAccount::Removed
    );
}

/// Before the address is confirmed everything of an account can be removed by whoever is signed in; what decides once
/// it is confirmed cannot be replaced in that time either.
pub async fn what_is_replaced_before_the_address_is_confirmed_is_kept_too(store: &dyn Store) {
    let carol = sign_up_unconfirmed(store, "carol").await;
    let first = store
        .write_key_record(author_at(carol, 1), first_write(), NOW)
        .await;
    assert_eq!(first.unwrap(), WriteKeyRecord::Written(1));
    write_then(store, carol, "work", b"first", NOW).await;
    replace_code(store, carol, 7, NOW).await;
    let without_code = crate::KeyRecordWrite {
        deciding_verifier: None,
        ..renewal(2, 1, 8)
    };
    let written = store
        .write_key_record(author_at(carol, 1), without_code, NOW)
        .await;
    assert_eq!(written.unwrap(), WriteKeyRecord::HalfRenewed);
    store
        .add_link(carol, NewLink::Confirm, [3; 32], NOW)
        .await
        .unwrap();
    assert!(store.confirm([3; 32], NOW).await.unwrap().is_some());
    assert_eq!(state(store, carol, NOW).await, AccountState::Active);
    change_password(store, carol, 5, NOW).await;
    owner_takes_it_back(store, carol, NOW.plus(days(1))).await;
}
