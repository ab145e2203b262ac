//! `POST /password/reset`: spends a mailed code. Every failure of the code is one answer, of one cost.

use axum::{Json, extract::State};
use keyhaven_protocol::{
    address::Address,
    error::ErrorCode,
    persona::{AccountId, ResetCode, ResetCodeKind, legacy::PASSWORD_RESET},
};
use keyhaven_storage::{CredentialKind, NewCredential, SpendCode, Timestamp};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::{
    app_state::{ClockRef, StoreRef},
    credential::{Credentials, Password},
    empty_object::EmptyObject,
    extract::{Fields, Network, refuse},
    failure::{ApiError, Challenge},
    mail::MailSignal,
    random,
    route::{Content, Route, Tag},
};

pub(super) fn route() -> Route {
    Route::post(PASSWORD_RESET, handle)
        .about(
            Tag::Original,
            "Set a new password with a mailed code; nothing is unlocked by it",
        )
        .takes(Content::Fields(&["email", "reset_code", "password"]))
        .fails(&[
            ErrorCode::EmptyEmail,
            ErrorCode::EmptyResetCode,
            ErrorCode::EmptyPassword,
            ErrorCode::InvalidPassword,
            ErrorCode::InvalidResetCode,
            ErrorCode::RateLimited,
        ])
}

async fn handle(
    network: Network,
    State(store): State<StoreRef>,
    State(clock): State<ClockRef>,
    State(credentials): State<Credentials>,
    State(mail): State<MailSignal>,
    fields: Fields,
) -> Result<Json<EmptyObject>, ApiError> {
    let Spend {
        email,
        code,
        password,
    } = Spend::parse(fields)?;
    let now = clock.now();
    let address = Address::parse(&email);
    let kind = code_kind(&code, address.as_ref().ok(), &credentials, now);
    let password = match kind {
        // Refused before the code is looked at, so that a page of the wrong kind does not use it up.
        Some(CredentialKind::Derived(_)) => password
            .require_derived()
            .map_err(|_| ErrorCode::InvalidPassword)?,
        _ => password,
    };
    let guess = credentials
        .guesses
        .begin(network, now)
        .map_err(|error| refuse(error, Challenge::Basic))?;
    let hash = credentials.hasher.hash(password).await?;
    let (Ok(address), Some(kind)) = (address, kind) else {
        return Err(ErrorCode::InvalidResetCode.into());
    };
    // The whole text is hashed, its letter included: a code whose letter was changed is another code.
    let code_hash = Sha256::digest(code.as_bytes()).into();
    let fresh = AccountId::from_bytes(random::generate()?);
    match store
        .spend_reset_code(&address, code_hash, NewCredential { hash, kind }, fresh, now)
        .await?
    {
        SpendCode::Invalid => Err(ErrorCode::InvalidResetCode.into()),
        SpendCode::Reset => {
            guess.give_back();
            mail.wake();
            Ok(Json(EmptyObject {}))
        }
    }
}

/// What the code says the password is; `None` for a text that is no code of ours.
fn code_kind(
    code: &str,
    address: Option<&Address>,
    credentials: &Credentials,
    now: Timestamp,
) -> Option<CredentialKind> {
    Some(match code.parse::<ResetCode>().ok()?.kind() {
        ResetCodeKind::Typed => CredentialKind::Typed,
        ResetCodeKind::Derived => CredentialKind::Derived(credentials.kdf.newest(address?, now)),
    })
}

/// The fields, under the spellings of the original's code and of its README.
struct Spend {
    email: String,
    code: Zeroizing<String>,
    password: Password,
}

impl Spend {
    fn parse(mut fields: Fields) -> Result<Self, ErrorCode> {
        let email = fields.take(&["email"])?.ok_or(ErrorCode::EmptyEmail)?;
        let code = fields
            .take(&["reset_code", "code"])?
            .ok_or(ErrorCode::EmptyResetCode)?;
        let password = fields
            .take(&["password", "new_password"])?
            .ok_or(ErrorCode::EmptyPassword)?;
        let password = Password::parse(password).map_err(|_| ErrorCode::InvalidPassword)?;
        Ok(Self {
            email,
            code: Zeroizing::new(code),
            password,
        })
    }
}
