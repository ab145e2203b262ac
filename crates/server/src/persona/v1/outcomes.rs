//! The answers to writes that carry the inventory.

use axum::{
    Json,
    http::header,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{ObjectWriteResponse, limits::INVENTORY_MAX_BYTES},
};
use keyhaven_storage::{DeleteObject, WriteObject};

use crate::extract::etag;

/// The errors that the three writes share.
pub(super) const ERRORS: &[ErrorCode] = &[
    ErrorCode::InvalidId,
    ErrorCode::EmptyBody,
    ErrorCode::AccountUnproven,
    ErrorCode::NoSuchItem,
    ErrorCode::QuotaExceeded,
];

/// The sealed inventory, which is never empty.
pub(super) fn inventory(bytes: &[u8]) -> Result<Bytes, ErrorCode> {
    match bytes.len() {
        0 => Err(ErrorCode::EmptyBody),
        1..=INVENTORY_MAX_BYTES => Ok(Bytes::copy_from_slice(bytes)),
        _ => Err(ErrorCode::TooLarge),
    }
}

/// The answer to a write.
pub(super) fn written(outcome: WriteObject) -> Result<Response, ErrorCode> {
    match outcome {
        WriteObject::Written(Some(version)) => Ok(answer(version)),
        // Only the original wire writes without an inventory.
        WriteObject::Written(None) => Err(ErrorCode::Internal),
        WriteObject::VersionConflict => Err(ErrorCode::VersionConflict),
        WriteObject::Unproven => Err(ErrorCode::AccountUnproven),
        WriteObject::QuotaExceeded => Err(ErrorCode::QuotaExceeded),
        WriteObject::NotFound => Err(ErrorCode::NoSuchItem),
    }
}

/// The answer to a deletion.
pub(super) fn deleted(outcome: DeleteObject) -> Result<Response, ErrorCode> {
    match outcome {
        DeleteObject::Deleted(Some(version)) => Ok(answer(version)),
        DeleteObject::Deleted(None) => Err(ErrorCode::Internal),
        DeleteObject::NotFound => Err(ErrorCode::NoSuchItem),
        DeleteObject::VersionConflict => Err(ErrorCode::VersionConflict),
        DeleteObject::Unproven => Err(ErrorCode::AccountUnproven),
        DeleteObject::QuotaExceeded => Err(ErrorCode::QuotaExceeded),
    }
}

fn answer(inventory_version: u64) -> Response {
    let mut response = Json(ObjectWriteResponse { inventory_version }).into_response();
    if let Some(tag) = etag(inventory_version) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
