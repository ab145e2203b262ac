//! Listing and reading, each from one snapshot.

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, TryStreamExt as _};
use keyhaven_protocol::persona::limits::OBJECT_MAX_BYTES;
use keyhaven_storage::{
    Author, Content, ForAuthor, Listed, ObjectBytes, ObjectRecord, Timestamp, objects::list_size,
};
use sqlx::{Connection as _, FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{Kind, adding, versions};
use crate::{authors, columns, failure::Failure};

const RECORD: &str = "object";

/// What shows, with a condition on `objects o`.
macro_rules! select_shown {
    ($rest:literal) => {
        concat!(
            "SELECT o.object_id, v.version, v.written_at, v.size, v.sha256, v.content_type
             FROM objects o
             JOIN object_versions v ON v.object_key = o.object_key AND v.version = o.content_version
             WHERE o.account_id = $1 AND o.kind = $2 AND o.deleted = 0 ",
            $rest
        )
    };
}

pub(super) async fn list(
    connection: &mut SqliteConnection,
    author: Author,
    size_max: u64,
) -> Result<ForAuthor<Content<Listed>>, Failure> {
    let account = author.account;
    let mut snapshot = connection.begin().await?;
    if !authors::is_signed_in(&mut snapshot, author).await? {
        return Ok(ForAuthor::SignedOut);
    }
    let (entries, id_bytes, deleted): (i64, i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE deleted = 0),
                coalesce(sum(octet_length(object_id)) FILTER (WHERE deleted = 0), 0),
                count(*) FILTER (WHERE deleted = 1)
         FROM objects WHERE account_id = $1 AND kind = $2",
    )
    .bind(account.as_bytes().as_slice())
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
    let records = rows.into_iter().map(ObjectRecord::try_from);
    Ok(ForAuthor::Given(Content::Here(Listed {
        inventory_version: inventory,
        objects: records.collect::<Result<_, _>>()?,
        deleted: columns::unsigned(deleted, RECORD)?,
    })))
}

/// Which version of an object.
#[derive(Debug, Clone, Copy)]
pub(super) enum Which {
    /// What is listed, unless it is deleted.
    Listed,
    /// One with content, also while the object is deleted.
    Version(u64),
}

impl Which {
    fn number(self) -> Option<i64> {
        match self {
            Self::Listed => None,
            // No version has a number that large.
            Self::Version(version) => Some(i64::try_from(version).unwrap_or(i64::MAX)),
        }
    }
}

/// One statement is one snapshot, and one way to the connection's thread and back.
pub(super) async fn content(
    connection: &mut SqliteConnection,
    author: Author,
    kind: Kind,
    id: &str,
    which: Which,
    size_max: u64,
) -> Result<ForAuthor<Content<ObjectBytes>>, Failure> {
    let mut rows = sqlx::query(
        "SELECT a.credential_epoch + a.generation_lead AS credential_generation, s.created_at AS session_opened_at,
                o.object_id, v.version, v.written_at, v.size, v.sha256, v.content_type, c.bytes
         FROM accounts a
         LEFT JOIN sessions s ON s.account_id = a.account_id AND s.session_id = $4
         LEFT JOIN objects o
                ON o.account_id = a.account_id AND o.kind = $2 AND o.object_id = $3
                   AND (o.deleted = 0 OR $6 IS NOT NULL)
         LEFT JOIN object_versions v
                ON v.object_key = o.object_key AND v.version = coalesce($6, o.content_version) AND v.size IS NOT NULL
         LEFT JOIN object_chunks c ON c.object_key = v.object_key AND c.version = v.version AND v.size <= $5
         WHERE a.account_id = $1
         ORDER BY c.chunk_index",
    )
    .bind(author.account.as_bytes().as_slice())
    .bind(kind.word())
    .bind(id)
    .bind(authors::session(&author))
    .bind(i64::try_from(size_max).unwrap_or(i64::MAX))
    .bind(which.number())
    .fetch(connection);
    let Some(first) = rows.try_next().await? else {
        return Ok(ForAuthor::SignedOut);
    };
    let (generation, opened_at) = (
        first.try_get("credential_generation")?,
        first.try_get("session_opened_at")?,
    );
    if !authors::is_current(author, generation, opened_at) {
        return Ok(ForAuthor::SignedOut);
    }
    if first.try_get::<Option<i64>, _>("version")?.is_none() {
        return Ok(ForAuthor::Given(Content::Absent));
    }
    let record = ObjectRecord::try_from(ShownRow::from_row(&first)?)?;
    if record.size > size_max {
        return Ok(ForAuthor::Given(Content::Longer { size: record.size }));
    }
    let bytes = whole(record.size, first, rows).await?;
    if u64::try_from(bytes.len()) != Ok(record.size) || adding::sha256(bytes.clone()).await != record.sha256 {
        return Err(Failure::Damaged(RECORD));
    }
    Ok(ForAuthor::Given(Content::Here(ObjectBytes { record, bytes })))
}

/// The chunks of this row and those after it, joined.
async fn whole(
    size: u64,
    first: SqliteRow,
    mut rest: impl Stream<Item = Result<SqliteRow, sqlx::Error>> + Unpin,
) -> Result<Bytes, Failure> {
    // A size that is damaged must not ask for all the memory there is.
    let size = usize::try_from(size).unwrap_or(OBJECT_MAX_BYTES);
    let mut bytes = BytesMut::with_capacity(size.min(OBJECT_MAX_BYTES));
    // Content whose chunks are lost has no bytes, which its size then tells.
    bytes.extend_from_slice(first.try_get::<Option<&[u8]>, _>("bytes")?.unwrap_or_default());
    drop(first);
    // What is whole is not waited for: the end of the rows would be one more way to the connection's thread and back.
    while bytes.len() < size
        && let Some(row) = rest.try_next().await?
    {
        bytes.extend_from_slice(row.try_get("bytes")?);
    }
    Ok(bytes.freeze())
}

/// Columns of [`select_shown`]. A version that shows has content, hence nothing is optional.
pub(super) struct ShownRow {
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
