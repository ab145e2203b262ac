//! What both sign-ups share.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Json,
    extract::{FromRef, FromRequestParts},
    http::request::Parts,
};
use keyhaven_protocol::{address::Address, error::ErrorCode, persona::AccountId};
use keyhaven_storage::{CreateAccount, CredentialKind, IfTaken, NewAccount, Timestamp};

use crate::{
    app_state::{AppState, ClockRef, Policy, StoreRef, TakenAddress},
    credential::{Credentials, KdfPolicy, Password},
    empty_object::EmptyObject,
    extract::{Network, refuse},
    failure::{ApiError, Challenge},
    mail::MailSignal,
    request_limits::RequestLimits,
};

/// What the two wires differ in.
#[derive(Debug)]
pub(super) struct SignUp {
    pub(super) id: AccountId,
    pub(super) address: Address,
    pub(super) password: Password,
    pub(super) kind: CredentialKind,
}

/// Where an account is made, and for which network.
pub(super) struct SignUpDesk {
    store: StoreRef,
    credentials: Credentials,
    mail: MailSignal,
    policy: Arc<Policy>,
    limits: Arc<RequestLimits>,
    network: Network,
    /// When the request came.
    pub(super) now: Timestamp,
}

impl FromRequestParts<AppState> for SignUpDesk {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self {
            store: FromRef::from_ref(state),
            credentials: FromRef::from_ref(state),
            mail: FromRef::from_ref(state),
            policy: FromRef::from_ref(state),
            limits: FromRef::from_ref(state),
            network: Network::from_request_parts(parts, state).await?,
            now: ClockRef::from_ref(state).now(),
        })
    }
}

impl SignUpDesk {
    /// The parameters that clients derive keys with.
    pub(super) fn kdf(&self) -> &KdfPolicy {
        &self.credentials.kdf
    }

    /// Creates the account. The network's allowance and the hash are paid first, whatever comes of it.
    pub(super) async fn sign_up(&self, request: SignUp) -> Result<Json<EmptyObject>, ApiError> {
        let SignUp {
            id,
            address,
            password,
            kind,
        } = request;
        let allowed = self.limits.sign_up(self.network, self.now)?;
        // Sign-ups have an allowance of their own; what is taken here is a place among the network's hashes.
        let guess = self
            .credentials
            .guesses
            .begin(self.network, self.now)
            .map_err(|error| refuse(error, Challenge::Basic))?;
        let hash = self.credentials.hasher.hash(password).await?;
        guess.give_back();
        let account = NewAccount {
            id,
            address,
            hash,
            kind,
            confirmation: self.policy.confirmation,
            // One decision for both wires: who asks is told, or the owner is.
            if_taken: match self.policy.taken_address {
                TakenAddress::Reveal => IfTaken::Refuse,
                TakenAddress::Private => IfTaken::TellOwner,
            },
        };
        let created = self.store.create_account(account, self.now).await;
        let (_spent, created) = allowed.tried(created)?;
        match created {
            CreateAccount::Created => self.mail.wake(),
            CreateAccount::OwnerTold(told) => self.mail.requested(told),
            CreateAccount::AddressTaken => return Err(ErrorCode::AddressTaken.into()),
            CreateAccount::IdTaken => return Err(ErrorCode::AlreadyExists.into()),
        }
        Ok(Json(EmptyObject {}))
    }
}
