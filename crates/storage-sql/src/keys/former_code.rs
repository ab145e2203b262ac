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
    let after_trouble = now.plus(limits::PROVEN_KEPT);
    if let Some(former) = stored.former_code_at(now) {
        // A write like this is allowed only where there is no trouble any more.
        return Ok(Some(former.kept_until.unwrap_or(after_trouble)));
    }
    if !write.replaces_recovery_code(Some(stored)) {
        return Ok(None);
    }
    keep(connection, account, stored, after_trouble).await?;
    Ok(Some(after_trouble))
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

/// Trouble has begun that no time ends: a former code that is kept now is kept as long as that lasts, or the one who
/// replaced it could wait.
pub(crate) async fn keep_during_trouble(
    connection: &mut SqliteConnection,
    account: AccountId,
    now: Timestamp,
) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE key_records SET former_code_until = NULL WHERE account_id = $1 AND former_code_until > $2",
    )
    .bind(account.as_bytes().as_slice())
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// The trouble is over at `end`: a former code that is kept now is kept for as long after it as one that is given up
/// then.
pub(crate) async fn keep_after_trouble(
    connection: &mut SqliteConnection,
    account: AccountId,
    end: Timestamp,
    now: Timestamp,
) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE key_records SET former_code_until = $2
         WHERE account_id = $1 AND former_code_verifier IS NOT NULL
           AND (former_code_until IS NULL OR (former_code_until > $3 AND former_code_until < $2))",
    )
    .bind(account.as_bytes().as_slice())
    .bind(end.plus(limits::PROVEN_KEPT).0)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
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
