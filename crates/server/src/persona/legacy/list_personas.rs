//! `GET /personas`: the ids, in order.

use axum::{Json, extract::State};
use keyhaven_protocol::persona::legacy::{PERSONAS, PersonaListResponse};
use keyhaven_storage::Author;

use crate::{
    app_state::StoreRef,
    extract::BasicAccount,
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
    State(store): State<StoreRef>,
) -> Result<Json<PersonaListResponse>, ApiError> {
    let listed = store.objects(Author::by_password(&account)).await?;
    let (_, objects) = listed.given().ok_or(ApiError::Unauthorized(Challenge::Basic))?;
    Ok(Json(PersonaListResponse {
        personas: objects.into_iter().map(|object| object.id).collect(),
    }))
}
