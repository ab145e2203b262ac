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
    /// When time alone ends the state, where it does.
    pub state_until: Option<UnixSeconds>,
    /// What the wrap of the present password carries.
    pub credential_epoch: u64,
    /// What the wrap of the next password must carry. Always greater than `credential_epoch`.
    pub next_credential_epoch: u64,
    /// Whether the old password can still open the backup, or be put back in force.
    pub old_password: OldPassword,
    /// Until when the recovery code before the one in force decides, if there is one.
    pub former_code_until: Option<UnixSeconds>,
    /// A change of address that waits to be confirmed.
    pub address_change: Option<AddressChange>,
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
    Kept {
        /// Until then; `None` where no time ends it.
        until: Option<UnixSeconds>,
    },
    /// It is not.
    NotKept,
}

/// A change of address that waits to be confirmed from both addresses.
#[derive(Clone, PartialEq, Eq)]
pub struct AddressChange {
    /// As it was typed, for display.
    pub new_address: String,
    /// Whether the present address has confirmed.
    pub confirmed_by_present: bool,
    /// Whether the new address has.
    pub confirmed_by_new: bool,
    /// When it is void.
    pub expires: UnixSeconds,
}

impl core::fmt::Debug for AddressChange {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AddressChange")
            .field("confirmed_by_present", &self.confirmed_by_present)
            .field("confirmed_by_new", &self.confirmed_by_new)
            .finish_non_exhaustive()
    }
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
