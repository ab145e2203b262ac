//! The keys behind every server salt, oldest first.
//!
//! ```text
//! server salt = HMAC-SHA-256(salt key, normalised address)
//! ```
//!
//! A salt is given to whoever asks for an address. Its key only keeps strangers from computing salts without asking, so
//! one that was seen is replaced without haste: passwords derived under it work until the person has signed in again.

use std::{fmt, sync::Arc};

use hmac::{Hmac, KeyInit as _, Mac as _};
use keyhaven_protocol::address::Address;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::clock::Day;

/// One secret behind server salts. Losing it locks out every password that was derived under it, so it is kept with the
/// data.
pub struct ServerSaltKey(Zeroizing<[u8; 32]>);

impl ServerSaltKey {
    /// A key of these random bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The salt of an address, known or not.
    #[must_use]
    pub fn salt(&self, address: &Address) -> [u8; 32] {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_slice()).expect("a key of 32 bytes");
        mac.update(address.normalised().as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl PartialEq for ServerSaltKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(other.0.as_slice()).into()
    }
}

impl Eq for ServerSaltKey {}

impl fmt::Debug for ServerSaltKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerSaltKey(redacted)")
    }
}

/// A key that took the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LaterSaltKey {
    pub(super) key: Arc<ServerSaltKey>,
    /// Over the 30 days from this one on, every address gets to it.
    pub(super) offered_from: Day,
}

/// At least one key, and the days from which each of the others takes the place of the one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaltKeys {
    pub(super) first: Arc<ServerSaltKey>,
    pub(super) later: Vec<LaterSaltKey>,
}

/// Why these are no list of salt keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SaltKeysError {
    /// It has none.
    #[error("there is no salt key")]
    Empty,
    /// The second or a later one has no day.
    #[error("a salt key after the first says no day in offered_from")]
    Undated,
    /// The days do not rise.
    #[error("the salt keys are not in the order of their days")]
    Unordered,
    /// It changes nothing, and would count as one of few.
    #[error("a salt key stands there twice")]
    Repeated,
}

impl SaltKeys {
    /// A list of keys, oldest first. The day of the first one says nothing: there was none before it.
    ///
    /// # Errors
    /// [`SaltKeysError`]
    pub fn new(keys: impl IntoIterator<Item = (ServerSaltKey, Option<Day>)>) -> Result<Self, SaltKeysError> {
        let mut keys = keys.into_iter();
        let (first, _) = keys.next().ok_or(SaltKeysError::Empty)?;
        let mut all = Self {
            first: Arc::new(first),
            later: Vec::new(),
        };
        for (key, day) in keys {
            let offered_from = day.ok_or(SaltKeysError::Undated)?;
            if all.newest_day().is_some_and(|newest| newest >= offered_from) {
                return Err(SaltKeysError::Unordered);
            }
            if *all.first == key || all.later.iter().any(|later| *later.key == key) {
                return Err(SaltKeysError::Repeated);
            }
            all.later.push(LaterSaltKey {
                key: Arc::new(key),
                offered_from,
            });
        }
        Ok(all)
    }

    /// Whether this is that list, perhaps with more keys at its end.
    #[must_use]
    pub fn continues(&self, earlier: &Self) -> bool {
        self.first == earlier.first && self.later.starts_with(&earlier.later)
    }

    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.later.len().saturating_add(1)
    }

    /// The day from which the newest key is offered; `None` if it is the only one.
    #[must_use]
    pub fn newest_day(&self) -> Option<Day> {
        self.later.last().map(|newest| newest.offered_from)
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_storage::Timestamp;

    use super::*;

    fn day(number: i64) -> Option<Day> {
        Some(Day::of(Timestamp(number * 86_400)))
    }

    fn keys(listed: &[(u8, Option<Day>)]) -> Result<SaltKeys, SaltKeysError> {
        SaltKeys::new(
            listed
                .iter()
                .map(|(byte, day)| (ServerSaltKey::new([*byte; 32]), *day)),
        )
    }

    #[test]
    fn the_salt_follows_the_normalised_address_and_the_key() {
        let typed: Address = "Carol@Example.org".parse().unwrap();
        let plain: Address = "carol@example.org".parse().unwrap();
        let other: Address = "dave@example.org".parse().unwrap();
        let key = ServerSaltKey::new([3; 32]);
        assert_eq!(key.salt(&typed), key.salt(&plain));
        assert_ne!(key.salt(&plain), key.salt(&other));
        assert_ne!(key.salt(&plain), ServerSaltKey::new([4; 32]).salt(&plain));
    }

    #[test]
    fn debug_shows_no_key() {
        let shown = format!("{:?}", keys(&[(7, None), (8, day(3))]).unwrap());
        assert!(!shown.contains("7, 7") && !shown.contains("8, 8"), "{shown}");
        assert!(shown.contains("ServerSaltKey(redacted)"), "{shown}");
    }

    #[test]
    fn lists_without_order_are_refused_by_name() {
        assert_eq!(keys(&[]), Err(SaltKeysError::Empty));
        assert_eq!(keys(&[(1, None), (2, None)]), Err(SaltKeysError::Undated));
        let falling = [(1, None), (2, day(5)), (3, day(4))];
        assert_eq!(keys(&falling), Err(SaltKeysError::Unordered));
        let same_day = [(1, None), (2, day(5)), (3, day(5))];
        assert_eq!(keys(&same_day), Err(SaltKeysError::Unordered));
        let twice = [(1, None), (2, day(5)), (1, day(6))];
        assert_eq!(keys(&twice), Err(SaltKeysError::Repeated));
        let rising = keys(&[(1, day(9)), (2, day(5)), (3, day(6))]).unwrap();
        assert_eq!((rising.count(), rising.newest_day()), (3, day(6)));
    }

    #[test]
    fn a_list_is_continued_only_by_one_that_begins_with_it() {
        let present = keys(&[(1, None), (2, day(5))]).unwrap();
        let continued = |listed: &[(u8, Option<Day>)]| keys(listed).unwrap().continues(&present);
        assert!(continued(&[(1, None), (2, day(5))]));
        assert!(continued(&[(1, None), (2, day(5)), (3, day(6))]));
        assert!(!continued(&[(1, None)]), "lost the newest");
        assert!(!continued(&[(2, None)]), "lost the oldest");
        assert!(!continued(&[(9, None), (2, day(5))]), "changed the oldest");
        assert!(!continued(&[(1, None), (2, day(6))]), "moved a day");
        assert!(!continued(&[(1, None), (4, day(5))]), "changed a key");
    }
}
