//! `DELETE /persona/v1/sessions`: signs out everywhere, here too.

use axum::{Json, extract::State};
use keyhaven_protocol::persona::paths::SESSIONS;

use crate::{
    app_state::{ClockRef, StoreRef},
    empty_object::EmptyObject,
    extract::SignedIn,
    failure::{ApiError, Challenge},
    route::{Route, Tag},
};

pub(super) fn route() -> Route {
    Route::delete(SESSIONS, handle)
        .about(Tag::Keyhaven, "Sign out everywhere")
        .session()
}

async fn handle(
    signed_in: SignedIn,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
) -> Result<Json<EmptyObject>, ApiError> {
    let ended = store.end_sessions(signed_in.author(), clock.now()).await?;
    ended.given().ok_or(ApiError::Unauthorized(Challenge::Bearer))?;
    Ok(Json(EmptyObject {}))
}
