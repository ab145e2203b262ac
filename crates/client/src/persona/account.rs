//! The account as this client knows it.

use keyhaven_protocol::persona::{AccountId, AccountState};

use crate::host::UnixSeconds;

/// Facts of the signed-in account, parsed from what the server answered.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Bound into everything that is sealed.
    pub id: AccountId,
    /// The address as it was typed at sign-up, for display.
    pub address: String,
    /// What the account may do now.
    pub state: AccountState,
    /// Rises with every change of the password.
    pub credential_epoch: u64,
    /// Whether the old password can still open the backup.
    pub old_password: OldPassword,
    /// When it was made.
    pub created_at: UnixSeconds,
    /// Bytes of all versions of all personas.
    pub used_bytes: u64,
    /// The most that `used_bytes` may reach.
    pub quota_bytes: u64,
}

/// Whether the wrap of the last proven password is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldPassword {
    /// It is, so the old password can open the backup.
    Kept,
    /// It is not.
    NotKept,
}

impl core::fmt::Debug for Account {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .field("state", &self.state)
            .field("credential_epoch", &self.credential_epoch)
            .finish_non_exhaustive()
    }
}
