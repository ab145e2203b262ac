//! What only whoever runs the server may do: list accounts, and move one without the proofs that its owner needs.

use keyhaven_protocol::{
    address::Address,
    persona::{AccountId, AccountState},
};

use crate::{StorageError, Timestamp};

/// An account as an operator sees it in a list.
#[derive(Debug, Clone)]
pub struct AccountSummary {
    /// Never the address.
    pub id: AccountId,
    /// As typed at sign-up, and normalised.
    pub address: Address,
    /// What it may do now.
    pub state: AccountState,
    /// When time alone ends the state.
    pub state_until: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Bytes of all versions of all objects.
    pub used_bytes: u64,
    /// Whether it has a key record: without one it is a client's of the original wire, or its sign-up was interrupted.
    pub has_key_record: bool,
}

/// When an account is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// In 30 days, unless its owner or the operator takes it back.
    Later,
    /// Now. Nobody can take that back.
    Now,
}

/// What came of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperatorMove {
    /// It is in this state now.
    Moved(AccountState),
    /// It was already; nothing was done and nobody told.
    Unchanged(AccountState),
    /// It is gone.
    Removed,
    /// Not in this state.
    NotAllowed(AccountState),
    /// No such account.
    NotFound,
}

/// An object of which more is kept than what shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptObject {
    /// Any text of the original wire, or an `ObjectId` of ours.
    pub id: String,
    /// When it was deleted and until when it is kept at least, if it is deleted.
    pub deleted: Option<KeptDeletion>,
    /// Every version with content that is kept, newest first.
    pub versions: Vec<KeptVersion>,
}

/// When an object was deleted, and how long that can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptDeletion {
    /// When it was deleted.
    pub at: Timestamp,
    /// Until then at least all its versions are kept that the rule for versions keeps.
    pub kept_until: Timestamp,
}

/// A version of an object that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptVersion {
    /// Its number.
    pub version: u64,
    /// Bytes.
    pub size: u64,
    /// When it was written.
    pub written_at: Timestamp,
    /// How long it is kept.
    pub kept: Kept,
}

/// How long a version is kept. Nothing is removed of an account in trouble, whatever this says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It shows; or it is what shows again when the deletion of its object is undone.
    Newest,
    /// As long as it is among the newest `VERSIONS_NEWEST`.
    AmongTheNewest,
    /// Until then at least.
    Until(Timestamp),
}

/// What came of bringing something back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BringBack {
    /// It shows again, as this version.
    Done(u64),
    /// No such account.
    NoAccount,
    /// Only its owner can do it: the account has a key record or an inventory, which nobody else can write.
    OwnersAlone,
    /// Not in this state.
    NotAllowed(AccountState),
    /// No version was named, and the object is not deleted.
    NotDeleted,
    /// Nothing of that id or number is kept.
    NotKept,
    /// The account has no room for it.
    QuotaExceeded,
}

/// Moves by the operator. Its owner is told of each move of the account.
#[async_trait::async_trait]
pub trait Operators: Send + Sync {
    /// At most `limit` accounts in order of their normalised address, from the first one after `after`.
    ///
    /// # Errors
    /// The backend failed.
    async fn list_accounts(
        &self,
        after: Option<&Address>,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<AccountSummary>, StorageError>;

    /// Freezes without a link. An `unconfirmed` account is not frozen.
    ///
    /// # Errors
    /// The backend failed.
    async fn freeze_account(&self, id: AccountId, now: Timestamp) -> Result<OperatorMove, StorageError>;

    /// Lifts a freeze without a proof: the state beneath is in force again.
    ///
    /// # Errors
    /// The backend failed.
    async fn lift_account(&self, id: AccountId, now: Timestamp) -> Result<OperatorMove, StorageError>;

    /// Removes an account: now in any state, later only from `active`. Taking back leads to `active`, and whoever holds
    /// an account that waits for a proof must not get there without one.
    ///
    /// # Errors
    /// The backend failed.
    async fn remove_account(
        &self,
        id: AccountId,
        removal: Removal,
        now: Timestamp,
    ) -> Result<OperatorMove, StorageError>;

    /// Takes the deletion of an account back without a proof: it is `active` again. Owners whose client knows no way of
    /// its own have only this one.
    ///
    /// # Errors
    /// The backend failed.
    async fn take_removal_back(&self, id: AccountId, now: Timestamp) -> Result<OperatorMove, StorageError>;

    /// Objects of which more is kept than what shows, at most `limit` of them in order of their id, from the first one
    /// after `after`. Empty for an account that is not there.
    ///
    /// # Errors
    /// The backend failed.
    async fn kept_objects(
        &self,
        id: AccountId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<KeptObject>, StorageError>;

    /// Writes the content of a version of an object again, as the newest one: of the version that is named, else of the
    /// newest one of an object that is deleted. State and quota are asked as of a write of its owner. Nobody is told:
    /// what showed before is kept, too.
    ///
    /// # Errors
    /// The backend failed.
    async fn bring_back(
        &self,
        id: AccountId,
        object: &str,
        version: Option<u64>,
        now: Timestamp,
    ) -> Result<BringBack, StorageError>;
}
