//! `POST /personas/{id}/versions/{version}`: writes what a version holds again, as the newest one.

use axum::{Json, extract::State};
use keyhaven_protocol::{error::ErrorCode, persona::legacy::PERSONA_VERSION};
use keyhaven_storage::{Author, WriteObject};

use crate::{
    app_state::{ClockRef, StoreRef},
    empty_object::EmptyObject,
    extract::{BasicAccount, PersonaName, VersionNumber},
    failure::{ApiError, Challenge},
    persona::not_allowed,
    route::{Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(PERSONA_VERSION, handle)
        .about(
            Tag::Original,
            "Bring a version of a persona back, as the newest one",
        )
        .basic()
        .fails(&[
            ErrorCode::InvalidId,
            ErrorCode::PersonaNotFound,
            ErrorCode::QuotaExceeded,
        ])
        .fails(not_allowed::ERRORS)
}

async fn handle(
    BasicAccount(account): BasicAccount,
    PersonaName(id): PersonaName,
    VersionNumber(version): VersionNumber,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
) -> Result<Json<EmptyObject>, ApiError> {
    let author = Author::by_password(&account);
    match store.restore_version(author, &id, version, clock.now()).await? {
        WriteObject::Written(_) => Ok(Json(EmptyObject {})),
        WriteObject::NotFound => Err(ErrorCode::PersonaNotFound.into()),
        WriteObject::SignedOut => Err(ApiError::Unauthorized(Challenge::Basic)),
        WriteObject::NotAllowed(state) => Err(not_allowed::error(state).into()),
        WriteObject::VersionConflict => Err(ErrorCode::VersionConflict.into()),
        WriteObject::QuotaExceeded => Err(ErrorCode::QuotaExceeded.into()),
    }
}
