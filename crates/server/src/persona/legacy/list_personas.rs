//! `GET /personas`: the ids, in order.

use axum::{extract::State, response::Response};
use keyhaven_protocol::persona::legacy::{PERSONAS, PersonaListResponse};
use keyhaven_storage::{Author, Listed};

use crate::{
    answer_budget::AnswerBudget,
    app_state::StoreRef,
    extract::{BasicAccount, Network},
    failure::{ApiError, Challenge},
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(PERSONAS, handle)
        .about(Tag::Original, "The ids of what is stored, in order")
        .basic()
        .answers(Content::json::<PersonaListResponse>())
}

async fn handle(
    BasicAccount(account): BasicAccount,
    network: Network,
    State(store): State<StoreRef>,
    State(answers): State<AnswerBudget>,
) -> Result<Response, ApiError> {
    let challenge = Challenge::Basic;
    let read = |room| store.objects(Author::by_password(&account), room);
    let view = |listed: Listed| PersonaListResponse {
        personas: listed.objects.into_iter().map(|object| object.id).collect(),
    };
    let listed = answers.list(network, challenge, read, view).await?;
    listed.ok_or(ApiError::Unauthorized(challenge))
}
