//! The versions of an object that are kept: listing them, and bringing one back as the newest.

use keyhaven_storage::{
    Author, BringBack, Content, ForAuthor, Timestamp, VersionContent, VersionRecord, WriteObject,
    objects::list_size,
};
use sqlx::{Connection as _, FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{
    Kind,
    standing::{Standing, Terms, standing},
    versions,
};
use crate::{authors, columns, failure::Failure};

const RECORD: &str = "object";

pub(super) async fn list(
    connection: &mut SqliteConnection,
    author: Author,
    kind: Kind,
    id: &str,
    size_max: u64,
) -> Result<ForAuthor<Content<Vec<VersionRecord>>>, Failure> {
    let mut snapshot = connection.begin().await?;
    if !authors::is_signed_in(&mut snapshot, author).await? {
        return Ok(ForAuthor::SignedOut);
    }
    let entries: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM objects o JOIN object_versions v ON v.object_key = o.object_key
         WHERE o.account_id = $1 AND o.kind = $2 AND o.object_id = $3",
    )
    .bind(author.account.as_bytes().as_slice())
    .bind(kind.word())
    .bind(id)
    .fetch_one(&mut *snapshot)
    .await?;
    let size = list_size(columns::unsigned(entries, RECORD)?, 0);
    if entries == 0 {
        return Ok(ForAuthor::Given(Content::Absent));
    }
    if size > size_max {
        return Ok(ForAuthor::Given(Content::Longer { size }));
    }
    let rows: Vec<VersionRow> = sqlx::query_as(
        "SELECT o.object_key, v.version, v.written_at, v.size, v.sha256, v.content_type
         FROM objects o JOIN object_versions v ON v.object_key = o.object_key
         WHERE o.account_id = $1 AND o.kind = $2 AND o.object_id = $3
         ORDER BY v.version DESC",
    )
    .bind(author.account.as_bytes().as_slice())
    .bind(kind.word())
    .bind(id)
    .fetch_all(&mut *snapshot)
    .await?;
    snapshot.rollback().await?;
    let records = rows.into_iter().map(VersionRow::parse);
    Ok(ForAuthor::Given(Content::Here(
        records.collect::<Result<_, _>>()?,
    )))
}

/// A write like any other: state and quota are asked in the order of [`super::write`].
pub(super) async fn restore(
    connection: &mut SqliteConnection,
    terms: Terms,
    id: String,
    version: u64,
) -> Result<WriteObject<u64>, Failure> {
    let Some(standing) = standing(connection, terms, &id).await? else {
        return Ok(WriteObject::SignedOut);
    };
    write_again(connection, terms, &standing, &id, Some(version)).await
}

/// The same for whoever runs the server: of an account that keeps no inventory, and of what is deleted also without a
/// number.
pub(super) async fn bring_back(
    connection: &mut SqliteConnection,
    terms: Terms,
    id: String,
    version: Option<u64>,
) -> Result<BringBack, Failure> {
    let Some(standing) = standing(connection, terms, &id).await? else {
        return Ok(BringBack::NoAccount);
    };
    if standing.inventory.is_some() {
        return Ok(BringBack::OwnersAlone);
    }
    let is_listed = standing.object.is_some_and(|stored| !stored.deleted);
    if version.is_none() && is_listed {
        return Ok(BringBack::NotDeleted);
    }
    let written = write_again(connection, terms, &standing, &id, version).await?;
    Ok(match written {
        WriteObject::Written(version) => BringBack::Done(version),
        WriteObject::SignedOut => BringBack::NoAccount,
        WriteObject::NotAllowed(state) => BringBack::NotAllowed(state),
        WriteObject::NotFound | WriteObject::VersionConflict => BringBack::NotKept,
        WriteObject::QuotaExceeded => BringBack::QuotaExceeded,
    })
}

/// The named version, else the newest one with content.
async fn write_again(
    connection: &mut SqliteConnection,
    terms: Terms,
    standing: &Standing,
    id: &str,
    version: Option<u64>,
) -> Result<WriteObject<u64>, Failure> {
    if !standing.state.may_change() {
        return Ok(WriteObject::NotAllowed(standing.state));
    }
    let Some(row) = find(connection, terms.author, id, version).await? else {
        return Ok(WriteObject::NotFound);
    };
    let (key, from, Some(size)) = (row.object_key, row.version, row.size) else {
        return Ok(WriteObject::NotFound);
    };
    let length = usize::try_from(size).map_err(|_| Failure::Damaged(RECORD))?;
    if !standing.has_room(terms, length) {
        return Ok(WriteObject::QuotaExceeded);
    }
    let copy = versions::copy_content(connection, terms.author.account, key, from, terms.now).await?;
    Ok(WriteObject::Written(columns::unsigned(copy, RECORD)?))
}

/// How many bytes a version has; none for one that is not kept, or is a deletion.
pub(super) async fn len(
    connection: &mut SqliteConnection,
    author: Author,
    id: &str,
    version: u64,
) -> Result<usize, Failure> {
    let size = find(connection, author, id, Some(version))
        .await?
        .and_then(|row| row.size);
    usize::try_from(size.unwrap_or(0)).map_err(|_| Failure::Damaged(RECORD))
}

/// The named version, else the newest one with content.
async fn find(
    connection: &mut SqliteConnection,
    author: Author,
    id: &str,
    version: Option<u64>,
) -> Result<Option<VersionRow>, Failure> {
    let Ok(version) = version.map(i64::try_from).transpose() else {
        return Ok(None);
    };
    let row = sqlx::query_as(
        "SELECT o.object_key, v.version, v.written_at, v.size, v.sha256, v.content_type
         FROM objects o JOIN object_versions v ON v.object_key = o.object_key
         WHERE o.account_id = $1 AND o.kind = $2 AND o.object_id = $3
           AND v.version = coalesce($4, o.content_version)",
    )
    .bind(author.account.as_bytes().as_slice())
    .bind(Kind::Object.word())
    .bind(id)
    .bind(version)
    .fetch_optional(connection)
    .await?;
    Ok(row)
}

struct VersionRow {
    object_key: i64,
    version: i64,
    written_at: i64,
    size: Option<i64>,
    sha256: Option<Vec<u8>>,
    content_type: Option<String>,
}

impl FromRow<'_, SqliteRow> for VersionRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            object_key: row.try_get("object_key")?,
            version: row.try_get("version")?,
            written_at: row.try_get("written_at")?,
            size: row.try_get("size")?,
            sha256: row.try_get("sha256")?,
            content_type: row.try_get("content_type")?,
        })
    }
}

impl VersionRow {
    fn parse(self) -> Result<VersionRecord, Failure> {
        let content = match (self.size, self.sha256, self.content_type) {
            (None, None, None) => None,
            (Some(size), Some(sha256), Some(content_type)) => Some(VersionContent {
                size: columns::unsigned(size, RECORD)?,
                sha256: columns::fixed(&sha256, RECORD)?,
                content_type,
            }),
            _ => return Err(Failure::Damaged(RECORD)),
        };
        Ok(VersionRecord {
            version: columns::unsigned(self.version, RECORD)?,
            written_at: Timestamp(self.written_at),
            content,
        })
    }
}
