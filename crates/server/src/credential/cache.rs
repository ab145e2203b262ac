//! Remembers for some minutes that a password was right, so that each request of the original wire, which carries the
//! password each time, does not cost a slow hash.
//!
//! ```text
//! entry = account id → (generation of the credential, HMAC-SHA-256(process key, password), until)
//! ```
//!
//! The process key is drawn at start and never leaves the process; a changed credential has another generation.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use hmac::{Hmac, KeyInit as _, Mac as _};
use keyhaven_protocol::persona::AccountId;
use keyhaven_storage::{Account, Timestamp};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Password;
use crate::random::{self, RandomError};

const REMEMBERED: Duration = Duration::from_secs(5 * 60);
/// Accounts that are remembered at once; another takes the place of the one that is remembered longest.
const ENTRIES_MAX: usize = 10_000;

struct Entry {
    generation: u64,
    tag: [u8; 32],
    until: Timestamp,
}

/// Passwords that were right a moment ago.
pub struct SuccessCache {
    process_key: Zeroizing<[u8; 32]>,
    entries_max: usize,
    entries: Mutex<HashMap<AccountId, Entry>>,
}

impl fmt::Debug for SuccessCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SuccessCache").finish_non_exhaustive()
    }
}

impl SuccessCache {
    /// An empty cache under a fresh process key.
    ///
    /// # Errors
    /// [`RandomError`]
    pub fn new() -> Result<Self, RandomError> {
        Self::of_size(ENTRIES_MAX)
    }

    fn of_size(entries_max: usize) -> Result<Self, RandomError> {
        Ok(Self {
            process_key: Zeroizing::new(random::generate()?),
            entries_max,
            entries: Mutex::default(),
        })
    }

    /// Whether this password was right for this account under its present credential, some minutes ago at most.
    #[must_use]
    pub fn remembers(&self, account: &Account, password: &Password, now: Timestamp) -> bool {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(entry) = entries.get(&account.id) else {
            return false;
        };
        entry.until > now
            && entry.generation == account.credential.generation
            && self
                .mac(password)
                .is_some_and(|mac| mac.verify_slice(&entry.tag).is_ok())
    }

    /// Remembers that this password is right for this account under its present credential.
    pub fn remember(&self, account: &Account, password: &Password, now: Timestamp) {
        let Some(mac) = self.mac(password) else { return };
        let tag = mac.finalize().into_bytes().into();
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(
            account.id,
            Entry {
                generation: account.credential.generation,
                tag,
                until: now.plus(REMEMBERED),
            },
        );
        if entries.len() > self.entries_max {
            // All of them last equally long, so the first to end is the oldest. Looking at each costs less than a
            // hundredth of the slow hash that was just paid for.
            let others = entries.iter().filter(|(id, _)| **id != account.id);
            let oldest = others.min_by_key(|(_, entry)| entry.until).map(|(id, _)| *id);
            if let Some(oldest) = oldest {
                entries.remove(&oldest);
            }
        }
    }

    fn mac(&self, password: &Password) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.process_key.as_slice()).ok()?;
        // EXPOSE: input of a keyed hash.
        mac.update(password.expose_secret());
        Some(mac)
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::persona::AccountState;
    use keyhaven_storage::{Credential, CredentialKind};

    use super::*;

    fn account(generation: u64) -> Account {
        account_of(1, generation)
    }

    fn account_of(id: u8, generation: u64) -> Account {
        Account {
            id: AccountId::from_bytes([id; 16]),
            address: "carol@example.org".parse().unwrap(),
            state: AccountState::Active,
            beneath: AccountState::Active,
            credential: Credential {
                hash: String::new(),
                kind: CredentialKind::Typed,
                // An undo brings an old epoch back: it tells nothing about what was remembered.
                epoch: 1,
                generation,
            },
            state_until: None,
            key_record_version: None,
            proven_kept: false,
            proven_kept_until: None,
            former_code_until: None,
            address_change: None,
            created_at: Timestamp(0),
            used_bytes: 0,
        }
    }

    fn password(text: &str) -> Password {
        Password::parse(text.to_owned()).unwrap()
    }

    #[test]
    fn a_right_password_is_remembered_for_five_minutes() {
        let cache = SuccessCache::new().unwrap();
        assert!(!cache.remembers(&account(1), &password("right"), Timestamp(0)));
        cache.remember(&account(1), &password("right"), Timestamp(0));
        assert!(cache.remembers(&account(1), &password("right"), Timestamp(299)));
        assert!(!cache.remembers(&account(1), &password("right"), Timestamp(300)));
        assert!(!cache.remembers(&account(1), &password("wrong"), Timestamp(1)));
    }

    #[test]
    fn a_full_cache_forgets_the_oldest_and_goes_on_remembering() {
        let cache = SuccessCache::of_size(3).unwrap();
        for (time, id) in [(10, 1), (5, 2), (7, 3), (12, 4), (13, 5)] {
            cache.remember(&account_of(id, 1), &password("right"), Timestamp(time));
        }
        let remembered: Vec<u8> = (1..=5)
            .filter(|id| cache.remembers(&account_of(*id, 1), &password("right"), Timestamp(14)))
            .collect();
        assert_eq!(remembered, [1, 4, 5]);
        // Known accounts are renewed without another's loss.
        cache.remember(&account_of(1, 2), &password("new"), Timestamp(14));
        assert!(cache.remembers(&account_of(1, 2), &password("new"), Timestamp(15)));
        assert!(cache.remembers(&account_of(4, 1), &password("right"), Timestamp(15)));
    }

    #[test]
    fn a_changed_credential_is_forgotten_at_once() {
        let cache = SuccessCache::new().unwrap();
        cache.remember(&account(1), &password("right"), Timestamp(0));
        assert!(!cache.remembers(&account(2), &password("right"), Timestamp(1)));
    }
}
