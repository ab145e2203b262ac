//! What the hashes of strangers cost one network: so many at once and so many in a time.
//!
//! The limit of [`super::Credentials::sign_ins`] is by address, and strangers name any number of addresses. A guess
//! that was right gives back what it took.

use std::time::Duration;

use keyhaven_storage::Timestamp;

use super::{Attempt, AttemptLimiter, Crowd, SignInError};
use crate::{
    extract::Network,
    shares::{NetworkShare, NetworkShares},
};

/// The allowance of each network.
#[derive(Debug)]
pub struct Guesses {
    attempts: AttemptLimiter,
    at_a_time: NetworkShares,
}

impl Guesses {
    /// `burst` wrong guesses of a network at once, then one more each `refill`; `at_a_time` of its hashes may wait or
    /// run.
    #[must_use]
    pub fn new(burst: u32, refill: Duration, at_a_time: u32) -> Self {
        Self {
            attempts: AttemptLimiter::new(burst, refill),
            at_a_time: NetworkShares::new(at_a_time),
        }
    }

    /// Takes one guess of a network.
    ///
    /// # Errors
    /// [`SignInError::RateLimited`] when none is left, [`SignInError::Busy`] when too many of its hashes wait.
    pub(crate) fn begin(&self, network: Network, now: Timestamp) -> Result<Guess<'_>, SignInError> {
        let attempt = self
            .attempts
            .begin(&[network.as_bytes()], Crowd::Of(network.wider()), now)?;
        match self.at_a_time.take(network, 1) {
            Some(place) => Ok(Guess {
                attempt,
                _place: place,
            }),
            None => {
                attempt.give_back();
                Err(SignInError::Busy)
            }
        }
    }
}

/// One guess that was taken. Its place is given back on drop.
#[derive(Debug)]
#[must_use = "a guess that was right is given back"]
pub(crate) struct Guess<'a> {
    attempt: Attempt<'a>,
    _place: NetworkShare,
}

impl Guess<'_> {
    /// Gives the guess back: it was right, or nothing was guessed.
    pub(crate) fn give_back(self) {
        self.attempt.give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000);

    fn network(address: &str) -> Network {
        Network::of(address.parse().unwrap())
    }

    #[test]
    fn a_network_guesses_so_often_whatever_addresses_it_names() {
        let guesses = Guesses::new(2, Duration::from_secs(5), 9);
        let here = network("192.0.2.1");
        for _ in 0..2 {
            drop(guesses.begin(here, NOW).unwrap());
        }
        let refused = guesses.begin(network("192.0.2.77"), NOW).unwrap_err();
        assert!(
            matches!(refused, SignInError::RateLimited(limit) if limit.retry_after == Duration::from_secs(5))
        );
        assert!(guesses.begin(network("198.51.100.1"), NOW).is_ok());
        assert!(guesses.begin(here, NOW.plus(Duration::from_secs(5))).is_ok());
    }

    #[test]
    fn right_guesses_cost_nothing_and_those_at_a_time_are_bounded() {
        let guesses = Guesses::new(2, Duration::from_secs(5), 1);
        let here = network("192.0.2.1");
        for _ in 0..9 {
            let open = guesses.begin(here, NOW).unwrap();
            assert!(matches!(guesses.begin(here, NOW), Err(SignInError::Busy)));
            open.give_back();
        }
    }
}
