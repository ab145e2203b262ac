//! What `GET kdf` answers: the derivations that a password of an address may be under, newest first.
//!
//! Raised parameters and new salt keys each begin on a day. Together they make one line of derivations, and an account
//! is under one of them: the newest one that its address had when the password was set. A derivation reaches an address
//! up to 30 days after its own day, on the day that the HMAC of the address under the oldest key picks, known or not;
//! the answer never tells whether there is an account. All derivations keep one address waiting for the same time, so
//! that they reach it in their order.

use std::{
    collections::BTreeSet,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use keyhaven_protocol::{
    address::Address,
    base64url::B64,
    kdf::Argon2Params,
    persona::{OfferedDerivation, limits::DERIVATIONS_MAX},
};
use keyhaven_storage::Timestamp;
use serde::{Deserialize, Serialize};

use super::{SaltKeys, ServerSaltKey};
use crate::clock::Day;

/// Over how many days a new derivation reaches everybody.
pub(crate) const SPREAD_DAYS: u32 = 30;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

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
    /// Over the 30 days from this one on, every address gets to these parameters. Of the first generation it says
    /// nothing: there was none before it.
    #[serde(default)]
    pub offered_from: Day,
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

/// Why a list of salt keys is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KdfPolicyError {
    /// More than clients try with a password.
    #[error(
        "salt keys and accounts.kdf make {found} derivations, and clients try {} at most",
        DERIVATIONS_MAX
    )]
    TooMany {
        /// How many.
        found: usize,
    },
    /// Passwords derived under what is missing would be refused.
    #[error("a salt key that is in use is missing from the list, or its day was changed")]
    Lost,
}

/// One way to derive, since a day.
#[derive(Debug)]
struct Step {
    params: Argon2Params,
    salt_key: Arc<ServerSaltKey>,
}

impl Step {
    fn offer(&self, address: &Address) -> OfferedDerivation {
        OfferedDerivation {
            kdf: self.params,
            server_salt: B64(self.salt_key.salt(address)),
        }
    }
}

/// Everything that was ever given out and is to be, oldest first.
#[derive(Debug)]
struct Line {
    salt_keys: SaltKeys,
    first: Step,
    later: Vec<(Day, Step)>,
}

impl Line {
    fn of(salt_keys: SaltKeys, generations: &[KdfGeneration]) -> Result<Self, KdfPolicyError> {
        let (first_params, raised) = match generations.split_first() {
            Some((first, raised)) => (first.params(), raised),
            None => (Argon2Params::DEFAULT, generations),
        };
        let key_days = salt_keys.later.iter().map(|later| later.offered_from);
        let days: BTreeSet<_> = key_days
            .chain(raised.iter().map(|raised| raised.offered_from))
            .collect();
        let later: Vec<_> = days
            .into_iter()
            .map(|day| {
                let params = raised.iter().rfind(|raised| raised.offered_from <= day);
                let key = salt_keys.later.iter().rfind(|key| key.offered_from <= day);
                let step = Step {
                    params: params.map_or(first_params, KdfGeneration::params),
                    salt_key: Arc::clone(key.map_or(&salt_keys.first, |later| &later.key)),
                };
                (day, step)
            })
            .collect();
        let found = later.len().saturating_add(1);
        if found > DERIVATIONS_MAX {
            return Err(KdfPolicyError::TooMany { found });
        }
        let first = Step {
            params: first_params,
            salt_key: Arc::clone(&salt_keys.first),
        };
        Ok(Self {
            salt_keys,
            first,
            later,
        })
    }

    /// How long after its day a derivation reaches an address.
    fn delay(&self, address: &Address) -> Duration {
        let [a, b, c, d, ..] = self.salt_keys.first.salt(address);
        DAY.saturating_mul(u32::from_be_bytes([a, b, c, d]) % SPREAD_DAYS)
    }
}

/// What is given out to whom.
#[derive(Debug)]
pub struct KdfPolicy {
    generations: Vec<KdfGeneration>,
    line: RwLock<Line>,
}

impl KdfPolicy {
    /// `generations` oldest first; with none, the protocol's default stands alone.
    ///
    /// # Errors
    /// [`KdfPolicyError::TooMany`]
    pub fn new(salt_keys: SaltKeys, generations: &[KdfGeneration]) -> Result<Self, KdfPolicyError> {
        Ok(Self {
            generations: generations.to_vec(),
            line: RwLock::new(Line::of(salt_keys, generations)?),
        })
    }

    /// The derivations for an address, known or not, newest first; never empty.
    #[must_use]
    pub fn offered(&self, address: &Address, now: Timestamp) -> Vec<OfferedDerivation> {
        let line = self.line.read().unwrap_or_else(PoisonError::into_inner);
        let delay = line.delay(address);
        let reached = line
            .later
            .iter()
            .rev()
            .filter(|(day, _)| day.start().plus(delay) <= now)
            .map(|(_, step)| step);
        reached
            .chain([&line.first])
            .map(|step| step.offer(address))
            .collect()
    }

    /// Whether a client that asked `GET kdf` at about this time may have derived with these.
    #[must_use]
    pub fn offers(&self, address: &Address, params: Argon2Params, now: Timestamp) -> bool {
        let offered = self.offered(address, now);
        offered.iter().any(|derivation| derivation.kdf == params)
    }

    /// What a client derives a new password with, after asking `GET kdf` at about this time.
    #[must_use]
    pub fn newest(&self, address: &Address, now: Timestamp) -> Argon2Params {
        let offered = self.offered(address, now);
        offered.first().map_or(Argon2Params::DEFAULT, |newest| newest.kdf)
    }

    /// Takes over a list that continues the present one, at once and for all requests from here on. Answers how many
    /// keys are new.
    ///
    /// # Errors
    /// [`KdfPolicyError`]; the present list stays.
    pub fn take_over(&self, salt_keys: SaltKeys) -> Result<usize, KdfPolicyError> {
        let mut line = self.line.write().unwrap_or_else(PoisonError::into_inner);
        if !salt_keys.continues(&line.salt_keys) {
            return Err(KdfPolicyError::Lost);
        }
        let added = salt_keys.count().saturating_sub(line.salt_keys.count());
        *line = Line::of(salt_keys, &self.generations)?;
        Ok(added)
    }
}

#[cfg(test)]
mod tests;
