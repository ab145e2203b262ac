//! Accounts and their current credential.

use keyhaven_protocol::{
    address::Address,
    kdf::Argon2Params,
    persona::{AccountId, AccountState},
};

use crate::{StorageError, Timestamp};

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
    /// Rises with every change.
    pub epoch: u64,
}

impl core::fmt::Debug for Credential {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Credential")
            .field("kind", &self.kind)
            .field("epoch", &self.epoch)
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
    /// What signs in now.
    pub credential: Credential,
    /// Version of the key record, while there is one.
    pub key_record_version: Option<u64>,
    /// Whether a last proven credential with its wrap is kept.
    pub proven_kept: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// Bytes of all versions of all objects.
    pub used_bytes: u64,
}

/// A sign-up. The epoch of its credential is 1, its state `active`.
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
}

/// What came of a sign-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreateAccount {
    /// It is there.
    Created,
    /// The address has an account; nothing was changed.
    AddressTaken,
    /// The id is in use; nothing was changed.
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

    /// The account of an id.
    ///
    /// # Errors
    /// The backend failed.
    async fn account(&self, id: AccountId, now: Timestamp) -> Result<Option<Account>, StorageError>;
}
