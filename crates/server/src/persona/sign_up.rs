//! What both sign-ups share: the network's allowance and the hash are paid first, and what a taken address is told is one decision.

use keyhaven_protocol::{address::Address, error::ErrorCode, persona::AccountId};
use keyhaven_storage::{CreateAccount, CredentialKind, MailRequest, NewAccount, Store, Timestamp};

use crate::{
    app_state::{Policy, TakenAddress},
    credential::{Credentials, Password},
    extract::Network,
    failure::ApiError,
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

/// What the sign-up works on.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    pub(super) store: &'a dyn Store,
    pub(super) credentials: &'a Credentials,
    pub(super) mail: &'a MailSignal,
    pub(super) policy: &'a Policy,
    pub(super) limits: &'a RequestLimits,
    pub(super) network: Network,
    pub(super) now: Timestamp,
}

/// Creates the account.
pub(super) async fn sign_up(site: Site<'_>, request: SignUp) -> Result<(), ApiError> {
    let SignUp {
        id,
        address,
        password,
        kind,
    } = request;
    site.limits.sign_up(site.network, site.now)?;
    let hash = site.credentials.hasher.hash(password).await?;
    let account = NewAccount {
        id,
        address: address.clone(),
        hash,
        kind,
    };
    match (
        site.store.create_account(account, site.now).await?,
        site.policy.taken_address,
    ) {
        (CreateAccount::Created, _) => Ok(()),
        (CreateAccount::AddressTaken, TakenAddress::Reveal) => Err(ErrorCode::AddressTaken.into()),
        (CreateAccount::AddressTaken, TakenAddress::Private) => site
            .mail
            .request(site.store, &address, MailRequest::SignUpAttempt, site.now)
            .await
            .map_err(ApiError::from),
        (CreateAccount::IdTaken, _) => Err(ErrorCode::AlreadyExists.into()),
    }
}
