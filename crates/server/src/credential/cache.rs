//! Remembers for some minutes that a password was right, so that each request of the original wire, which carries the
//! password each time, does not cost a slow hash.
//!
//! ```text
//! entry = account id → (credential epoch, HMAC-SHA-256(process key, password), until)
//! ```
//!
//! The process key is drawn at start and never leaves the process; a changed credential has another epoch.

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
const ENTRIES_MAX: usize = 10_000;

struct Entry {
    epoch: u64,
    tag: [u8; 32],
    until: Timestamp,
}

/// Passwords that were right a moment ago.
pub struct SuccessCache {
    process_key: Zeroizing<[u8; 32]>,
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
        Ok(Self {
            process_key: Zeroizing::new(random::generate()?),
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
            && entry.epoch == account.credential.epoch
            && self
                .mac(password)
                .is_some_and(|mac| mac.verify_slice(&entry.tag).is_ok())
    }

    /// Remembers that this password is right for this account under its present credential.
    pub fn remember(&self, account: &Account, password: &Password, now: Timestamp) {
        let Some(mac) = self.mac(password) else { return };
        let tag = mac.finalize().into_bytes().into();
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= ENTRIES_MAX {
            entries.retain(|_, entry| entry.until > now);
        }
        if entries.len() < ENTRIES_MAX {
            entries.insert(
                account.id,
                Entry {
                    epoch: account.credential.epoch,
                    tag,
                    until: now.plus(REMEMBERED),
                },
            );
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

    fn account(epoch: u64) -> Account {
        Account {
            id: AccountId::from_bytes([1; 16]),
            address: "carol@example.org".parse().unwrap(),
            state: AccountState::Active,
            credential: Credential {
                hash: String::new(),
                kind: CredentialKind::Typed,
                epoch,
            },
            key_record_version: None,
            proven_kept: false,
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
    fn a_changed_credential_is_forgotten_at_once() {
        let cache = SuccessCache::new().unwrap();
        cache.remember(&account(1), &password("right"), Timestamp(0));
        assert!(!cache.remembers(&account(2), &password("right"), Timestamp(1)));
    }
}
