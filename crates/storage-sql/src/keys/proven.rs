//! The last proven credential and its wrap: kept without limit while the account is unproven, and for a while after.

use keyhaven_protocol::persona::{AccountId, Wrap, limits};
use keyhaven_storage::{Credential, ProvenCredential, Timestamp};
use sqlx::SqliteConnection;

use super::wraps::{self, Slot};
use crate::failure::Failure;

/// What is kept, unless its time has passed.
pub(crate) async fn read(
    connection: &mut SqliteConnection,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<ProvenCredential>, Failure> {
    let hash: Option<String> = sqlx::query_scalar(
        "SELECT credential_hash FROM proven_credentials
         WHERE account_id = $1 AND (kept_until IS NULL OR kept_until > $2)",
    )
    .bind(account.as_bytes().as_slice())
    .bind(now.0)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(hash) = hash else { return Ok(None) };
    let wrap = wraps::read(connection, account, Slot::Proven).await?;
    let wrap = wrap.ok_or(Failure::Damaged("proven credential"))?;
    Ok(Some(ProvenCredential { hash, wrap }))
}

/// Keeps a credential, unless one is kept whose time is not over: two changes in a row would push out the password that
/// its owner knows.
pub(crate) async fn keep_oldest(
    connection: &mut SqliteConnection,
    account: AccountId,
    credential: &Credential,
    wrap: &Wrap,
    now: Timestamp,
) -> Result<(), Failure> {
    if read(connection, account, now).await?.is_some() {
        return Ok(());
    }
    keep(connection, account, credential, wrap, Some(kept_until(now))).await
}

/// Keeps a credential in place of what was kept.
pub(crate) async fn keep(
    connection: &mut SqliteConnection,
    account: AccountId,
    credential: &Credential,
    wrap: &Wrap,
    until: Option<Timestamp>,
) -> Result<(), Failure> {
    // Only the wrap of the credential's own epoch can be opened by its password.
    if wrap.epoch != credential.epoch {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO proven_credentials (account_id, credential_hash, kept_until) VALUES ($1, $2, $3)
         ON CONFLICT (account_id) DO UPDATE
         SET credential_hash = excluded.credential_hash, kept_until = excluded.kept_until",
    )
    .bind(account.as_bytes().as_slice())
    .bind(credential.hash.as_str())
    .bind(until.map(|until| until.0))
    .execute(&mut *connection)
    .await?;
    wraps::store(connection, account, Slot::Proven, wrap).await
}

/// Sets how long the kept credential stays; without one it does nothing.
pub(crate) async fn keep_until(
    connection: &mut SqliteConnection,
    account: AccountId,
    until: Option<Timestamp>,
) -> Result<(), Failure> {
    sqlx::query("UPDATE proven_credentials SET kept_until = $2 WHERE account_id = $1")
        .bind(account.as_bytes().as_slice())
        .bind(until.map(|until| until.0))
        .execute(connection)
        .await?;
    Ok(())
}

/// Drops the kept credential if its time has passed.
pub(crate) async fn expire(
    connection: &mut SqliteConnection,
    account: AccountId,
    now: Timestamp,
) -> Result<(), Failure> {
    if read(connection, account, now).await?.is_none() {
        forget(connection, account).await?;
    }
    Ok(())
}

/// Drops the kept credential.
pub(crate) async fn forget(connection: &mut SqliteConnection, account: AccountId) -> Result<(), Failure> {
    sqlx::query("DELETE FROM proven_credentials WHERE account_id = $1")
        .bind(account.as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
    wraps::remove(connection, account, Slot::Proven).await
}

/// Until when a credential is kept that was replaced or outlived by a proof now.
pub(crate) fn kept_until(now: Timestamp) -> Timestamp {
    now.plus(limits::PROVEN_KEPT)
}
