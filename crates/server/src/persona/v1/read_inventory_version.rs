//! `GET /persona/v1/inventory/versions/{version}`: the sealed bytes of one version of the inventory.

use axum::{extract::State, response::Response};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{objects::SEALED_MEDIA_TYPE, paths::INVENTORY_VERSION},
};

use super::read_inventory;
use crate::{
    answer_budget::AnswerBudget,
    app_state::StoreRef,
    extract::{Network, SignedIn, VersionNumber},
    failure::{ApiError, Challenge},
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(INVENTORY_VERSION, handle)
        .about(Tag::Keyhaven, "The bytes of one version of the inventory")
        .session()
        .answers(Content::Bytes(SEALED_MEDIA_TYPE))
        .fails(&[ErrorCode::NoSuchItem])
}

async fn handle(
    signed_in: SignedIn,
    VersionNumber(version): VersionNumber,
    network: Network,
    State(store): State<StoreRef>,
    State(answers): State<AnswerBudget>,
) -> Result<Response, ApiError> {
    let author = signed_in.author();
    let found = answers
        .read(network, Challenge::Bearer, |max| {
            store.read_inventory_version(author, version, max)
        })
        .await?;
    Ok(read_inventory::answer(found.ok_or(ErrorCode::NoSuchItem)?))
}
