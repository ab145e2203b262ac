//! Who writes.

use keyhaven_protocol::persona::{AccountId, SessionId};

use crate::{Account, Session};

/// Who writes, as it was authenticated when the request began.
///
/// A request takes its time: a body is read, a password is hashed. Every method that writes for somebody compares its
/// author in the transaction that writes, and refuses one who is signed in no more: the credential changed since, the
/// session was ended, or the account is gone. Else what was sent before a reset or a sign-out would arrive after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    /// Whose objects and keys.
    pub account: AccountId,
    /// Epoch of the credential that signed in.
    pub credential_epoch: u64,
    /// How.
    pub signed_in_by: SignedInBy,
}

/// How an author was authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedInBy {
    /// By the password, which came with the request.
    Password,
    /// By a session, whose row must be there still. That its time ran out while the request was served does not count.
    Session(SessionId),
}

impl Author {
    /// The author of a request that carried the password.
    #[must_use]
    pub const fn by_password(account: &Account) -> Self {
        Self {
            account: account.id,
            credential_epoch: account.credential.epoch,
            signed_in_by: SignedInBy::Password,
        }
    }

    /// The author of a request that carried the token of a session.
    #[must_use]
    pub const fn by_session(account: &Account, session: &Session) -> Self {
        Self {
            account: account.id,
            credential_epoch: account.credential.epoch,
            signed_in_by: SignedInBy::Session(session.id),
        }
    }
}
