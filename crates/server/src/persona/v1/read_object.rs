//! `GET /persona/v1/objects/{id}`: the sealed bytes; an object of the original wire can be read here too.

use axum::{extract::State, http::header, response::Response};
use keyhaven_protocol::{error::ErrorCode, persona::paths::OBJECT};

use crate::{
    answer_budget::AnswerBudget,
    app_state::StoreRef,
    extract::{Network, PersonaName, SignedIn, etag},
    failure::{ApiError, Challenge},
    persona::sealed_bytes,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(OBJECT, handle)
        .about(Tag::Keyhaven, "The bytes of one object; its version is the ETag")
        .session()
        .answers(Content::Stored)
        .fails(&[ErrorCode::InvalidId, ErrorCode::NoSuchItem])
}

async fn handle(
    signed_in: SignedIn,
    PersonaName(id): PersonaName,
    network: Network,
    State(store): State<StoreRef>,
    State(answers): State<AnswerBudget>,
) -> Result<Response, ApiError> {
    let author = signed_in.author();
    let object = answers
        .read(network, Challenge::Bearer, |max| {
            store.read_object(author, &id, max)
        })
        .await?
        .ok_or(ErrorCode::NoSuchItem)?;
    let mut response = sealed_bytes::answer(object.bytes, &object.record.content_type);
    if let Some(tag) = etag(object.record.version) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}
