//! Copies of a store, also while a server writes to it (`docs/adr/0005-durability-and-the-operator.md`).
//!
//! A copy is one SQLite file: the store as one read transaction saw it, with the server's secrets and the time in a
//! table of its own. What can be used once, or ends by itself, is not in it: it would come back to life. A copy gets
//! its name after all of it was read back and compared.

mod make;
pub(crate) mod restore;
mod tables;
mod times;
mod verify;

use std::{io, path::PathBuf};

use keyhaven_protocol::persona::AccountId;
use keyhaven_storage::Timestamp;

pub use self::{
    make::{make, require_whole_log},
    restore::{Restored, restore},
    verify::verify,
};
use crate::{MigrationError, OpenError, failure};

/// Marks a file as a copy, where SQLite keeps the name of an application: `KHcp`.
const APPLICATION_ID: i32 = i32::from_be_bytes(*b"KHcp");

/// What is in a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopySummary {
    /// When it was begun, just before the store was read: all that was acknowledged until then is in it, and what came in
    /// that moment may be.
    pub as_of: Timestamp,
    /// How many accounts.
    pub accounts: u64,
    /// How many objects are listed.
    pub objects: u64,
    /// Bytes of all versions of all objects.
    pub bytes: u64,
}

/// What is wrong with a copy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Damage {
    /// A page does not match its checksum.
    #[error("a page of it does not match its checksum")]
    Page,
    /// The file is shorter than its first page says.
    #[error("it is cut short")]
    Cut,
    /// Its pages are whole, and together they are no database.
    #[error("its structure is broken")]
    Structure,
    /// A record points to one that is not there.
    #[error("records in it belong to records that are not there")]
    Reference,
    /// Bytes of an object are not those of its record.
    #[error("an object of account {account} does not match its record")]
    Object {
        /// Whose.
        account: AccountId,
    },
    /// Time or secrets are missing.
    #[error("the note with its time and the secrets is not readable")]
    Note,
}

/// Why a copy was not made, not believed or not restored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopyError {
    /// A file could not be read or written.
    #[error("cannot read or write {path}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// Something has that name already.
    #[error("{path} is there already, and nothing is overwritten")]
    Exists {
        /// The name.
        path: PathBuf,
    },
    /// Another command writes that copy.
    #[error("another backup is writing {path}")]
    InProgress {
        /// The name.
        path: PathBuf,
    },
    /// Something else, whole or not.
    #[error("{path} is not a copy that `keyhaven backup` made")]
    NotACopy {
        /// The name.
        path: PathBuf,
    },
    /// A copy that must not be used.
    #[error("the copy {path} is damaged")]
    Damaged {
        /// The name.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        damage: Damage,
    },
    /// The store that should be copied cannot be read.
    #[error("the store cannot be read")]
    Source(#[source] OpenError),
    /// Another release made the store.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// The database refused.
    #[error("the database refused")]
    Database(#[from] sqlx::Error),
}

/// What a failure while reading means for the file that was read.
fn damage_of(error: &sqlx::Error) -> Option<Damage> {
    if failure::is_damaged_page(error) {
        Some(Damage::Page)
    } else if failure::is_corrupt(error) {
        Some(Damage::Structure)
    } else {
        None
    }
}
