//! The key record: what a write must satisfy, and its rows.

use keyhaven_protocol::persona::{AccountId, AccountState, Wrap};
use keyhaven_storage::{CredentialKind, KeyRecord, KeyRecordWrite, WriteKeyRecord};
use sqlx::SqliteConnection;
use subtle::ConstantTimeEq as _;

use super::wraps::{self, Slot};
use crate::{columns, failure::Failure};

const RECORD: &str = "key record";

pub(crate) async fn read(
    connection: &mut SqliteConnection,
    account: AccountId,
) -> Result<Option<KeyRecord>, Failure> {
    let row: Option<(i64, Vec<u8>, Vec<u8>)> = sqlx::query_as(
        "SELECT version, unlock_verifier, recovery_verifier FROM key_records WHERE account_id = $1",
    )
    .bind(account.as_bytes().as_slice())
    .fetch_optional(&mut *connection)
    .await?;
    let Some((version, unlock_verifier, recovery_verifier)) = row else {
        return Ok(None);
    };
    let password = wraps::read(connection, account, Slot::Password).await?;
    let recovery = wraps::read(connection, account, Slot::Recovery).await?;
    Ok(Some(KeyRecord {
        version: columns::unsigned(version, RECORD)?,
        password: password.ok_or(Failure::Damaged(RECORD))?,
        recovery: recovery.ok_or(Failure::Damaged(RECORD))?,
        unlock_verifier: columns::fixed(&unlock_verifier, RECORD)?,
        recovery_verifier: columns::fixed(&recovery_verifier, RECORD)?,
    }))
}

/// The version that the write gets, or why it is refused: version, kind of the present credential, proof, epoch,
/// recovery wrap, in this order.
pub(crate) fn check(
    stored: Option<&KeyRecord>,
    write: &KeyRecordWrite,
    present: CredentialKind,
    credential_epoch: u64,
) -> Result<u64, WriteKeyRecord> {
    if stored.map(|record| record.version) != write.replaces {
        return Err(WriteKeyRecord::VersionConflict);
    }
    if stored.is_none() && present.is_typed() {
        return Err(WriteKeyRecord::NotDerived);
    }
    if let Some(stored) = stored
        && !bool::from(stored.unlock_verifier.ct_eq(&write.unlock_verifier))
    {
        return Err(WriteKeyRecord::WrongProof);
    }
    if write.password.epoch != credential_epoch {
        return Err(WriteKeyRecord::WrongEpoch);
    }
    if write.recovery.is_none() && (stored.is_none() || write.replaces_backup_key(stored)) {
        return Err(WriteKeyRecord::MissingRecovery);
    }
    Ok(stored.map_or(1, |record| record.version.saturating_add(1)))
}

/// Whether a state lets somebody who has proven the backup key write this. Asked after [`check`].
pub(crate) fn check_state(
    state: AccountState,
    stored: Option<&KeyRecord>,
    write: &KeyRecordWrite,
) -> Result<(), WriteKeyRecord> {
    let new_recovery = stored
        .zip(write.recovery.as_ref())
        .is_some_and(|(stored, recovery)| {
            stored.recovery != recovery.wrap || stored.recovery_verifier != recovery.verifier
        });
    match state {
        AccountState::Active | AccountState::Unconfirmed => Ok(()),
        AccountState::Unproven if !new_recovery && !write.replaces_backup_key(stored) => Ok(()),
        state => Err(WriteKeyRecord::NotAllowed(state)),
    }
}

/// Puts a write in place that [`check`] has passed.
pub(crate) async fn store(
    connection: &mut SqliteConnection,
    account: AccountId,
    version: u64,
    write: &KeyRecordWrite,
) -> Result<(), Failure> {
    let version = columns::signed(version, RECORD)?;
    let unlock_verifier = write.new_unlock_verifier.unwrap_or(write.unlock_verifier);
    match &write.recovery {
        Some(recovery) => {
            sqlx::query(
                "INSERT INTO key_records (account_id, version, unlock_verifier, recovery_verifier)
                 VALUES ($1, $2, $3, $4)
                 ON CONFLICT (account_id) DO UPDATE
                 SET version = excluded.version, unlock_verifier = excluded.unlock_verifier,
                     recovery_verifier = excluded.recovery_verifier",
            )
            .bind(account.as_bytes().as_slice())
            .bind(version)
            .bind(unlock_verifier.as_slice())
            .bind(recovery.verifier.as_slice())
            .execute(&mut *connection)
            .await?;
            wraps::store(connection, account, Slot::Recovery, &recovery.wrap).await?;
        }
        None => {
            sqlx::query("UPDATE key_records SET version = $2, unlock_verifier = $3 WHERE account_id = $1")
                .bind(account.as_bytes().as_slice())
                .bind(version)
                .bind(unlock_verifier.as_slice())
                .execute(&mut *connection)
                .await?;
        }
    }
    wraps::store(connection, account, Slot::Password, &write.password).await
}

/// Puts another password wrap in place and leaves the rest as it is.
pub(crate) async fn put_password_wrap(
    connection: &mut SqliteConnection,
    account: AccountId,
    version: u64,
    wrap: &Wrap,
) -> Result<(), Failure> {
    sqlx::query("UPDATE key_records SET version = $2 WHERE account_id = $1")
        .bind(account.as_bytes().as_slice())
        .bind(columns::signed(version, RECORD)?)
        .execute(&mut *connection)
        .await?;
    wraps::store(connection, account, Slot::Password, wrap).await
}
