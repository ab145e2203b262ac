//! An open session: proves the password and opens nothing.

use keyhaven_protocol::{
    base64url,
    persona::{AccountResponse, SessionId, SessionResponse},
};
use zeroize::Zeroizing;

use crate::{
    host::UnixSeconds,
    persona::account::{Account, AddressChange, OldPassword},
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
        let new_address = answer.address_change.as_ref().map(|change| &change.new_email);
        if [Some(&answer.email), new_address]
            .into_iter()
            .flatten()
            .any(|address| address.len() > ADDRESS_ANSWER_MAX_BYTES)
        {
            return Err(ServerFault::TooLong);
        }
        // A wrap of an epoch that was given before could be taken for another password's.
        if answer.next_credential_epoch <= answer.credential_epoch {
            return Err(ServerFault::Unreadable);
        }
        Ok(Self {
            id: answer.account_id,
            address: answer.email,
            state: answer.state,
            state_until: answer.state_until.map(UnixSeconds),
            credential_epoch: answer.credential_epoch,
            next_credential_epoch: answer.next_credential_epoch,
            old_password: if answer.old_password_kept {
                let until = answer.old_password_kept_until.map(UnixSeconds);
                OldPassword::Kept { until }
            } else {
                OldPassword::NotKept
            },
            former_code_until: answer.former_code_until.map(UnixSeconds),
            address_change: answer.address_change.map(|change| AddressChange {
                new_address: change.new_email,
                confirmed_by_present: change.confirmed_by_present,
                confirmed_by_new: change.confirmed_by_new,
                expires: UnixSeconds(change.expires_at),
            }),
            created_at: UnixSeconds(answer.created_at),
            used_bytes: answer.used_bytes,
            quota_bytes: answer.quota_bytes,
        })
    }
}
