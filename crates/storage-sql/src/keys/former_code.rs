//! The recovery code that was given up without being presented: kept for a while, because it may have been a thief who
//! replaced it (`docs/adr/0008-the-code-that-decides.md`).

use keyhaven_protocol::persona::{AccountId, limits};
use keyhaven_storage::{FormerCode, KeyRecord, KeyRecordWrite, Timestamp};
use sqlx::SqliteConnection;

use super::wraps::{self, Slot};
use crate::{columns, failure::Failure};

/// What becomes of the stored code when a write that was checked takes effect. Presented, nothing former is kept. Given
/// up without that, it is kept, unless another one is: the oldest is the one that its owner surely knows. Returns until
/// when a former code decides after the write.
pub(crate) async fn settle(
    connection: &mut SqliteConnection,
    account: AccountId,
    stored: Option<&KeyRecord>,
    write: &KeyRecordWrite,
    now: Timestamp,
) -> Result<Option<Timestamp>, Failure> {
    let Some(stored) = stored else { return Ok(None) };
    if write.deciding_verifier.is_some() {
        forget(connection, account).await?;
        return Ok(None);
    }
    if let Some(former) = stored.former_code_at(now) {
        return Ok(Some(former.kept_until));
    }
    if !write.replaces_recovery_code(Some(stored)) {
        return Ok(None);
    }
    let until = now.plus(limits::PROVEN_KEPT);
    keep(connection, account, stored, until).await?;
    Ok(Some(until))
}

async fn keep(
    connection: &mut SqliteConnection,
    account: AccountId,
    stored: &KeyRecord,
    until: Timestamp,
) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE key_records SET former_code_verifier = $2, former_code_until = $3 WHERE account_id = $1",
    )
    .bind(account.as_bytes().as_slice())
    .bind(stored.recovery_verifier.as_slice())
    .bind(until.0)
    .execute(&mut *connection)
    .await?;
    wraps::store(connection, account, Slot::FormerRecovery, &stored.recovery).await
}

/// Drops the former code: the one in force decides from here on.
pub(crate) async fn forget(connection: &mut SqliteConnection, account: AccountId) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE key_records SET former_code_verifier = NULL, former_code_until = NULL WHERE account_id = $1",
    )
    .bind(account.as_bytes().as_slice())
    .execute(&mut *connection)
    .await?;
    wraps::remove(connection, account, Slot::FormerRecovery).await
}

/// Puts the former code in force in the place of the one that took its own, which is gone.
pub(crate) async fn put_back(
    connection: &mut SqliteConnection,
    account: AccountId,
    version: u64,
    former: &FormerCode,
) -> Result<(), Failure> {
    sqlx::query("UPDATE key_records SET version = $2, recovery_verifier = $3 WHERE account_id = $1")
        .bind(account.as_bytes().as_slice())
        .bind(columns::signed(version, "key record")?)
        .bind(former.code.verifier.as_slice())
        .execute(&mut *connection)
        .await?;
    wraps::store(connection, account, Slot::Recovery, &former.code.wrap).await?;
    forget(connection, account).await
}
