//! What the server stores: records, traits by concern, and the conformance suite that every backend must pass.
//!
//! One method is one transaction: it checks and acts in one go, and it has returned only when its effect is durable.
//! Absence is `Ok(None)`; a lost race or a broken precondition is a variant of the method's outcome, never an error;
//! [`StorageError`] means that the backend itself failed. Time and randomness are parameters.
//!
//! To add an operation: a method on the trait of its concern with its outcome enum, a test in the conformance suite,
//! then one implementation for each backend.

pub mod accounts;
pub mod author;
pub mod codes;
pub mod error;
pub mod keys;
pub mod mail;
pub mod notice;
pub mod objects;
pub mod operators;
pub mod resets;
pub mod sessions;
pub mod states;
#[cfg(feature = "testing")]
#[expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]
#[expect(missing_docs, reason = "the name of a test is its sentence")]
pub mod testing;
pub mod time;

pub use accounts::{
    Account, Accounts, Confirmation, CreateAccount, Credential, CredentialKind, IfTaken, NewAccount,
    PendingAddressChange,
};
pub use author::{Author, ForAuthor, SignedInBy};
pub use codes::{CodeStanding, FormerCode};
pub use error::StorageError;
pub use keys::{
    ChangePassword, KeyRecord, KeyRecordWrite, KeyRecords, NewBackupKey, PasswordChange, ProvenCredential,
    RecoveryWrite, UnlockBy, UnlockOutcome, WriteKeyRecord,
};
pub use mail::{MailCount, MailJob, MailOutcome, MailQueue, MailRequest, MailSubject, QueueRequest};
pub use notice::{Addressee, ChangeId, Notice};
pub use objects::{
    Content, DeletedRecord, Listed, ObjectBytes, ObjectRecord, Objects, Precondition, VersionContent,
    VersionRecord, WriteObject,
};
pub use operators::{
    AccountSummary, BringBack, Kept, KeptDeletion, KeptObject, KeptVersion, OperatorMove, Operators, Removal,
};
pub use resets::{NewCredential, Resets, SpendCode};
pub use sessions::{CreateSession, NewSession, Session, Sessions};
pub use states::{
    AccountStates, AddressChange, DeleteAccount, Deletion, Freeze, NewLink, Recovery, RecoveryOutcome,
    RequestAddressChange, StateChange, SweepDoubt, Swept, Undo, UndoOutcome,
};
pub use time::Timestamp;

/// Everything the server needs of a backend.
#[async_trait::async_trait]
pub trait Store:
    Accounts + AccountStates + Sessions + KeyRecords + Resets + Objects + MailQueue + Operators
{
    /// Does a durable write and reads it back: what `/ready` asks.
    ///
    /// # Errors
    /// The backend cannot take writes.
    async fn check_writable(&self, now: Timestamp) -> Result<(), StorageError>;

    /// Numbers for the operator.
    ///
    /// # Errors
    /// The backend failed.
    async fn statistics(&self) -> Result<Statistics, StorageError>;
}

/// Numbers for the operator. Nothing in them is about one account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Writes that were acknowledged since the store was opened.
    pub writes: u64,
    /// Durable commits since then; writes that came together share one.
    pub commits: u64,
    /// What the store takes on the disk, in bytes, without a log that is still to be folded in.
    pub size_bytes: u64,
    /// How much of that is free for what comes next.
    pub free_bytes: u64,
    /// Mails that wait to be sent.
    pub mails_waiting: u64,
}
