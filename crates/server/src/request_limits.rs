//! What one network may ask for that costs more than an answer: accounts, mails to an address that it names, codes of
//! letters that are none; and how often one account may change its password or address, since each change is told by mail.
//!
//! A limit by address alone would stop nobody who names many. Where the wire has one answer for every address, that
//! answer stays as it is and nothing is done.

use std::{fmt, time::Duration};

use keyhaven_protocol::persona::AccountId;
use keyhaven_storage::Timestamp;

use crate::{
    credential::{Attempt, AttemptLimiter},
    extract::Network,
    failure::ApiError,
};

/// So many at once, then one more each time that this has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// How many at once.
    pub at_once: u32,
    /// Until one more.
    pub refill: Duration,
}

/// Changes of an account's password. Each sends a letter to its owner, which nothing else holds back: whoever signed up
/// with somebody else's address could send them without end.
const PASSWORD_CHANGES: Allowance = Allowance {
    at_once: 10,
    refill: Duration::from_secs(10 * 60),
};

/// Codes of letters that are no codes, from one network: each costs the store a look.
const LETTER_CODES: Allowance = Allowance {
    at_once: 60,
    refill: Duration::from_secs(10),
};

/// Whether something that is answered alike in any case is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowed {
    Yes,
    No,
}

/// What each network and each account has left.
pub struct RequestLimits {
    sign_ups: AttemptLimiter,
    resets: AttemptLimiter,
    password_changes: AttemptLimiter,
    letter_codes: AttemptLimiter,
}

impl fmt::Debug for RequestLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestLimits")
            .field("sign_ups", &self.sign_ups)
            .field("resets", &self.resets)
            .field("password_changes", &self.password_changes)
            .field("letter_codes", &self.letter_codes)
            .finish()
    }
}

impl RequestLimits {
    /// These allowances for every network.
    #[must_use]
    pub fn new(sign_ups: Allowance, resets: Allowance) -> Self {
        let limiter = |allowance: Allowance| AttemptLimiter::new(allowance.at_once, allowance.refill);
        Self {
            sign_ups: limiter(sign_ups),
            resets: limiter(resets),
            password_changes: limiter(PASSWORD_CHANGES),
            letter_codes: limiter(LETTER_CODES),
        }
    }

    /// Takes one sign-up of a network, whatever comes of it.
    pub(crate) fn sign_up(&self, network: Network, now: Timestamp) -> Result<(), ApiError> {
        match self.sign_ups.begin(&[network.as_bytes()], now) {
            Ok(_spent) => Ok(()),
            Err(limit) => {
                tracing::warn!("a sign-up was refused: its network has used up its allowance. {PROXY_HINT}");
                Err(ApiError::RateLimited {
                    retry_after: limit.retry_after,
                })
            }
        }
    }

    /// Takes one request for a mailed reset of a network.
    pub(crate) fn reset(&self, network: Network, now: Timestamp) -> Allowed {
        match self.resets.begin(&[network.as_bytes()], now) {
            Ok(_spent) => Allowed::Yes,
            Err(_) => {
                tracing::warn!(
                    "a request for a reset was dropped: its network has used up its allowance. {PROXY_HINT}"
                );
                Allowed::No
            }
        }
    }

    /// Takes one code of a letter that confirms or freezes; one that is right is given back.
    pub(crate) fn letter_code(&self, network: Network, now: Timestamp) -> Result<Attempt<'_>, ApiError> {
        self.letter_codes
            .begin(&[network.as_bytes()], now)
            .map_err(|limit| ApiError::RateLimited {
                retry_after: limit.retry_after,
            })
    }

    /// Takes one change of an account's password, whatever comes of it.
    pub(crate) fn password_change(&self, account: AccountId, now: Timestamp) -> Result<(), ApiError> {
        match self.password_changes.begin(&[account.as_bytes()], now) {
            Ok(_spent) => Ok(()),
            Err(limit) => Err(ApiError::RateLimited {
                retry_after: limit.retry_after,
            }),
        }
    }
}

const PROXY_HINT: &str = "If every request comes through a proxy, list it in trusted_proxies";

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000);

    fn limits() -> RequestLimits {
        let allowance = |at_once| Allowance {
            at_once,
            refill: Duration::from_secs(30),
        };
        RequestLimits::new(allowance(2), allowance(1))
    }

    fn network(address: &str) -> Network {
        Network::of(address.parse().unwrap())
    }

    #[test]
    fn a_network_signs_up_so_often_and_then_waits() {
        let limits = limits();
        let here = network("192.0.2.1");
        limits.sign_up(here, NOW).unwrap();
        limits.sign_up(network("192.0.2.200"), NOW).unwrap();
        let refused = limits.sign_up(here, NOW).unwrap_err();
        assert!(
            matches!(refused, ApiError::RateLimited { retry_after } if retry_after == Duration::from_secs(30))
        );
        limits.sign_up(network("198.51.100.1"), NOW).unwrap();
        limits.sign_up(here, NOW.plus(Duration::from_secs(30))).unwrap();
    }

    #[test]
    fn what_succeeds_costs_a_network_nothing() {
        let limits = limits();
        let here = network("192.0.2.1");
        for _ in 0..100 {
            limits.letter_code(here, NOW).unwrap().give_back();
        }
        for _ in 0..60 {
            let _wrong = limits.letter_code(here, NOW).unwrap();
        }
        assert!(matches!(
            limits.letter_code(here, NOW),
            Err(ApiError::RateLimited { retry_after }) if retry_after == Duration::from_secs(10)
        ));
        limits
            .letter_code(network("198.51.100.1"), NOW)
            .unwrap()
            .give_back();
    }

    #[test]
    fn resets_are_counted_apart_from_sign_ups() {
        let limits = limits();
        let here = network("2001:db8::1");
        assert_eq!(limits.reset(here, NOW), Allowed::Yes);
        assert_eq!(limits.reset(here, NOW), Allowed::No);
        limits.sign_up(here, NOW).unwrap();
        assert_eq!(limits.reset(network("2001:db8:1::1"), NOW), Allowed::Yes);
        assert_eq!(
            limits.reset(here, NOW.plus(Duration::from_secs(30))),
            Allowed::Yes
        );
    }
}
