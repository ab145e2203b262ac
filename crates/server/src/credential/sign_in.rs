//! Address and password → account, with the limits of `accounts-and-keys.md` 6.

use std::{fmt, sync::Arc};

use keyhaven_protocol::address::Address;
use keyhaven_storage::{Account, StorageError, Store, Timestamp};

use super::{
    Attempt, AttemptLimiter, Crowd, Guesses, HashError, Hasher, KdfPolicy, Password, SuccessCache,
    TooManyAttempts, guesses::Guess, imported,
};
use crate::extract::Network;

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// No such account or not its password: never told apart, and of the same cost.
    #[error("address or password is wrong")]
    Wrong,
    /// Too many wrong guesses from this network, for this address or in all, whether there is an account or not.
    #[error("too many wrong passwords")]
    RateLimited(#[from] TooManyAttempts),
    /// Too many hashes of this network wait.
    #[error("too many passwords of one network are waiting to be hashed")]
    Busy,
    /// Hashing failed or is busy.
    #[error("hashing failed")]
    Hash(#[from] HashError),
    /// The store failed.
    #[error("the store failed")]
    Storage(#[from] StorageError),
}

/// Everything that verifies what somebody knows.
#[derive(Clone)]
pub struct Credentials {
    /// The slow hash.
    pub hasher: Hasher,
    /// What clients derive with.
    pub kdf: Arc<KdfPolicy>,
    /// Right passwords of the last minutes.
    pub cache: Arc<SuccessCache>,
    /// What strangers have hashed, by network.
    pub guesses: Arc<Guesses>,
    /// Wrong sign-ins, by address and network.
    pub sign_ins: Arc<AttemptLimiter>,
    /// Wrong present passwords of a signed-in client, by account.
    pub passwords: Arc<AttemptLimiter>,
    /// Wrong old passwords of a locked account, by account.
    pub old_passwords: Arc<AttemptLimiter>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

impl Credentials {
    /// The account whose address and password these are.
    ///
    /// # Errors
    /// [`SignInError`]
    pub async fn sign_in(
        &self,
        store: &dyn Store,
        address: &Address,
        password: Password,
        network: Network,
        now: Timestamp,
    ) -> Result<Account, SignInError> {
        let account = store.account_by_address(address, now).await?;
        let subject = [address.normalised().as_bytes(), network.as_bytes()];
        // Before the cache is asked: else its answers would go on telling right from wrong when no guess is left.
        let of_subject = self.sign_ins.begin(&subject, Crowd::Of(network.wider()), now)?;
        if let Some(account) = &account
            && self.cache.remembers(account, &password, now)
        {
            of_subject.give_back();
            return Ok(account.clone());
        }
        // After it, so that whoever is remembered comes in while neighbours guess. A refusal here tells that this is
        // not what is remembered, and so the guess at the subject stays taken.
        let of_network = self.guesses.begin(network, now)?;
        let guess = LimitedGuess {
            of_subject,
            of_network,
        };
        let hash = account.as_ref().map(|account| account.credential.hash.as_str());
        let copy = password.duplicate();
        let verified = self.hasher.verify_for(Some(network), hash, password).await;
        let right = guess.judge(verified, account)?;
        self.cache.remember(&right, &copy, now);
        self.renew_imported(store, &right, copy).await?;
        Ok(right)
    }

    /// Takes one guess of this subject and one of this network: both, or none.
    pub(super) fn begin_guess(
        &self,
        subject: &[&[u8]],
        network: Network,
        now: Timestamp,
    ) -> Result<LimitedGuess<'_>, SignInError> {
        let of_subject = self.sign_ins.begin(subject, Crowd::Of(network.wider()), now)?;
        match self.guesses.begin(network, now) {
            Ok(of_network) => Ok(LimitedGuess {
                of_subject,
                of_network,
            }),
            Err(refused) => {
                of_subject.give_back();
                Err(refused)
            }
        }
    }

    /// Puts a hash of our own in the place of an imported one, now that the password is known. Epoch and cache stand:
    /// it is the same password. Without a turn to hash it is done at the next sign-in.
    async fn renew_imported(
        &self,
        store: &dyn Store,
        account: &Account,
        password: Password,
    ) -> Result<(), SignInError> {
        if !imported::is_imported(&account.credential.hash) {
            return Ok(());
        }
        match self.hasher.hash(password).await {
            Ok(hash) => {
                store
                    .renew_hash(account.id, &account.credential.hash, hash)
                    .await?;
                Ok(())
            }
            Err(HashError::Busy) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// What an address that does not even parse costs: the same as a wrong password.
    ///
    /// # Errors
    /// Always; [`SignInError::Wrong`] unless hashing itself failed.
    pub async fn refuse(
        &self,
        password: Password,
        network: Network,
        now: Timestamp,
    ) -> Result<Account, SignInError> {
        let _guess = self.guesses.begin(network, now)?;
        self.hasher.verify(None, password).await?;
        Err(SignInError::Wrong)
    }
}

/// A guess at a password, taken from what its address and its network have left.
#[must_use = "a guess that was right is given back"]
pub(super) struct LimitedGuess<'a> {
    of_subject: Attempt<'a>,
    of_network: Guess<'a>,
}

impl LimitedGuess<'_> {
    /// Gives the guess back unless it was wrong: a hash that was not computed tells nothing. Without an account every
    /// guess is wrong.
    pub(super) fn judge(
        self,
        verified: Result<bool, HashError>,
        account: Option<Account>,
    ) -> Result<Account, SignInError> {
        match (verified, account) {
            (Ok(true), Some(account)) => {
                self.give_back();
                Ok(account)
            }
            (Ok(_), _) => Err(SignInError::Wrong),
            (Err(error), _) => {
                self.give_back();
                Err(error.into())
            }
        }
    }

    fn give_back(self) {
        self.of_network.give_back();
        self.of_subject.give_back();
    }
}
