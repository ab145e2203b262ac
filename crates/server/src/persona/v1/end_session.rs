//! `DELETE /persona/v1/sessions/{id}`: ends one session; `current` names the one that asks.

use axum::{Json, extract::State};
use keyhaven_protocol::{error::ErrorCode, persona::paths::SESSION};
use keyhaven_storage::ForAuthor;

use crate::{
    app_state::{ClockRef, StoreRef},
    empty_object::EmptyObject,
    extract::{SessionName, SignedIn},
    failure::{ApiError, Challenge},
    route::{Route, Tag},
};

pub(super) fn route() -> Route {
    Route::delete(SESSION, handle)
        .about(Tag::Keyhaven, "End one session; `current` is the one that asks")
        .session()
        .fails(&[ErrorCode::InvalidId, ErrorCode::NoSuchItem])
}

async fn handle(
    signed_in: SignedIn,
    name: SessionName,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
) -> Result<Json<EmptyObject>, ApiError> {
    let id = match name {
        SessionName::Current => signed_in.session.id,
        SessionName::Id(id) => id,
    };
    match store.end_session(signed_in.author(), id, clock.now()).await? {
        ForAuthor::Given(true) => Ok(Json(EmptyObject {})),
        ForAuthor::Given(false) => Err(ErrorCode::NoSuchItem.into()),
        ForAuthor::SignedOut => Err(ApiError::Unauthorized(Challenge::Bearer)),
    }
}
