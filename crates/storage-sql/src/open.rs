//! Opening the store's file: its mode, its pragmas, its connections.

use std::{
    fs::{File, OpenOptions, Permissions},
    io,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
    time::Duration,
};

use keyhaven_protocol::persona::limits;
use sqlx::{
    ConnectOptions as _, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::migrations::{self, MigrationError};

/// How long a statement waits for another process that writes to the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Readable and writable by its owner alone; the log beside it takes over the mode.
const FILE_MODE: u32 = 0o600;

/// What an operator may choose.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SqliteOptions {
    /// The most that the versions of one account's objects may take together, in bytes.
    pub quota_bytes: u64,
    /// How many reads run at the same time.
    pub readers: u32,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            quota_bytes: limits::QUOTA_BYTES,
            readers: 4,
        }
    }
}

impl SqliteOptions {
    /// The defaults with another quota.
    #[must_use]
    pub fn with_quota_bytes(self, quota_bytes: u64) -> Self {
        Self { quota_bytes, ..self }
    }
}

/// Why a store could not be opened. Nothing was changed in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file cannot be made, or its mode cannot be set.
    #[error("the store's file cannot be opened")]
    File(#[from] io::Error),
    /// Not a database, or one that cannot be read here.
    #[error("the store's file cannot be read as a database")]
    Database(#[from] sqlx::Error),
    /// Its schema is not one of this build.
    #[error(transparent)]
    Migration(#[from] MigrationError),
}

/// The connection that writes and the pool that reads.
pub(crate) async fn open(
    path: &Path,
    options: &SqliteOptions,
) -> Result<(SqliteConnection, SqlitePool), OpenError> {
    make_private(path)?;
    let connect = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging();
    let mut writer = connect
        .clone()
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // The writer checkpoints by itself, to hear of a sync that failed.
        .pragma("wal_autocheckpoint", "0")
        // What is deleted is overwritten: an address that left the queue does not stay in a free page.
        .pragma("secure_delete", "ON")
        // On Apple systems a plain fsync leaves the data in the drive's cache.
        .pragma("fullfsync", "ON")
        .pragma("checkpoint_fullfsync", "ON")
        .connect()
        .await?;
    migrations::apply(&mut writer).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(options.readers.max(1))
        // There is no network between: a connection to a file does not go stale.
        .test_before_acquire(false)
        .connect_with(connect.read_only(true))
        .await?;
    Ok((writer, readers))
}

/// Makes the file with its mode before anything is in it, and makes its directory entry durable.
fn make_private(path: &Path) -> io::Result<()> {
    match OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(path)
    {
        Ok(file) => {
            file.sync_all()?;
            let folder = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty())
                .unwrap_or(Path::new("."));
            File::open(folder)?.sync_all()
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            std::fs::set_permissions(path, Permissions::from_mode(FILE_MODE))
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn pragma(connection: &mut SqliteConnection, statement: &'static str) -> i64 {
        sqlx::query_scalar(statement).fetch_one(connection).await.unwrap()
    }

    #[tokio::test]
    async fn the_writer_syncs_each_commit_and_overwrites_what_it_deletes() {
        let folder = tempfile::tempdir().unwrap();
        let (mut writer, _) = open(&folder.path().join("store"), &SqliteOptions::default())
            .await
            .unwrap();
        let full = 2;
        assert_eq!(pragma(&mut writer, "PRAGMA synchronous").await, full);
        assert_eq!(pragma(&mut writer, "PRAGMA secure_delete").await, 1);
        assert_eq!(pragma(&mut writer, "PRAGMA foreign_keys").await, 1);
        assert_eq!(pragma(&mut writer, "PRAGMA wal_autocheckpoint").await, 0);
        let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
            .fetch_one(&mut writer)
            .await
            .unwrap();
        assert_eq!(journal, "wal");
    }

    #[tokio::test]
    async fn readers_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let (_writer, readers) = open(&folder.path().join("store"), &SqliteOptions::default())
            .await
            .unwrap();
        let refused = sqlx::query("DELETE FROM accounts").execute(&readers).await;
        let code = refused
            .unwrap_err()
            .as_database_error()
            .unwrap()
            .code()
            .unwrap()
            .into_owned();
        assert_eq!(code, "8", "SQLITE_READONLY");
    }
}
