//! What proves who somebody is: the server's own slow hash over what arrives, and the limits around it.
//!
//! ```text
//! stored = Argon2id(19 MiB, 2 passes, 1 lane, random salt, what arrives in place of the password)
//! ```
//!
//! What arrives is a password as typed, or the derived `authKey` as 43 characters: the same hash for both, so that
//! nothing shows which one an account has.

mod attempts;
mod cache;
mod guesses;
mod hasher;
mod imported;
mod kdf_policy;
mod password;
mod proof;
mod salt_keys;
mod sign_in;
mod ways_back;

pub use attempts::{Attempt, AttemptLimiter, Crowd, TooManyAttempts};
pub use cache::SuccessCache;
pub use guesses::Guesses;
pub use hasher::{HashError, HashLoad, Hasher};
pub use imported::{ITERATIONS_MAX, ImportedHash, ImportedHashError};
pub(crate) use kdf_policy::SPREAD_DAYS;
pub use kdf_policy::{KdfGeneration, KdfPolicy, KdfPolicyError};
pub use password::{Password, PasswordError};
pub use salt_keys::{SaltKeys, SaltKeysError, ServerSaltKey};
pub use sign_in::{Credentials, SignInError};
