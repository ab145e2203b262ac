//! What can be asked with a session: the account, its password, its sessions.

use keyhaven_core::keys::{AuthKey, UnlockProof};
use keyhaven_protocol::{
    base64url::B64,
    error::ErrorCode,
    kdf::Argon2Params,
    persona::{
        AccountResponse, ChangePasswordRequest, KeyRecordRequest, SessionId, SessionListResponse,
        SessionResponse, SessionView, UnlockRequest, limits::SESSIONS_MAX, paths,
    },
};
use zeroize::Zeroize as _;

use super::{
    Session,
    call::{Call, CallError},
};
use crate::{
    host::Host,
    persona::Account,
    problem::{InputFault, Problem, ServerFault},
    transport::Method,
};

/// Somebody with a session. It proves the password; it opens nothing.
#[derive(Debug)]
pub struct SignedIn<'call, H> {
    pub(super) host: &'call H,
    session: &'call Session,
}

impl<'call, H: Host> SignedIn<'call, H> {
    /// Speaks to the host's server under `session`.
    #[must_use]
    pub const fn new(host: &'call H, session: &'call Session) -> Self {
        Self { host, session }
    }

    /// What it brings along.
    pub(in crate::persona) const fn host(&self) -> &'call H {
        self.host
    }

    pub(super) fn call(&self, method: Method, path: impl Into<String>) -> Call {
        Call::new(method, path).header("authorization", self.session.expose_authorization().to_owned())
    }

    /// The account as it stands.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn account(&self) -> Result<Account, Problem> {
        let answer = self.call(Method::Get, paths::ACCOUNT).send(self.host).await?;
        let body = answer.json::<AccountResponse>()?;
        Account::read(body).map_err(|fault| answer.fault(fault))
    }

    /// Proves that the backup key is held, which ends `unproven`.
    ///
    /// # Errors
    /// [`ServerFault::Foreign`] if the server says that it is the proof of another backup.
    pub async fn unlock(&self, proof: &UnlockProof) -> Result<Account, Problem> {
        // EXPOSE: made to be sent.
        let mut bytes = B64(*proof.expose_secret());
        let call = self
            .call(Method::Post, paths::UNLOCK)
            .json(&UnlockRequest::UnlockProof(bytes));
        bytes.0.zeroize();
        let answer = call?.send(self.host).await.map_err(wrong_proof_is_foreign)?;
        let body = answer.json::<AccountResponse>()?;
        Account::read(body).map_err(|fault| answer.fault(fault))
    }

    /// Changes credential and key record in one transaction. Every session ends, this one too; a new one is answered.
    ///
    /// # Errors
    /// [`InputFault::WrongPassword`] if `current` is not the present password's,
    /// [`crate::problem::ProblemKind::ReadAgain`] if the key record changed in between.
    pub async fn change_password(
        &self,
        current: &AuthKey,
        new: &AuthKey,
        kdf: Argon2Params,
        keys: KeyRecordRequest,
        version: u64,
    ) -> Result<(Session, Account), Problem> {
        let mut body = ChangePasswordRequest {
            // EXPOSE: made to be sent in place of the password.
            current_auth_key: B64(*current.expose_secret()),
            // EXPOSE: made to be sent in place of the password.
            new_auth_key: B64(*new.expose_secret()),
            kdf,
            keys,
        };
        let call = self
            .call(Method::Post, paths::PASSWORD)
            .header("if-match", format!("\"{version}\""))
            .json(&body);
        body.current_auth_key.0.zeroize();
        body.new_auth_key.0.zeroize();
        body.keys.unlock_proof.0.zeroize();
        let answer = call?.send(self.host).await.map_err(|error| match error {
            CallError::Refused(refusal) if refusal.code() == ErrorCode::WrongProof => {
                InputFault::WrongPassword.into()
            }
            other => Problem::from(other),
        })?;
        let body = answer.json::<SessionResponse>()?;
        Session::read(body).map_err(|fault| answer.fault(fault))
    }

    /// The open sessions, newest first.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn sessions(&self) -> Result<Vec<SessionView>, Problem> {
        let answer = self.call(Method::Get, paths::SESSIONS).send(self.host).await?;
        let body = answer.json::<SessionListResponse>()?;
        if body.sessions.len() > SESSIONS_MAX {
            return Err(answer.fault(ServerFault::TooLong));
        }
        Ok(body.sessions)
    }

    /// Ends one session.
    ///
    /// # Errors
    /// [`crate::problem::ProblemKind::Gone`] if there is none of that id.
    pub async fn end_session(&self, id: SessionId) -> Result<(), Problem> {
        self.call(Method::Delete, format!("{}/{id}", paths::SESSIONS))
            .send(self.host)
            .await?;
        Ok(())
    }

    /// Ends this session.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn sign_out(&self) -> Result<(), Problem> {
        self.call(Method::Delete, format!("{}/current", paths::SESSIONS))
            .send(self.host)
            .await?;
        Ok(())
    }

    /// Ends every session.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn sign_out_everywhere(&self) -> Result<(), Problem> {
        self.call(Method::Delete, paths::SESSIONS).send(self.host).await?;
        Ok(())
    }
}

pub(super) fn wrong_proof_is_foreign(error: CallError) -> Problem {
    match error {
        CallError::Refused(refusal) if refusal.code() == ErrorCode::WrongProof => ServerFault::Foreign.into(),
        other => other.into(),
    }
}
