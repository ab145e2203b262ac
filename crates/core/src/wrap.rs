//! Wraps: the backup key encrypted under one factor.
//!
//! ```text
//! ciphertext = AES-256-GCM(wrapKey, 12 random bytes, BK,
//!                aad = "keyhaven/persona/wrap/1" ‖ account id ‖ kind ‖ KDF params ‖ credential epoch)
//! commitment = HKDF-SHA-256(wrapKey, "keyhaven/persona/commit/1")   32 bytes
//! ```
//!
//! Kind is the word `password` or `recovery`; KDF params are three u32 (`Argon2Params::to_bytes`), or empty for a
//! recovery code; the epoch is a u64; numbers are big endian.

use std::sync::Arc;

use keyhaven_protocol::{
    base64url::B64,
    kdf::Argon2Params,
    parts::parts,
    persona::{AccountId, Wrap, WrapKind},
};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::{
    hkdf,
    job::{AesGcmJob, AesKey, Job, JobError, NONCE_LEN, Phase, Progress, Step},
    keys::{BackupKey, WrapKey},
};

const LABEL: &[u8] = b"keyhaven/persona/wrap/1";
const COMMIT_LABEL: &[u8] = b"keyhaven/persona/commit/1";

/// What a wrap is bound to. Sealing and opening take the same value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrapContext {
    /// The account whose backup key it is.
    pub account_id: AccountId,
    /// The factor.
    pub kind: WrapKind,
    /// The parameters that the password's root was derived with; none for a recovery code.
    pub kdf: Option<Argon2Params>,
    /// The credential epoch it was made under.
    pub epoch: u64,
}

/// Why a wrap stays closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenWrapError {
    /// The secret is well-formed and belongs to another backup, or to another password.
    #[error("the secret belongs to another wrap")]
    OtherSecret,
    /// The secret is the right one and the record is not what was sealed.
    #[error("the wrap is damaged")]
    Damaged,
    /// The wrap says of itself another kind, other parameters or another epoch than was expected.
    #[error("the wrap is of another kind, epoch or derivation than was asked for")]
    OtherContext,
    /// The engine failed, which says nothing of the wrap.
    #[error("the wrap was not opened")]
    Job(#[source] JobError),
}

impl WrapContext {
    /// Of a password wrap.
    #[must_use]
    pub const fn password(account_id: AccountId, kdf: Argon2Params, epoch: u64) -> Self {
        Self {
            account_id,
            kind: WrapKind::Password,
            kdf: Some(kdf),
            epoch,
        }
    }

    /// Of a recovery wrap.
    #[must_use]
    pub const fn recovery(account_id: AccountId, epoch: u64) -> Self {
        Self {
            account_id,
            kind: WrapKind::Recovery,
            kdf: None,
            epoch,
        }
    }

    /// What a stored wrap says of itself. Its tag proves it when the wrap is opened; the account is never taken from
    /// the record.
    #[must_use]
    pub const fn of(account_id: AccountId, wrap: &Wrap) -> Self {
        Self {
            account_id,
            kind: wrap.kind,
            kdf: wrap.kdf,
            epoch: wrap.epoch,
        }
    }

    fn to_associated_data(self) -> Vec<u8> {
        let kdf = self.kdf.map(|kdf| kdf.to_bytes());
        parts(&[
            LABEL,
            self.account_id.as_bytes(),
            self.kind.label().as_bytes(),
            kdf.as_ref().map_or(&[], |kdf| kdf.as_slice()),
            &self.epoch.to_be_bytes(),
        ])
    }
}

/// The backup key under `key`.
///
/// # Errors
/// [`JobError`] if the engine fails.
pub fn seal_wrap(
    key: &WrapKey,
    context: &WrapContext,
    backup_key: &BackupKey,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Step<Wrap, JobError> {
    let mut nonce = [0; NONCE_LEN];
    rng.fill_bytes(&mut nonce);
    // EXPOSE: the plaintext of the wrap; the job wipes its copy.
    let text = Zeroizing::new(backup_key.expose_secret().to_vec());
    let WrapContext { kind, kdf, epoch, .. } = *context;
    let commitment = B64(derive_commitment(key));
    let job = Job::AesGcmSeal(job(key, context, nonce, text));
    Step::ask(job, Progress::of(Phase::Keys), Step::Done).map_result(move |sealed| {
        Ok(Wrap {
            kind,
            kdf,
            epoch,
            nonce: B64(nonce),
            ciphertext: B64(sealed?.as_slice().try_into().map_err(|_| JobError::Engine)?),
            commitment,
        })
    })
}

/// The backup key out of `wrap`, after its commitment and its tag were checked.
///
/// # Errors
/// [`OpenWrapError`] tells another secret and a damaged record apart.
pub fn open_wrap(key: &WrapKey, context: &WrapContext, wrap: &Wrap) -> Step<BackupKey, OpenWrapError> {
    if *context != WrapContext::of(context.account_id, wrap) {
        return Step::Done(Err(OpenWrapError::OtherContext));
    }
    if !bool::from(derive_commitment(key).ct_eq(&wrap.commitment.0)) {
        return Step::Done(Err(OpenWrapError::OtherSecret));
    }
    let text = Zeroizing::new(wrap.ciphertext.0.to_vec());
    let job = Job::AesGcmOpen(job(key, context, wrap.nonce.0, text));
    Step::ask(job, Progress::of(Phase::Keys), |opened| {
        Step::Done(match opened {
            Ok(mut opened) => opened
                .as_mut_slice()
                .try_into()
                .map(BackupKey::take_bytes)
                .map_err(|_| OpenWrapError::Damaged),
            Err(JobError::NotAuthentic) => Err(OpenWrapError::Damaged),
            Err(error) => Err(OpenWrapError::Job(error)),
        })
    })
}

fn job(key: &WrapKey, context: &WrapContext, nonce: [u8; NONCE_LEN], text: Zeroizing<Vec<u8>>) -> AesGcmJob {
    // EXPOSE: the key of the cipher; the copy is wiped by the newtype that takes it over.
    let key = Arc::new(AesKey::take_bytes(&mut { *key.expose_secret() }));
    AesGcmJob {
        key,
        nonce,
        associated_data: context.to_associated_data(),
        text,
    }
}

fn derive_commitment(key: &WrapKey) -> [u8; 32] {
    // EXPOSE: input of a derivation.
    hkdf::derive(&[], key.expose_secret(), COMMIT_LABEL)
}
