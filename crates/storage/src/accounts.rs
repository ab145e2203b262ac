//! Accounts and their current credential.

use keyhaven_protocol::{
    address::Address,
    kdf::Argon2Params,
    persona::{AccountId, AccountState},
};

use crate::{QueueRequest, StorageError, Timestamp};

/// What a client sends in place of the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    /// The derived `authKey`, with the parameters of its derivation.
    Derived(Argon2Params),
    /// The password as typed: a client of the original wire.
    Typed,
}

impl CredentialKind {
    /// Whether the password arrives as it was typed.
    #[must_use]
    pub fn is_typed(self) -> bool {
        self == Self::Typed
    }
}

/// The credential that signs in.
#[derive(Clone)]
pub struct Credential {
    /// PHC string of the server's own Argon2id over what arrives.
    pub hash: String,
    /// What arrives.
    pub kind: CredentialKind,
    /// The generation at which the secret was set: what its wrap carries. Lower than the generation after an undo,
    /// which brings an old secret back.
    pub epoch: u64,
    /// Rises with every change of the credential: what sessions, authors and remembered successes are bound to.
    pub generation: u64,
}

impl Credential {
    /// The epoch of the secret that is set next. No epoch is ever given twice.
    #[must_use]
    pub const fn next_epoch(&self) -> u64 {
        self.generation.saturating_add(1)
    }
}

impl core::fmt::Debug for Credential {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Credential")
            .field("kind", &self.kind)
            .field("epoch", &self.epoch)
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

/// An account as it stands.
#[derive(Debug, Clone)]
pub struct Account {
    /// Never the address.
    pub id: AccountId,
    /// Normalised, and as typed at sign-up.
    pub address: Address,
    /// What it may do now.
    pub state: AccountState,
    /// The same, unless it is frozen: then what the freeze lies over.
    pub beneath: AccountState,
    /// When time alone ends the state.
    pub state_until: Option<Timestamp>,
    /// What signs in now.
    pub credential: Credential,
    /// Version of the key record, while there is one.
    pub key_record_version: Option<u64>,
    /// Whether a last proven credential with its wrap is kept.
    pub proven_kept: bool,
    /// Until when; absent while it is kept without limit, or not at all.
    pub proven_kept_until: Option<Timestamp>,
    /// Until when a former recovery code decides in the place of the one in force.
    pub former_code_until: Option<Timestamp>,
    /// A change of address that waits.
    pub address_change: Option<PendingAddressChange>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Bytes of all versions of all objects.
    pub used_bytes: u64,
}

/// A change of address that waits for its confirmations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingAddressChange {
    /// Where to.
    pub address: Address,
    /// Whether the present address has confirmed.
    pub confirmed_by_present: bool,
    /// Whether the new address has.
    pub confirmed_by_new: bool,
    /// When it is void.
    pub expires_at: Timestamp,
}

/// Whether somebody must confirm by mail that the address is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    /// The account is `unconfirmed`, and the letter is queued with it.
    Required,
    /// The account is `active`.
    NotAsked,
}

/// A sign-up. Epoch and generation of its credential are 1.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Drawn by the client, or by the server for a client of the original wire.
    pub id: AccountId,
    /// One account an address.
    pub address: Address,
    /// PHC string.
    pub hash: String,
    /// What the hash is of.
    pub kind: CredentialKind,
    /// What state it begins in.
    pub confirmation: Confirmation,
    /// What is done where the address has an account.
    pub if_taken: IfTaken,
}

/// What a sign-up does where the address has an account already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfTaken {
    /// Nothing.
    Refuse,
    /// Queues a letter to the owner in the sign-up's transaction, and writes as much as for a new account: how long it
    /// takes must not tell that there is one.
    TellOwner,
}

/// What came of a sign-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreateAccount {
    /// It is there.
    Created,
    /// The address has an account, and the id is free; nothing was changed.
    AddressTaken,
    /// The same, and this became of the letter to the owner.
    OwnerTold(QueueRequest),
    /// The id is in use, whatever the address; nothing was changed.
    IdTaken,
}

/// Accounts.
#[async_trait::async_trait]
pub trait Accounts: Send + Sync {
    /// Creates an account. Of two at once for one address, exactly one is created.
    ///
    /// # Errors
    /// The backend failed.
    async fn create_account(
        &self,
        account: NewAccount,
        now: Timestamp,
    ) -> Result<CreateAccount, StorageError>;

    /// The account of an address.
    ///
    /// # Errors
    /// The backend failed.
    async fn account_by_address(
        &self,
        address: &Address,
        now: Timestamp,
    ) -> Result<Option<Account>, StorageError>;

    /// Puts another hash of the same password in the place of `present`, of the credential that signs in: epoch,
    /// sessions and codes stand. `false` when another hash stands there by now; nothing was changed then.
    ///
    /// # Errors
    /// The backend failed.
    async fn renew_hash(&self, id: AccountId, present: &str, renewed: String) -> Result<bool, StorageError>;

    /// The account of an id.
    ///
    /// # Errors
    /// The backend failed.
    async fn account(&self, id: AccountId, now: Timestamp) -> Result<Option<Account>, StorageError>;
}
