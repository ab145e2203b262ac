//! An open session: proves the password and opens nothing.

use keyhaven_protocol::{
    base64url,
    persona::{AccountResponse, SessionId, SessionResponse},
};
use zeroize::Zeroizing;

use crate::{
    host::UnixSeconds,
    persona::account::{Account, OldPassword},
    problem::ServerFault,
};

/// Longest address that a server may answer, in bytes.
const ADDRESS_ANSWER_MAX_BYTES: usize = 1024;

/// An open session. The token is wiped with it and is in no `Debug`.
pub struct Session {
    authorization: Zeroizing<String>,
    id: SessionId,
}

impl Session {
    /// Reads a new session and the account that it is of.
    pub(super) fn read(mut answer: SessionResponse) -> Result<(Self, Account), ServerFault> {
        let token = Zeroizing::new(base64url::encode(&answer.token.0));
        zeroize::Zeroize::zeroize(&mut answer.token.0);
        let authorization = Zeroizing::new(["Bearer ", token.as_str()].concat());
        let account = Account::read(answer.account)?;
        Ok((
            Self {
                authorization,
                id: answer.session_id,
            },
            account,
        ))
    }

    /// Names it in the list of sessions.
    #[must_use]
    pub const fn id(&self) -> SessionId {
        self.id
    }

    /// The value of `Authorization`.
    pub(super) fn expose_authorization(&self) -> &str {
        &self.authorization
    }
}

impl core::fmt::Debug for Session {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Account {
    /// Parses what a server says of the signed-in account.
    pub(super) fn read(answer: AccountResponse) -> Result<Self, ServerFault> {
        if answer.email.len() > ADDRESS_ANSWER_MAX_BYTES {
            return Err(ServerFault::TooLong);
        }
        Ok(Self {
            id: answer.account_id,
            address: answer.email,
            state: answer.state,
            credential_epoch: answer.credential_epoch,
            old_password: if answer.old_password_kept {
                OldPassword::Kept
            } else {
                OldPassword::NotKept
            },
            created_at: UnixSeconds(answer.created_at),
            used_bytes: answer.used_bytes,
            quota_bytes: answer.quota_bytes,
        })
    }
}
