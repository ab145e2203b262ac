//! `GET /password/reset/{email}`: answers like `PUT /password/reset`, and mails only where a developer switched that
//! on. A link or an image tag on any page can make a browser send this.

use std::sync::Arc;

use axum::{Json, extract::State};
use keyhaven_protocol::{address::Address, persona::legacy::PASSWORD_RESET_BY_URL};
use keyhaven_storage::MailRequest;

use crate::{
    app_state::{ClockRef, Policy, ResetByUrl, StoreRef},
    empty_object::EmptyObject,
    extract::{EmailInPath, Network},
    failure::ApiError,
    mail::MailSignal,
    request_limits::RequestLimits,
    route::{Route, Tag},
};

pub(super) fn route() -> Route {
    Route::get(PASSWORD_RESET_BY_URL, handle).about(
        Tag::Original,
        "Answers like PUT; mails nothing unless a development switch is on",
    )
}

async fn handle(
    EmailInPath(email): EmailInPath,
    network: Network,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    State(mail): State<MailSignal>,
    (State(policy), State(limits)): (State<Arc<Policy>>, State<Arc<RequestLimits>>),
) -> Result<Json<EmptyObject>, ApiError> {
    let now = clock.now();
    if policy.reset_by_url == ResetByUrl::Mail
        && let Ok(address) = Address::parse(&email)
        && let Some(allowed) = limits.reset(network, now)
    {
        let queued = mail.request(&*store, &address, MailRequest::Reset, now).await;
        let (_spent, ()) = allowed.tried(queued)?;
    }
    Ok(Json(EmptyObject {}))
}
