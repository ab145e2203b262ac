//! How far a piece of work is, in words that a page can show.

/// How far a piece of work is. Plain data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done now.
    pub doing: Doing,
    /// Whole items, where there are several.
    pub items: Option<Count>,
    /// Bytes of the present item, where that is known.
    pub bytes: Option<Count>,
}

/// Done of total; `done` is at most `total`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Behind it.
    pub done: u64,
    /// In all.
    pub total: u64,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Doing {
    /// Asking how this address derives its keys.
    AskingServer,
    /// The slow derivation from the password: about a second, on purpose.
    DerivingKey,
    /// Making the account.
    CreatingAccount,
    /// Signing in.
    SigningIn,
    /// Asking for a mailed link.
    AskingForLink,
    /// Setting the new password.
    SettingPassword,
    /// Setting keys of the same password that are derived as new ones are.
    RenewingKeys,
    /// Getting the backup key's wrap and opening it.
    OpeningBackupKey,
    /// Writing the key record.
    WritingKeyRecord,
    /// Reading the inventory and the server's list.
    ReadingList,
    /// Packing a folder.
    Packing,
    /// Sealing a persona.
    Sealing,
    /// Sending a sealed persona.
    Sending,
    /// Waiting for a server that has asked to be left alone for a moment.
    WaitingForServer,
    /// Fetching a sealed persona.
    Fetching,
    /// Opening a persona and checking it.
    Opening,
    /// Deleting, or bringing back what was deleted.
    Deleting,
    /// Reading or ending sessions.
    Sessions,
    /// Putting the last proven password back in force.
    PuttingPasswordBack,
    /// Spending the code of a letter that confirms.
    Confirming,
    /// Freezing the account.
    Freezing,
    /// Ending a state of the account, or asking for a change of it.
    ChangingAccount,
    /// Reading which versions of a persona are kept.
    ReadingVersions,
    /// Sealing every persona again under a new backup key. Items and bytes are those of all of them together.
    SealingAgain,
}

impl Progress {
    /// Only what is being done.
    #[must_use]
    pub const fn of(doing: Doing) -> Self {
        Self {
            doing,
            items: None,
            bytes: None,
        }
    }

    /// With bytes.
    #[must_use]
    pub const fn with_bytes(self, bytes: Option<Count>) -> Self {
        Self { bytes, ..self }
    }

    /// With items.
    #[must_use]
    pub const fn with_items(self, items: Option<Count>) -> Self {
        Self { items, ..self }
    }
}

/// Told about progress while work is done.
pub type Report<'a> = &'a dyn Fn(Progress);
