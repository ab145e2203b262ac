//! Objects with their versions, and the sealed inventory that is written with them.
//!
//! Every write keeps the version before it; a deletion is a version too. While an account is `unproven`, `disputed` or
//! `frozen`, only a new id of the original wire can be added. What a write asks for is checked in this order: author,
//! state, version of the inventory, existence, quota.

use bytes::Bytes;
use keyhaven_protocol::persona::AccountState;

use crate::{Author, ForAuthor, StorageError, Timestamp};

/// An object without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRecord {
    /// Any text of the original wire, or an `ObjectId` of ours.
    pub id: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// As it was sent.
    pub content_type: String,
    /// Rises with each write of this id.
    pub version: u64,
    /// When this version was written.
    pub modified_at: Timestamp,
}

/// What an account has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// Version of the inventory, if one was written.
    pub inventory_version: Option<u64>,
    /// In order of id, deleted ones left out.
    pub objects: Vec<ObjectRecord>,
    /// How many are deleted and still kept.
    pub deleted: u64,
}

/// A deleted object that is still kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletedRecord {
    /// The version that comes back.
    pub object: ObjectRecord,
    /// When it was deleted.
    pub deleted_at: Timestamp,
    /// From when its days run: from then, or from the end of trouble that its account was in.
    pub kept_from: Timestamp,
}

/// An object with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectBytes {
    /// Facts.
    pub record: ObjectRecord,
    /// Content; its length and hash were compared with the record.
    pub bytes: Bytes,
}

/// Content that is read only up to a length, so that a caller knows what memory it takes before it is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content<T> {
    /// Nothing of that id is listed.
    Absent,
    /// All of it.
    Here(T),
    /// It is longer than the caller takes; nothing was read of it.
    Longer {
        /// Its length in bytes.
        size: u64,
    },
}

/// What an entry of a list takes at most while it becomes an answer, beside its id.
const ENTRY_BYTES: u64 = 512;
/// What each byte of an id takes: in the record, and in the answer, which writes some bytes as two.
const ID_BYTE_BYTES: u64 = 3;

/// The memory that a list of this many entries, whose ids have this many bytes together, takes at most while it becomes
/// an answer: what a caller of [`Objects::objects`], [`Objects::versions`] and their neighbours sets a bound to.
#[must_use]
pub const fn list_size(entries: u64, id_bytes: u64) -> u64 {
    entries
        .saturating_mul(ENTRY_BYTES)
        .saturating_add(id_bytes.saturating_mul(ID_BYTE_BYTES))
}

impl<T> Content<T> {
    /// The content, if it was read.
    #[must_use]
    pub fn here(self) -> Option<T> {
        match self {
            Self::Here(content) => Some(content),
            Self::Absent | Self::Longer { .. } => None,
        }
    }
}

/// One version of an object, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRecord {
    /// Rises with each write of this id.
    pub version: u64,
    /// When it was written.
    pub written_at: Timestamp,
    /// Absent in a deletion.
    pub content: Option<VersionContent>,
}

/// What a version holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionContent {
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// As it was sent.
    pub content_type: String,
}

/// What must be stored for a write of the inventory to go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precondition {
    /// No inventory yet.
    Absent,
    /// This version.
    Version(u64),
}

/// What came of a write, a deletion or an undelete. What is done carries the new version of the inventory; on the
/// original wire, which has none, nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteObject<Version> {
    /// Done. What a deletion takes off the list keeps its versions.
    Written(Version),
    /// The author is signed in no more.
    SignedOut,
    /// Not in this state: an `unproven`, `disputed` or `frozen` account can neither overwrite nor delete, a `deleted`
    /// one cannot add either.
    NotAllowed(AccountState),
    /// Another inventory version is stored.
    VersionConflict,
    /// Nothing of that id is listed that could be deleted, or deleted and still kept that could come back.
    NotFound,
    /// The bytes of all versions would pass the quota (of an `unconfirmed` account `UNCONFIRMED_QUOTA_BYTES`), or the
    /// ids, deleted ones included, `OBJECTS_MAX`, or what an unproven account added since its reset
    /// `UNPROVEN_ADDED_BYTES` or `UNPROVEN_ADDED_OBJECTS`; nothing was dropped. A deletion or undelete with its
    /// inventory, or an inventory alone, may pass the quota by `CLEANUP_RESERVE_BYTES`.
    QuotaExceeded,
}

/// Objects.
#[async_trait::async_trait]
pub trait Objects: Send + Sync {
    /// What is listed, if the list is no larger than this ([`list_size`]). Never `Absent`.
    ///
    /// # Errors
    /// The backend failed.
    async fn objects(
        &self,
        author: Author,
        size_max: u64,
    ) -> Result<ForAuthor<Content<Listed>>, StorageError>;

