//! Objects with their versions, and the sealed inventory that is written with them.
//!
//! Every write keeps the version before it; a deletion is a version too. While an account is `unproven`, only a new
//! id of the original wire can be added. What a write asks for is checked in this order: author, state, version of the
//! inventory, existence, quota.

use bytes::Bytes;
use keyhaven_protocol::persona::AccountId;

use crate::{Author, StorageError, Timestamp};

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

/// An object with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectBytes {
    /// Facts.
    pub record: ObjectRecord,
    /// Content; its length and hash were compared with the record.
    pub bytes: Bytes,
}

/// What must be stored for a write of the inventory to go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precondition {
    /// No inventory yet.
    Absent,
    /// This version.
    Version(u64),
}

/// What came of a write, or of bringing a deleted object back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteObject {
    /// Stored. The inventory has this version; `None` on the original wire, which has none.
    Written(Option<u64>),
    /// Another inventory version is stored.
    VersionConflict,
    /// An unproven account cannot overwrite.
    Unproven,
    /// The bytes of all versions would pass the quota, or the ids, deleted ones included, `OBJECTS_MAX`, or what an
    /// unproven account added since its reset `UNPROVEN_ADDED_BYTES` or `UNPROVEN_ADDED_OBJECTS`; nothing was dropped.
    /// An undelete may pass the quota by `CLEANUP_RESERVE_BYTES`.
    QuotaExceeded,
    /// There is no deleted version to bring back.
    NotFound,
    /// The author is signed in no more.
    SignedOut,
}

/// What came of a deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeleteObject {
    /// No longer listed; its versions are kept. The inventory has this version; `None` on the original wire.
    Deleted(Option<u64>),
    /// Nothing of that id is listed.
    NotFound,
    /// The author is signed in no more.
    SignedOut,
    /// Another inventory version is stored.
    VersionConflict,
    /// An unproven account cannot delete.
    Unproven,
    /// The new inventory would pass the quota by more than `CLEANUP_RESERVE_BYTES`.
    QuotaExceeded,
}

/// Objects.
#[async_trait::async_trait]
pub trait Objects: Send + Sync {
    /// What is listed, in order of id, and the version of the inventory.
    ///
    /// # Errors
    /// The backend failed.
    async fn objects(&self, account: AccountId) -> Result<(Option<u64>, Vec<ObjectRecord>), StorageError>;

    /// One object.
    ///
    /// # Errors
    /// The backend failed; [`StorageError::Damaged`] when the bytes do not match their record.
    async fn read_object(&self, account: AccountId, id: &str) -> Result<Option<ObjectBytes>, StorageError>;

    /// The sealed inventory and its version.
    ///
    /// # Errors
    /// The backend failed; [`StorageError::Damaged`] when the bytes do not match their record.
    async fn read_inventory(&self, account: AccountId) -> Result<Option<(u64, Bytes)>, StorageError>;

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
    ) -> Result<WriteObject, StorageError>;

    /// Deletes an object of the original wire.
    ///
    /// # Errors
    /// The backend failed.
    async fn delete_object(
        &self,
        author: Author,
        id: &str,
        now: Timestamp,
    ) -> Result<DeleteObject, StorageError>;

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
    ) -> Result<WriteObject, StorageError>;

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
    ) -> Result<DeleteObject, StorageError>;

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
    ) -> Result<WriteObject, StorageError>;
}
