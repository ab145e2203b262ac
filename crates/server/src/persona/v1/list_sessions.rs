//! `GET /persona/v1/sessions`: the open sessions, newest first.

use axum::{Json, extract::State};
use keyhaven_protocol::persona::{SessionListResponse, SessionView, paths::SESSIONS};

use crate::{
    app_state::{ClockRef, StoreRef},
    extract::SignedIn,
    failure::{ApiError, Challenge},
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(SESSIONS, handle)
        .about(Tag::Keyhaven, "The open sessions, newest first")
        .session()
        .answers(Content::json::<SessionListResponse>())
}

async fn handle(
    signed_in: SignedIn,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
) -> Result<Json<SessionListResponse>, ApiError> {
    let sessions = store
        .sessions(signed_in.author(), clock.now())
        .await?
        .given()
        .ok_or(ApiError::Unauthorized(Challenge::Bearer))?;
    let view = |session: keyhaven_storage::Session| SessionView {
        session_id: session.id,
        current: session.id == signed_in.session.id,
        created_at: session.created_at.0,
        last_used_at: session.last_used_at.0,
    };
    Ok(Json(SessionListResponse {
        sessions: sessions.into_iter().map(view).collect(),
    }))
}
