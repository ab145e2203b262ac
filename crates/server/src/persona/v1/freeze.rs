//! `POST /persona/v1/freeze`: "this was not me". Spends the code of a notice: nothing of the account can be
//! overwritten, deleted or changed until its owner lifts it. The page behind the link sends it when somebody clicks,
//! and never by itself.

use std::sync::Arc;

use axum::{Json, extract::State};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{LinkKind, LinkRequest, paths::FREEZE},
};
use keyhaven_storage::Freeze;

use super::letter_code::hash_of;
use crate::{
    app_state::{ClockRef, StoreRef},
    empty_object::EmptyObject,
    extract::{JsonBody, Network, StrangersJson},
    failure::ApiError,
    mail::MailSignal,
    request_limits::RequestLimits,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(FREEZE, handle)
        .about(
            Tag::Keyhaven,
            "Freeze an account by the code of a notice: this was not me",
        )
        .takes(Content::json::<LinkRequest>())
        .fails(&[ErrorCode::InvalidLinkCode, ErrorCode::RateLimited])
}

async fn handle(
    network: Network,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    State(limits): State<Arc<RequestLimits>>,
    State(mail): State<MailSignal>,
    JsonBody(request): StrangersJson<LinkRequest>,
) -> Result<Json<EmptyObject>, ApiError> {
    let now = clock.now();
    let attempt = limits.letter_code(network, now)?;
    let frozen = store.freeze(hash_of(request, &[LinkKind::Freeze])?, now).await;
    let (attempt, frozen) = attempt.tried(frozen)?;
    match frozen {
        Freeze::Frozen => {
            attempt.give_back();
            mail.wake();
            Ok(Json(EmptyObject {}))
        }
        Freeze::Invalid => Err(ErrorCode::InvalidLinkCode.into()),
    }
}
