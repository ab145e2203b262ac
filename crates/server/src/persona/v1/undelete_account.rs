//! `POST /persona/v1/account/undelete`: takes the deletion of the account back.

use axum::{Json, extract::State};
use keyhaven_protocol::persona::paths::ACCOUNT_UNDELETE;

use super::outcomes::state_change;
use crate::{
    app_state::{ClockRef, StoreRef},
    empty_object::EmptyObject,
    extract::SignedIn,
    failure::ApiError,
    mail::MailSignal,
    persona::not_allowed,
    route::{Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(ACCOUNT_UNDELETE, handle)
        .about(Tag::Keyhaven, "Take the deletion of the account back")
        .session()
        .fails(not_allowed::ERRORS)
}

async fn handle(
    signed_in: SignedIn,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    State(mail): State<MailSignal>,
) -> Result<Json<EmptyObject>, ApiError> {
    let now = clock.now();
    let outcome = store.undelete_account(signed_in.author(), now).await?;
    mail.wake();
    state_change(outcome)
}
