//! `PUT /persona/v1/keys`: writes the key record by compare-and-set, with the proof that its backup key is held.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{KeyRecordRequest, KeyRecordResponse, paths::KEYS},
};

use super::key_record;
use crate::{
    app_state::{ClockRef, StoreRef},
    extract::{Condition, JsonBody, SignedIn},
    failure::ApiError,
    mail::MailSignal,
    persona::not_allowed,
    request_limits::RequestLimits,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::put(KEYS, handle)
        .about(
            Tag::Keyhaven,
            "Write the key record; a proven write makes a locked account active, a new backup key ends every other session",
        )
        .session()
        .conditional()
        .takes(Content::json::<KeyRecordRequest>())
        .answers(Content::json::<KeyRecordResponse>())
        .fails(&[
            ErrorCode::InvalidKeyRecord,
            ErrorCode::KdfOutOfBounds,
            ErrorCode::WrongProof,
            ErrorCode::FormerCodeDecides,
            ErrorCode::RateLimited,
        ])
        .fails(not_allowed::ERRORS)
}

async fn handle(
    signed_in: SignedIn,
    condition: Condition,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    (State(mail), State(limits)): (State<MailSignal>, State<Arc<RequestLimits>>),
    JsonBody(request): JsonBody<KeyRecordRequest>,
) -> Result<Response, ApiError> {
    let now = clock.now();
    let write = key_record::write(request, condition.replaces())?;
    let address = &signed_in.account.address;
    let told = write
        .may_replace_secrets()
        .then(|| limits.told_change(address, now))
        .transpose()?;
    let password_epoch = write.password.epoch;
    let outcome = store.write_key_record(signed_in.author(), write, now).await;
    let (told, outcome) = match told {
        Some(told) => told.tried(outcome).map(|(told, outcome)| (Some(told), outcome))?,
        None => (None, outcome?),
    };
    let version = match key_record::outcome(outcome) {
        Ok(version) => version,
        Err(refused) => {
            if let Some(told) = told {
                told.give_back();
            }
            return Err(refused);
        }
    };
    mail.wake();
    Ok(key_record::answer(KeyRecordResponse {
        version,
        password_epoch,
        // The store takes a wrap of the present epoch only.
        credential_epoch: password_epoch,
    }))
}
