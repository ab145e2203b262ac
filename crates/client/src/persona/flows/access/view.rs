//! What a page shows and hears while somebody gets in.

use std::sync::Arc;

use keyhaven_core::{password::Password, recovery_code::RecoveryCodeError};
use keyhaven_protocol::address::Address;

use crate::{
    persona::{Account, GroupNumber, ShownCode, TypedText},
    problem::Problem,
    progress::Progress,
};

/// Which form is shown first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entrance {
    /// For a new account.
    SignUp,
    /// For an account that is there.
    SignIn,
    /// For somebody whose password was changed by somebody else: puts the last proven one back in force.
    OldPassword,
    /// For somebody with a recovery code and without mail: sets a new password.
    RecoveryCode,
}

/// What to show. Plain data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessView {
    /// Address and password are asked for. Hears [`AccessInput::SignUp`], [`AccessInput::SignIn`],
    /// [`AccessInput::PutPasswordBack`] and [`AccessInput::Enter`].
    Form {
        /// Which form; never [`Entrance::RecoveryCode`].
        entrance: Entrance,
        /// Why the last try did not work.
        problem: Option<Problem>,
    },
    /// Address, recovery code and a new password are asked for. Hears [`AccessInput::Recover`] and
    /// [`AccessInput::Enter`].
    Recover {
        /// Why the last try did not work. Nothing was changed by it.
        problem: Option<RecoverProblem>,
    },
    /// Work is done; it can be stopped.
    Working {
        /// How far. Absent for the moment before the first report.
        progress: Option<Progress>,
    },
    /// The recovery code is shown, once. Nothing can be stored before it was confirmed. Hears
    /// [`AccessInput::CodeSaved`].
    ShowCode {
        /// The code: copy, save, print, scan.
        code: ShownCode,
        /// Why there is one to show.
        reason: CodeReason,
        /// The account it belongs to.
        account: Account,
    },
    /// Two groups of the code are asked for. Hears [`AccessInput::ConfirmGroups`] and [`AccessInput::ShowCodeAgain`].
    ConfirmCode {
        /// Which two, in ascending order.
        groups: [GroupNumber; 2],
        /// Which of the two was typed wrongly, if the last try was wrong.
        wrong: Vec<GroupNumber>,
        /// Why the code could not be put into force although it was confirmed. Hears [`AccessInput::TryAgain`].
        problem: Option<Problem>,
    },
    /// "You are in. Your backup is still locked." Hears [`AccessInput::UnlockByCode`],
    /// [`AccessInput::UnlockByOldPassword`] and [`AccessInput::Later`].
    Locked {
        /// The account.
        account: Account,
        /// Why the last try did not open it.
        problem: Option<LockedProblem>,
    },
    /// The backup is open with the code or the old password, and the new password does not open it yet: what happened
    /// is said in `problem`. Hears [`AccessInput::TryAgain`] and [`AccessInput::Later`].
    NotYetRewrapped {
        /// The account.
        account: Account,
        /// Why.
        problem: Problem,
    },
}

/// Why there is a code to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeReason {
    /// The account was made just now.
    NewAccount,
    /// The sign-up was interrupted before a code was confirmed: this is a new code, and one that was shown earlier
    /// opens nothing.
    ResumedSignUp,
}

/// Why the backup stays locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockedProblem {
    /// About the recovery code.
    Code(CodeProblem),
    /// About the old password.
    OldPassword(OldPasswordProblem),
    /// About anything else.
    Other(Problem),
}

/// Why the recovery code did not set a new password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecoverProblem {
    /// It is not a recovery code, or has a typo: which group, and what it may have been. Nothing was sent.
    Malformed(Arc<RecoveryCodeError>),
    /// It is complete and well-formed, and not the code of an account of this address. Whether there is one is not
    /// told.
    NotOfThisAddress,
    /// It is the right one, and the record that it opens is damaged.
    DamagedRecord,
    /// Anything else.
    Other(Problem),
}

/// Why a recovery code does not open the backup. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeProblem {
    /// It is not a recovery code, or has a typo: which group, and what it may have been.
    Malformed(Arc<RecoveryCodeError>),
    /// It is complete and well-formed, and belongs to a different backup.
    OtherBackup,
    /// It is the right one, and the record that it opens is damaged.
    DamagedRecord,
}

/// Why the old password does not open the backup. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldPasswordProblem {
    /// It is not the last password that opened this backup.
    NotTheOldOne,
    /// It is the right one, and the record that it opens is damaged.
    DamagedRecord,
}

/// What the person does.
#[derive(Debug)]
pub enum AccessInput {
    /// Shows the other form.
    Enter(Entrance),
    /// Makes an account.
    SignUp {
        /// Parsed by the form.
        address: Address,
        /// Parsed by the form.
        password: Password,
    },
    /// Signs in.
    SignIn {
        /// Parsed by the form.
        address: Address,
        /// Parsed by the form.
        password: Password,
    },
    /// Puts the last proven password back in force and signs in with it.
    PutPasswordBack {
        /// Parsed by the form.
        address: Address,
        /// Parsed by the form.
        password: Password,
    },
    /// Sets a new password against the recovery code, and signs in with it.
    Recover {
        /// Parsed by the form.
        address: Address,
        /// In any of its written forms.
        code: TypedText,
        /// The new one, parsed by the form.
        password: Password,
    },
    /// "I have saved it."
    CodeSaved,
    /// Back from the two groups to the code.
    ShowCodeAgain,
    /// The two groups, in the order they were asked for. Case, spaces and look-alikes are forgiven.
    ConfirmGroups([TypedText; 2]),
    /// Does once more what failed.
    TryAgain,
    /// Opens the locked backup with the recovery code, in any of its written forms.
    UnlockByCode(TypedText),
    /// Opens the locked backup with the password from before the reset.
    UnlockByOldPassword(Password),
    /// Leaves the backup locked and signs out. It stays as long as the account does.
    Later,
}
