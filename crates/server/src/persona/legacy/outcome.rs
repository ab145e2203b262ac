//! The answer to writes of the original wire: nothing to tell, whether or not there was something to delete.

use axum::Json;
use keyhaven_protocol::error::ErrorCode;
use keyhaven_storage::WriteObject;

use crate::{
    empty_object::EmptyObject,
    failure::{ApiError, Challenge},
    persona::not_allowed,
};

/// Done, or why nothing was.
pub(super) fn answer(outcome: WriteObject<()>) -> Result<Json<EmptyObject>, ApiError> {
    match outcome {
        WriteObject::Written(()) | WriteObject::NotFound => Ok(Json(EmptyObject {})),
        WriteObject::SignedOut => Err(ApiError::Unauthorized(Challenge::Basic)),
        WriteObject::NotAllowed(state) => Err(not_allowed::error(state).into()),
        WriteObject::VersionConflict => Err(ErrorCode::VersionConflict.into()),
        WriteObject::QuotaExceeded => Err(ErrorCode::QuotaExceeded.into()),
    }
}
