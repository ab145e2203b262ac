//! What a letter tells, without a word of any language.

use keyhaven_storage::Timestamp;

use super::links::Link;

/// What happened to which account, and when.
#[derive(Debug)]
pub(super) struct News {
    /// The address of the account as its owner typed it.
    pub(super) address: String,
    /// When it was asked for, or when it happened.
    pub(super) at: Timestamp,
    /// What.
    pub(super) occasion: Occasion,
    /// What the account's password opens, and with it what lifts a freeze.
    pub(super) backup: Backup,
    /// The link with which its reader freezes the account; absent where there is nothing to freeze.
    pub(super) freeze: Option<Link>,
    /// Where its owner signs in, and finds every way back.
    pub(super) sign_in: Link,
    /// Where anybody asks for a reset.
    pub(super) ask_for_reset: Link,
}

/// Whether what is stored is locked by keys that the server does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backup {
    /// There is a key record: a password alone opens nothing, if it was set by mail. The recovery code and the last password
    /// lead back.
    Locked,
    /// There is none, as with a client of the original wire: whoever signs in reads what is stored. Nothing proves whose it is,
    /// so that time or the operator ends a freeze.
    Open,
}

/// Who can take the deletion of an account back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TakenBackBy {
    /// Its owner, signed in.
    Owner,
    /// The operator alone: what is typed as it is, with a client of the original wire, opens no session.
    Operator,
}

/// What happened.
#[derive(Debug)]
pub(super) enum Occasion {
    /// Somebody asked for a reset.
    ResetAsked {
        /// Spends the code.
        reset: Link,
    },
    /// The same, for an account whose address nobody confirmed: the link makes another account.
    ResetOfUnconfirmedAsked {
        /// Spends the code.
        reset: Link,
    },
    /// The same, while the account is frozen: nothing is set by mail.
    ResetWhileFrozen {
        /// When it is lifted by itself, if it is.
        until: Option<Timestamp>,
    },
    /// Somebody signed up with an address that has an account.
    SignUpTaken,
    /// Somebody signed up with the address.
    SignedUp {
        /// Confirms.
        confirm: Link,
        /// When the account is removed without it.
        until: Timestamp,
    },
    /// Somebody who was signed in set a new password, knowing the present one.
    PasswordChanged,
    /// A mailed code set a new password.
    PasswordReset,
    /// The last proven password was put back in force.
    PasswordPutBack {
        /// When the dispute ends by itself; absent where there is none.
        until: Option<Timestamp>,
    },
    /// A new password was set with the recovery code.
    RecoveredByCode,
    /// The recovery code was replaced.
    NewRecoveryCode {
        /// Until when the one before decides; absent if whoever replaced it had it.
        former_until: Option<Timestamp>,
    },
    /// The backup key was replaced, and the recovery code with it.
    NewBackupKey,
    /// To the present address: a change to another one was asked for.
    AddressChangeAsked {
        /// Confirms for the present address.
        confirm: Option<Link>,
        /// Where to.
        new_address: String,
        /// When it is void.
        until: Timestamp,
    },
    /// To the new address: the same.
    NewAddressAsked {
        /// Confirms for the new address.
        confirm: Option<Link>,
        /// When it is void.
        until: Timestamp,
    },
    /// To the owner of an address: another account asked to move there.
    TakenAddressAsked,
    /// To the address before: the account has another one now.
    MovedAway {
        /// Which one.
        new_address: String,
    },
    /// To the new address: the account has it now.
    MovedHere,
    /// A link in a letter, or the operator, froze the account.
    Frozen {
        /// When it is lifted by itself, if it is.
        until: Option<Timestamp>,
    },
    /// It is frozen no more.
    Lifted,
    /// Two people claimed it, and one of them had the recovery code.
    DisputeDecided,
    /// Its owner's password, or the operator, asked for its deletion.
    DeletionAsked {
        /// When it is removed.
        until: Timestamp,
        /// Who can stop that.
        by: TakenBackBy,
    },
    /// That was taken back.
    DeletionTakenBack,
    /// Nothing of it is left.
    AccountRemoved,
}
