//! A new password against the recovery code, without mail and without a session.

use keyhaven_protocol::persona::AccountState;
use keyhaven_storage::{
    CodeStanding, CredentialKind, Notice, Recovery, RecoveryOutcome, Timestamp, WriteKeyRecord,
};
use sqlx::SqliteConnection;

use super::freeze;
use crate::{
    accounts::{self, credential, state},
    failure::Failure,
    keys::{self, former_code, proven, record},
    mail::notices,
    sessions,
};

pub(super) async fn recover(
    connection: &mut SqliteConnection,
    recovery: Recovery,
    now: Timestamp,
) -> Result<RecoveryOutcome, Failure> {
    let Some(found) = accounts::find_by_id(connection, recovery.account, now).await? else {
        return Ok(RecoveryOutcome::WrongProof);
    };
    let account = found.account;
    let id = account.id;
    let Some(stored) = record::read(connection, id).await? else {
        return Ok(RecoveryOutcome::WrongProof);
    };
    let in_dispute = found.beneath == AccountState::Disputed;
    let standing = stored.standing_of(&recovery.recovery_auth, now);
    match standing {
        CodeStanding::FormerDecides if in_dispute => return Ok(RecoveryOutcome::FormerCodeDecides),
        CodeStanding::Decides | CodeStanding::FormerDecides => {}
        CodeStanding::Former if in_dispute => {}
        CodeStanding::Former | CodeStanding::Wrong => return Ok(RecoveryOutcome::WrongProof),
    }
    if recovery.keys.replaces_backup_key() {
        return Ok(RecoveryOutcome::Refused(WriteKeyRecord::HalfRenewed));
    }
    let next = account.credential.next_epoch();
    if account.credential.generation != recovery.credential_generation
        || recovery.session.account != id
        || recovery.session.credential_generation != next
    {
        return Ok(RecoveryOutcome::Changed);
    }
    // Both secrets are proven, which is what every state that refuses something waits for.
    let version = match record::check(Some(&stored), &recovery.keys, account.credential.kind, next, now) {
        Ok(version) => version,
        Err(refused) => return Ok(RecoveryOutcome::Refused(refused)),
    };
    if in_dispute {
        // The code has decided.
        proven::forget(connection, id).await?;
    } else {
        keys::prove(connection, id, found.beneath, now).await?;
        proven::keep_oldest(connection, id, &account.credential, &stored.password, now).await?;
    }
    if let Some(former) = stored
        .former_code_at(now)
        .filter(|_| standing == CodeStanding::Former)
    {
        former_code::put_back(connection, id, version, former).await?;
    }
    let former = if standing.decides() {
        former_code::forget(connection, id).await?;
        None
    } else {
        former_code::settle(connection, id, Some(&stored), &recovery.keys, now).await?
    };
    record::store(connection, id, version, &recovery.keys).await?;
    let lifted = account.state == AccountState::Frozen;
    if lifted {
        freeze::lift(connection, &account, found.beneath, now).await?;
    }
    if found.beneath != AccountState::Unconfirmed {
        state::enter(connection, id, AccountState::Active, None).await?;
        if !account.state.may_change() {
            state::calm(connection, id, now).await?;
        }
    }
    let kind = CredentialKind::Derived(recovery.kdf);
    credential::replace(connection, id, recovery.hash, kind).await?;
    sessions::insert(connection, recovery.session, now).await?;
    notices::queue(connection, &account, Notice::RecoveredByCode { lifted }, now).await?;
    keys::tell_new_secrets(connection, &account, Some(&stored), &recovery.keys, former, now).await?;
    if account.state == AccountState::Deleted {
        notices::queue(connection, &account, Notice::DeletionTakenBack, now).await?;
    }
    Ok(RecoveryOutcome::Recovered(version))
}
