//! A key from a passphrase, as secret storage has it (`passphrase` of a key's description), and as backups had it before
//! there was secret storage (`private_key_salt` and `private_key_iterations` beside the public key).
//!
//! ```text
//! key = PBKDF2-HMAC-SHA-512(passphrase, salt as UTF-8, iterations, 32 bytes)
//! ```

use core::num::NonZeroU32;

use zeroize::Zeroizing;

use super::RecoveryKey;
use crate::{
    job::{Job, JobError, Pbkdf2Job, Phase, Progress, Step},
    matrix::passphrase::Passphrase,
};

/// Bits of the only keys that there are.
const BITS: u32 = 256;

/// How a key is derived from a passphrase: salt and iterations, as a server or an account has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation {
    salt: String,
    iterations: NonZeroU32,
}

/// Why nothing is derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DerivationError {
    /// None, or more than the caller allows.
    #[error("{iterations} iterations are not between 1 and {max}")]
    Iterations {
        /// As written.
        iterations: u32,
        /// As allowed.
        max: u32,
    },
    /// Another length than 256 bits, which no key has.
    #[error("a key of {bits} bits is not known")]
    Bits {
        /// As written.
        bits: u32,
    },
    /// The engine failed.
    #[error("deriving failed")]
    Job(#[from] JobError),
}

impl Derivation {
    /// Checks the parameters, before anything is derived: they are whoever's who wrote to the account. `bits` is 256 where
    /// it does not stand.
    ///
    /// # Errors
    /// [`DerivationError`].
    pub fn new(salt: String, iterations: u32, bits: u32, max_rounds: u32) -> Result<Self, DerivationError> {
        if bits != BITS {
            return Err(DerivationError::Bits { bits });
        }
        let within = NonZeroU32::new(iterations).filter(|iterations| iterations.get() <= max_rounds);
        let iterations = within.ok_or(DerivationError::Iterations {
            iterations,
            max: max_rounds,
        })?;
        Ok(Self { salt, iterations })
    }

    /// The key, by one slow job. Whether it is the right one, the public key or a key check says.
    ///
    /// # Errors
    /// The engine's.
    pub fn derive(&self, passphrase: &Passphrase) -> Step<RecoveryKey, DerivationError> {
        let job = Job::Pbkdf2(Pbkdf2Job {
            // EXPOSE: input of the derivation.
            passphrase: Zeroizing::new(passphrase.expose_secret().to_vec()),
            salt: self.salt.as_bytes().to_vec(),
            rounds: self.iterations,
            len: RecoveryKey::LEN,
        });
        Step::ask(job, Progress::of(Phase::DeriveKey), |derived| {
            Step::Done(match derived {
                Ok(mut bytes) => bytes
                    .as_mut_slice()
                    .try_into()
                    .map(RecoveryKey::take_bytes)
                    .map_err(|_| JobError::Engine.into()),
                Err(error) => Err(error.into()),
            })
        })
    }

    /// The salt, as text.
    #[must_use]
    pub fn salt(&self) -> &str {
        &self.salt
    }

    /// How often the hash is taken.
    #[must_use]
    pub const fn iterations(&self) -> NonZeroU32 {
        self.iterations
    }
}
