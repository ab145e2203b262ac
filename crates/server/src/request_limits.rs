//! What one network may ask for that costs more than an answer: accounts, mails to an address that it names, codes of
//! letters that are none; and how often what an account does may be told by mail.
//!
//! A limit by address alone would stop nobody who names many. Where the wire has one answer for every address, that
//! answer stays as it is and nothing is done.

use std::{fmt, time::Duration};

use keyhaven_protocol::address::Address;
use keyhaven_storage::Timestamp;

use crate::{
    credential::{Attempt, AttemptLimiter, Crowd, TooManyAttempts},
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

/// What whoever is signed in changes and its owner is told by mail, all kinds together. Nothing else holds these
/// letters back, and whoever signed up with somebody else's address could send them without end.
const TOLD_CHANGES: Allowance = Allowance {
    at_once: 10,
    refill: Duration::from_secs(10 * 60),
};

/// Ways back that succeed, by each secret: their letters are not held back either. Apart from the changes and from each
/// other, so that a thief who has one secret cannot keep its owner from using another.
const WAYS_BACK: Allowance = TOLD_CHANGES;

/// Codes of letters that are no codes, from one network: each costs the store a look.
const LETTER_CODES: Allowance = Allowance {
    at_once: 60,
    refill: Duration::from_secs(10),
};

/// The secret that opens a way back without a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WayBack {
    /// The last proven password.
    OldPassword,
    /// The recovery code.
    RecoveryCode,
}

/// What each network and each account has left.
pub struct RequestLimits {
    sign_ups: AttemptLimiter,
    resets: AttemptLimiter,
    told_changes: AttemptLimiter,
    ways_back: AttemptLimiter,
    letter_codes: AttemptLimiter,
}

impl fmt::Debug for RequestLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestLimits")
            .field("sign_ups", &self.sign_ups)
            .field("resets", &self.resets)
            .field("told_changes", &self.told_changes)
            .field("ways_back", &self.ways_back)
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
            told_changes: limiter(TOLD_CHANGES),
            ways_back: limiter(WAYS_BACK),
            letter_codes: limiter(LETTER_CODES),
        }
    }

    /// Takes one sign-up of a network, whatever comes of it where it was tried.
    pub(crate) fn sign_up(&self, network: Network, now: Timestamp) -> Result<Attempt<'_>, ApiError> {
        match of_network(&self.sign_ups, network, now) {
            Ok(attempt) => Ok(attempt),
            Err(limit) => {
                tracing::warn!("a sign-up was refused: its network has used up its allowance. {PROXY_HINT}");
                Err(ApiError::RateLimited {
                    retry_after: limit.retry_after,
                })
            }
        }
    }

    /// Takes one request for a mailed reset of a network. None is left: it is answered alike, and nothing is done.
    pub(crate) fn reset(&self, network: Network, now: Timestamp) -> Option<Attempt<'_>> {
        match of_network(&self.resets, network, now) {
            Ok(attempt) => Some(attempt),
            Err(_) => {
                tracing::warn!(
                    "a request for a reset was dropped: its network has used up its allowance. {PROXY_HINT}"
                );
                None
            }
        }
    }

    /// Takes one code of a letter that confirms or freezes; one that is right is given back.
    pub(crate) fn letter_code(&self, network: Network, now: Timestamp) -> Result<Attempt<'_>, ApiError> {
        of_network(&self.letter_codes, network, now).map_err(refused)
    }

    /// Takes one change that the owner of an account is told of; one that is refused and told to nobody may be given
    /// back. By address and not by account: an account that is deleted and made again has no more letters for it.
    pub(crate) fn told_change(&self, address: &Address, now: Timestamp) -> Result<Attempt<'_>, ApiError> {
        begin(&self.told_changes, &[address.normalised().as_bytes()], now)
    }

    /// Takes one use of a way back whose secret was right.
    pub(crate) fn way_back(
        &self,
        address: &Address,
        by: WayBack,
        now: Timestamp,
    ) -> Result<Attempt<'_>, ApiError> {
        let by: &[u8] = match by {
            WayBack::OldPassword => b"old password",
            WayBack::RecoveryCode => b"recovery code",
        };
        begin(&self.ways_back, &[address.normalised().as_bytes(), by], now)
    }
}

fn begin<'a>(
    limiter: &'a AttemptLimiter,
    subject: &[&[u8]],
    now: Timestamp,
) -> Result<Attempt<'a>, ApiError> {
    limiter.begin(subject, Crowd::Everybody, now).map_err(refused)
}

fn of_network(
    limiter: &AttemptLimiter,
    network: Network,
    now: Timestamp,
) -> Result<Attempt<'_>, TooManyAttempts> {
    limiter.begin(&[network.as_bytes()], Crowd::Of(network.wider()), now)
}

fn refused(limit: TooManyAttempts) -> ApiError {
    ApiError::RateLimited {
        retry_after: limit.retry_after,
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
        let _spent = limits.sign_up(here, NOW).unwrap();
        let _spent = limits.sign_up(network("192.0.2.200"), NOW).unwrap();
        let refused = limits.sign_up(here, NOW).unwrap_err();
        assert!(
            matches!(refused, ApiError::RateLimited { retry_after } if retry_after == Duration::from_secs(30))
        );
        assert!(limits.sign_up(network("198.51.100.1"), NOW).is_ok());
        assert!(limits.sign_up(here, NOW.plus(Duration::from_secs(30))).is_ok());
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
        let _spent = limits.reset(here, NOW).unwrap();
        assert!(limits.reset(here, NOW).is_none());
        let _spent = limits.sign_up(here, NOW).unwrap();
        assert!(limits.reset(network("2001:db8:1::1"), NOW).is_some());
        assert!(limits.reset(here, NOW.plus(Duration::from_secs(30))).is_some());
    }
}
