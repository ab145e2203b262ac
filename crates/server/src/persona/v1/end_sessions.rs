//! `DELETE /persona/v1/sessions`: signs out everywhere, here too.

use axum::{Json, extract::State};
use keyhaven_protocol::persona::paths::SESSIONS;

use crate::{
    app_state::{ClockRef, StoreRef},
    empty_object::EmptyObject,
    extract::SignedIn,
    failure::ApiError,
    route::{Route, Tag},
};

pub(super) fn route() -> Route {
    Route::delete(SESSIONS, handle)
        .about(Tag::Keyhaven, "Sign out everywhere")
        .session()
}

async fn handle(
    SignedIn { account, .. }: SignedIn,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
) -> Result<Json<EmptyObject>, ApiError> {
    store.end_sessions(account.id, clock.now()).await?;
    Ok(Json(EmptyObject {}))
}
