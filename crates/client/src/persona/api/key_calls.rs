//! The key record: read, written by compare-and-set, released wrap by wrap.

use keyhaven_core::keys::{AuthKey, RecoveryAuth};
use keyhaven_protocol::{
    base64url::B64,
    error::ErrorCode,
    persona::{
        KeyRecordRequest, KeyRecordResponse, ReleaseRequest, ReleaseResponse, ReleaseSecret,
        SealedFormerKeys, Wrap, WrapKind, paths,
    },
};
use zeroize::Zeroize as _;

use super::{SignedIn, call::CallError, signed_in::wrong_proof_is_foreign};
use crate::{
    host::Host,
    problem::{Problem, ServerFault},
    transport::Method,
};

/// The key record without its wraps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyRecord {
    /// Rises with every write.
    pub version: u64,
    /// The credential epoch that the password wrap was made under.
    pub password_epoch: u64,
    /// The credential epoch now.
    pub credential_epoch: u64,
}

/// What must be stored for a write of the key record to go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordCondition {
    /// None yet.
    Absent,
    /// This version.
    Version(u64),
}

/// Which wrap is asked for, with the proof that releases it.
#[derive(Debug, Clone, Copy)]
pub enum Release<'secret> {
    /// The present password's.
    Password(&'secret AuthKey),
    /// That of the password from before a reset.
    OldPassword(&'secret AuthKey),
    /// The recovery code's.
    RecoveryCode(&'secret RecoveryAuth),
}

/// What came of asking for a wrap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Released {
    /// The proof was right.
    Wrap(ReleasedWrap),
    /// The proof is of the right shape and not the right one.
    WrongProof,
}

/// One wrap of the key record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasedWrap {
    /// Still to be opened, with the key of the same secret.
    pub wrap: Wrap,
    /// The backup keys before the one in the wrap, sealed under it.
    pub former_keys: Option<SealedFormerKeys>,
    /// Version of the key record it came from.
    pub version: u64,
}

impl<H: Host> SignedIn<'_, H> {
    /// The key record; `None` while a sign-up is not finished.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn keys(&self) -> Result<Option<KeyRecord>, Problem> {
        match self.call(Method::Get, paths::KEYS).send(self.host).await {
            Ok(answer) => Ok(Some(answer.json::<KeyRecordResponse>()?.into())),
            Err(CallError::Refused(refusal)) if refusal.code() == ErrorCode::NoSuchItem => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the key record.
    ///
    /// # Errors
    /// [`crate::problem::ProblemKind::ReadAgain`] if the condition does not hold, [`ServerFault::Foreign`] if the proof
    /// is that of another backup or a presented recovery code is no code of this one,
    /// [`crate::problem::InputFault::FormerCodeDecides`] if it is one that does not decide yet.
    pub async fn write_keys(
        &self,
        condition: RecordCondition,
        mut record: KeyRecordRequest,
    ) -> Result<KeyRecord, Problem> {
        let call = self.call(Method::Put, paths::KEYS);
        let call = match condition {
            RecordCondition::Absent => call.header("if-none-match", "*".to_owned()),
            RecordCondition::Version(version) => call.header("if-match", format!("\"{version}\"")),
        };
        let call = call.json(&record);
        record.unlock_proof.0.zeroize();
        for proof in [
            &mut record.recovery_auth,
            &mut record.deciding_recovery_auth,
            &mut record.new_unlock_proof,
        ]
        .into_iter()
        .flatten()
        {
            proof.0.zeroize();
        }
        let answer = call?.send(self.host).await.map_err(wrong_proof_is_foreign)?;
        Ok(answer.json::<KeyRecordResponse>()?.into())
    }

    /// Asks for one wrap.
    ///
    /// # Errors
    /// [`ServerFault::Foreign`] if the wrap is of another kind than was asked for, [`ServerFault::Kdf`] if it says
    /// parameters out of bounds.
    pub async fn release(&self, release: Release<'_>) -> Result<Released, Problem> {
        let (secret, kind, bytes) = match release {
            // EXPOSE: each of the three is made to be sent.
            Release::Password(auth) => (ReleaseSecret::Password, WrapKind::Password, *auth.expose_secret()),
            Release::OldPassword(auth) => (
                ReleaseSecret::OldPassword,
                WrapKind::Password,
                *auth.expose_secret(),
            ),
            Release::RecoveryCode(auth) => (
                ReleaseSecret::RecoveryCode,
                WrapKind::Recovery,
                *auth.expose_secret(),
            ),
        };
        let mut body = ReleaseRequest {
            secret,
            auth: B64(bytes),
        };
        let call = self.call(Method::Post, paths::RELEASE).reads().json(&body);
        body.auth.0.zeroize();
        let answer = match call?.send(self.host).await {
            Ok(answer) => answer,
            Err(CallError::Refused(refusal)) if refusal.code() == ErrorCode::WrongProof => {
                return Ok(Released::WrongProof);
            }
            Err(error) => return Err(error.into()),
        };
        let body = answer.json::<ReleaseResponse>()?;
        if body.wrap.kind != kind {
            return Err(answer.fault(ServerFault::Foreign));
        }
        if let Some(params) = body.wrap.kdf {
            params
                .check()
                .map_err(|error| answer.fault(ServerFault::Kdf(error)))?;
        }
        Ok(Released::Wrap(ReleasedWrap {
            wrap: body.wrap,
            former_keys: body.former_keys,
            version: body.version,
        }))
    }
}

impl From<KeyRecordResponse> for KeyRecord {
    fn from(answer: KeyRecordResponse) -> Self {
        Self {
            version: answer.version,
            password_epoch: answer.password_epoch,
            credential_epoch: answer.credential_epoch,
        }
    }
}
