//! Listing and reading, each from one snapshot.

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt as _;
use keyhaven_protocol::persona::limits::OBJECT_MAX_BYTES;
use keyhaven_storage::{Author, Content, ForAuthor, ObjectBytes, ObjectRecord, Timestamp};
use sqlx::{FromRow, Row as _, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::{Kind, versions};
use crate::{authors, columns, failure::Failure};

const RECORD: &str = "object";

/// What shows, with a condition on `objects o`.
macro_rules! select_shown {
    ($rest:literal) => {
        concat!(
            "SELECT o.object_key, o.object_id, v.version, v.written_at, v.size, v.sha256, v.content_type
             FROM objects o
             JOIN object_versions v ON v.object_key = o.object_key AND v.version = o.content_version
             WHERE o.account_id = $1 AND o.kind = $2 AND o.deleted = 0 ",
            $rest
        )
    };
}

pub(super) async fn list(
    readers: &SqlitePool,
    author: Author,
) -> Result<ForAuthor<(Option<u64>, Vec<ObjectRecord>)>, Failure> {
    let account = author.account;
    let mut snapshot = readers.begin().await?;
    if !authors::is_signed_in(&mut snapshot, author).await? {
        return Ok(ForAuthor::SignedOut);
    }
    let inventory = versions::find(&mut snapshot, account, Kind::Inventory, "").await?;
    let rows: Vec<ShownRow> = sqlx::query_as(select_shown!("ORDER BY o.object_id"))
        .bind(account.as_bytes().as_slice())
        .bind(Kind::Object.word())
        .fetch_all(&mut *snapshot)
        .await?;
    snapshot.rollback().await?;
    let inventory = inventory
        .map(|inventory| columns::unsigned(inventory.last_version, RECORD))
        .transpose()?;
    Ok(ForAuthor::Given((
        inventory,
        rows.into_iter()
            .map(ObjectRecord::try_from)
            .collect::<Result<_, _>>()?,
    )))
}

pub(super) async fn content(
    readers: &SqlitePool,
    author: Author,
    kind: Kind,
    id: &str,
    size_max: u64,
) -> Result<ForAuthor<Content<ObjectBytes>>, Failure> {
    let mut snapshot = readers.begin().await?;
    if !authors::is_signed_in(&mut snapshot, author).await? {
        return Ok(ForAuthor::SignedOut);
    }
    let row: Option<ShownRow> = sqlx::query_as(select_shown!("AND o.object_id = $3"))
        .bind(author.account.as_bytes().as_slice())
        .bind(kind.word())
        .bind(id)
        .fetch_optional(&mut *snapshot)
        .await?;
    let Some(row) = row else {
        return Ok(ForAuthor::Given(Content::Absent));
    };
    let size = columns::unsigned(row.size, RECORD)?;
    if size > size_max {
        return Ok(ForAuthor::Given(Content::Longer { size }));
    }
    let bytes = chunks(&mut snapshot, &row).await?;
    snapshot.rollback().await?;
    let record = ObjectRecord::try_from(row)?;
    if u64::try_from(bytes.len()) != Ok(record.size) || versions::sha256(bytes.clone()).await != record.sha256
    {
        return Err(Failure::Damaged(RECORD));
    }
    Ok(ForAuthor::Given(Content::Here(ObjectBytes { record, bytes })))
}

async fn chunks(connection: &mut SqliteConnection, shown: &ShownRow) -> Result<Bytes, Failure> {
    let mut rows = sqlx::query(
        "SELECT bytes FROM object_chunks WHERE object_key = $1 AND version = $2 ORDER BY chunk_index",
    )
    .bind(shown.object_key)
    .bind(shown.version)
    .fetch(connection);
    // A size that is damaged must not ask for all the memory there is.
    let size = usize::try_from(shown.size).unwrap_or(0);
    let mut bytes = BytesMut::with_capacity(size.min(OBJECT_MAX_BYTES));
    while let Some(row) = rows.try_next().await? {
        bytes.extend_from_slice(row.try_get("bytes")?);
    }
    Ok(bytes.freeze())
}

/// Columns of [`select_shown`]. A version that shows has content, hence nothing is optional.
struct ShownRow {
    object_key: i64,
    object_id: String,
    version: i64,
    written_at: i64,
    size: i64,
    sha256: Vec<u8>,
    content_type: String,
}

impl FromRow<'_, SqliteRow> for ShownRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            object_key: row.try_get("object_key")?,
            object_id: row.try_get("object_id")?,
            version: row.try_get("version")?,
            written_at: row.try_get("written_at")?,
            size: row.try_get("size")?,
            sha256: row.try_get("sha256")?,
            content_type: row.try_get("content_type")?,
        })
    }
}

impl TryFrom<ShownRow> for ObjectRecord {
    type Error = Failure;

    fn try_from(row: ShownRow) -> Result<Self, Failure> {
        Ok(Self {
            id: row.object_id,
            size: columns::unsigned(row.size, RECORD)?,
            sha256: columns::fixed(&row.sha256, RECORD)?,
            content_type: row.content_type,
            version: columns::unsigned(row.version, RECORD)?,
            modified_at: Timestamp(row.written_at),
        })
    }
}
