//! `DELETE /persona/v1/sessions/{id}`: ends one session; `current` names the one that asks.

use axum::{Json, extract::State};
use keyhaven_protocol::{error::ErrorCode, persona::paths::SESSION};

use crate::{
    app_state::{ClockRef, StoreRef},
    empty_object::EmptyObject,
    extract::{SessionName, SignedIn},
    failure::ApiError,
    route::{Route, Tag},
};

pub(super) fn route() -> Route {
    Route::delete(SESSION, handle)
        .about(Tag::Keyhaven, "End one session; `current` is the one that asks")
        .session()
        .fails(&[ErrorCode::InvalidId, ErrorCode::NoSuchItem])
}

async fn handle(
    SignedIn { account, session }: SignedIn,
    name: SessionName,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
) -> Result<Json<EmptyObject>, ApiError> {
    let id = match name {
        SessionName::Current => session.id,
        SessionName::Id(id) => id,
    };
    if store.end_session(account.id, id, clock.now()).await? {
        Ok(Json(EmptyObject {}))
    } else {
        Err(ErrorCode::NoSuchItem.into())
    }
}
