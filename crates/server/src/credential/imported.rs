//! Password hashes of the original service, brought in by `keyhaven import` and verified once.
//!
//! ```text
//! stored = PBKDF2-HMAC-SHA-1(password, base64 text of 66 random bytes, iterations) → 66 bytes
//! ```
//!
//! as npm `credential` 2.0.0 writes it. Their iterations follow the calendar and take ten seconds by now, so that they
//! are computed one at a time, on a lane beside the server's own hashes: whoever signs in to an imported account for
//! the first time keeps others of the kind waiting, and nobody else. `docs/adr/0005-durability-and-the-operator.md`

use std::{fmt, sync::Arc};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
};
use serde::Deserialize;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use super::{HashError, Password};
use crate::{extract::Network, shares::NetworkShares};

const HASH_BYTES: usize = 66;
/// Longest text of a salt; theirs has 88 characters.
const SALT_MAX_BYTES: usize = 128;
/// The most iterations that are computed: what the original's formula gives until November 2027. A dump that names more
/// would keep a core busy for as long as it likes.
pub const ITERATIONS_MAX: u32 = 16_000_000;
/// What stored hashes of this kind begin with; a PHC string of ours begins with `$argon2id$`.
const PREFIX: &str = "$pbkdf2-sha1$i=";
/// How many may wait while one is computed.
const WAITING_MAX: usize = 4;

/// Why something is no such hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportedHashError {
    /// Not the JSON of npm `credential`, or text that is not as we store it.
    #[error("not a password hash of the original service")]
    Malformed,
    /// Another function or another length.
    #[error("a password hash of another method or length")]
    Method,
    /// None, or more than [`ITERATIONS_MAX`].
    #[error("a password hash of no iterations or too many")]
    Iterations,
}

/// One hash of the original service.
#[derive(Clone, PartialEq, Eq)]
pub struct ImportedHash {
    iterations: u32,
    /// The base64 text itself is what is fed in.
    salt: String,
    hash: [u8; HASH_BYTES],
}

impl fmt::Debug for ImportedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImportedHash")
            .field("iterations", &self.iterations)
            .finish_non_exhaustive()
    }
}

/// What npm `credential` writes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NpmCredential {
    hash: String,
    salt: String,
    key_length: u32,
    hash_method: String,
    iterations: u32,
}

impl ImportedHash {
    /// Reads the JSON of npm `credential`.
    ///
    /// # Errors
    /// [`ImportedHashError`] says why not.
    pub fn from_npm_credential(json: &str) -> Result<Self, ImportedHashError> {
        let found: NpmCredential = serde_json::from_str(json).map_err(|_| ImportedHashError::Malformed)?;
        if found.hash_method != "pbkdf2" || usize::try_from(found.key_length) != Ok(HASH_BYTES) {
            return Err(ImportedHashError::Method);
        }
        Self::checked(found.iterations, &found.salt, &found.hash)
    }

