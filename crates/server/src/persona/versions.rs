//! The versions of an object as both wires list them.

use keyhaven_protocol::{
    base64url::B64,
    persona::{ObjectVersionListResponse, ObjectVersionView, VersionContentView},
};
use keyhaven_storage::{VersionContent, VersionRecord};

/// What is kept, newest first.
pub(super) fn view(kept: Vec<VersionRecord>) -> ObjectVersionListResponse {
    let content = |content: VersionContent| VersionContentView {
        size: content.size,
        sha256: B64(content.sha256),
    };
    let versions = kept.into_iter().map(|record| ObjectVersionView {
        version: record.version,
        written_at: record.written_at.0,
        content: record.content.map(content),
    });
    ObjectVersionListResponse {
        versions: versions.collect(),
    }
}