    /// What is deleted and can still be brought back, what was deleted last first, if the list is no larger than this
    /// ([`list_size`]). Never `Absent`.
    ///
    /// # Errors
    /// The backend failed.
    async fn deleted_objects(
        &self,
        author: Author,
        size_max: u64,
    ) -> Result<ForAuthor<Content<Vec<DeletedRecord>>>, StorageError>;

    /// One object of at most `size_max` bytes.
    ///
    /// # Errors
    /// The backend failed; [`StorageError::Damaged`] when the bytes do not match their record.
    async fn read_object(
        &self,
        author: Author,
        id: &str,
        size_max: u64,
    ) -> Result<ForAuthor<Content<ObjectBytes>>, StorageError>;

    /// The sealed inventory of at most `size_max` bytes, and its version.
    ///
    /// # Errors
    /// The backend failed; [`StorageError::Damaged`] when the bytes do not match their record.
    async fn read_inventory(
        &self,
        author: Author,
        size_max: u64,
    ) -> Result<ForAuthor<Content<(u64, Bytes)>>, StorageError>;

    /// The versions of the inventory that are kept, newest first, if the list is no larger than this ([`list_size`]);
    /// `Absent` while none was written.
    ///
    /// # Errors
    /// The backend failed.
    async fn inventory_versions(
        &self,
        author: Author,
        size_max: u64,
    ) -> Result<ForAuthor<Content<Vec<VersionRecord>>>, StorageError>;

    /// One version of the inventory, of at most `size_max` bytes, with its number; `Absent` for one that is not kept.
    ///
    /// # Errors
    /// The backend failed; [`StorageError::Damaged`] when the bytes do not match their record.
    async fn read_inventory_version(
        &self,
        author: Author,
        version: u64,
        size_max: u64,
    ) -> Result<ForAuthor<Content<(u64, Bytes)>>, StorageError>;

    /// Writes an object of the original wire.
    ///
    /// # Errors
    /// The backend failed.
    async fn write_object(
        &self,
        author: Author,
        id: &str,
        content_type: &str,
        bytes: Bytes,
        now: Timestamp,
    ) -> Result<WriteObject<()>, StorageError>;

    /// Deletes an object of the original wire.
    ///
    /// # Errors
    /// The backend failed.
    async fn delete_object(
        &self,
        author: Author,
        id: &str,
        now: Timestamp,
    ) -> Result<WriteObject<()>, StorageError>;

    /// Writes object and inventory together.
    ///
    /// # Errors
    /// The backend failed.
    async fn write_object_and_inventory(
        &self,
        author: Author,
        id: &str,
        object: Bytes,
        inventory: Bytes,
        precondition: Precondition,
        now: Timestamp,
    ) -> Result<WriteObject<u64>, StorageError>;

    /// Deletes an object and writes the inventory without it.
    ///
    /// # Errors
    /// The backend failed.
    async fn delete_object_and_write_inventory(
        &self,
        author: Author,
        id: &str,
        inventory: Bytes,
        precondition: Precondition,
        now: Timestamp,
    ) -> Result<WriteObject<u64>, StorageError>;

    /// Lists the last version of a deleted object again and writes the inventory with it.
    ///
    /// # Errors
    /// The backend failed.
    async fn undelete_object_and_write_inventory(
        &self,
        author: Author,
        id: &str,
        inventory: Bytes,
        precondition: Precondition,
        now: Timestamp,
    ) -> Result<WriteObject<u64>, StorageError>;

    /// Writes the inventory alone, in the place of one that can be read no more. As of a deletion, it may pass the
    /// quota by `CLEANUP_RESERVE_BYTES`.
    ///
    /// # Errors
    /// The backend failed.
    async fn write_inventory(
        &self,
        author: Author,
        inventory: Bytes,
        precondition: Precondition,
        now: Timestamp,
    ) -> Result<WriteObject<u64>, StorageError>;

    /// The versions of an object that are kept, newest first, also while it is deleted, if the list is no larger than
    /// this ([`list_size`]); `Absent` for an id that never was, or whose deletion is over.
    ///
    /// # Errors
    /// The backend failed.
    async fn versions(
        &self,
        author: Author,
        id: &str,
        size_max: u64,
    ) -> Result<ForAuthor<Content<Vec<VersionRecord>>>, StorageError>;

    /// One version, if it is no longer than this; `Absent` for one that is not kept, or is a deletion.
    ///
    /// # Errors
    /// The backend failed; [`StorageError::Damaged`] when the bytes do not match their record.
    async fn read_version(
        &self,
        author: Author,
        id: &str,
        version: u64,
        size_max: u64,
    ) -> Result<ForAuthor<Content<ObjectBytes>>, StorageError>;

    /// Writes the content of a version again, as the newest one, and lists the object again if it was deleted. Answers
    /// the new version. For the original wire: it does not touch the inventory.
    ///
    /// # Errors
    /// The backend failed.
    async fn restore_version(
        &self,
        author: Author,
        id: &str,
        version: u64,
        now: Timestamp,
    ) -> Result<WriteObject<u64>, StorageError>;
}
