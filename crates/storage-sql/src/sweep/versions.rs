//! Versions that are kept no longer, and objects whose deletion is over.

use keyhaven_protocol::persona::limits;
use keyhaven_storage::{Swept, Timestamp};
use sqlx::{FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{Budget, retention};
use crate::{accounts::state::StateColumns, failure::Failure};

/// Most objects that one round looks at.
const OBJECTS_MAX: i64 = 500;
/// Most versions of one object that one round looks at.
const VERSIONS_LOOKED_AT_MAX: i64 = 1_000;

/// Where the next round goes on: at this object, after this version of it.
#[derive(Debug, Clone, Copy, Default)]
struct Progress {
    object_key: i64,
    version: i64,
}

/// An object with what decides about its versions.
struct Candidate {
    object_key: i64,
    account_id: Vec<u8>,
    content_version: i64,
    /// When it was deleted, if it is.
    deleted_at: Option<i64>,
    /// The newest version that is not among the newest `VERSIONS_NEWEST`.
    newest_old: Option<i64>,
    state: StateColumns,
}

/// When the last trouble of the account ended.
type CalmSince = Option<Timestamp>;

/// Goes on where the round before ended, and begins anew at the end.
pub(super) async fn prune(
    connection: &mut SqliteConnection,
    budget: &mut Budget,
    swept: &mut Swept,
    now: Timestamp,
) -> Result<(), Failure> {
    let mut progress = read_progress(connection).await?;
    let candidates = candidates(connection, progress).await?;
    let is_end = candidates.len() < usize::try_from(OBJECTS_MAX).unwrap_or(usize::MAX);
    for candidate in candidates {
        if candidate.object_key != progress.object_key {
            progress = Progress {
                object_key: candidate.object_key,
                version: 0,
            };
        }
        // What was there before the trouble is there after it.
        let in_force = candidate.state.in_force(now)?;
        if !in_force.is_some_and(|in_force| in_force.state.may_change()) {
            continue;
        }
        let is_done = if candidate.is_over(now) {
            remove_object(connection, &candidate, budget, swept).await?
        } else {
            prune_object(connection, &candidate, &mut progress, budget, swept, now).await?
        };
        if !is_done {
            swept.more = true;
            return write_progress(connection, progress).await;
        }
    }
    swept.more |= !is_end;
    let next = Progress {
        object_key: if is_end {
            0
        } else {
            progress.object_key.saturating_add(1)
        },
        version: 0,
    };
    write_progress(connection, next).await
}

impl Candidate {
    fn is_over(&self, now: Timestamp) -> bool {
        let deleted_at = self.deleted_at.map(Timestamp);
        // Nobody could bring it back while there was trouble: from its end the days run.
        let kept_from = deleted_at.map(|at| self.state.calm_since().map_or(at, |calm| calm.max(at)));
        kept_from.is_some_and(|from| from.plus(limits::DELETED_KEPT) <= now)
    }
}

/// Removes what is kept no longer of one object; `false` when a bound was reached before the end.
async fn prune_object(
    connection: &mut SqliteConnection,
    candidate: &Candidate,
    progress: &mut Progress,
    budget: &mut Budget,
    swept: &mut Swept,
    now: Timestamp,
) -> Result<bool, Failure> {
    let Some(newest_old) = candidate.newest_old else {
        return Ok(true);
    };
    let rows: Vec<(i64, i64, Option<i64>, i64)> = sqlx::query_as(
        "SELECT v.version, v.written_at, v.size,
                (SELECT n.written_at FROM object_versions n
                 WHERE n.object_key = v.object_key AND n.version > v.version ORDER BY n.version LIMIT 1)
         FROM object_versions v
         WHERE v.object_key = $1 AND v.version > $2 AND v.version <= $3
         ORDER BY v.version LIMIT $4",
    )
    .bind(candidate.object_key)
    .bind(progress.version)
    .bind(newest_old)
    .bind(VERSIONS_LOOKED_AT_MAX)
    .fetch_all(&mut *connection)
    .await?;
    let is_end = rows.len() < usize::try_from(VERSIONS_LOOKED_AT_MAX).unwrap_or(usize::MAX);
    for (version, written_at, size, superseded_at) in rows {
        let is_kept = version == candidate.content_version
            || is_of_trouble(Timestamp(superseded_at), candidate.state.calm_since(), now)
            || retention::is_kept(Timestamp(written_at), Timestamp(superseded_at), now);
        if !is_kept {
            let size = size.unwrap_or_default();
            if !budget.pay(size) {
                return Ok(false);
            }
            remove(connection, candidate.object_key, version).await?;
            give_back(connection, &candidate.account_id, size).await?;
            swept.versions = swept.versions.saturating_add(1);
        }
        progress.version = version;
    }
    Ok(is_end)
}

/// Whether a version was followed by another before the trouble of its account was over, and that is not long ago.
fn is_of_trouble(superseded: Timestamp, calm_since: CalmSince, now: Timestamp) -> bool {
    calm_since.is_some_and(|calm| superseded <= calm && now < calm.plus(limits::VERSIONS_DAILY))
}

/// Removes an object with all its versions; `false` when a bound was reached before the end.
async fn remove_object(
    connection: &mut SqliteConnection,
    candidate: &Candidate,
    budget: &mut Budget,
    swept: &mut Swept,
) -> Result<bool, Failure> {
    loop {
        // The deletion goes last: it tells the next round that the object is over.
        let oldest: Option<(i64, Option<i64>)> = sqlx::query_as(
            "SELECT version, size FROM object_versions WHERE object_key = $1 ORDER BY version LIMIT 1",
        )
        .bind(candidate.object_key)
        .fetch_optional(&mut *connection)
        .await?;
        let Some((version, size)) = oldest else { break };
        let size = size.unwrap_or_default();
        if !budget.pay(size) {
            return Ok(false);
        }
        remove(connection, candidate.object_key, version).await?;
        give_back(connection, &candidate.account_id, size).await?;
    }
    sqlx::query("DELETE FROM objects WHERE object_key = $1")
        .bind(candidate.object_key)
        .execute(connection)
        .await?;
    swept.objects = swept.objects.saturating_add(1);
    Ok(true)
}

/// Removes one version with its chunks.
pub(super) async fn remove(
    connection: &mut SqliteConnection,
    object_key: i64,
    version: i64,
) -> Result<(), Failure> {
    sqlx::query("DELETE FROM object_versions WHERE object_key = $1 AND version = $2")
        .bind(object_key)
        .bind(version)
        .execute(connection)
        .await?;
    Ok(())
}

async fn give_back(connection: &mut SqliteConnection, account: &[u8], size: i64) -> Result<(), Failure> {
    sqlx::query("UPDATE accounts SET used_bytes = used_bytes - $2 WHERE account_id = $1")
        .bind(account)
        .bind(size)
        .execute(connection)
        .await?;
    Ok(())
}

async fn candidates(
    connection: &mut SqliteConnection,
    progress: Progress,
) -> Result<Vec<Candidate>, Failure> {
    Ok(sqlx::query_as(
        "SELECT o.object_key, o.account_id, o.content_version,
                CASE WHEN o.deleted = 1 THEN
                    (SELECT d.written_at FROM object_versions d
                     WHERE d.object_key = o.object_key AND d.version = o.last_version)
                END AS deleted_at,
                (SELECT v.version FROM object_versions v
                 WHERE v.object_key = o.object_key ORDER BY v.version DESC LIMIT 1 OFFSET $3) AS newest_old,
                a.state, a.state_until, a.frozen_at, a.archived_until, a.calm_since, k.version AS key_record_version
         FROM objects o
         JOIN accounts a ON a.account_id = o.account_id
         LEFT JOIN key_records k ON k.account_id = o.account_id
         WHERE o.object_key >= $1
         ORDER BY o.object_key LIMIT $2",
    )
    .bind(progress.object_key)
    .bind(OBJECTS_MAX)
    .bind(i64::try_from(limits::VERSIONS_NEWEST).unwrap_or(i64::MAX))
    .fetch_all(connection)
    .await?)
}

impl FromRow<'_, SqliteRow> for Candidate {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            object_key: row.try_get("object_key")?,
            account_id: row.try_get("account_id")?,
            content_version: row.try_get("content_version")?,
            deleted_at: row.try_get("deleted_at")?,
            newest_old: row.try_get("newest_old")?,
            state: StateColumns::from_row(row)?,
        })
    }
}

async fn read_progress(connection: &mut SqliteConnection) -> Result<Progress, Failure> {
    let row: Option<(i64, i64)> =
        sqlx::query_as("SELECT object_key, version FROM sweep_progress WHERE only_row = 1")
            .fetch_optional(connection)
            .await?;
    Ok(
        row.map_or_else(Progress::default, |(object_key, version)| Progress {
            object_key,
            version,
        }),
    )
}

async fn write_progress(connection: &mut SqliteConnection, progress: Progress) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO sweep_progress (only_row, object_key, version) VALUES (1, $1, $2)
         ON CONFLICT (only_row) DO UPDATE SET object_key = excluded.object_key, version = excluded.version",
    )
    .bind(progress.object_key)
    .bind(progress.version)
    .execute(connection)
    .await?;
    Ok(())
}
