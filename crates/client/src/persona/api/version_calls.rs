//! Earlier versions of an object, and of the inventory.

use keyhaven_protocol::{
    error::ErrorCode,
    persona::{ObjectId, ObjectVersionListResponse, ObjectVersionView, limits::OBJECTS_MAX, paths},
};

use super::{SignedIn, call::CallError};
use crate::{
    host::{Host, UnixSeconds},
    problem::{Problem, ServerFault},
    transport::Method,
};

/// Most versions that a server may list: it keeps ten, one an hour for a day, and one a day for 30 days, and everything
/// of an account in trouble. Of the inventory there is one for each deletion of as many objects as there may be.
const VERSIONS_MAX: usize = 2 * OBJECTS_MAX;

/// Longest JSON list of that many.
const LIST_MAX_BYTES: usize = 4 * 1024 * 1024;

/// One version as the server has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVersion {
    /// Rises with each write of the object.
    pub version: u64,
    /// By the server's clock.
    pub written: UnixSeconds,
    /// `None` for a deletion.
    pub content: Option<VersionContent>,
}

/// What a version holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionContent {
    /// Bytes stored.
    pub sealed_bytes: u64,
    /// SHA-256 of them.
    pub sealed_sha256: [u8; 32],
}

impl<H: Host> SignedIn<'_, H> {
    /// The versions of an object that are kept, or of the inventory, newest first; `None` if the server has none.
    ///
    /// # Errors
    /// [`ServerFault::TooLong`] if it lists more than it can keep.
    pub async fn versions(&self, id: Option<&ObjectId>) -> Result<Option<Vec<StoredVersion>>, Problem> {
        let path = id.map_or_else(|| paths::INVENTORY_VERSIONS.to_owned(), paths::object_versions);
        let call = self.call(Method::Get, path).answer_max_bytes(LIST_MAX_BYTES);
        let answer = match call.send(self.host).await {
            Ok(answer) => answer,
            Err(CallError::Refused(refusal)) if refusal.code() == ErrorCode::NoSuchItem => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let body = answer.json::<ObjectVersionListResponse>()?;
        if body.versions.len() > VERSIONS_MAX {
            return Err(answer.fault(ServerFault::TooLong));
        }
        Ok(Some(body.versions.into_iter().map(StoredVersion::from).collect()))
    }
}

impl From<ObjectVersionView> for StoredVersion {
    fn from(view: ObjectVersionView) -> Self {
        Self {
            version: view.version,
            written: UnixSeconds(view.written_at),
            content: view.content.map(|content| VersionContent {
                sealed_bytes: content.size,
                sealed_sha256: content.sha256.0,
            }),
        }
    }
}
