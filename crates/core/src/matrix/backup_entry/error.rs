//! Why an entry is not read or stays closed.

use crate::matrix::{exported_session::SkipReason, json::JsonError};

/// Why a JSON text is not an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryFormatError {
    /// Not JSON, or a field of another type.
    #[error("not an entry")]
    Json(#[from] JsonError),
    /// One of `ephemeral`, `ciphertext` and `mac` is missing.
    #[error("a field is missing")]
    Missing,
    /// Not base64.
    #[error("a field is not base64")]
    Base64,
    /// Another length than 32 bytes for a key, or 8 for a tag.
    #[error("a key or a tag has another length")]
    Length,
    /// More than any entry has.
    #[error("too long for an entry")]
    TooLong,
}

/// Why an entry stays closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenEntryError {
    /// The ephemeral key is of low order: everybody would know the shared secret.
    #[error("the ephemeral key is refused")]
    NonContributory,
    /// Sealed under another public key.
    #[error("sealed under another key")]
    OtherKey,
    /// It has a tag of its writer that does not fit: it was altered.
    #[error("the tag of who sealed it does not fit")]
    BackupMac,
    /// What comes out is not the JSON of a session: it was altered, or badly written.
    #[error("damaged")]
    Damaged,
    /// JSON, and no good session.
    #[error("not a good session")]
    Session(#[source] SkipReason),
    /// The session is of another room than the one it was stored under, and its writer says so.
    #[error("stored under another room")]
    OtherRoom,
}
