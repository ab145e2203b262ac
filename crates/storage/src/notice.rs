//! What happened to an account, as it is told by mail. Each notice is queued in the transaction of what it tells.

use keyhaven_protocol::address::Address;

use crate::Timestamp;

/// Which pending change of address something is about: a later change is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeId(pub i64);

/// Who chose the address that a letter goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressee {
    /// Whoever confirmed that the address is theirs: they are told whatever else was sent.
    Owner,
    /// The account's own address, which nobody may have confirmed.
    OwnerOrAnybody,
    /// Anybody: the address is not the account's.
    Anybody,
}

/// What happened. Each variant carries what its letter needs beside address and time.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The password was changed by somebody who knew it.
    PasswordChanged,
    /// The password was reset by a mailed code.
    PasswordReset,
    /// The last proven password was put back in force. `disputed_until` is absent for an account that nobody confirmed.
    PasswordPutBack {
        /// Until when only the recovery code can change anything.
        disputed_until: Option<Timestamp>,
    },
    /// A new password was set by the recovery code.
    RecoveredByCode {
        /// It lifted a freeze: the letter has no link that freezes, as that of a lift.
        lifted: bool,
    },
    /// The recovery code was replaced.
    NewRecoveryCode {
        /// Until when the former one decides; absent if it was presented.
        former_decides_until: Option<Timestamp>,
    },
    /// The backup key was replaced.
    NewBackupKey,
    /// To the present address: somebody signed in wants another one. The letter has the code that confirms from here.
    AddressChangeAsked {
        /// Which change.
        change: ChangeId,
        /// The address that is wanted.
        to: Address,
        /// Until when it waits.
        expires_at: Timestamp,
    },
    /// To the new address: the letter has the code that confirms from there.
    ConfirmNewAddress {
        /// Which change.
        change: ChangeId,
        /// Until when it waits.
        expires_at: Timestamp,
    },
    /// To the owner of an address: somebody wanted to change theirs to it.
    AddressTakenAsked,
    /// To both addresses: the account has the new one.
    AddressChanged {
        /// The address it had.
        from: Address,
        /// The address it has.
        to: Address,
    },
    /// Somebody said "this was not me".
    Frozen {
        /// When time alone lifts it.
        until: Option<Timestamp>,
    },
    /// A proof lifted the freeze. The letter has no link that freezes.
    Lifted,
    /// The recovery code ended the dispute. The letter has no link that freezes.
    DisputeDecided,
    /// The owner deleted the account.
    DeletionAsked {
        /// Until when it can be taken back.
        removed_at: Timestamp,
    },
    /// The deletion was taken back, or ended by something else that was told too.
    DeletionTakenBack,
    /// The account is gone.
    AccountRemoved,
}

impl Notice {
    /// Who chose the address that this goes to. What goes to an address of anybody's choice is counted by address, and
    /// is not sent beyond the limits of requests.
    #[must_use]
    pub const fn addressee(&self) -> Addressee {
        match self {
            Self::ConfirmNewAddress { .. } | Self::AddressTakenAsked => Addressee::Anybody,
            Self::AddressChangeAsked { .. } => Addressee::OwnerOrAnybody,
            Self::PasswordChanged
            | Self::PasswordReset
            | Self::PasswordPutBack { .. }
            | Self::RecoveredByCode { .. }
            | Self::NewRecoveryCode { .. }
            | Self::NewBackupKey
            | Self::AddressChanged { .. }
            | Self::Frozen { .. }
            | Self::Lifted
            | Self::DisputeDecided
            | Self::DeletionAsked { .. }
            | Self::DeletionTakenBack
            | Self::AccountRemoved => Addressee::Owner,
        }
    }
}
