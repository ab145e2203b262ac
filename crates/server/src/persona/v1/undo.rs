//! `POST /persona/v1/undo`: puts the last proven password back in force. Never Basic: whoever uses it says so. An
//! address without an account, an account that keeps none and a wrong password are one answer of one cost.

use std::sync::Arc;

use axum::{Json, extract::State};
use keyhaven_protocol::{
    address::Address,
    error::ErrorCode,
    persona::{SessionResponse, UndoRequest, paths::UNDO},
};
use keyhaven_storage::{Undo, UndoOutcome};

use super::new_session::Draft;
use crate::{
    app_state::{ClockRef, Policy, StoreRef},
    credential::{Credentials, Password},
    extract::{JsonBody, Network, StrangersJson, refuse},
    failure::{ApiError, Challenge},
    mail::MailSignal,
    request_limits::{RequestLimits, WayBack},
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(UNDO, handle)
        .about(
            Tag::Keyhaven,
            "Put the last proven password back in force; the account is disputed then",
        )
        .takes(Content::json::<UndoRequest>())
        .answers(Content::json::<SessionResponse>())
        .fails(&[ErrorCode::Unauthorized, ErrorCode::RateLimited])
}

async fn handle(
    network: Network,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    State(credentials): State<Credentials>,
    (State(mail), State(policy), State(limits)): (
        State<MailSignal>,
        State<Arc<Policy>>,
        State<Arc<RequestLimits>>,
    ),
    JsonBody(request): StrangersJson<UndoRequest>,
) -> Result<Json<SessionResponse>, ApiError> {
    let now = clock.now();
    let password = Password::derived(&request.auth_key);
    let proven = match Address::parse(&request.email) {
        Ok(address) => {
            credentials
                .last_proven(&*store, &address, password, network, now)
                .await
        }
        Err(_) => credentials.refuse(password, network, now).await,
    };
    let account = proven.map_err(|error| refuse(error, Challenge::Bearer))?;
    let used = limits.way_back(&account.address, WayBack::OldPassword, now)?;
    let draft = Draft::generate()?;
    let undo = Undo {
        account: account.id,
        credential_generation: account.credential.generation,
        session: draft.record(&account, account.credential.next_epoch()),
    };
    let (_spent, undone) = used.tried(store.undo(undo, now).await)?;
    match undone {
        UndoOutcome::NotKept => Err(ApiError::Unauthorized(Challenge::Bearer)),
        UndoOutcome::Undone => {
            mail.wake();
            draft.answer(&*store, account.id, &policy, now).await
        }
    }
}
