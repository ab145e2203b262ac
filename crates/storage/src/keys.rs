//! Key records, the last proven credential, and the proof that ends `unproven`.
//!
//! Verifiers are SHA-256 of a proof; a method that takes a verifier compares it with the stored one in the same
//! transaction that acts on it.

use keyhaven_protocol::{
    kdf::Argon2Params,
    persona::{AccountState, SealedFormerKeys, Wrap},
};

use crate::{Author, ForAuthor, FormerCode, NewSession, StorageError, Timestamp};

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
    /// The backup keys before the present one, sealed under it.
    pub former_keys: Option<SealedFormerKeys>,
    /// As it is stored; its time may be over, which [`Self::former_code_at`] asks.
    pub former_code: Option<FormerCode>,
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
    /// Its epoch must be the credential's, in a change of the credential the next one.
    pub password: Wrap,
    /// Absent keeps the stored one; the first write has one.
    pub recovery: Option<RecoveryWrite>,
    /// SHA-256 of the presented `recAuth` of the code that decides. With it the code that is given up is dead at once;
    /// a new backup key needs it.
    pub deciding_verifier: Option<[u8; 32]>,
    /// SHA-256 of the presented `unlockProof`: set by the first write, compared by later ones.
    pub unlock_verifier: [u8; 32],
    /// Taken by [`KeyRecords::write_key_record`] alone.
    pub new_backup_key: Option<NewBackupKey>,
}

/// A backup key that takes the place of the one in force. The former keys come with it and with nothing else: whoever
/// knows only the password must not be able to write over what opens all that was stored before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBackupKey {
    /// Takes the place of the stored verifier, after the present one was compared.
    pub unlock_verifier: [u8; 32],
    /// The backup keys before it, sealed under it.
    pub former_keys: SealedFormerKeys,
}

impl KeyRecordWrite {
    /// Whether the write gives up the backup key of the stored record for another one.
    #[must_use]
    pub const fn replaces_backup_key(&self) -> bool {
        self.new_backup_key.is_some()
    }

    /// Whether the write gives up the recovery code of the stored record for another one.
    #[must_use]
    pub fn replaces_recovery_code(&self, stored: Option<&KeyRecord>) -> bool {
        stored
            .zip(self.recovery.as_ref())
            .is_some_and(|(stored, new)| stored.recovery_verifier != new.verifier)
    }

    /// Whether the write can give up a secret of a stored record, which its owner is told by mail.
    #[must_use]
    pub const fn may_replace_secrets(&self) -> bool {
        self.replaces.is_some() && (self.recovery.is_some() || self.replaces_backup_key())
    }
}

/// What came of a write of the key record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteKeyRecord {
    /// This version is stored. An `unproven` account is `active` now.
    Written(u64),
    /// Another version is stored, or one where none was expected, or none where one was.
    VersionConflict,
    /// The presented proof is not the one of this backup, or the presented code neither in force nor the former one.
    WrongProof,
    /// The presented code is in force, and does not decide as long as a former one is kept.
    FormerCodeDecides,
    /// The wrap was made under another credential epoch.
    WrongEpoch,
    /// The first write, one with a new backup key, or one that presents a code, came without a recovery wrap: no code
    /// would open anything, or the presented one would be given up for nothing.
    MissingRecovery,
    /// A new backup key, or a presented code, with something of this missing or wrong: a record that is there, two new
    /// wraps and two new verifiers, the code that decides, a write of the record alone. Else something would be opened
    /// by what was given up.
    HalfRenewed,
    /// The first write, for an account whose password arrives as it was typed: whoever reads its mailbox could write
    /// one too, and lock its owner out.
    NotDerived,
    /// Not in this state. An `unproven` account can change neither the recovery code nor the backup key; a `disputed`,
    /// `frozen` or `deleted` one can change nothing.
    NotAllowed(AccountState),
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
    /// The proof is right, and this is the state it has led to. A kept proven credential stays for 14 days more, unless
    /// the recovery code decided a dispute.
    Unlocked(AccountState),
    /// The proof is right, but does not decide what state the account is in: a dispute takes the recovery code.
    NotAllowed(AccountState),
    /// It is the recovery code in force, and does not decide as long as a former one is kept.
    FormerCodeDecides,
    /// Not the proof of this account; or it has no key record.
    WrongProof,
    /// The author is signed in no more.
    SignedOut,
}

/// A change of password by its owner, whose present password was verified under the author's generation.
#[derive(Debug, Clone)]
pub struct PasswordChange {
    /// PHC string of the new credential.
    pub hash: String,
    /// How the client derived it.
    pub kdf: Argon2Params,
    /// The record with the wrap of the next epoch.
    pub keys: KeyRecordWrite,
    /// Opened in the same transaction, after all others ended. Its own generation is the one after the author's.
    pub session: NewSession,
}

/// What came of a change of password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangePassword {
    /// Done; the key record has this version.
    Changed(u64),
    /// The author is signed in no more, or the new session is for another account or generation.
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
    /// version, kind of the credential, proof, presented code, epoch, recovery wrap, new backup key, state. A code that
    /// is given up without being presented is kept as the former one for `PROVEN_KEPT`, unless one is. A new backup key
    /// drops the last proven credential, whose wrap opens the old one, ends every session but the author's, and raises
    /// the generation of the credential: what was authenticated before it and comes after it is refused.
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
    /// queues the notice. The credential that was replaced is kept as the last proven one for 14 days, if the stored
    /// wrap was its own and none is kept already; one set by a reset is never kept.
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

    /// Ends `unproven` and `frozen` by a proof, and by that of the recovery code that decides `disputed` too; in other
    /// states it only checks the proof. The former code proves nothing but that, and is put back in force by it. A lift
    /// queues its notice and voids every link that freezes.
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
