//! `GET /persona/v1/inventory`: the sealed inventory; its version is the `ETag`.

use axum::{extract::State, http::header, response::Response};
use bytes::Bytes;
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{objects::SEALED_MEDIA_TYPE, paths::INVENTORY},
};

use crate::{
    answer_budget::AnswerBudget,
    app_state::StoreRef,
    extract::{Network, SignedIn, etag},
    failure::{ApiError, Challenge},
    persona::sealed_bytes,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(INVENTORY, handle)
        .about(Tag::Keyhaven, "The sealed inventory; its version is the ETag")
        .session()
        .answers(Content::Bytes(SEALED_MEDIA_TYPE))
        .fails(&[ErrorCode::NoSuchItem])
}

async fn handle(
    signed_in: SignedIn,
    network: Network,
    State(store): State<StoreRef>,
    State(answers): State<AnswerBudget>,
) -> Result<Response, ApiError> {
    let author = signed_in.author();
    let found = answers
        .read(network, Challenge::Bearer, |max| {
            store.read_inventory(author, max)
        })
        .await?;
    Ok(answer(found.ok_or(ErrorCode::NoSuchItem)?))
}

/// A sealed inventory with its version.
pub(super) fn answer((version, bytes): (u64, Bytes)) -> Response {
    let mut response = sealed_bytes::answer(bytes, SEALED_MEDIA_TYPE);
    if let Some(tag) = etag(version) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
