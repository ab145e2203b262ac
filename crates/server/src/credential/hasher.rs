//! Argon2id on blocking threads, as many at once as there are cores, with a bounded queue before them.

mod argon2id;

use std::{fmt, sync::Arc};

use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use self::argon2id::Argon2id;
use super::{
    Password,
    imported::{ImportedHash, ImportedHashError, ImportedLane},
};
use crate::{
    extract::Network,
    metrics::Counter,
    random::{self, RandomError},
};

/// At most this many hashes run at once, however many cores there are.
const RUNNING_MAX: usize = 4;
/// Requests that may wait for each one that runs: below two seconds on any machine of this decade.
const WAITING_EACH: usize = 32;

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HashError {
    /// The queue is full; nothing was computed.
    #[error("too many passwords are waiting to be hashed")]
    Busy,
    /// The hash function refused its parameters.
    #[error("the password hash function failed")]
    Function(#[source] argon2::password_hash::Error),
    /// A stored hash does not parse.
    #[error("a stored password hash is damaged")]
    Stored(#[source] argon2::password_hash::phc::Error),
    /// A stored hash of the original service does not parse.
    #[error("an imported password hash is damaged")]
    Imported(#[from] ImportedHashError),
    /// No salt.
    #[error("no salt")]
    Random(#[from] RandomError),
    /// The thread that hashed was lost.
    #[error("the hashing thread was lost")]
    Lost(#[source] tokio::task::JoinError),
}

/// Hashes and verifies passwords.
#[derive(Clone)]
pub struct Hasher {
    function: Argon2id,
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    imported: ImportedLane,
    running_max: usize,
    counts: Arc<HashCounts>,
    /// Verified against where there is no account, so that this costs the same.
    dummy: Arc<str>,
}

#[derive(Debug, Default)]
struct HashCounts {
    computed: Counter,
    refused: Counter,
}

/// What a hasher does and did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashLoad {
    /// Hashes that are computed now.
    pub running: usize,
    /// Hashes that wait for their turn.
    pub waiting: usize,
    /// Hashes that were computed.
    pub computed: u64,
    /// Hashes that were refused because the queue was full.
    pub refused: u64,
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").finish_non_exhaustive()
    }
}

impl Hasher {
    /// A hasher for a machine of this many cores.
    ///
    /// # Errors
    /// The first hash, the one for accounts that do not exist, failed.
    pub fn new(cores: usize) -> Result<Self, HashError> {
        let function = Argon2id::new()?;
        let nobodys_password = Zeroizing::new(random::generate::<32>()?);
        let dummy = function.hash(nobodys_password.as_slice())?;
        let running = cores.clamp(1, RUNNING_MAX);
        Ok(Self {
            function,
            running: Arc::new(Semaphore::new(running)),
            waiting: Arc::new(Semaphore::new(places(running))),
            imported: ImportedLane::default(),
            running_max: running,
            counts: Arc::default(),
            dummy: dummy.into(),
        })
    }

    /// How many hashes can wait or run at the same time.
    #[must_use]
    pub fn places(&self) -> usize {
        places(self.running_max)
    }

    /// What it does now and did so far.
    #[must_use]
    pub fn load(&self) -> HashLoad {
        let taken = self.places().saturating_sub(self.waiting.available_permits());
        let running = self.running_max.saturating_sub(self.running.available_permits());
        HashLoad {
            running,
            waiting: taken.saturating_sub(running),
            computed: self.counts.computed.value(),
            refused: self.counts.refused.value(),
        }
    }

    /// The PHC string of a password under a fresh salt.
    ///
    /// # Errors
    /// [`HashError::Busy`] when the queue is full.
    pub async fn hash(&self, password: Password) -> Result<String, HashError> {
        let function = self.function.clone();
        // EXPOSE: input of the slow hash.
        self.queue(move || function.hash(password.expose_secret())).await
    }

    /// Whether the password is that of the hash. Without a hash it costs the same and the answer is no.
    ///
    /// # Errors
    /// [`HashError::Busy`] when the queue is full.
    pub async fn verify(&self, hash: Option<&str>, password: Password) -> Result<bool, HashError> {
        self.verify_for(None, hash, password).await
    }

    /// [`Self::verify`] for a stranger of this network.
    ///
    /// # Errors
    /// [`HashError::Busy`] when the queue is full, or the network has its place in the lane of imported hashes already.
    pub(crate) async fn verify_for(
        &self,
        network: Option<Network>,
        hash: Option<&str>,
        password: Password,
    ) -> Result<bool, HashError> {
        if let Some(imported) = hash.and_then(ImportedHash::of_stored) {
            return self.imported.verify(imported?, password, network).await;
        }
        let function = self.function.clone();
        let account = hash.is_some();
        let hash: Arc<str> = hash.map_or_else(|| Arc::clone(&self.dummy), Into::into);
        let matches = self
            // EXPOSE: input of the slow hash.
            .queue(move || function.verify(password.expose_secret(), &hash))
            .await?;
        Ok(matches && account)
    }

    async fn queue<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let place = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| {
            self.counts.refused.add();
            HashError::Busy
        })?;
        let turn = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(|_| HashError::Busy)?;
        self.counts.computed.add();
        // Both permits move to the thread: a caller that goes away does not make room for one hash more.
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop((turn, place));
            result
        })
        .await
        .map_err(HashError::Lost)?
    }
}

fn places(running: usize) -> usize {
    running * (WAITING_EACH + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::parse(text.to_owned()).unwrap()
    }

    #[tokio::test]
    async fn a_password_verifies_against_its_own_hash_only() {
        let hasher = Hasher::new(2).unwrap();
        let hash = hasher.hash(password("right")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hasher.verify(Some(&hash), password("right")).await.unwrap());
        assert!(!hasher.verify(Some(&hash), password("wrong")).await.unwrap());
        assert!(!hasher.verify(None, password("right")).await.unwrap());
        assert_ne!(
            hash,
            hasher.hash(password("right")).await.unwrap(),
            "each hash has its own salt"
        );
    }

    #[tokio::test]
    async fn a_damaged_hash_is_an_error_and_not_a_no() {
        let hasher = Hasher::new(1).unwrap();
        let error = hasher
            .verify(Some("$argon2id$v=19$"), password("x"))
            .await
            .unwrap_err();
        assert!(matches!(error, HashError::Stored(_)));
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let hasher = Hasher::new(1).unwrap();
        let all = hasher.waiting.available_permits();
        let taken = Arc::clone(&hasher.waiting)
            .acquire_many_owned(u32::try_from(all).unwrap())
            .await
            .unwrap();
        assert!(matches!(hasher.hash(password("x")).await, Err(HashError::Busy)));
        assert_eq!(hasher.load().waiting, all);
        drop(taken);
        assert!(hasher.hash(password("x")).await.is_ok());
        let load = hasher.load();
        assert_eq!(
            (load.running, load.waiting, load.computed, load.refused),
            (0, 0, 1, 1)
        );
    }
}
