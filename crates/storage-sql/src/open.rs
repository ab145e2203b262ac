//! Opening the store's file: its mode, its pragmas, its connections.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    time::Duration,
};

use keyhaven_page_checksums::{RegisterError, VFS};
use keyhaven_protocol::persona::limits;
use sqlx::{
    ConnectOptions as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::{
    copy::restore,
    log_check::{self, Log},
    migrations::{self, MigrationError},
    readers::Readers,
};

/// How long a statement waits for another process that writes to the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Of the log's file, 64 MiB: more than it has while it can begin anew in its time.
const LOG_KEPT_BYTES: &str = "67108864";
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

/// Whether another process has the store open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Company {
    /// None has, nor will before this one is done with what it does.
    Alone,
    /// A server has, and writes. SQLite's own locks keep the two apart: each transaction waits for the other's.
    BesideServer,
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
    /// Its pages carry no checksums: the first builds made it, before any release.
    #[error("the store's file has no checksums: a build before the first release made it")]
    WithoutChecksums,
    /// Writes that were acknowledged stand in the log beside the file and are damaged: opening it would forget them.
    #[error("the log beside the store's file is damaged, and with it writes that were acknowledged")]
    LogDamaged,
    /// A restore has not come to its end here.
    #[error("a restore was not finished here: run it again, or remove what it left")]
    RestoreUnfinished,
    /// SQLite took no checksums.
    #[error(transparent)]
    Checksums(#[from] RegisterError),
}

/// The connections to one file.
pub(crate) struct Connections {
    pub(crate) writer: SqliteConnection,
    /// Copies the log while the writer writes.
    pub(crate) copier: SqliteConnection,
    pub(crate) readers: Readers,
}

/// The connections to a file that no other process has open.
pub(crate) async fn open(path: &Path, options: &SqliteOptions) -> Result<Connections, OpenError> {
    // Making a new store beside it would look like a server that has lost everything.
    if restore::unfinished(path).exists() {
        return Err(OpenError::RestoreUnfinished);
    }
    make_private(path)?;
    require_checksums(path)?;
    if log_check::check(path)? == Log::Damaged {
        return Err(OpenError::LogDamaged);
    }
    let connect = connect_options(path)?;
    let mut writer = connect_writer(&connect).await?;
    migrations::apply(&mut writer).await?;
    connections(writer, connect, options).await
}

/// The connections of a command beside a server: it changes neither schema nor mode, and looks at no log that grows.
pub(crate) async fn open_beside(path: &Path, options: &SqliteOptions) -> Result<Connections, OpenError> {
    require_checksums(path)?;
    let connect = connect_options(path)?;
    let mut writer = connect_writer(&connect).await?;
    migrations::require_all(&mut writer).await?;
    connections(writer, connect, options).await
}

async fn connections(
    writer: SqliteConnection,
    connect: SqliteConnectOptions,
    options: &SqliteOptions,
) -> Result<Connections, OpenError> {
    let copier = connect_writer(&connect).await?;
    let readers = Readers::connect(connect.read_only(true), options.readers).await?;
    Ok(Connections {
        writer,
        copier,
        readers,
    })
}

/// How every connection to a store begins.
pub(crate) fn connect_options(path: &Path) -> Result<SqliteConnectOptions, OpenError> {
    keyhaven_page_checksums::register()?;
    Ok(SqliteConnectOptions::new()
        .filename(path)
        .vfs(VFS)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging())
}

async fn connect_writer(connect: &SqliteConnectOptions) -> Result<SqliteConnection, sqlx::Error> {
    connect
        .clone()
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // The log is copied on purpose, to hear of a sync that failed.
        .pragma("wal_autocheckpoint", "0")
        // A log that readers kept from beginning anew is cut to this length when it does.
        .pragma("journal_size_limit", LOG_KEPT_BYTES)
        // What is deleted is overwritten: an address that left the queue does not stay in a free page.
        .pragma("secure_delete", "ON")
        // On Apple systems a plain fsync leaves the data in the drive's cache.
        .pragma("fullfsync", "ON")
        .pragma("checkpoint_fullfsync", "ON")
        .connect()
        .await
}

/// Makes the file with its mode and its first page, whole before it gets its name, and makes the name durable.
fn make_private(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(file) if file.len() > 0 => fs::set_permissions(path, Permissions::from_mode(FILE_MODE)),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        // An empty file is a database that nobody has written to yet.
        _ => {
            let unfinished = beside(path, ".new");
            match fs::remove_file(&unfinished) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = create_private(&unfinished)?;
            file.write_all(&keyhaven_page_checksums::empty_database())?;
            file.sync_all()?;
            fs::rename(&unfinished, path)?;
            sync_folder_of(path)
        }
    }
}

/// A new file that its owner alone can read.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(path)
}

/// Waits until the file's name is on the disk.
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// The same name with something at its end.
pub(crate) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Refuses a database without checksums. What is no database at all is SQLite's to name.
pub(crate) fn require_checksums(path: &Path) -> Result<(), OpenError> {
    let mut first = Vec::new();
    File::open(path)?.take(100).read_to_end(&mut first)?;
    if first.starts_with(b"SQLite format 3\0") && !keyhaven_page_checksums::reserves_checksums(&first) {
        return Err(OpenError::WithoutChecksums);
    }
    Ok(())
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
        let Connections {
            mut writer,
            mut copier,
            ..
        } = open(&folder.path().join("store"), &SqliteOptions::default())
            .await
            .unwrap();
        let full = 2;
        for connection in [&mut writer, &mut copier] {
            assert_eq!(pragma(connection, "PRAGMA synchronous").await, full);
            assert_eq!(pragma(connection, "PRAGMA secure_delete").await, 1);
            assert_eq!(pragma(connection, "PRAGMA foreign_keys").await, 1);
            assert_eq!(pragma(connection, "PRAGMA wal_autocheckpoint").await, 0);
            assert_eq!(pragma(connection, "PRAGMA journal_size_limit").await, 67_108_864);
            let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
                .fetch_one(connection)
                .await
                .unwrap();
            assert_eq!(journal, "wal");
        }
    }

    #[tokio::test]
    async fn readers_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let Connections { readers, .. } = open(&folder.path().join("store"), &SqliteOptions::default())
            .await
            .unwrap();
        let mut reader = readers.acquire().await.unwrap();
        let connection = reader.connection().unwrap();
        let refused = sqlx::query("DELETE FROM accounts").execute(connection).await;
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
