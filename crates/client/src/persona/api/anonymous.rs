//! What can be asked without a session.

use keyhaven_core::{keys::AuthKey, password::Password};
use keyhaven_protocol::{
    address::Address,
    base64url::B64,
    kdf::Argon2Params,
    persona::{
        AccountId, KdfResponse, ResetCode, SessionResponse, SignInRequest, SignUpRequest, legacy, paths,
    },
};
use serde::Serialize;
use zeroize::Zeroize as _;

use super::{
    Derivations, Session,
    call::{Call, CallError, percent_encode},
};
use crate::{
    host::Host,
    persona::Account,
    problem::{InputFault, Problem},
    transport::Method,
};

/// Somebody without a session.
#[derive(Debug)]
pub struct Anonymous<'host, H> {
    pub(super) host: &'host H,
}

/// What a reset sets as the credential.
#[derive(Debug)]
pub enum NewSecret<'secret> {
    /// For a code of kind `k`.
    Derived(&'secret AuthKey),
    /// For a code of kind `r`: the password itself.
    Typed(&'secret Password),
}

/// `POST /password/reset`, the original wire's.
#[derive(Serialize)]
struct ResetRequest<'a> {
    email: &'a str,
    reset_code: &'a str,
    password: &'a str,
}

/// `PUT /password/reset`, the original wire's.
#[derive(Serialize)]
struct AskResetRequest<'a> {
    email: &'a str,
}

impl<'host, H: Host> Anonymous<'host, H> {
    /// Speaks to the host's server.
    #[must_use]
    pub const fn new(host: &'host H) -> Self {
        Self { host }
    }

    /// How this address derives its keys. The answer is the same kind of answer for every address.
    ///
    /// # Errors
    /// [`crate::problem::ServerFault::Kdf`] if the server asks for parameters out of bounds.
    pub async fn kdf(&self, address: &Address) -> Result<Derivations, Problem> {
        let path = format!("{}?email={}", paths::KDF, percent_encode(address.as_typed()));
        let answer = Call::new(Method::Get, path).send(self.host).await?;
        let body = answer.json::<KdfResponse>()?;
        Derivations::check(self.host.api_origin(), address, &body).map_err(|fault| answer.fault(fault))
    }

    /// Makes an account. It has no key record yet, and nothing can be stored in it.
    ///
    /// # Errors
    /// [`InputFault::AddressTaken`]; also if an earlier try of our own was acted on and its answer was lost.
    pub async fn sign_up(
        &self,
        address: &Address,
        account_id: AccountId,
        auth_key: &AuthKey,
        params: Argon2Params,
    ) -> Result<(), Problem> {
        let mut body = SignUpRequest {
            email: address.as_typed().to_owned(),
            account_id,
            // EXPOSE: made to be sent in place of the password.
            auth_key: B64(*auth_key.expose_secret()),
            kdf: params,
        };
        let call = Call::new(Method::Post, paths::ACCOUNTS).json(&body);
        body.auth_key.0.zeroize();
        call?.send(self.host).await?;
        Ok(())
    }

    /// Opens a session.
    ///
    /// # Errors
    /// [`InputFault::WrongCredentials`] if address or password is wrong.
    pub async fn sign_in(
        &self,
        address: &Address,
        auth_key: &AuthKey,
    ) -> Result<(Session, Account), Problem> {
        let mut body = SignInRequest {
            email: address.as_typed().to_owned(),
            // EXPOSE: made to be sent in place of the password.
            auth_key: B64(*auth_key.expose_secret()),
        };
        let call = Call::new(Method::Post, paths::SESSIONS).reads().json(&body);
        body.auth_key.0.zeroize();
        let answer = call?.send(self.host).await.map_err(|error| match error {
            CallError::Refused(refusal) if refusal.is_unauthorized() => InputFault::WrongCredentials.into(),
            other => Problem::from(other),
        })?;
        let body = answer.json::<SessionResponse>()?;
        Session::read(body).map_err(|fault| answer.fault(fault))
    }

    /// Asks for a mailed link. The answer is the same whether or not there is an account.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn ask_reset(&self, address: &Address) -> Result<(), Problem> {
        let body = AskResetRequest {
            email: address.as_typed(),
        };
        Call::new(Method::Put, legacy::PASSWORD_RESET)
            .json(&body)?
            .send(self.host)
            .await?;
        Ok(())
    }

    /// Sets a new credential by a mailed code.
    ///
    /// # Errors
    /// [`InputFault::LinkSpent`] if the code is wrong, used, too old or of another address.
    pub async fn reset(
        &self,
        address: &Address,
        code: &ResetCode,
        secret: NewSecret<'_>,
    ) -> Result<(), Problem> {
        let code = zeroize::Zeroizing::new(code.expose_text());
        let wire;
        let password = match secret {
            NewSecret::Derived(auth_key) => {
                wire = auth_key.to_wire();
                wire.as_str()
            }
            // EXPOSE: an account of the original wire signs in with what was typed.
            NewSecret::Typed(password) => core::str::from_utf8(password.expose_secret()).unwrap_or_default(),
        };
        let body = ResetRequest {
            email: address.as_typed(),
            reset_code: &code,
            password,
        };
        Call::new(Method::Post, legacy::PASSWORD_RESET)
            .json(&body)?
            .send(self.host)
            .await?;
        Ok(())
    }
}
