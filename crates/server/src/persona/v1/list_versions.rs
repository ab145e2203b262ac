//! `GET /persona/v1/objects/{id}/versions`: the versions of an object that are kept.

use axum::{extract::State, response::Response};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{ObjectVersionListResponse, paths::OBJECT_VERSIONS},
};

use crate::{
    answer_budget::AnswerBudget,
    app_state::StoreRef,
    extract::{Network, PersonaName, SignedIn},
    failure::{ApiError, Challenge},
    persona::versions,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(OBJECT_VERSIONS, handle)
        .about(Tag::Keyhaven, "The versions of an object that are kept")
        .session()
        .answers(Content::json::<ObjectVersionListResponse>())
        .fails(&[ErrorCode::InvalidId, ErrorCode::NoSuchItem])
}

async fn handle(
    signed_in: SignedIn,
    PersonaName(id): PersonaName,
    network: Network,
    State(store): State<StoreRef>,
    State(answers): State<AnswerBudget>,
) -> Result<Response, ApiError> {
    let read = |room| store.versions(signed_in.author(), &id, room);
    let kept = answers
        .list(network, Challenge::Bearer, read, versions::view)
        .await?;
    Ok(kept.ok_or(ErrorCode::NoSuchItem)?)
}
