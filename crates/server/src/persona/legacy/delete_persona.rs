//! `DELETE /personas/{id}`: takes it off the list; its versions are kept.

use axum::{Json, extract::State};
use keyhaven_protocol::{error::ErrorCode, persona::legacy::PERSONA};
use keyhaven_storage::{Author, DeleteObject};

use crate::{
    app_state::{ClockRef, StoreRef},
    empty_object::EmptyObject,
    extract::{BasicAccount, PersonaName},
    failure::{ApiError, Challenge},
    route::{Route, Tag},
};

pub(super) fn route() -> Route {
    Route::delete(PERSONA, handle)
        .matching(super::PERSONA_PATTERN)
        .about(Tag::Original, "Delete a persona, whether or not it is there")
        .basic()
        .fails(&[
            ErrorCode::InvalidId,
            ErrorCode::AccountUnproven,
            ErrorCode::QuotaExceeded,
        ])
}

async fn handle(
    BasicAccount(account): BasicAccount,
    PersonaName(id): PersonaName,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
) -> Result<Json<EmptyObject>, ApiError> {
    match store
        .delete_object(Author::by_password(&account), &id, clock.now())
        .await?
    {
        DeleteObject::Deleted(_) | DeleteObject::NotFound => Ok(Json(EmptyObject {})),
        DeleteObject::Unproven => Err(ErrorCode::AccountUnproven.into()),
        DeleteObject::QuotaExceeded => Err(ErrorCode::QuotaExceeded.into()),
        DeleteObject::SignedOut => Err(ApiError::Unauthorized(Challenge::Basic)),
        DeleteObject::VersionConflict => Err(ErrorCode::VersionConflict.into()),
    }
}
