//! `POST /persona/v1/keys/release`: one wrap, against the auth value of the same secret. Whoever only read a mailbox
//! has neither, and gets nothing to guess against.

use axum::{Json, extract::State};
use keyhaven_protocol::{
    base64url::B64,
    error::ErrorCode,
    persona::{AccountState, ReleaseRequest, ReleaseResponse, ReleaseSecret, Wrap, paths::RELEASE},
};
use keyhaven_storage::{Account, KeyRecord, Store, Timestamp};

use super::key_record::verifier;
use crate::{
    app_state::{ClockRef, StoreRef},
    credential::{Credentials, Password},
    extract::{JsonBody, SignedIn},
    failure::{ApiError, Challenge},
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(RELEASE, handle)
        .about(
            Tag::Keyhaven,
            "One wrap of the backup key, against the auth value of the same secret",
        )
        .session()
        .takes(Content::json::<ReleaseRequest>())
        .answers(Content::json::<ReleaseResponse>())
        .fails(&[
            ErrorCode::NoSuchItem,
            ErrorCode::WrongProof,
            ErrorCode::RateLimited,
        ])
}

async fn handle(
    signed_in: SignedIn,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    State(credentials): State<Credentials>,
    JsonBody(request): JsonBody<ReleaseRequest>,
) -> Result<Json<ReleaseResponse>, ApiError> {
    let now = clock.now();
    let record = store
        .key_record(signed_in.author())
        .await?
        .given()
        .ok_or(ApiError::Unauthorized(Challenge::Bearer))?
        .ok_or(ErrorCode::NoSuchItem)?;
    let (version, former_keys) = (record.version, record.former_keys.clone());
    let wrap = match request.secret {
        ReleaseSecret::Password => {
            by_password(&credentials, &signed_in.account, record, &request.auth, now).await?
        }
        ReleaseSecret::OldPassword => {
            by_old_password(&credentials, &*store, &signed_in, &request.auth, now).await?
        }
        ReleaseSecret::RecoveryCode => record
            .released_to(&verifier(&request.auth), signed_in.account.beneath, now)
            .cloned()
            .ok_or(ErrorCode::WrongProof)?,
    };
    Ok(Json(ReleaseResponse {
        wrap,
        former_keys,
        version,
    }))
}

/// A wrap of another epoch belongs to another password than the one that was proven.
async fn by_password(
    credentials: &Credentials,
    account: &Account,
    record: KeyRecord,
    auth: &B64<32>,
    now: Timestamp,
) -> Result<Wrap, ApiError> {
    credentials
        .prove_current(account, Password::derived(auth), now)
        .await?;
    if record.password.epoch == account.credential.epoch {
        Ok(record.password)
    } else {
        Err(ErrorCode::WrongProof.into())
    }
}

async fn by_old_password(
    credentials: &Credentials,
    store: &dyn Store,
    signed_in: &SignedIn,
    auth: &B64<32>,
    now: Timestamp,
) -> Result<Wrap, ApiError> {
    let kept = match signed_in.account.state {
        AccountState::Unproven => store
            .proven_credential(signed_in.author(), now)
            .await?
            .given()
            .ok_or(ApiError::Unauthorized(Challenge::Bearer))?,
        _ => None,
    };
    let hash = kept.as_ref().map(|kept| kept.hash.as_str());
    credentials
        .prove_old(&signed_in.account, hash, Password::derived(auth), now)
        .await?;
    kept.map(|kept| kept.wrap)
        .ok_or_else(|| ErrorCode::WrongProof.into())
}
