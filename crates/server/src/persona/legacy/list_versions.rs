//! `GET /personas/{id}/versions`: what is kept of a persona, also while it is deleted. Not of the original wire: its
//! clients have no other way to see what was overwritten.

use axum::{extract::State, response::Response};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{ObjectVersionListResponse, legacy::PERSONA_VERSIONS},
};
use keyhaven_storage::Author;

use crate::{
    answer_budget::AnswerBudget,
    app_state::StoreRef,
    extract::{BasicAccount, Network, PersonaName},
    failure::{ApiError, Challenge},
    persona::versions,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(PERSONA_VERSIONS, handle)
        .about(Tag::Original, "The versions of a persona that are kept")
        .basic()
        .answers(Content::json::<ObjectVersionListResponse>())
        .fails(&[ErrorCode::InvalidId, ErrorCode::PersonaNotFound])
}

async fn handle(
    BasicAccount(account): BasicAccount,
    PersonaName(id): PersonaName,
    network: Network,
    State(store): State<StoreRef>,
    State(answers): State<AnswerBudget>,
) -> Result<Response, ApiError> {
    let read = |room| store.versions(Author::by_password(&account), &id, room);
    let kept = answers
        .list(network, Challenge::Basic, read, versions::view)
        .await?;
    Ok(kept.ok_or(ErrorCode::PersonaNotFound)?)
}
