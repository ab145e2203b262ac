//! What is deleted and still kept.

use keyhaven_storage::{
    Author, Content, DeletedRecord, ForAuthor, ObjectRecord, Timestamp, objects::list_size,
};
use sqlx::{Connection as _, FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{Kind, read::ShownRow};
use crate::{accounts::state::StateColumns, authors, columns, failure::Failure};

const RECORD: &str = "object";

/// From one snapshot. What the sweeper has begun to remove has a deletion and no content any more: it is left out.
pub(super) async fn list(
    connection: &mut SqliteConnection,
    author: Author,
    size_max: u64,
) -> Result<ForAuthor<Content<Vec<DeletedRecord>>>, Failure> {
    let mut snapshot = connection.begin().await?;
    if !authors::is_signed_in(&mut snapshot, author).await? {
        return Ok(ForAuthor::SignedOut);
    }
    let (entries, id_bytes): (i64, i64) = sqlx::query_as(
        "SELECT count(*), coalesce(sum(octet_length(object_id)), 0) FROM objects
         WHERE account_id = $1 AND kind = $2 AND deleted = 1",
    )
    .bind(author.account.as_bytes().as_slice())
    .bind(Kind::Object.word())
    .fetch_one(&mut *snapshot)
    .await?;
    let size = list_size(
        columns::unsigned(entries, RECORD)?,
        columns::unsigned(id_bytes, RECORD)?,
    );
    if size > size_max {
        return Ok(ForAuthor::Given(Content::Longer { size }));
    }
    let rows: Vec<DeletedRow> = sqlx::query_as(
        "SELECT o.object_id, v.version, v.written_at, v.size, v.sha256, v.content_type, d.written_at AS deleted_at,
                a.state, a.state_until, a.frozen_at, a.archived_until, a.calm_since, k.version AS key_record_version
         FROM objects o
         JOIN object_versions v ON v.object_key = o.object_key AND v.version = o.content_version
         JOIN object_versions d ON d.object_key = o.object_key AND d.version = o.last_version
         JOIN accounts a ON a.account_id = o.account_id
         LEFT JOIN key_records k ON k.account_id = o.account_id
         WHERE o.account_id = $1 AND o.kind = $2 AND o.deleted = 1
         ORDER BY d.written_at DESC, o.object_id",
    )
    .bind(author.account.as_bytes().as_slice())
    .bind(Kind::Object.word())
    .fetch_all(&mut *snapshot)
    .await?;
    snapshot.rollback().await?;
    let records = rows.into_iter().map(DeletedRow::parse);
    Ok(ForAuthor::Given(Content::Here(
        records.collect::<Result<_, _>>()?,
    )))
}

struct DeletedRow {
    object: ShownRow,
    deleted_at: i64,
    state: StateColumns,
}

impl FromRow<'_, SqliteRow> for DeletedRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            object: ShownRow::from_row(row)?,
            deleted_at: row.try_get("deleted_at")?,
            state: StateColumns::from_row(row)?,
        })
    }
}

impl DeletedRow {
    fn parse(self) -> Result<DeletedRecord, Failure> {
        let deleted_at = Timestamp(self.deleted_at);
        Ok(DeletedRecord {
            object: ObjectRecord::try_from(self.object)?,
            deleted_at,
            kept_from: self
                .state
                .calm_since()
                .map_or(deleted_at, |calm| calm.max(deleted_at)),
        })
    }
}
