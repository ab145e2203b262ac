//! Sealed objects and the inventory that counts them.
//!
//! The body of `PUT /persona/v1/objects/{id}` is two length-prefixed parts ([`crate::parts`]): the sealed inventory,
//! then the sealed object. The body of `…/delete`, of `…/undelete` and of `PUT /persona/v1/inventory` is the sealed
//! inventory alone. All four carry `If-Match` with the inventory's version, or `If-None-Match: *` while there is none; the answer carries the new
//! version as `ETag`. Object and inventory are written in one transaction, so that a count is never ahead of its
//! object nor behind it.

use serde::{Deserialize, Serialize};

use crate::base64url::B64;

/// Media type of a body made of length-prefixed parts.
pub const PARTS_MEDIA_TYPE: &str = "application/vnd.keyhaven.parts";
/// Media type of a sealed object and of the sealed inventory.
pub const SEALED_MEDIA_TYPE: &str = "application/zip";

/// One object as the server has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ObjectView {
    /// The id: of ours, or any text of the original wire.
    pub id: String,
    /// Bytes stored.
    pub size: u64,
    /// SHA-256 of the bytes stored.
    pub sha256: B64<32>,
    /// Rises with each write of this id.
    pub version: u64,
    /// Seconds since the epoch.
    pub modified_at: i64,
    /// When it was deleted, in seconds since the epoch. Absent where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<i64>,
    /// Until when a deleted one is kept at least, in seconds since the epoch. Absent where it is not deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_until: Option<i64>,
}

/// `GET /persona/v1/objects`, ordered by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ObjectListResponse {
    /// Absent while no inventory was written.
    pub inventory_version: Option<u64>,
    /// What is there now, deleted ones left out.
    pub objects: Vec<ObjectView>,
    /// How many are deleted and still kept.
    pub deleted: u64,
}

/// `GET /persona/v1/deleted`, what was deleted last first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeletedListResponse {
    /// Whichever wire deleted them: the version that comes back of each, with both times of its deletion.
    pub deleted: Vec<ObjectView>,
}

/// Answer to a write, a deletion or its undoing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ObjectWriteResponse {
    /// Version of the inventory now; also the `ETag`.
    pub inventory_version: u64,
}

/// One version of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ObjectVersionView {
    /// Rises with each write of this id.
    pub version: u64,
    /// Seconds since the epoch.
    pub written_at: i64,
    /// Absent in a deletion, which is a version too.
    pub content: Option<VersionContentView>,
}

/// What a version holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionContentView {
    /// Bytes stored.
    pub size: u64,
    /// SHA-256 of the bytes stored.
    pub sha256: B64<32>,
}

/// `GET /persona/v1/objects/{id}/versions`, `GET /personas/{id}/versions` and `GET /persona/v1/inventory/versions`, newest
/// first: what is still kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ObjectVersionListResponse {
    /// Deletions included.
    pub versions: Vec<ObjectVersionView>,
}
