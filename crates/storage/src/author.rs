//! Who asks.

use keyhaven_protocol::persona::{AccountId, SessionId};

use crate::{Account, Session};

/// Who asks, as it was authenticated when the request began.
///
/// A request takes its time: a body is read, a password is hashed. Every method that reads or writes for somebody
/// compares its author in the transaction that does so, and refuses one who is signed in no more: the credential
/// changed since, the session was ended, or the account is gone. Else what was sent before a reset or a sign-out would
/// arrive after it, and what was asked for before it would be given out after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    /// Whose objects and keys.
    pub account: AccountId,
    /// Generation of the credential that signed in.
    pub credential_generation: u64,
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

/// What a method gives its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForAuthor<T> {
    /// What was asked for.
    Given(T),
    /// The author is signed in no more; nothing was told and nothing done.
    SignedOut,
}

impl<T> ForAuthor<T> {
    /// What was asked for; `None` for an author who is signed in no more.
    #[must_use]
    pub fn given(self) -> Option<T> {
        match self {
            Self::Given(answer) => Some(answer),
            Self::SignedOut => None,
        }
    }
}

impl Author {
    /// The author of a request that carried the password.
    #[must_use]
    pub const fn by_password(account: &Account) -> Self {
        Self {
            account: account.id,
            credential_generation: account.credential.generation,
            signed_in_by: SignedInBy::Password,
        }
    }

    /// The author of a request that carried the token of a session.
    #[must_use]
    pub const fn by_session(account: &Account, session: &Session) -> Self {
        Self {
            account: account.id,
            credential_generation: account.credential.generation,
            signed_in_by: SignedInBy::Session(session.id),
        }
    }
}
