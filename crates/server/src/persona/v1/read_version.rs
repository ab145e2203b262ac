//! `GET /persona/v1/objects/{id}/versions/{version}`: the sealed bytes of one version.

use axum::{extract::State, http::header, response::Response};
use keyhaven_protocol::{error::ErrorCode, persona::paths::OBJECT_VERSION};

use crate::{
    answer_budget::AnswerBudget,
    app_state::StoreRef,
    extract::{Network, PersonaName, SignedIn, VersionNumber, etag},
    failure::{ApiError, Challenge},
    persona::sealed_bytes,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(OBJECT_VERSION, handle)
        .about(Tag::Keyhaven, "The bytes of one version of an object")
        .session()
        .answers(Content::Stored)
        .fails(&[ErrorCode::InvalidId, ErrorCode::NoSuchItem])
}

async fn handle(
    signed_in: SignedIn,
    PersonaName(id): PersonaName,
    VersionNumber(version): VersionNumber,
    network: Network,
    State(store): State<StoreRef>,
    State(answers): State<AnswerBudget>,
) -> Result<Response, ApiError> {
    let author = signed_in.author();
    let object = answers
        .read(network, Challenge::Bearer, |max| {
            store.read_version(author, &id, version, max)
        })
        .await?
        .ok_or(ErrorCode::NoSuchItem)?;
    let mut response = sealed_bytes::answer(object.bytes, &object.record.content_type);
    if let Some(tag) = etag(object.record.version) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}
