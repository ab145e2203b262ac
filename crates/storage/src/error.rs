//! The one error of every storage method.

/// The backend failed; what a caller asked for was either done as a whole or not at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// The backend did not answer, or refused to write.
    #[error("the storage backend failed")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The disk is full. Nothing was written; reading goes on, and so does writing once there is room.
    #[error("there is no room to store this")]
    Full,
    /// Another program held the store for too long. Nothing was written; a later try may go through.
    #[error("another program holds the store")]
    Busy,
    /// What is stored does not parse: damage, or a newer version wrote it.
    #[error("a stored record of kind {record} is damaged")]
    Damaged {
        /// Which kind of record.
        record: &'static str,
    },
    /// What was opened is not under its name any more: somebody removed or replaced it. The backend has stopped.
    #[error("the store's file was removed or replaced while it was open; nothing more is written to it")]
    Removed,
    /// The backend has stopped: a write could not be made durable, and nothing is acknowledged after that.
    #[error("the storage backend has stopped")]
    Stopped,
}
