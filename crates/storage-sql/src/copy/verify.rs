//! Reading a copy back: every page, every reference, every object.

use std::{
    fs::File,
    io::{self, BufReader, Read as _},
    path::Path,
};

use futures_util::TryStreamExt as _;
use keyhaven_page_checksums::{FileCheck, check_file};
use keyhaven_protocol::persona::AccountId;
use keyhaven_storage::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::{ConnectOptions as _, Connection as _, Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{APPLICATION_ID, CopyError, CopySummary, Damage, damage_of};
use crate::{columns, failure::Failure, migrations, open::connect_options};

/// Where SQLite's header names the application (<https://www.sqlite.org/fileformat2.html>, 1.3).
const APPLICATION_ID_AT: usize = 68;
const HEADER_BYTES: u64 = 100;

/// Reads a copy whole.
///
/// # Errors
/// [`CopyError::NotACopy`], [`CopyError::Damaged`] with the first damage that was found, or the file cannot be read.
pub async fn verify(copy: &Path) -> Result<CopySummary, CopyError> {
    require_mark(copy)?;
    match read_whole(copy).await {
        Ok(summary) => Ok(summary),
        Err(Finding::Damage(damage)) => Err(CopyError::Damaged {
            path: copy.to_owned(),
            damage,
        }),
        Err(Finding::Sql(error)) => Err(match damage_of(&error) {
            Some(damage) => CopyError::Damaged {
                path: copy.to_owned(),
                damage,
            },
            None => CopyError::Database(error),
        }),
        Err(Finding::Other(error)) => Err(error),
    }
}

enum Finding {
    Damage(Damage),
    Sql(sqlx::Error),
    Other(CopyError),
}

impl From<sqlx::Error> for Finding {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

/// The first bytes say what a file is before SQLite looks at it.
fn require_mark(copy: &Path) -> Result<(), CopyError> {
    let mut first = Vec::new();
    File::open(copy)
        .and_then(|file| file.take(HEADER_BYTES).read_to_end(&mut first))
        .map_err(|source| CopyError::File {
            path: copy.to_owned(),
            source,
        })?;
    let application = first.get(APPLICATION_ID_AT..).and_then(<[u8]>::first_chunk::<4>);
    let is_copy = first.starts_with(b"SQLite format 3\0")
        && application == Some(&APPLICATION_ID.to_be_bytes())
        && keyhaven_page_checksums::reserves_checksums(&first);
    if is_copy {
        Ok(())
    } else {
        Err(CopyError::NotACopy {
            path: copy.to_owned(),
        })
    }
}

async fn read_whole(copy: &Path) -> Result<CopySummary, Finding> {
    let pages = File::open(copy).and_then(|file| check_file(BufReader::with_capacity(1 << 18, file)));
    match pages {
        Ok(FileCheck::Whole) => {}
        Ok(FileCheck::Cut) => return Err(Finding::Damage(Damage::Cut)),
        Ok(FileCheck::Mismatch) => return Err(Finding::Damage(Damage::Page)),
        Err(source) => {
            return Err(Finding::Other(CopyError::File {
                path: copy.to_owned(),
                source,
            }));
        }
    }
    let mut connection = connect_options(copy)
        .map_err(|error| Finding::Other(CopyError::Source(error)))?
        .read_only(true)
        .connect()
        .await?;
    let found: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(&mut connection)
        .await?;
    if found != "ok" {
        return Err(Finding::Damage(Damage::Structure));
    }
    let dangling = sqlx::query("PRAGMA foreign_key_check")
        .fetch_optional(&mut connection)
        .await?;
    if dangling.is_some() {
        return Err(Finding::Damage(Damage::Reference));
    }
    migrations::check(&mut connection)
        .await
        .map_err(|error| match error {
            migrations::MigrationError::Database(error) => Finding::Sql(error),
            error => Finding::Other(error.into()),
        })?;
    let bytes = compare_objects(&mut connection).await?;
    let summary = summarise(&mut connection, bytes).await?;
    connection.close().await?;
    Ok(summary)
}

/// Every version of every object against length and hash of its record. Returns how many bytes there are.
async fn compare_objects(connection: &mut SqliteConnection) -> Result<u64, Finding> {
    let mut rows = sqlx::query(
        "SELECT o.account_id, v.object_key, v.version, v.size, v.sha256, c.bytes
         FROM object_versions v
         JOIN objects o ON o.object_key = v.object_key
         LEFT JOIN object_chunks c ON c.object_key = v.object_key AND c.version = v.version
         WHERE v.size IS NOT NULL
         ORDER BY v.object_key, v.version, c.chunk_index",
    )
    .fetch(connection);
    let mut current: Option<Comparison> = None;
    let mut bytes = 0_u64;
    while let Some(row) = rows.try_next().await? {
        let key = (row.try_get("object_key")?, row.try_get("version")?);
        if current.as_ref().is_none_or(|comparison| comparison.key != key) {
            if let Some(complete) = current.take() {
                bytes = bytes.saturating_add(complete.finish()?);
            }
            current = Some(Comparison::begin(key, &row)?);
        }
        if let Some(comparison) = &mut current {
            comparison.add(row.try_get("bytes")?);
        }
    }
    if let Some(complete) = current {
        bytes = bytes.saturating_add(complete.finish()?);
    }
    Ok(bytes)
}

/// One version while its chunks go by.
struct Comparison {
    key: (i64, i64),
    account: AccountId,
    size: u64,
    sha256: [u8; 32],
    seen: u64,
    hash: Sha256,
}

impl Comparison {
    fn begin(key: (i64, i64), row: &SqliteRow) -> Result<Self, Finding> {
        let parsed = (|| {
            let account = AccountId::from_bytes(columns::fixed(row.try_get("account_id")?, "object")?);
            let size = columns::unsigned(row.try_get("size")?, "object")?;
            let sha256 = columns::fixed(row.try_get("sha256")?, "object")?;
            Ok::<_, Failure>((account, size, sha256))
        })();
        let (account, size, sha256) = parsed.map_err(|_| Finding::Damage(Damage::Structure))?;
        Ok(Self {
            key,
            account,
            size,
            sha256,
            seen: 0,
            hash: Sha256::new(),
        })
    }

    fn add(&mut self, chunk: Option<&[u8]>) {
        let chunk = chunk.unwrap_or_default();
        self.seen = self
            .seen
            .saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        self.hash.update(chunk);
    }

    fn finish(self) -> Result<u64, Finding> {
        let hash: [u8; 32] = self.hash.finalize().into();
        if self.seen == self.size && hash == self.sha256 {
            Ok(self.size)
        } else {
            Err(Finding::Damage(Damage::Object {
                account: self.account,
            }))
        }
    }
}

async fn summarise(connection: &mut SqliteConnection, bytes: u64) -> Result<CopySummary, Finding> {
    let note: Option<(i64, Vec<u8>)> = sqlx::query_as("SELECT made_at, secrets FROM copy WHERE only_row = 1")
        .fetch_optional(&mut *connection)
        .await
        .map_err(|_| Finding::Damage(Damage::Note))?;
    let Some((made_at, _)) = note else {
        return Err(Finding::Damage(Damage::Note));
    };
    let accounts: i64 = sqlx::query_scalar("SELECT count(*) FROM accounts")
        .fetch_one(&mut *connection)
        .await?;
    let objects: i64 =
        sqlx::query_scalar("SELECT count(*) FROM objects WHERE kind = 'object' AND deleted = 0")
            .fetch_one(connection)
            .await?;
    Ok(CopySummary {
        as_of: Timestamp(made_at),
        accounts: u64::try_from(accounts).unwrap_or_default(),
        objects: u64::try_from(objects).unwrap_or_default(),
        bytes,
    })
}

/// Copies the file as it is and waits until it is on the disk.
pub(super) fn duplicate(copy: &Path, into: &Path) -> io::Result<()> {
    let mut target = crate::open::create_private(into)?;
    io::copy(&mut File::open(copy)?, &mut target)?;
    target.sync_all()
}
