//! `PUT /password/reset`: asks for a mailed link. The answer and its cost are the same for every address.

use std::sync::Arc;

use axum::{Json, extract::State};
use keyhaven_protocol::{address::Address, error::ErrorCode, persona::legacy::PASSWORD_RESET};
use keyhaven_storage::MailRequest;

use crate::{
    app_state::{ClockRef, StoreRef},
    empty_object::EmptyObject,
    extract::{Fields, Network},
    failure::ApiError,
    mail::MailSignal,
    request_limits::RequestLimits,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::put(PASSWORD_RESET, handle)
        .about(
            Tag::Original,
            "Ask for a mailed reset link; answered alike for every address",
        )
        .takes(Content::Fields(&["email"]))
        .fails(&[ErrorCode::MissingEmailParameter, ErrorCode::InvalidEmail])
}

async fn handle(
    network: Network,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    State(mail): State<MailSignal>,
    State(limits): State<Arc<RequestLimits>>,
    mut fields: Fields,
) -> Result<Json<EmptyObject>, ApiError> {
    let email = fields.take(&["email"])?.ok_or(ErrorCode::MissingEmailParameter)?;
    let address = Address::parse(&email).map_err(|_| ErrorCode::InvalidEmail)?;
    let now = clock.now();
    if let Some(allowed) = limits.reset(network, now) {
        let queued = mail.request(&*store, &address, MailRequest::Reset, now).await;
        let (_spent, ()) = allowed.tried(queued)?;
    }
    Ok(Json(EmptyObject {}))
}
