//! `PUT /persona/v1/address`: asks for a change of address. It waits until both addresses have confirmed it. That the
//! new one has an account is told to its owner, and to nobody else.

use std::sync::Arc;

use axum::{Json, extract::State};
use keyhaven_protocol::{
    error::ErrorCode,
    persona::{AccountResponse, ChangeAddressRequest, paths::ADDRESS},
};
use keyhaven_storage::{AddressChange, RequestAddressChange};

use super::{account, derived_key::derived, key_record};
use crate::{
    app_state::{ClockRef, Policy, StoreRef},
    credential::{Credentials, Password},
    extract::{Condition, JsonBody, SignedIn},
    failure::{ApiError, Challenge},
    mail::{MailSignal, mailable},
    persona::not_allowed,
    request_limits::RequestLimits,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::put(ADDRESS, handle)
        .about(
            Tag::Keyhaven,
            "Ask for a change of address; both addresses must confirm it",
        )
        .session()
        .conditional()
        .takes(Content::json::<ChangeAddressRequest>())
        .answers(Content::json::<AccountResponse>())
        .fails(&[
            ErrorCode::InvalidEmail,
            ErrorCode::InvalidKeyRecord,
            ErrorCode::KdfOutOfBounds,
            ErrorCode::WrongProof,
            ErrorCode::AddressTaken,
            ErrorCode::RateLimited,
        ])
        .fails(not_allowed::ERRORS)
}

async fn handle(
    (signed_in, condition): (SignedIn, Condition),
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    State(credentials): State<Credentials>,
    (State(mail), State(policy), State(limits)): (
        State<MailSignal>,
        State<Arc<Policy>>,
        State<Arc<RequestLimits>>,
    ),
    JsonBody(request): JsonBody<ChangeAddressRequest>,
) -> Result<Json<AccountResponse>, ApiError> {
    let now = clock.now();
    let account = &signed_in.account;
    let address = mailable(&request.new_email).ok_or(ErrorCode::InvalidEmail)?;
    if address == account.address {
        // Its own: this tells nothing about anybody else.
        return Err(ErrorCode::AddressTaken.into());
    }
    derived(&credentials.kdf, &address, request.kdf, now)?;
    let keys = key_record::write(request.keys, condition.replaces())?;
    let current = Password::derived(&request.current_auth_key);
    credentials.prove_current(account, current, now).await?;
    // Only now: who has a session and not the password does not use up what the owner may change.
    let told = limits.told_change(&account.address, now)?;
    let new = Password::derived(&request.new_auth_key);
    let change = AddressChange {
        address,
        hash: credentials.hasher.hash(new).await?,
        kdf: request.kdf,
        keys,
    };
    let asked = store
        .request_address_change(signed_in.author(), change, now)
        .await;
    let (_spent, asked) = told.tried(asked)?;
    match asked {
        RequestAddressChange::Waiting => {
            mail.wake();
            account::answer(&*store, account.id, &policy, now).await
        }
        RequestAddressChange::SignedOut => Err(ApiError::Unauthorized(Challenge::Bearer)),
        RequestAddressChange::NotAllowed(state) => Err(not_allowed::error(state).into()),
        RequestAddressChange::NewSecret => Err(ErrorCode::InvalidKeyRecord.into()),
        RequestAddressChange::Refused(why) => Err(key_record::refused(why)),
    }
}
