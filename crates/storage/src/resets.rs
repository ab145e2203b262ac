//! Mailed reset codes: stored hashed, single use, spent in the transaction that sets the credential.

use keyhaven_protocol::{address::Address, persona::AccountId};

use crate::{CredentialKind, StorageError, Timestamp};

/// The credential that a reset sets.
#[derive(Clone)]
pub struct NewCredential {
    /// PHC string.
    pub hash: String,
    /// What the hash is of.
    pub kind: CredentialKind,
}

impl core::fmt::Debug for NewCredential {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("NewCredential")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// What came of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpendCode {
    /// The credential is set, all sessions ended, all codes of the account are void, the notice is queued.
    Reset,
    /// Wrong, expired, used or another account's code, one mailed when the credential was of another kind, or no such
    /// account: never told apart. Nothing was changed.
    Invalid,
}

/// Reset codes.
#[async_trait::async_trait]
pub trait Resets: Send + Sync {
    /// Stores SHA-256 of a code's text. With more than `RESET_CODES_OUTSTANDING` unexpired ones the oldest goes. Does
    /// nothing when the account is gone or frozen.
    ///
    /// # Errors
    /// The backend failed.
    async fn add_reset_code(
        &self,
        account: AccountId,
        code_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<(), StorageError>;

    /// Spends a code, if it is good for this address and the new credential is of the present one's kind. Of two at
    /// once for one code, exactly one resets.
    ///
    /// An account with a key record becomes `unproven`; the credential and the wrap under which it was last proven are
    /// kept: by the first reset of an account whose password wrap is of the current epoch, be it `active`, `deleted` or
    /// `disputed`; later resets replace only the unproven credential. An account without a key record becomes, or
    /// stays, `active`. A `frozen` one is not reset.
    ///
    /// An `unconfirmed` account belongs to nobody: it is archived, and `fresh` is the id of a new, confirmed one with
    /// this credential. Else `fresh` is not used.
    ///
    /// # Errors
    /// The backend failed.
    async fn spend_reset_code(
        &self,
        address: &Address,
        code_hash: [u8; 32],
        credential: NewCredential,
        fresh: AccountId,
        now: Timestamp,
    ) -> Result<SpendCode, StorageError>;
}
