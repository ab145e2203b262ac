//! From the password to the root that its keys are derived from.

use core::fmt;

use keyhaven_protocol::{
    address::Address,
    kdf::{Argon2Params, KdfError},
    parts::parts,
};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::ApiOrigin;
use crate::{
    job::{Argon2idJob, Job, JobError, Phase, Progress, ROOT_LEN, Step},
    password::Password,
    secret::secret,
};

const SALT_LABEL: &[u8] = b"keyhaven/persona/salt/1";

secret! {
    /// What the slow derivation answers. Everything that the password gives is derived from it.
    Root[64]
}

/// The salt of the slow derivation. Not a secret; it tells who the address is to somebody who guesses addresses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; 32]);

impl Salt {
    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(redacted)")
    }
}

/// `SHA-256("keyhaven/persona/salt/1" ‖ origin ‖ normalised address ‖ server salt)`
///
/// `server_salt` is what `GET kdf` answered, and empty against a server that has no such route. The origin stops a
/// relay: what is derived for one server signs in at no other.
#[must_use]
pub fn derive_salt(origin: &ApiOrigin, address: &Address, server_salt: &[u8]) -> Salt {
    let input = parts(&[
        SALT_LABEL,
        origin.as_str().as_bytes(),
        address.normalised().as_bytes(),
        server_salt,
    ]);
    Salt(Sha256::digest(input).into())
}

/// Why there is no root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeriveRootError {
    /// The parameters are outside the bounds; nothing was derived from the password.
    #[error("the parameters of the key derivation are refused")]
    Params(#[from] KdfError),
    /// The slow step failed.
    #[error("the key derivation failed")]
    Job(#[from] JobError),
}

/// `Argon2id(password, salt, params)`: a second of work on purpose, so a job.
///
/// # Errors
/// [`DeriveRootError::Params`] before anything is computed, if `params` are outside the floor and the ceiling.
pub fn derive_root(password: &Password, salt: &Salt, params: Argon2Params) -> Step<Root, DeriveRootError> {
    if let Err(error) = params.check() {
        return Step::Done(Err(error.into()));
    }
    // EXPOSE: input of the derivation; the job wipes its copy.
    let password = Zeroizing::new(password.expose_secret().to_vec());
    let job = Job::Argon2id(Argon2idJob {
        password,
        salt: salt.0,
        params,
    });
    let progress = Progress {
        phase: Phase::DeriveKey,
        done_bytes: 0,
        total_bytes: 0,
    };
    Step::ask(job, progress, |answer| {
        Step::Done(answer.map_err(DeriveRootError::from).and_then(|mut bytes| {
            let bytes: &mut [u8; ROOT_LEN] = bytes
                .as_mut_slice()
                .try_into()
                .map_err(|_| DeriveRootError::Job(JobError::Engine))?;
            Ok(Root::take_bytes(bytes))
        }))
    })
}
