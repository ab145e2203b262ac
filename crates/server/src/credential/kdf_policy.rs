//! What `GET kdf` answers: the server's salt, and the parameters a client derives with.
//!
//! ```text
//! server salt = HMAC-SHA-256(secret, normalised address)
//! ```
//!
//! Raised defaults reach an address on a day that its own HMAC picks, known or not, so that the answer never tells
//! whether there is an account.

use std::{fmt, time::Duration};

use hmac::{Hmac, KeyInit as _, Mac as _};
use keyhaven_protocol::{address::Address, kdf::Argon2Params};
use keyhaven_storage::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Over how many days raised defaults reach everybody.
const SPREAD_DAYS: u32 = 30;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The secret behind every server salt. Losing it locks every password out, so it is kept with the data.
pub struct ServerSaltKey(Zeroizing<[u8; 32]>);

impl ServerSaltKey {
    /// A key of these random bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    fn salt(&self, address: &Address) -> [u8; 32] {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_slice()).expect("a key of 32 bytes");
        mac.update(address.normalised().as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for ServerSaltKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerSaltKey(redacted)")
    }
}

/// Parameters with the day from which they are given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KdfGeneration {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
    /// Seconds since the epoch; over the 30 days after it, every address gets to these parameters.
    #[serde(default)]
    pub offered_from: i64,
}

impl KdfGeneration {
    /// The parameters alone.
    #[must_use]
    pub const fn params(&self) -> Argon2Params {
        Argon2Params {
            memory_kib: self.memory_kib,
            passes: self.passes,
            lanes: self.lanes,
        }
    }
}

/// The parameters that were ever given out, oldest first.
#[derive(Debug)]
pub struct KdfPolicy {
    salt_key: ServerSaltKey,
    first: Argon2Params,
    raised: Vec<KdfGeneration>,
}

impl KdfPolicy {
    /// `generations` oldest first; with none, the protocol's default stands alone.
    #[must_use]
    pub fn new(salt_key: ServerSaltKey, generations: &[KdfGeneration]) -> Self {
        let (first, raised) = match generations.split_first() {
            Some((first, raised)) => (first.params(), raised.to_vec()),
            None => (Argon2Params::DEFAULT, Vec::new()),
        };
        Self {
            salt_key,
            first,
            raised,
        }
    }

    /// The salt of an address, known or not.
    #[must_use]
    pub fn server_salt(&self, address: &Address) -> [u8; 32] {
        self.salt_key.salt(address)
    }

    /// The parameters for an address, known or not, newest first; never empty.
    #[must_use]
    pub fn offered(&self, address: &Address, now: Timestamp) -> Vec<Argon2Params> {
        let [a, b, c, d, ..] = self.salt_key.salt(address);
        let delay = DAY.saturating_mul(u32::from_be_bytes([a, b, c, d]) % SPREAD_DAYS);
        let reached = |raised: &&KdfGeneration| Timestamp(raised.offered_from).plus(delay) <= now;
        let mut offered: Vec<_> = self
            .raised
            .iter()
            .rev()
            .filter(reached)
            .map(KdfGeneration::params)
            .collect();
        offered.push(self.first);
        offered
    }

    /// What a client derives a new password with, after asking `GET kdf` at about this time.
    #[must_use]
    pub fn newest(&self, address: &Address, now: Timestamp) -> Argon2Params {
        self.offered(address, now).first().copied().unwrap_or(self.first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAISED: KdfGeneration = KdfGeneration {
        memory_kib: 128 * 1024,
        passes: 4,
        lanes: 1,
        offered_from: 1_000_000_000,
    };
    const OLD: KdfGeneration = KdfGeneration {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 1,
        offered_from: 0,
    };

    fn policy(generations: &[KdfGeneration]) -> KdfPolicy {
        KdfPolicy::new(ServerSaltKey::new([3; 32]), generations)
    }

    fn address(number: u32) -> Address {
        format!("person{number}@example.org").parse().unwrap()
    }

    #[test]
    fn the_salt_follows_the_normalised_address_and_the_key() {
        let typed: Address = "Carol@Example.org".parse().unwrap();
        let plain: Address = "carol@example.org".parse().unwrap();
        assert_eq!(policy(&[]).server_salt(&typed), policy(&[]).server_salt(&plain));
        assert_ne!(
            policy(&[]).server_salt(&plain),
            policy(&[]).server_salt(&address(1))
        );
        let other_key = KdfPolicy::new(ServerSaltKey::new([4; 32]), &[]);
        assert_ne!(policy(&[]).server_salt(&plain), other_key.server_salt(&plain));
    }

    #[test]
    fn the_default_stands_where_nothing_is_configured() {
        assert_eq!(
            policy(&[]).offered(&address(1), Timestamp(0)),
            [Argon2Params::DEFAULT]
        );
    }

    #[test]
    fn raised_parameters_reach_addresses_one_by_one_and_all_within_a_month() {
        let policy = policy(&[OLD, RAISED]);
        let reached_after = |days: u32| {
            let now = Timestamp(RAISED.offered_from).plus(DAY * days);
            (0..300)
                .filter(|number| policy.newest(&address(*number), now) == RAISED.params())
                .count()
        };
        assert_eq!(
            policy.newest(&address(1), Timestamp(RAISED.offered_from - 1)),
            OLD.params()
        );
        assert!((50..250).contains(&reached_after(15)), "{}", reached_after(15));
        assert_eq!(reached_after(30), 300);
        let all = policy.offered(&address(1), Timestamp(RAISED.offered_from).plus(DAY * 30));
        assert_eq!(all, [RAISED.params(), OLD.params()]);
    }
}
