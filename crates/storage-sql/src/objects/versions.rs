//! Rows of ids, versions and chunks. Nothing here asks whether it may.

use keyhaven_protocol::persona::AccountId;
use keyhaven_storage::Timestamp;
use sqlx::SqliteConnection;

use super::Kind;
use crate::failure::Failure;

const RECORD: &str = "object";

/// An id that was written before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stored {
    key: i64,
    /// Of content or of a deletion.
    pub(super) last_version: i64,
    pub(super) deleted: bool,
}

impl Stored {
    /// Of three columns that are there together or not at all.
    pub(super) fn of_row(key: Option<i64>, last_version: Option<i64>, deleted: Option<i64>) -> Option<Self> {
        Some(Self {
            key: key?,
            last_version: last_version?,
            deleted: deleted? != 0,
        })
    }
}

/// The version that is written next.
pub(super) fn next_version(stored: Option<Stored>) -> i64 {
    stored.map_or(0, |stored| stored.last_version).saturating_add(1)
}

pub(super) async fn find(
    connection: &mut SqliteConnection,
    account: AccountId,
    kind: Kind,
    id: &str,
) -> Result<Option<Stored>, Failure> {
    let row: Option<(Option<i64>, Option<i64>, Option<i64>)> = sqlx::query_as(
        "SELECT object_key, last_version, deleted FROM objects
         WHERE account_id = $1 AND kind = $2 AND object_id = $3",
    )
    .bind(account.as_bytes().as_slice())
    .bind(kind.word())
    .bind(id)
    .fetch_optional(connection)
    .await?;
    Ok(row.and_then(|(key, last_version, deleted)| Stored::of_row(key, last_version, deleted)))
}

/// Whether the newest content of an id is there. Of a deletion that is over, the sweeper may have removed a part.
pub(super) async fn has_content(connection: &mut SqliteConnection, stored: Stored) -> Result<bool, Failure> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT v.version FROM objects o
         JOIN object_versions v ON v.object_key = o.object_key AND v.version = o.content_version
         WHERE o.object_key = $1 AND v.size IS NOT NULL",
    )
    .bind(stored.key)
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

/// How many ids an account has written, deleted ones included.
pub(super) async fn count(connection: &mut SqliteConnection, account: AccountId) -> Result<usize, Failure> {
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM objects WHERE account_id = $1 AND kind = $2")
        .bind(account.as_bytes().as_slice())
        .bind(Kind::Object.word())
        .fetch_one(connection)
        .await?;
    usize::try_from(count).map_err(|_| Failure::Damaged(RECORD))
}

/// Adds the content of a version once more, as the newest one, and shows it. Returns its number.
pub(super) async fn copy_content(
    connection: &mut SqliteConnection,
    account: AccountId,
    key: i64,
    from: i64,
    now: Timestamp,
) -> Result<i64, Failure> {
    let version: i64 = sqlx::query_scalar(
        "UPDATE objects SET last_version = last_version + 1, content_version = last_version + 1, deleted = 0
         WHERE object_key = $1 RETURNING last_version",
    )
    .bind(key)
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO object_versions (object_key, version, written_at, size, sha256, content_type)
         SELECT object_key, $3, $4, size, sha256, content_type FROM object_versions
         WHERE object_key = $1 AND version = $2",
    )
    .bind(key)
    .bind(from)
    .bind(version)
    .bind(now.0)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO object_chunks (object_key, version, chunk_index, bytes)
         SELECT object_key, $3, chunk_index, bytes FROM object_chunks WHERE object_key = $1 AND version = $2",
    )
    .bind(key)
    .bind(from)
    .bind(version)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "UPDATE accounts
         SET used_bytes = used_bytes
             + (SELECT size FROM object_versions WHERE object_key = $2 AND version = $3)
         WHERE account_id = $1",
    )
    .bind(account.as_bytes().as_slice())
    .bind(key)
    .bind(version)
    .execute(connection)
    .await?;
    Ok(version)
}

/// Adds a deletion as the newest version; the content before it stays.
pub(super) async fn add_deletion(
    connection: &mut SqliteConnection,
    stored: Stored,
    now: Timestamp,
) -> Result<(), Failure> {
    let version = next_version(Some(stored));
    sqlx::query("UPDATE objects SET last_version = $2, deleted = 1 WHERE object_key = $1")
        .bind(stored.key)
        .bind(version)
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO object_versions (object_key, version, written_at) VALUES ($1, $2, $3)")
        .bind(stored.key)
        .bind(version)
        .bind(now.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Shows the newest content again, as if it had never been deleted: the deletion goes, so that the times of the
/// versions that stay tell what showed when.
pub(super) async fn undelete(connection: &mut SqliteConnection, stored: Stored) -> Result<(), Failure> {
    sqlx::query("DELETE FROM object_versions WHERE object_key = $1 AND version = $2 AND size IS NULL")
        .bind(stored.key)
        .bind(stored.last_version)
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE objects SET deleted = 0 WHERE object_key = $1")
        .bind(stored.key)
        .execute(connection)
        .await?;
    Ok(())
}
