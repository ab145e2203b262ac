//! Moves between the states of an account (ADR 0004). Each is one transaction that checks, acts and queues its notices.
//!
//! A code of a letter, a proof or a recovery code arrives here as SHA-256 of its text or bytes.

use std::time::Duration;

use keyhaven_protocol::{
    address::Address,
    kdf::Argon2Params,
    persona::{AccountId, AccountState, ConfirmResponse},
};

use crate::{Author, ChangeId, KeyRecordWrite, NewSession, StorageError, Timestamp, WriteKeyRecord};

/// What the code of a letter is stored for. It is made when the letter is, so that the database never holds the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewLink {
    /// Confirms a sign-up; good as long as the account may wait for it.
    Confirm,
    /// Confirms a pending change of address from the address in force.
    ChangeFrom(ChangeId),
    /// Confirms it from the new one.
    ChangeTo(ChangeId),
    /// Freezes. With more than `FREEZE_LINKS_OUTSTANDING` of them the oldest goes.
    Freeze,
}

/// What came of the code of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freeze {
    /// The account is frozen, its sessions are ended, its reset codes and pending change of address are void.
    Frozen,
    /// Wrong, used or too old; never told apart. Also where nobody has confirmed the address yet: a click in a mailbox that
    /// may be anybody's takes nothing away.
    Invalid,
}

/// The last proven credential put back in force.
#[derive(Debug, Clone, Copy)]
pub struct Undo {
    /// Whose.
    pub account: AccountId,
    /// The generation under which the caller verified the last proven password: a credential that changed since is left
    /// alone.
    pub credential_generation: u64,
    /// Opened in the same transaction, after all others ended. Its own generation is the next one.
    pub session: NewSession,
}

/// What came of an undo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndoOutcome {
    /// The last proven credential is in force. The account is `disputed`, an `unconfirmed` one still `unconfirmed`, and
    /// a `frozen` one still frozen.
    Undone,
    /// The credential changed since, or none is kept any more. Nothing was changed.
    NotKept,
}

/// A new password against the recovery code, without mail.
#[derive(Debug, Clone)]
pub struct Recovery {
    /// Whose.
    pub account: AccountId,
    /// SHA-256 of `recAuth`.
    pub recovery_auth: [u8; 32],
    /// The generation that the caller saw.
    pub credential_generation: u64,
    /// PHC string of the new credential.
    pub hash: String,
    /// How the client derived it.
    pub kdf: Argon2Params,
    /// The record with the wrap of the next epoch.
    pub keys: KeyRecordWrite,
    /// Opened in the same transaction, after all others ended. Its own generation is the next one.
    pub session: NewSession,
}

/// What came of a recovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecoveryOutcome {
    /// The new password is in force, the account is `active` (or still `unconfirmed`), and the key record has this
    /// version.
    Recovered(u64),
    /// Not the code of this account, or it has no key record; or a former code where there is no dispute.
    WrongProof,
    /// The code in force, in a dispute that a former one decides.
    FormerCodeDecides,
    /// The credential changed since the caller looked.
    Changed,
    /// The key record was refused; nothing was changed.
    Refused(WriteKeyRecord),
}

/// A change of address that its owner asks for. The author proved the present password.
#[derive(Debug, Clone)]
pub struct AddressChange {
    /// Where to.
    pub address: Address,
    /// PHC string of the credential at the new address.
    pub hash: String,
    /// How the client derived it.
    pub kdf: Argon2Params,
    /// The record with the wrap of the next epoch, without a new code or backup key.
    pub keys: KeyRecordWrite,
}

/// What came of asking for a change of address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestAddressChange {
    /// It waits for both confirmations, in place of one that waited before; the letters are queued. The same when the
    /// address has an account: then its owner is told instead, and nothing confirms it.
    Waiting,
    /// The author is signed in no more.
    SignedOut,
    /// Not in this state.
    NotAllowed(AccountState),
    /// The key record was refused. An account without one has none to change: a conflict of versions.
    Refused(WriteKeyRecord),
    /// The key record carries a new code or backup key.
    NewSecret,
}

/// How far a deletion goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// In 30 days, unless it is taken back.
    Later,
    /// Now, if this is SHA-256 of `recAuth` of the code that decides.
    Now([u8; 32]),
}

/// What came of a deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeleteAccount {
    /// It is gone: its keys, sessions and codes with this transaction, the bytes of its objects, which nobody can reach
    /// any more, by the next sweeps. Also what a deletion of an account comes to that nobody confirmed, or that has
    /// neither a key record nor an object.
    Removed,
    /// It is removed then.
    RemovedAt(Timestamp),
    /// Not its recovery code.
    WrongProof,
    /// The code in force, while a former one decides.
    FormerCodeDecides,
    /// Not in this state.
    NotAllowed(AccountState),
    /// The author is signed in no more.
    SignedOut,
}

