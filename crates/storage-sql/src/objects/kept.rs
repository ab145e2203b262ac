//! What is kept beside what shows, for whoever runs the server.

use keyhaven_protocol::persona::{AccountId, limits};
use keyhaven_storage::{Kept, KeptDeletion, KeptObject, KeptVersion, Timestamp};
use sqlx::{FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use super::Kind;
use crate::{accounts::state::StateColumns, columns, failure::Failure, sweep::retention};

const RECORD: &str = "object";

/// One statement is one snapshot. An object with nothing but what shows is left out.
pub(super) async fn list(
    connection: &mut SqliteConnection,
    account: AccountId,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<KeptObject>, Failure> {
    let rows: Vec<KeptRow> = sqlx::query_as(
        "SELECT o.object_id, o.content_version, o.deleted, v.version, v.written_at, v.size,
                a.state, a.state_until, a.frozen_at, a.archived_until, a.calm_since, k.version AS key_record_version
         FROM (SELECT * FROM objects
               WHERE account_id = $1 AND kind = $2 AND ($3 IS NULL OR object_id > $3)
                 AND EXISTS (SELECT 1 FROM object_versions w
                             WHERE w.object_key = objects.object_key AND w.size IS NOT NULL
                               AND (objects.deleted = 1 OR w.version <> objects.content_version))
               ORDER BY object_id LIMIT $4) o
         JOIN object_versions v ON v.object_key = o.object_key
         JOIN accounts a ON a.account_id = o.account_id
         LEFT JOIN key_records k ON k.account_id = o.account_id
         ORDER BY o.object_id, v.version DESC",
    )
    .bind(account.as_bytes().as_slice())
    .bind(Kind::Object.word())
    .bind(after)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.chunk_by(|one, next| one.object_id == next.object_id)
        .map(object)
        .collect()
}

struct KeptRow {
    object_id: String,
    content_version: i64,
    deleted: bool,
    version: i64,
    written_at: i64,
    /// Absent in a deletion.
    size: Option<i64>,
    state: StateColumns,
}

impl FromRow<'_, SqliteRow> for KeptRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            object_id: row.try_get("object_id")?,
            content_version: row.try_get("content_version")?,
            deleted: row.try_get("deleted")?,
            version: row.try_get("version")?,
            written_at: row.try_get("written_at")?,
            size: row.try_get("size")?,
            state: StateColumns::from_row(row)?,
        })
    }
}

/// All versions of one object, newest first.
fn object(rows: &[KeptRow]) -> Result<KeptObject, Failure> {
    let newest = rows.first().ok_or(Failure::Damaged(RECORD))?;
    let calm = newest.state.calm_since();
    let deleted = newest.deleted.then(|| {
        let at = Timestamp(newest.written_at);
        let from = calm.map_or(at, |calm| calm.max(at));
        KeptDeletion {
            at,
            kept_until: from.plus(limits::DELETED_KEPT),
        }
    });
    let mut versions = Vec::new();
    let mut superseded_at = None;
    for (place, row) in rows.iter().enumerate() {
        let written_at = Timestamp(row.written_at);
        if let Some(size) = row.size {
            let kept = if row.version == row.content_version {
                Kept::Newest
            } else {
                kept(place, written_at, superseded_at, calm)
            };
            versions.push(KeptVersion {
                version: columns::unsigned(row.version, RECORD)?,
                size: columns::unsigned(size, RECORD)?,
                written_at,
                kept,
            });
        }
        superseded_at = Some(written_at);
    }
    Ok(KeptObject {
        id: newest.object_id.clone(),
        deleted,
        versions,
    })
}

/// As the sweeper decides, of a version in this place from the newest one.
fn kept(place: usize, written: Timestamp, superseded: Option<Timestamp>, calm: Option<Timestamp>) -> Kept {
    let Some(superseded) = superseded.filter(|_| place >= limits::VERSIONS_NEWEST) else {
        return Kept::AmongTheNewest;
    };
    let by_rule = retention::kept_until(written, superseded);
    let by_trouble = calm
        .filter(|calm| superseded <= *calm)
        .map(|calm| calm.plus(limits::VERSIONS_DAILY));
    // What neither keeps goes with the next sweep.
    Kept::Until(by_rule.max(by_trouble).unwrap_or(superseded))
}
