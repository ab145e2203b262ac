//! `GET /personas/{id}`: the bytes as they were stored.

use axum::{extract::State, response::Response};
use keyhaven_protocol::{error::ErrorCode, persona::legacy::PERSONA};
use keyhaven_storage::Author;

use crate::{
    answer_budget::AnswerBudget,
    app_state::StoreRef,
    extract::{BasicAccount, Network, PersonaName},
    failure::{ApiError, Challenge},
    persona::sealed_bytes,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(PERSONA, handle)
        .about(Tag::Original, "The bytes of a persona")
        .basic()
        .answers(Content::Stored)
        .fails(&[ErrorCode::InvalidId, ErrorCode::PersonaNotFound])
}

async fn handle(
    BasicAccount(account): BasicAccount,
    PersonaName(id): PersonaName,
    network: Network,
    State(store): State<StoreRef>,
    State(answers): State<AnswerBudget>,
) -> Result<Response, ApiError> {
    let author = Author::by_password(&account);
    let object = answers
        .read(network, Challenge::Basic, |max| {
            store.read_object(author, &id, max)
        })
        .await?
        .ok_or(ErrorCode::PersonaNotFound)?;
    Ok(sealed_bytes::answer(object.bytes, &object.record.content_type))
}
