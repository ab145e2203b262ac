//! `POST /persona/v1/recover`: a new password against the recovery code, without mail and without a session. An address
//! without an account, an account without a key record and a wrong code are one answer of one cost.

use std::sync::Arc;

use axum::{Json, extract::State};
use keyhaven_protocol::{
    address::Address,
    error::ErrorCode,
    persona::{RecoverRequest, SessionResponse, paths::RECOVER},
};
use keyhaven_storage::{Recovery, RecoveryOutcome};

use super::{
    derived_key::derived,
    key_record::{self, verifier},
    new_session::Draft,
};
use crate::{
    app_state::{ClockRef, Policy, StoreRef},
    credential::{Credentials, Password},
    extract::{Condition, JsonBody, Network, StrangersJson, refuse},
    failure::{ApiError, Challenge},
    mail::MailSignal,
    request_limits::{RequestLimits, WayBack},
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(RECOVER, handle)
        .about(
            Tag::Keyhaven,
            "Set a new password with the recovery code; the account is active then",
        )
        .conditional()
        .takes(Content::json::<RecoverRequest>())
        .answers(Content::json::<SessionResponse>())
        .fails(&[
            ErrorCode::InvalidKeyRecord,
            ErrorCode::KdfOutOfBounds,
            ErrorCode::WrongProof,
            ErrorCode::FormerCodeDecides,
            ErrorCode::RateLimited,
        ])
}

async fn handle(
    (network, condition): (Network, Condition),
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    State(credentials): State<Credentials>,
    (State(mail), State(policy), State(limits)): (
        State<MailSignal>,
        State<Arc<Policy>>,
        State<Arc<RequestLimits>>,
    ),
    JsonBody(request): StrangersJson<RecoverRequest>,
) -> Result<Json<SessionResponse>, ApiError> {
    let now = clock.now();
    let keys = key_record::write(request.keys, condition.replaces())?;
    if let Ok(address) = Address::parse(&request.email) {
        derived(&credentials.kdf, &address, request.kdf, now)?;
    }
    let guess = credentials
        .guesses
        .begin(network, now)
        .map_err(|error| refuse(error, Challenge::Bearer))?;
    // Before anything is looked up: the hash is what it costs, whatever comes of it.
    let hash = credentials
        .hasher
        .hash(Password::derived(&request.new_auth_key))
        .await?;
    let (account, ..) = credentials
        .by_recovery_code(&*store, &request.email, &request.recovery_auth, network, now)
        .await?;
    let used = limits.way_back(&account.address, WayBack::RecoveryCode, now)?;
    let draft = Draft::generate()?;
    let recovery = Recovery {
        account: account.id,
        recovery_auth: verifier(&request.recovery_auth),
        credential_generation: account.credential.generation,
        hash,
        kdf: request.kdf,
        keys,
        session: draft.record(&account, account.credential.next_epoch()),
    };
    let (_spent, recovered) = used.tried(store.recover(recovery, now).await)?;
    match recovered {
        RecoveryOutcome::WrongProof => Err(ErrorCode::WrongProof.into()),
        RecoveryOutcome::FormerCodeDecides => Err(ErrorCode::FormerCodeDecides.into()),
        RecoveryOutcome::Changed => Err(ErrorCode::VersionConflict.into()),
        RecoveryOutcome::Refused(why) => Err(key_record::refused(why)),
        RecoveryOutcome::Recovered(_) => {
            guess.give_back();
            mail.wake();
            draft.answer(&*store, account.id, &policy, now).await
        }
    }
}
