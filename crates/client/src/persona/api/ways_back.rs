//! Ways back in that need no session: the last proven password put back in force, and the recovery code without mail.

use keyhaven_core::keys::{AuthKey, RecoveryAuth};
use keyhaven_protocol::{
    address::Address,
    base64url::B64,
    kdf::Argon2Params,
    persona::{
        AccountId, KeyRecordRequest, RecoverReleaseRequest, RecoverReleaseResponse, RecoverRequest,
        SessionResponse, UndoRequest, Wrap, WrapKind, paths,
    },
};
use zeroize::Zeroize as _;

use super::{
    Anonymous, Session,
    call::{Call, CallError},
};
use crate::{
    host::Host,
    persona::Account,
    problem::{InputFault, Problem, ServerFault},
    transport::Method,
};

/// What the recovery code releases without a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recoverable {
    /// Bound into the wraps.
    pub account_id: AccountId,
    /// Still to be opened with the code.
    pub wrap: Wrap,
    /// Version of the key record it came from.
    pub version: u64,
    /// What the wrap of the new password must carry.
    pub next_credential_epoch: u64,
}

/// A new password against the recovery code.
#[derive(Debug)]
pub struct Recovery<'secret> {
    /// Proves the code.
    pub recovery_auth: &'secret RecoveryAuth,
    /// Of the new password.
    pub new_auth_key: &'secret AuthKey,
    /// The parameters it was derived with.
    pub kdf: Argon2Params,
    /// The record with the wrap of the new password.
    pub keys: KeyRecordRequest,
    /// The version of the record that it replaces.
    pub version: u64,
}

impl<H: Host> Anonymous<'_, H> {
    /// Puts the last proven password back in force. Everybody else is signed out.
    ///
    /// # Errors
    /// [`InputFault::NotTheOldPassword`] if it is not the last proven password of this address, or none is kept.
    pub async fn undo(&self, address: &Address, auth_key: &AuthKey) -> Result<(Session, Account), Problem> {
        let mut body = UndoRequest {
            email: address.as_typed().to_owned(),
            // EXPOSE: made to be sent in place of the password.
            auth_key: B64(*auth_key.expose_secret()),
        };
        let call = Call::new(Method::Post, paths::UNDO).json(&body);
        body.auth_key.0.zeroize();
        let answer = call?.send(self.host).await.map_err(|error| match error {
            CallError::Refused(refusal) if refusal.denies_access() => InputFault::NotTheOldPassword.into(),
            other => Problem::from(other),
        })?;
        let body = answer.json::<SessionResponse>()?;
        Session::read(body).map_err(|fault| answer.fault(fault))
    }

    /// Asks for the wrap of the recovery code. `None` if the code is not that of this address, or there is none: which
    /// one is not told.
    ///
    /// # Errors
    /// [`ServerFault::Foreign`] if the wrap is of another kind than was asked for.
    pub async fn release_for_recovery(
        &self,
        address: &Address,
        recovery_auth: &RecoveryAuth,
    ) -> Result<Option<Recoverable>, Problem> {
        let mut body = RecoverReleaseRequest {
            email: address.as_typed().to_owned(),
            // EXPOSE: made to be sent.
            recovery_auth: B64(*recovery_auth.expose_secret()),
        };
        let call = Call::new(Method::Post, paths::RECOVER_RELEASE)
            .reads()
            .json(&body);
        body.recovery_auth.0.zeroize();
        let answer = match call?.send(self.host).await {
            Ok(answer) => answer,
            Err(CallError::Refused(refusal)) if refusal.denies_access() => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let body = answer.json::<RecoverReleaseResponse>()?;
        if body.wrap.kind != WrapKind::Recovery || body.wrap.kdf.is_some() {
            return Err(answer.fault(ServerFault::Foreign));
        }
        if body.next_credential_epoch == 0 {
            return Err(answer.fault(ServerFault::Unreadable));
        }
        Ok(Some(Recoverable {
            account_id: body.account_id,
            wrap: body.wrap,
            version: body.version,
            next_credential_epoch: body.next_credential_epoch,
        }))
    }

    /// Sets a new password against the recovery code, and signs in with it. Everybody else is signed out. `None` if
    /// the code is not that of this address any more.
    ///
    /// # Errors
    /// [`crate::problem::ProblemKind::ReadAgain`] if record or credential changed since the wrap was released.
    pub async fn recover(
        &self,
        address: &Address,
        recovery: Recovery<'_>,
    ) -> Result<Option<(Session, Account)>, Problem> {
        let mut body = RecoverRequest {
            email: address.as_typed().to_owned(),
            // EXPOSE: made to be sent.
            recovery_auth: B64(*recovery.recovery_auth.expose_secret()),
            // EXPOSE: made to be sent in place of the password.
            new_auth_key: B64(*recovery.new_auth_key.expose_secret()),
            kdf: recovery.kdf,
            keys: recovery.keys,
        };
        let call = Call::new(Method::Post, paths::RECOVER)
            .header("if-match", format!("\"{}\"", recovery.version))
            .json(&body);
        body.recovery_auth.0.zeroize();
        body.new_auth_key.0.zeroize();
        body.keys.unlock_proof.0.zeroize();
        let answer = match call?.send(self.host).await {
            Ok(answer) => answer,
            Err(CallError::Refused(refusal)) if refusal.denies_access() => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let body = answer.json::<SessionResponse>()?;
        let opened = Session::read(body).map_err(|fault| answer.fault(fault))?;
        Ok(Some(opened))
    }
}
