//! `DELETE /personas/{id}`: takes it off the list; its versions are kept.

use axum::{Json, extract::State};
use keyhaven_protocol::{error::ErrorCode, persona::legacy::PERSONA};
use keyhaven_storage::Author;

use super::outcome;
use crate::{
    app_state::{ClockRef, StoreRef},
    empty_object::EmptyObject,
    extract::{BasicAccount, PersonaName},
    failure::ApiError,
    persona::not_allowed,
    route::{Route, Tag},
};

pub(super) fn route() -> Route {
    Route::delete(PERSONA, handle)
        .about(Tag::Original, "Delete a persona, whether or not it is there")
        .basic()
        .fails(&[ErrorCode::InvalidId, ErrorCode::QuotaExceeded])
        .fails(not_allowed::ERRORS)
}

async fn handle(
    BasicAccount(account): BasicAccount,
    PersonaName(id): PersonaName,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
) -> Result<Json<EmptyObject>, ApiError> {
    let outcome = store
        .delete_object(Author::by_password(&account), &id, clock.now())
        .await?;
    outcome::answer(outcome)
}
