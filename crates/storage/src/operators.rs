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
    /// In 30 days, unless its owner takes it back.
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

/// Moves by the operator. Its owner is told of each.
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
}
