//! `GET /persona/v1/sessions`: the open sessions, newest first.

use axum::{Json, extract::State};
use keyhaven_protocol::persona::{SessionListResponse, SessionView, paths::SESSIONS};

use crate::{
    app_state::{ClockRef, StoreRef},
    extract::SignedIn,
    failure::ApiError,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(SESSIONS, handle)
        .about(Tag::Keyhaven, "The open sessions, newest first")
        .session()
        .answers(Content::json::<SessionListResponse>())
}

async fn handle(
    SignedIn {
        account,
        session: asking,
    }: SignedIn,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
) -> Result<Json<SessionListResponse>, ApiError> {
    let sessions = store.sessions(account.id, clock.now()).await?;
    let view = |session: keyhaven_storage::Session| SessionView {
        session_id: session.id,
        current: session.id == asking.id,
        created_at: session.created_at.0,
        last_used_at: session.last_used_at.0,
    };
    Ok(Json(SessionListResponse {
        sessions: sessions.into_iter().map(view).collect(),
    }))
}
