//! Key records, the last proven credential, and the proof that ends `unproven`.
//!
//! Verifiers are SHA-256 of a proof; a method that takes a verifier compares it with the stored one in the same
//! transaction that acts on it.

use keyhaven_protocol::{kdf::Argon2Params, persona::Wrap};

use crate::{Author, ForAuthor, NewSession, StorageError, Timestamp};

/// The wraps of an account's backup key, and what its proofs are checked against.
#[derive(Debug, Clone)]
pub struct KeyRecord {
    /// Rises with every write.
    pub version: u64,
    /// Opened by the password of the epoch it names.
    pub password: Wrap,
    /// Opened by the recovery code.
    pub recovery: Wrap,
    /// SHA-256 of `unlockProof`.
    pub unlock_verifier: [u8; 32],
    /// SHA-256 of `recAuth`.
    pub recovery_verifier: [u8; 32],
}

/// A recovery wrap with the verifier of its code.
#[derive(Debug, Clone)]
pub struct RecoveryWrite {
    /// The wrap.
    pub wrap: Wrap,
    /// SHA-256 of `recAuth`.
    pub verifier: [u8; 32],
}

/// A write of the key record.
#[derive(Debug, Clone)]
pub struct KeyRecordWrite {
    /// The version that is replaced; `None` for the first write.
    pub replaces: Option<u64>,
    /// Its epoch must be the credential's epoch (after the change, in a change of password).
    pub password: Wrap,
    /// Absent keeps the stored one; the first write has one.
    pub recovery: Option<RecoveryWrite>,
    /// SHA-256 of the presented `unlockProof`: set by the first write, compared by later ones.
    pub unlock_verifier: [u8; 32],
    /// Takes the place of the stored unlock verifier, after the present one was compared.
    pub new_unlock_verifier: Option<[u8; 32]>,
}

impl KeyRecordWrite {
    /// Whether the write gives up the backup key of the stored record for another one.
    #[must_use]
    pub fn replaces_backup_key(&self, stored: Option<&KeyRecord>) -> bool {
        stored
            .zip(self.new_unlock_verifier)
            .is_some_and(|(stored, new)| stored.unlock_verifier != new)
    }
}

/// What came of a write of the key record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteKeyRecord {
    /// This version is stored. The account is `active`, also if it was `unproven`.
    Written(u64),
    /// Another version is stored, or one where none was expected, or none where one was.
    VersionConflict,
    /// The presented proof is not the one of this backup.
    WrongProof,
    /// The wrap was made under another credential epoch.
    WrongEpoch,
    /// The first write, or one with a new backup key, came without a recovery wrap: the code would open nothing.
    MissingRecovery,
    /// The first write, for an account whose password arrives as it was typed: whoever reads its mailbox could write
    /// one too, and lock its owner out.
    NotDerived,
    /// A change of the recovery code or of the backup key of an account that is not `active`.
    Unproven,
    /// The author is signed in no more.
    SignedOut,
}

/// The last credential under which the backup key was proven, kept by a reset.
#[derive(Clone)]
pub struct ProvenCredential {
    /// PHC string.
    pub hash: String,
    /// The backup key under that password.
    pub wrap: Wrap,
}

impl core::fmt::Debug for ProvenCredential {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ProvenCredential")
            .field("epoch", &self.wrap.epoch)
            .finish_non_exhaustive()
    }
}

/// Which secret proves that the owner is back. Both are SHA-256 of the proof.
#[derive(Debug, Clone, Copy)]
pub enum UnlockBy {
    /// Of the backup key.
    UnlockProof([u8; 32]),
    /// Of the recovery code.
    RecoveryAuth([u8; 32]),
}

/// What came of a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnlockOutcome {
    /// The account is `active` (again). A kept proven credential stays for 14 days more.
    Active,
    /// Not the proof of this account; or it has no key record.
    WrongProof,
    /// The author is signed in no more.
    SignedOut,
}

/// A change of password by its owner, whose present password was verified under the author's epoch.
#[derive(Debug, Clone)]
pub struct PasswordChange {
    /// PHC string of the new credential.
    pub hash: String,
    /// How the client derived it.
    pub kdf: Argon2Params,
    /// The record with the wrap of the epoch after the author's.
    pub keys: KeyRecordWrite,
    /// Opened in the same transaction, after all others ended. Its own `credential_epoch` is the one after the
    /// author's.
    pub session: NewSession,
}

/// What came of a change of password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangePassword {
    /// Done; the key record has this version.
    Changed(u64),
    /// The author is signed in no more, or the new session is for another account or epoch.
    SignedOut,
    /// The key record was refused; nothing was changed.
    Refused(WriteKeyRecord),
}

/// Key records.
#[async_trait::async_trait]
pub trait KeyRecords: Send + Sync {
    /// The key record of an account.
    ///
    /// # Errors
    /// The backend failed.
    async fn key_record(&self, author: Author) -> Result<ForAuthor<Option<KeyRecord>>, StorageError>;

    /// Writes the key record by compare-and-set. See [`WriteKeyRecord`] for what is checked, in this order: author,
    /// version, kind of the credential, proof, epoch, recovery wrap, state. A new backup key drops the last proven
    /// credential, whose wrap opens the old one.
    ///
    /// # Errors
    /// The backend failed.
    async fn write_key_record(
        &self,
        author: Author,
        write: KeyRecordWrite,
        now: Timestamp,
    ) -> Result<WriteKeyRecord, StorageError>;

    /// Changes credential and key record together, ends all sessions, voids all reset codes, opens one session and
    /// queues the notice.
    /// The credential that was replaced is kept as the last proven one for 14 days, if the stored wrap was its own;
    /// one set by a reset is never kept.
    ///
    /// # Errors
    /// The backend failed.
    async fn change_password(
        &self,
        author: Author,
        change: PasswordChange,
        now: Timestamp,
    ) -> Result<ChangePassword, StorageError>;

    /// The last proven credential, while it is kept.
    ///
    /// # Errors
    /// The backend failed.
    async fn proven_credential(
        &self,
        author: Author,
        now: Timestamp,
    ) -> Result<ForAuthor<Option<ProvenCredential>>, StorageError>;

    /// Makes an `unproven` account `active` by a proof; for an `active` one it only checks the proof.
    ///
    /// # Errors
    /// The backend failed.
    async fn unlock(
        &self,
        author: Author,
        by: UnlockBy,
        now: Timestamp,
    ) -> Result<UnlockOutcome, StorageError>;
}
