//! `GET /persona/v1/inventory/versions`: the versions of the inventory that are kept.

use axum::{extract::State, response::Response};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{ObjectVersionListResponse, paths::INVENTORY_VERSIONS},
};

use crate::{
    answer_budget::AnswerBudget,
    app_state::StoreRef,
    extract::{Network, SignedIn},
    failure::{ApiError, Challenge},
    persona::versions,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(INVENTORY_VERSIONS, handle)
        .about(Tag::Keyhaven, "The versions of the inventory that are kept")
        .session()
        .answers(Content::json::<ObjectVersionListResponse>())
        .fails(&[ErrorCode::NoSuchItem])
}

async fn handle(
    signed_in: SignedIn,
    network: Network,
    State(store): State<StoreRef>,
    State(answers): State<AnswerBudget>,
) -> Result<Response, ApiError> {
    let read = |room| store.inventory_versions(signed_in.author(), room);
    let kept = answers
        .list(network, Challenge::Bearer, read, versions::view)
        .await?;
    Ok(kept.ok_or(ErrorCode::NoSuchItem)?)
}
