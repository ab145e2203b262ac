//! What can go wrong inside a job or a read, and what it means for the writer.

use std::sync::Arc;

use keyhaven_storage::StorageError;

/// SQLite's primary result codes (<https://www.sqlite.org/rescode.html>).
const SQLITE_BUSY: i32 = 5;
const SQLITE_IOERR: i32 = 10;
const SQLITE_CORRUPT: i32 = 11;
const SQLITE_FULL: i32 = 13;
const SQLITE_NOTADB: i32 = 26;

/// A failure before it is told to a caller.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The database refused.
    #[error("the database refused")]
    Sql(#[from] sqlx::Error),
    /// A stored record does not parse.
    #[error("a stored record of kind {0} is damaged")]
    Damaged(&'static str),
}

impl From<Failure> for StorageError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Sql(sqlx::Error::PoolClosed) => Self::Stopped,
            Failure::Sql(error) if is_full(&error) => Self::Full,
            Failure::Sql(error) if is_busy(&error) => Self::Busy,
            Failure::Sql(error) if is_damaged_page(&error) => Self::Damaged { record: "page" },
            Failure::Sql(error) => Self::Backend(Box::new(error)),
            Failure::Damaged(record) => Self::Damaged { record },
        }
    }
}

/// Why a whole batch came to nothing: each of its callers hears it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the transaction that this write shared with others was lost")]
pub(crate) struct BatchLost(#[source] Arc<sqlx::Error>);

impl BatchLost {
    pub(crate) fn new(error: sqlx::Error) -> Self {
        Self(Arc::new(error))
    }

    /// Room on the disk was the only thing that was missing: nothing is in doubt, and the next write may go through.
    pub(crate) fn is_full(&self) -> bool {
        is_full(&self.0)
    }
}

impl From<BatchLost> for StorageError {
    fn from(lost: BatchLost) -> Self {
        if lost.is_full() {
            Self::Full
        } else if is_busy(&lost.0) {
            Self::Busy
        } else if is_damaged_page(&lost.0) {
            Self::Damaged { record: "page" }
        } else {
            Self::Backend(Box::new(lost))
        }
    }
}

pub(crate) fn is_full(error: &sqlx::Error) -> bool {
    primary_code(error) == Some(SQLITE_FULL)
}

/// Another process held a lock for longer than was waited. Nothing was written.
fn is_busy(error: &sqlx::Error) -> bool {
    primary_code(error) == Some(SQLITE_BUSY)
}

/// A page that was read does not match its checksum. The file layer did what it was asked; nothing is in doubt.
pub(crate) fn is_damaged_page(error: &sqlx::Error) -> bool {
    extended_code(error) == Some(keyhaven_page_checksums::MISMATCH)
}

/// What was read has not the structure of a database.
pub(crate) fn is_corrupt(error: &sqlx::Error) -> bool {
    matches!(primary_code(error), Some(SQLITE_CORRUPT | SQLITE_NOTADB))
}

/// An error of the connection itself counts too: after it nobody knows what the transaction holds.
pub(crate) fn is_io(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(_) => primary_code(error) == Some(SQLITE_IOERR) && !is_damaged_page(error),
        sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed | sqlx::Error::Protocol(_) => true,
        _ => false,
    }
}

/// The driver gives it as decimal text.
fn extended_code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

/// The low byte of the extended code.
fn primary_code(error: &sqlx::Error) -> Option<i32> {
    extended_code(error).map(|code| code & 0xff)
}
