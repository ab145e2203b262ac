//! `POST /persona/v1/confirmation`: mails the letter that confirms a sign-up again. The worker limits how often.

use axum::{Json, extract::State};
use keyhaven_protocol::persona::{AccountState, paths::CONFIRMATION};
use keyhaven_storage::MailRequest;

use crate::{
    app_state::{ClockRef, StoreRef},
    empty_object::EmptyObject,
    extract::SignedIn,
    failure::ApiError,
    mail::MailSignal,
    route::{Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(CONFIRMATION, handle)
        .about(
            Tag::Keyhaven,
            "Mail the confirmation again; does nothing for an address that is confirmed",
        )
        .session()
}

async fn handle(
    signed_in: SignedIn,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    State(mail): State<MailSignal>,
) -> Result<Json<EmptyObject>, ApiError> {
    let account = &signed_in.account;
    if account.state == AccountState::Unconfirmed {
        mail.request(&*store, &account.address, MailRequest::Confirm, clock.now())
            .await?;
    }
    Ok(Json(EmptyObject {}))
}
