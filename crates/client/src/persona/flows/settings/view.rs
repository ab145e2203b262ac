//! What a page shows and hears about password, recovery code and sessions.

use keyhaven_core::password::Password;
use keyhaven_protocol::{
    address::Address,
    persona::{SessionId, SessionView},
};

use super::super::access::CodeProblem;
use crate::{
    host::UnixSeconds,
    persona::{Account, GroupNumber, ShownCode, TypedText},
    problem::Problem,
    progress::Progress,
};

/// What to show. Plain data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingsView {
    /// Waits for a choice. Hears everything but [`SettingsInput::CodeSaved`] and [`SettingsInput::ConfirmGroups`].
    Ready {
        /// What the last choice came to.
        done: Option<SettingsDone>,
        /// The account, with its state and a change of address that waits.
        account: Account,
        /// The open sessions, newest first, once they were asked for.
        sessions: Option<Vec<SessionView>>,
    },
    /// Work is done; it can be stopped.
    Working {
        /// How far. Absent for the moment before the first report.
        progress: Option<Progress>,
    },
    /// A new recovery code is shown. The present one stays in force until this one was confirmed. Hears
    /// [`SettingsInput::CodeSaved`] and [`SettingsInput::Back`].
    ShowCode {
        /// The code.
        code: ShownCode,
        /// Whether the present one can still be kept.
        standing: CodeStanding,
    },
    /// Two groups of it are asked for. Hears [`SettingsInput::ConfirmGroups`], [`SettingsInput::ShowCodeAgain`] and
    /// [`SettingsInput::Back`].
    ConfirmCode {
        /// Which two, in ascending order.
        groups: [GroupNumber; 2],
        /// Whether the present one can still be kept.
        standing: CodeStanding,
        /// Which of the two was typed wrongly, if the last try was wrong.
        wrong: Vec<GroupNumber>,
        /// Why the code could not be put into force although it was confirmed. Hears [`SettingsInput::TryAgain`].
        problem: Option<Problem>,
    },
}

/// What is known of a new recovery code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeStanding {
    /// It was sent nowhere: the present one opens.
    New,
    /// It was sent, and it was not seen which of the two opens: both have to be kept. [`SettingsInput::Back`] looks.
    Open,
}

/// What the last choice came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingsDone {
    /// The password is changed, every other session ended, and the new password was seen to open the backup.
    PasswordChanged,
    /// The new recovery code is in force and was seen to open the backup; the one before opens nothing any more.
    CodeReplaced,
    /// The present recovery code was seen to be in force still; the new one opens nothing.
    CodeKept,
    /// The new recovery code and the new backup key are in force, and code and password were seen to open the backup
    /// with it; the code and the key before open nothing new. What is stored is to be sealed again, which the vault
    /// does.
    CodeAndKeyReplaced,
    /// The recovery code that was typed was checked.
    CodeChecked(CodeCheck),
    /// The session ended.
    SessionEnded,
    /// The change of address waits until both addresses have confirmed it; the letters are on their way.
    AddressChangeAsked,
    /// The change of address that waited is taken back.
    AddressChangeCancelled,
    /// The account is removed then, unless that is taken back.
    AccountDeleted {
        /// When.
        removed: UnixSeconds,
    },
    /// The recovery code that was to be given up with its key is not the one that decides. Nothing was changed.
    SeenCodeFails(CodeProblem),
    /// The recovery code for deleting at once is not the account's. Nothing was changed.
    DeletionCodeFails(CodeProblem),
    /// It did not work. The problem says what became of it.
    Failed(Problem),
}

/// What came of "do you still have your code?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeCheck {
    /// It opened this backup just now, and changed nothing.
    Opens,
    /// It does not.
    Fails(CodeProblem),
}

/// What the person does.
#[derive(Debug)]
pub enum SettingsInput {
    /// Changes the password.
    ChangePassword {
        /// The present one.
        current: Password,
        /// The new one.
        new: Password,
    },
    /// Makes a new recovery code, because the present one is lost, and shows it.
    NewCode,
    /// Makes a new recovery code and a new backup key, because somebody has seen the present code, and shows the code.
    /// Both come into force once it is confirmed.
    NewCodeAndKey {
        /// The present one, which opens the new key, too.
        password: Password,
        /// The recovery code that was seen, if it is the one that decides: it tells the owner from whoever knows the
        /// password.
        code: TypedText,
    },
    /// "I have saved it."
    CodeSaved,
    /// Back from the two groups to the code.
    ShowCodeAgain,
    /// The two groups, in the order they were asked for.
    ConfirmGroups([TypedText; 2]),
    /// Does once more what failed.
    TryAgain,
    /// Leaves the new code; the present one stays in force. Where the new one may have come into force although
    /// no answer came, the server is asked first, and what it says is shown.
    Back,
    /// "Do you still have your code?"
    CheckCode(TypedText),
    /// Asks for another address. The password stays; it is typed again because everything that is derived from it binds
    /// the address.
    ChangeAddress {
        /// The present one.
        password: Password,
        /// Where to.
        new: Address,
    },
    /// Takes a change of address back that waits.
    CancelAddressChange,
    /// Deletes the account.
    DeleteAccount {
        /// The present one.
        password: Password,
        /// The recovery code, for deleting at once instead of in 30 days.
        code: Option<TypedText>,
    },
    /// Clears what the last choice came to.
    Dismiss,
    /// Reads the open sessions.
    ListSessions,
    /// Ends one of them.
    EndSession(SessionId),
    /// Ends this session, and the flow with it.
    SignOut,
    /// Ends all, this one too, and the flow with it.
    SignOutEverywhere,
}
