//! The answers that several routes share: to writes that carry the inventory, and to moves between states.

use axum::{
    Json,
    http::header,
    response::{IntoResponse as _, Response},
};
use keyhaven_protocol::{error::ErrorCode, persona::ObjectWriteResponse};
use keyhaven_storage::{StateChange, WriteObject};

use crate::{
    empty_object::EmptyObject,
    extract::etag,
    failure::{ApiError, Challenge},
    persona::not_allowed,
};

/// How an inventory alone is refused.
pub(super) const INVENTORY_ERRORS: &[ErrorCode] = &[
    ErrorCode::EmptyBody,
    ErrorCode::AccountUnproven,
    ErrorCode::AccountDisputed,
    ErrorCode::AccountFrozen,
    ErrorCode::AccountDeleted,
    ErrorCode::QuotaExceeded,
];

/// The errors that the three writes of an object share.
pub(super) const ERRORS: &[ErrorCode] = &[
    ErrorCode::InvalidId,
    ErrorCode::EmptyBody,
    ErrorCode::AccountUnproven,
    ErrorCode::AccountDisputed,
    ErrorCode::AccountFrozen,
    ErrorCode::AccountDeleted,
    ErrorCode::NoSuchItem,
    ErrorCode::QuotaExceeded,
];

/// The new version of the inventory, with its `ETag`, or why nothing was done.
pub(super) fn answer(outcome: WriteObject<u64>) -> Result<Response, ApiError> {
    let inventory_version = match outcome {
        WriteObject::Written(version) => version,
        WriteObject::SignedOut => return Err(ApiError::Unauthorized(Challenge::Bearer)),
        WriteObject::NotAllowed(state) => return Err(not_allowed::error(state).into()),
        WriteObject::VersionConflict => return Err(ErrorCode::VersionConflict.into()),
        WriteObject::NotFound => return Err(ErrorCode::NoSuchItem.into()),
        WriteObject::QuotaExceeded => return Err(ErrorCode::QuotaExceeded.into()),
    };
    let mut response = Json(ObjectWriteResponse { inventory_version }).into_response();
    if let Some(tag) = etag(inventory_version) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

/// The answer to a step that only the state can refuse.
pub(super) fn state_change(outcome: StateChange) -> Result<Json<EmptyObject>, ApiError> {
    match outcome {
        StateChange::Done => Ok(Json(EmptyObject {})),
        StateChange::NotAllowed(state) => Err(not_allowed::error(state).into()),
        StateChange::SignedOut => Err(ApiError::Unauthorized(Challenge::Bearer)),
    }
}