/// What came of a step that only the state can refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateChange {
    /// Done.
    Done,
    /// Not in this state.
    NotAllowed(AccountState),
    /// The author is signed in no more.
    SignedOut,
}

/// A clock that leapt ahead since the last sweep, and is not believed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SweepDoubt {
    /// What the clock said when it was looked at last.
    pub seen: Timestamp,
    /// For how long a server has run and seen it go on from where it leapt to, in whole milliseconds.
    pub watched: Duration,
}

/// What the sweeper removed in one round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Versions of objects, beyond what is kept.
    pub versions: u64,
    /// Objects whose deletion is older than what is kept.
    pub objects: u64,
    /// Accounts: unconfirmed, archived or deleted ones whose time is over.
    pub accounts: u64,
    /// Sessions, codes and links whose time is over, last proven credentials, pending changes of address.
    pub expired: u64,
    /// Whether there was more to do than one round does.
    pub more: bool,
}

/// Moves between states.
#[async_trait::async_trait]
pub trait AccountStates: Send + Sync {
    /// Stores SHA-256 of the code of a letter. Does nothing when the account is gone, or is past what the link is for.
    ///
    /// # Errors
    /// The backend failed.
    async fn add_link(
        &self,
        account: AccountId,
        link: NewLink,
        code_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<(), StorageError>;

    /// Spends the code of a letter that confirms; `None` for one that is wrong, used or too old, and for a change of
    /// address that became void or whose new address has an account by now.
    ///
    /// # Errors
    /// The backend failed.
    async fn confirm(
        &self,
        code_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<ConfirmResponse>, StorageError>;

    /// Spends the code of a notice.
    ///
    /// # Errors
    /// The backend failed.
    async fn freeze(&self, code_hash: [u8; 32], now: Timestamp) -> Result<Freeze, StorageError>;

    /// Puts the last proven credential back in force, in exchange for the present one.
    ///
    /// # Errors
    /// The backend failed.
    async fn undo(&self, undo: Undo, now: Timestamp) -> Result<UndoOutcome, StorageError>;

    /// Sets a new password against the recovery code. A dispute is decided by the code that decides alone; elsewhere
    /// the one in force recovers, and the former one does not. What is kept as the last proven credential is not
    /// displaced.
    ///
    /// # Errors
    /// The backend failed.
    async fn recover(&self, recovery: Recovery, now: Timestamp) -> Result<RecoveryOutcome, StorageError>;

    /// Asks for a change of address.
    ///
    /// # Errors
    /// The backend failed.
    async fn request_address_change(
        &self,
        author: Author,
        change: AddressChange,
        now: Timestamp,
    ) -> Result<RequestAddressChange, StorageError>;

    /// Takes a pending change of address back; nothing to take back is `Done` too.
    ///
    /// # Errors
    /// The backend failed.
    async fn cancel_address_change(
        &self,
        author: Author,
        now: Timestamp,
    ) -> Result<StateChange, StorageError>;

    /// Deletes the account: in 30 days, or now. All other sessions end.
    ///
    /// # Errors
    /// The backend failed.
    async fn delete_account(
        &self,
        author: Author,
        deletion: Deletion,
        now: Timestamp,
    ) -> Result<DeleteAccount, StorageError>;

    /// Takes the deletion back; nothing to take back is `Done` too.
    ///
    /// # Errors
    /// The backend failed.
    async fn undelete_account(&self, author: Author, now: Timestamp) -> Result<StateChange, StorageError>;

    /// The time that the last [`sweep`](Self::sweep) was told; nothing before the first.
    ///
    /// # Errors
    /// The backend failed.
    async fn last_sweep(&self) -> Result<Option<Timestamp>, StorageError>;

    /// The doubt that stands; nothing after a [`sweep`](Self::sweep).
    ///
    /// # Errors
    /// The backend failed.
    async fn sweep_doubt(&self) -> Result<Option<SweepDoubt>, StorageError>;

    /// Notes a doubt, in place of the one that stands, to be there after a restart.
    ///
    /// # Errors
    /// The backend failed.
    async fn note_sweep_doubt(&self, doubt: SweepDoubt) -> Result<(), StorageError>;

    /// Removes some of what is over: a bounded amount of work in one transaction. Whoever calls it believes the clock.
    ///
    /// # Errors
    /// The backend failed.
    async fn sweep(&self, now: Timestamp) -> Result<Swept, StorageError>;
}
