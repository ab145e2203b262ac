//! A new password against the recovery code, without mail and without a session.

use keyhaven_protocol::persona::AccountState;
use keyhaven_storage::{CredentialKind, Notice, Recovery, RecoveryOutcome, Timestamp, WriteKeyRecord};
use sqlx::SqliteConnection;
use subtle::ConstantTimeEq as _;

use super::freeze;
use crate::{
    accounts::{self, credential, state},
    failure::Failure,
    keys::{self, proven, record},
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
    if !bool::from(stored.recovery_verifier.ct_eq(&recovery.recovery_auth)) {
        return Ok(RecoveryOutcome::WrongProof);
    }
    if recovery.keys.touches_former_keys() {
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
    let version = match record::check(Some(&stored), &recovery.keys, account.credential.kind, next) {
        Ok(version) => version,
        Err(refused) => return Ok(RecoveryOutcome::Refused(refused)),
    };
    if found.beneath == AccountState::Disputed {
        // The code has decided.
        proven::forget(connection, id).await?;
    } else {
        // Of the two writes the second does nothing when this password opens no wrap: then what was kept before stays
        // the last proven one.
        proven::expire(connection, id, now).await?;
        let until = Some(proven::kept_until(now));
        proven::keep_until(connection, id, until).await?;
        proven::keep(connection, id, &account.credential, &stored.password, until).await?;
    }
    record::store(connection, id, version, &recovery.keys).await?;
    let lifted = account.state == AccountState::Frozen;
    if lifted {
        freeze::lift(connection, &account).await?;
    }
    if found.beneath != AccountState::Unconfirmed {
        state::enter(connection, id, AccountState::Active, None).await?;
    }
    let kind = CredentialKind::Derived(recovery.kdf);
    credential::replace(connection, id, recovery.hash, kind).await?;
    sessions::insert(connection, recovery.session, now).await?;
    notices::queue(connection, &account, Notice::RecoveredByCode { lifted }, now).await?;
    keys::tell_new_secrets(connection, &account, Some(&stored), &recovery.keys, now).await?;
    if account.state == AccountState::Deleted {
        notices::queue(connection, &account, Notice::DeletionTakenBack, now).await?;
    }
    Ok(RecoveryOutcome::Recovered(version))
}
