//! From a passphrase to the keys of one file.

use std::sync::Arc;

use hmac::Hmac;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{Header, Limits, OpenKeyFileError};
use crate::{
    job::{AesKey, HmacKey, Job, JobError, Pbkdf2Job, Phase, Progress, Step},
    matrix::{mac, passphrase::Passphrase},
};

/// Bytes of both keys: one block of SHA-512, so that each round is taken once.
const KEYS_LEN: usize = 64;

/// The keys that a passphrase gives for the header of one file. Whether they are those of the file is not known before
/// its tag was checked.
#[derive(Debug, Clone)]
pub struct Keys {
    pub(super) header: Header,
    pub(super) cipher: Arc<AesKey>,
    pub(super) mac: Arc<HmacKey>,
}

impl Keys {
    /// Derives them, by one slow job.
    ///
    /// # Errors
    /// [`OpenKeyFileError::TooManyRounds`] before anything is derived, or the engine's.
    pub fn derive(header: Header, passphrase: &Passphrase, limits: &Limits) -> Step<Self, OpenKeyFileError> {
        match limits.check(&header) {
            Ok(()) => Self::derive_within(header, passphrase).map_result(|keys| Ok(keys?)),
            Err(error) => Step::Done(Err(error)),
        }
    }

    /// [`Keys::derive`] for rounds that were checked.
    pub(super) fn derive_within(header: Header, passphrase: &Passphrase) -> Step<Self, JobError> {
        let job = Job::Pbkdf2(Pbkdf2Job {
            // EXPOSE: input of the derivation.
            passphrase: Zeroizing::new(passphrase.expose_secret().to_vec()),
            salt: header.salt().to_vec(),
            rounds: header.rounds(),
            len: KEYS_LEN,
        });
        Step::ask(job, Progress::of(Phase::DeriveKey), move |derived| {
            Step::Done(derived.and_then(|mut derived| {
                let (cipher, mac) = derived.split_first_chunk_mut().ok_or(JobError::Engine)?;
                let mac = mac.try_into().map_err(|_| JobError::Engine)?;
                Ok(Self {
                    header,
                    cipher: Arc::new(AesKey::take_bytes(cipher)),
                    mac: Arc::new(HmacKey::take_bytes(mac)),
                })
            }))
        })
    }

    /// The MAC over a file, before its first byte.
    pub(super) fn start_mac(&self) -> Hmac<Sha256> {
        // EXPOSE: key of the MAC.
        mac::start(self.mac.expose_secret())
    }
}
