//! `POST /persona/v1/account/undelete`: takes the deletion of the account back.

use std::sync::Arc;

use axum::{Json, extract::State};
use keyhaven_protocol::{error::ErrorCode, persona::paths::ACCOUNT_UNDELETE};
use keyhaven_storage::StateChange;

use super::outcomes::state_change;
use crate::{
    app_state::{ClockRef, StoreRef},
    empty_object::EmptyObject,
    extract::SignedIn,
    failure::ApiError,
    mail::MailSignal,
    persona::not_allowed,
    request_limits::RequestLimits,
    route::{Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(ACCOUNT_UNDELETE, handle)
        .about(Tag::Keyhaven, "Take the deletion of the account back")
        .session()
        .fails(&[ErrorCode::RateLimited])
        .fails(not_allowed::ERRORS)
}

async fn handle(
    signed_in: SignedIn,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    (State(mail), State(limits)): (State<MailSignal>, State<Arc<RequestLimits>>),
) -> Result<Json<EmptyObject>, ApiError> {
    let now = clock.now();
    let told = limits.told_change(&signed_in.account.address, now)?;
    let outcome = store.undelete_account(signed_in.author(), now).await;
    let (told, outcome) = told.tried(outcome)?;
    if !matches!(outcome, StateChange::Done) {
        told.give_back();
    }
    mail.wake();
    state_change(outcome)
}