    /// The hash that a stored text stands for; `None` for a hash of the server's own.
    ///
    /// # Errors
    /// [`ImportedHashError`] when the text is damaged.
    pub(super) fn of_stored(text: &str) -> Option<Result<Self, ImportedHashError>> {
        let rest = text.strip_prefix(PREFIX)?;
        let parsed = (|| {
            let mut parts = rest.split('$');
            let (iterations, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
            let iterations = iterations.parse().ok()?;
            parts.next().is_none().then_some((iterations, salt, hash))
        })();
        Some(
            parsed
                .ok_or(ImportedHashError::Malformed)
                .and_then(|(iterations, salt, hash)| Self::checked(iterations, salt, hash)),
        )
    }

    fn checked(iterations: u32, salt: &str, hash: &str) -> Result<Self, ImportedHashError> {
        if !(1..=ITERATIONS_MAX).contains(&iterations) {
            return Err(ImportedHashError::Iterations);
        }
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        if salt.is_empty() || salt.len() > SALT_MAX_BYTES || !salt.bytes().all(is_base64) {
            return Err(ImportedHashError::Malformed);
        }
        let bytes = STANDARD.decode(hash).map_err(|_| ImportedHashError::Malformed)?;
        Ok(Self {
            iterations,
            salt: salt.to_owned(),
            hash: bytes.try_into().map_err(|_| ImportedHashError::Method)?,
        })
    }

    /// As it stands in the place of a PHC string until the next sign-in.
    #[must_use]
    pub fn to_stored(&self) -> String {
        format!(
            "{PREFIX}{}${}${}",
            self.iterations,
            self.salt,
            STANDARD.encode(self.hash)
        )
    }

    /// What stands in its place while an import has not written everything yet: a hash of the server's own kind, which no
    /// password has, and the same in each run. So whoever can sign in finds all that was brought in.
    #[must_use]
    pub fn to_unfinished(&self) -> String {
        let digest = |part: &str| {
            Sha256::digest(format!(
                "keyhaven unfinished import, {part}: {}",
                self.to_stored()
            ))
        };
        format!(
            "$argon2id$v=19$m=19456,t=2,p=1${}${}",
            STANDARD_NO_PAD.encode(digest("salt")),
            STANDARD_NO_PAD.encode(digest("tag"))
        )
    }

    /// Takes as long as its iterations say.
    fn verify_now(&self, password: &Password) -> bool {
        let mut computed = Zeroizing::new([0; HASH_BYTES]);
        // EXPOSE: input of the slow hash.
        pbkdf2::pbkdf2_hmac::<Sha1>(
            password.expose_secret(),
            self.salt.as_bytes(),
            self.iterations,
            computed.as_mut_slice(),
        );
        computed.ct_eq(&self.hash).into()
    }
}

/// Whether a stored hash is one that the next right password replaces.
#[must_use]
pub(super) fn is_imported(stored: &str) -> bool {
    stored.starts_with(PREFIX)
}

/// Computes hashes of this kind, one at a time.
#[derive(Debug, Clone)]
pub(super) struct ImportedLane {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// A network has one place: else whoever guesses from one keeps all others of the kind out.
    places: NetworkShares,
}

impl Default for ImportedLane {
    fn default() -> Self {
        Self {
            running: Arc::new(Semaphore::new(1)),
            waiting: Arc::new(Semaphore::new(WAITING_MAX + 1)),
            places: NetworkShares::new(1),
        }
    }
}

impl ImportedLane {
    /// `network` is who asks, where that is a stranger.
    pub(super) async fn verify(
        &self,
        hash: ImportedHash,
        password: Password,
        network: Option<Network>,
    ) -> Result<bool, HashError> {
        let share = match network {
            Some(network) => Some(self.places.take(network, 1).ok_or(HashError::Busy)?),
            None => None,
        };
        let place = Arc::clone(&self.waiting)
            .try_acquire_owned()
            .map_err(|_| HashError::Busy)?;
        let turn = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(|_| HashError::Busy)?;
        // All three move to the thread: a caller that goes away does not make room for one hash more.
        tokio::task::spawn_blocking(move || {
            let matches = hash.verify_now(&password);
            drop((turn, place, share));
            matches
        })
        .await
        .map_err(HashError::Lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Password, iterations, salt, hash. By Python, whose PBKDF2 is another one:
    /// `base64.b64encode(hashlib.pbkdf2_hmac("sha1", password.encode(), salt.encode(), iterations, 66))`.
    const KNOWN: [(&str, u32, &str, &str); 3] = [
        (
            "hunter2",
            1_000,
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0BB",
            "L7AuLb+OlzXQO3uE4siJIwODpIyZYeNuZmilUd8Pjk31iZRHrfEwmU5X+9E/Yya+rUzoemTB0rfWG6xx2Ux4lEXY",
        ),
        (
            "p\u{e4}ssw\u{f6}rd: with colon",
            650_000,
            "//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eDf3t3c29rZ2NfW1dTT0tHQz87NzMvKycjHxsXEw8LBwL++",
            "mZ7x16AyrIV87BqM0EVDLG7HuovdGJiFgOUxPjwM2Lp9sDNrvT501Thz0n+qViJYz57e30uipKEAmxAv4FYeLAOr",
        ),
        (
            "x",
            1,
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "ISPICZ1cdCEZ7y5Eu5we/LnzTWWBwXl47ohot2wMxj3VzEeVWxvmBwScBde+6AiVQ5Ce/6pUiG4jd2+6DezB4lHG",
        ),
    ];

    fn json(iterations: u32, salt: &str, hash: &str) -> String {
        format!(
            r#"{{"hash":"{hash}","salt":"{salt}","keyLength":66,"hashMethod":"pbkdf2","iterations":{iterations}}}"#
        )
    }

    fn password(text: &str) -> Password {
        Password::parse(text.to_owned()).unwrap()
    }

    #[tokio::test]
    async fn known_answers_verify_and_no_other_password_does() {
        let lane = ImportedLane::default();
        for (text, iterations, salt, hash) in KNOWN {
            let read = ImportedHash::from_npm_credential(&json(iterations, salt, hash)).unwrap();
            let stored = ImportedHash::of_stored(&read.to_stored()).unwrap().unwrap();
            assert_eq!(stored, read);
            assert!(
                lane.verify(stored.clone(), password(text), None).await.unwrap(),
                "{text}"
            );
            let wrong = format!("{text}.");
            assert!(
                !lane.verify(stored, password(&wrong), None).await.unwrap(),
                "{wrong}"
            );
        }
    }

    #[tokio::test]
    async fn a_network_has_one_place_and_leaves_the_others_theirs() {
        let lane = ImportedLane::default();
        let (text, iterations, salt, hash) = KNOWN[1];
        let stored = ImportedHash::from_npm_credential(&json(iterations, salt, hash)).unwrap();
        let network = |ip: &str| Some(Network::of(ip.parse().unwrap()));
        let ask = |ip: &str| lane.verify(stored.clone(), password(text), network(ip));
        let (guesser, again, other) =
            tokio::join!(ask("203.0.113.1"), ask("203.0.113.1"), ask("198.51.100.7"));
        assert!(guesser.unwrap());
        assert!(matches!(again, Err(HashError::Busy)), "{again:?}");
        assert!(other.unwrap());
        assert!(ask("203.0.113.1").await.unwrap(), "the place is free again");
    }

    #[test]
    fn iterations_have_a_ceiling() {
        let (_, _, salt, hash) = KNOWN[0];
        let read = |iterations| ImportedHash::from_npm_credential(&json(iterations, salt, hash));
        assert!(read(ITERATIONS_MAX).is_ok());
        for iterations in [0, ITERATIONS_MAX + 1, u32::MAX] {
            assert_eq!(read(iterations).unwrap_err(), ImportedHashError::Iterations);
        }
    }

    #[test]
    fn other_methods_lengths_and_texts_are_refused() {
        let (_, iterations, salt, hash) = KNOWN[0];
        let good = json(iterations, salt, hash);
        let long = "A".repeat(SALT_MAX_BYTES + 1);
        for (text, error) in [
            (good.replace("pbkdf2", "scrypt"), ImportedHashError::Method),
            (good.replace("66", "64"), ImportedHashError::Method),
            (good.replace(hash, &hash[..84]), ImportedHashError::Method),
            (good.replace(hash, "not base64!"), ImportedHashError::Malformed),
            (good.replace(salt, "a$b"), ImportedHashError::Malformed),
            (good.replace(salt, ""), ImportedHashError::Malformed),
            (good.replace(salt, &long), ImportedHashError::Malformed),
            ("{}".to_owned(), ImportedHashError::Malformed),
            (String::new(), ImportedHashError::Malformed),
        ] {
            assert_eq!(
                ImportedHash::from_npm_credential(&text).unwrap_err(),
                error,
                "{text}"
            );
        }
    }

    #[test]
    fn a_hash_of_the_server_is_none_and_a_damaged_text_is_an_error() {
        assert!(ImportedHash::of_stored("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA").is_none());
        for text in [
            "$pbkdf2-sha1$i=",
            "$pbkdf2-sha1$i=1$AAAA$AAAA$AAAA",
            "$pbkdf2-sha1$i=x$AAAA$AAAA",
        ] {
            assert!(is_imported(text));
            assert!(ImportedHash::of_stored(text).unwrap().is_err(), "{text}");
        }
    }
}
