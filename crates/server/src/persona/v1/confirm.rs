//! `POST /persona/v1/confirm`: spends the code of a letter: the address of a sign-up, or one side of a change of
//! address. The page behind the link sends it when somebody clicks, and never by itself.

use std::sync::Arc;

use axum::{Json, extract::State};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{ConfirmResponse, LinkKind, LinkRequest, paths::CONFIRM},
};

use super::letter_code::hash_of;
use crate::{
    app_state::{ClockRef, StoreRef},
    extract::{JsonBody, Network, StrangersJson},
    failure::ApiError,
    mail::MailSignal,
    request_limits::RequestLimits,
    route::{Content, Route, Tag},
};

const KINDS: &[LinkKind] = &[LinkKind::Confirm, LinkKind::ChangeFrom, LinkKind::ChangeTo];

pub(super) fn route() -> Route {
    Route::post(CONFIRM, handle)
        .about(
            Tag::Keyhaven,
            "Confirm a sign-up, or one side of a change of address, by the code of a letter",
        )
        .takes(Content::json::<LinkRequest>())
        .answers(Content::json::<ConfirmResponse>())
        .fails(&[ErrorCode::InvalidLinkCode, ErrorCode::RateLimited])
}

async fn handle(
    network: Network,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    State(limits): State<Arc<RequestLimits>>,
    State(mail): State<MailSignal>,
    JsonBody(request): StrangersJson<LinkRequest>,
) -> Result<Json<ConfirmResponse>, ApiError> {
    let now = clock.now();
    let attempt = limits.letter_code(network, now)?;
    let confirmed = store.confirm(hash_of(request, KINDS)?, now).await;
    let (attempt, confirmed) = attempt.tried(confirmed)?;
    let confirmed = confirmed.ok_or(ErrorCode::InvalidLinkCode)?;
    attempt.give_back();
    mail.wake();
    Ok(Json(confirmed))
}
