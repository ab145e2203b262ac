//! Making a copy.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::Path,
};

use keyhaven_storage::Timestamp;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{APPLICATION_ID, CopyError, CopySummary, tables, verify};
use crate::{
    OpenError,
    log_check::{self, Log},
    migrations,
    open::{beside, connect_options, create_private, require_checksums, sync_folder_of},
};

/// Checks what a crash may have left in the log of a store that nobody has open; reading the store would forget it.
///
/// # Errors
/// [`CopyError::Source`]: something that was acknowledged is damaged, or the log cannot be read.
pub fn require_whole_log(store: &Path) -> Result<(), CopyError> {
    match log_check::check(store) {
        Ok(Log::Whole) => Ok(()),
        Ok(Log::Damaged) => Err(CopyError::Source(OpenError::LogDamaged)),
        Err(error) => Err(CopyError::Source(error.into())),
    }
}

/// Copies the store into a new file of mode 0600 and compares what was written. `secrets` goes along as it is.
///
/// # Errors
/// [`CopyError`]; then nothing has the name `target`.
pub async fn make(
    store: &Path,
    target: &Path,
    secrets: &[u8],
    now: Timestamp,
) -> Result<CopySummary, CopyError> {
    if fs::symlink_metadata(target).is_ok() {
        return Err(CopyError::Exists {
            path: target.to_owned(),
        });
    }
    let failed = |source| CopyError::File {
        path: target.to_owned(),
        source,
    };
    let part = beside(target, ".part");
    let unfinished = begin(&part)
        .map_err(failed)?
        .ok_or_else(|| CopyError::InProgress {
            path: target.to_owned(),
        })?;
    let made = async {
        snapshot(store, &part).await?;
        annotate(&part, secrets, now).await?;
        verify(&part).await
    };
    let summary = match made.await {
        Ok(summary) => summary,
        Err(error) => {
            let _left_for_the_next_one = fs::remove_file(&part);
            return Err(error);
        }
    };
    unfinished.sync_all().map_err(failed)?;
    fs::rename(&part, target).map_err(failed)?;
    sync_folder_of(target).map_err(failed)?;
    Ok(summary)
}

/// The file that becomes the copy, empty and locked; what a killed command left is thrown away. `None` while another
/// command writes it.
fn begin(part: &Path) -> io::Result<Option<File>> {
    if let Ok(left) = File::open(part) {
        match left.try_lock() {
            Ok(()) => fs::remove_file(part)?,
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        match fs::remove_file(beside(part, "-journal")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    let file = create_private(part)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// One read transaction into a file of its own, without what was deleted.
async fn snapshot(store: &Path, part: &Path) -> Result<(), CopyError> {
    require_checksums(store).map_err(CopyError::Source)?;
    let mut connection = connect_options(store)
        .map_err(CopyError::Source)?
        .read_only(true)
        .connect()
        .await?;
    migrations::check(&mut connection).await?;
    let target = part.to_str().ok_or_else(|| CopyError::File {
        path: part.to_owned(),
        source: io::Error::new(io::ErrorKind::InvalidFilename, "the name is not UTF-8"),
    })?;
    sqlx::query("VACUUM INTO $1")
        .bind(target)
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(())
}

/// Puts the note in and takes out what must not come back to life.
async fn annotate(part: &Path, secrets: &[u8], now: Timestamp) -> Result<(), CopyError> {
    let mut connection = connect_to_copy(part)?.connect().await?;
    let mut transaction = connection.begin().await?;
    tables::empty(&mut transaction).await?;
    sqlx::query("CREATE TABLE copy (only_row BIGINT PRIMARY KEY NOT NULL, made_at BIGINT NOT NULL, secrets BLOB NOT NULL)")
        .execute(&mut *transaction)
        .await?;
    sqlx::query("INSERT INTO copy (only_row, made_at, secrets) VALUES (1, $1, $2)")
        .bind(now.0)
        .bind(secrets)
        .execute(&mut *transaction)
        .await?;
    mark(&mut transaction, APPLICATION_ID).await?;
    transaction.commit().await?;
    connection.close().await?;
    Ok(())
}

/// What an application is called in the file's header.
pub(super) async fn mark(connection: &mut SqliteConnection, application: i32) -> Result<(), CopyError> {
    // A pragma takes no parameters; a number needs no quoting.
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "PRAGMA application_id = {application}"
    )))
    .execute(connection)
    .await?;
    Ok(())
}

/// A connection that writes to a copy, durably and without leaving behind what it deletes.
pub(super) fn connect_to_copy(part: &Path) -> Result<SqliteConnectOptions, CopyError> {
    Ok(connect_options(part)
        .map_err(CopyError::Source)?
        .pragma("synchronous", "FULL")
        .pragma("secure_delete", "ON"))
}
