//! The answers to writes that carry the inventory.

use axum::{
    Json,
    http::header,
    response::{IntoResponse as _, Response},
};
use keyhaven_protocol::{error::ErrorCode, persona::ObjectWriteResponse};
use keyhaven_storage::{DeleteObject, WriteObject};

use crate::{
    extract::etag,
    failure::{ApiError, Challenge},
};

/// The errors that the three writes share.
pub(super) const ERRORS: &[ErrorCode] = &[
    ErrorCode::InvalidId,
    ErrorCode::EmptyBody,
    ErrorCode::AccountUnproven,
    ErrorCode::NoSuchItem,
    ErrorCode::QuotaExceeded,
];

/// The answer to a write.
pub(super) fn written(outcome: WriteObject) -> Result<Response, ApiError> {
    match outcome {
        WriteObject::Written(Some(version)) => Ok(answer(version)),
        // Only the original wire writes without an inventory.
        WriteObject::Written(None) => Err(ErrorCode::Internal.into()),
        WriteObject::VersionConflict => Err(ErrorCode::VersionConflict.into()),
        WriteObject::Unproven => Err(ErrorCode::AccountUnproven.into()),
        WriteObject::QuotaExceeded => Err(ErrorCode::QuotaExceeded.into()),
        WriteObject::NotFound => Err(ErrorCode::NoSuchItem.into()),
        WriteObject::SignedOut => Err(ApiError::Unauthorized(Challenge::Bearer)),
    }
}

/// The answer to a deletion.
pub(super) fn deleted(outcome: DeleteObject) -> Result<Response, ApiError> {
    match outcome {
        DeleteObject::Deleted(Some(version)) => Ok(answer(version)),
        DeleteObject::Deleted(None) => Err(ErrorCode::Internal.into()),
        DeleteObject::NotFound => Err(ErrorCode::NoSuchItem.into()),
        DeleteObject::SignedOut => Err(ApiError::Unauthorized(Challenge::Bearer)),
        DeleteObject::VersionConflict => Err(ErrorCode::VersionConflict.into()),
        DeleteObject::Unproven => Err(ErrorCode::AccountUnproven.into()),
        DeleteObject::QuotaExceeded => Err(ErrorCode::QuotaExceeded.into()),
    }
}

fn answer(inventory_version: u64) -> Response {
    let mut response = Json(ObjectWriteResponse { inventory_version }).into_response();
    if let Some(tag) = etag(inventory_version) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
