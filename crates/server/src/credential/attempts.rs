//! How many attempts are allowed: a bucket for each subject, bounded in number, in memory.
//!
//! An attempt takes its token before the check and gets it back when the check succeeds, so that guesses made at the
//! same time are counted before their answers are known. What is limited whatever comes of it gets nothing back.
//!
//! When as many subjects are counted as there is room for, nobody is refused for that and nobody's attempts are
//! forgotten: who comes new is counted together with others, those of the same wider network first.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use keyhaven_storage::{StorageError, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::extract::WiderNetwork;

/// So many subjects have a bucket of their own, about 100 bytes each.
const SUBJECTS_MAX: usize = 65_536;
/// So many wider networks have one beyond them: all of IPv4 would be 65,536.
const CROWDS_MAX: usize = 16_384;

/// With whom a subject is counted while there is no room for a bucket of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Crowd {
    /// With all others of this network who have none.
    Of(WiderNetwork),
    /// With everybody who has none: where no network is to be told apart.
    Everybody,
}

/// Whose bucket it is. A subject stands as a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Counted {
    Alone([u8; 32]),
    Together(Crowd),
}

/// Too many attempts for this subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts")]
pub struct TooManyAttempts {
    /// When the next one is allowed.
    pub retry_after: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    taken: u32,
    since: Timestamp,
}

/// Limits attempts for each subject. Subjects are kept as hashes.
pub struct AttemptLimiter {
    burst: u32,
    refill: Duration,
    buckets: Mutex<Buckets>,
}

#[derive(Debug)]
struct Buckets {
    counted: HashMap<Counted, Bucket>,
    /// When those that were full again were last looked for: at most once a second, since it looks at every one.
    swept: Timestamp,
}

impl fmt::Debug for AttemptLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptLimiter")
            .field("burst", &self.burst)
            .field("refill", &self.refill)
            .finish_non_exhaustive()
    }
}

impl AttemptLimiter {
    /// `burst` attempts at once that are not given back, then one each `refill`.
    #[must_use]
    pub fn new(burst: u32, refill: Duration) -> Self {
        Self {
            burst,
            refill: refill.max(Duration::from_secs(1)),
            buckets: Mutex::new(Buckets {
                counted: HashMap::new(),
                swept: Timestamp(i64::MIN),
            }),
        }
    }

    /// Takes one attempt for the subject that these parts name, or, as long as there is no room for one more subject,
    /// for its crowd.
    ///
    /// # Errors
    /// [`TooManyAttempts`] when none is left; nothing was taken.
    pub fn begin(
        &self,
        subject: &[&[u8]],
        crowd: Crowd,
        now: Timestamp,
    ) -> Result<Attempt<'_>, TooManyAttempts> {
        let subject = Counted::Alone(Sha256::digest(keyhaven_protocol::parts::parts(subject)).into());
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = self.place(&mut buckets, subject, crowd, now);
        let bucket = buckets
            .counted
            .entry(counted)
            .or_insert(Bucket { taken: 0, since: now });
        *bucket = self.refilled(*bucket, now);
        if bucket.taken >= self.burst {
            let waited = now.0.saturating_sub(bucket.since.0).unsigned_abs();
            let retry_after = self.refill.saturating_sub(Duration::from_secs(waited));
            return Err(TooManyAttempts { retry_after });
        }
        bucket.taken += 1;
        Ok(Attempt {
            limiter: self,
            counted,
        })
    }

    /// The first of these that has a bucket, or room for one: the subject, its crowd, everybody.
    fn place(&self, buckets: &mut Buckets, subject: Counted, crowd: Crowd, now: Timestamp) -> Counted {
        if buckets.counted.contains_key(&subject) {
            return subject;
        }
        if buckets.counted.len() >= SUBJECTS_MAX && now != buckets.swept {
            buckets.swept = now;
            buckets
                .counted
                .retain(|_, bucket| self.refilled(*bucket, now).taken > 0);
        }
        let together = Counted::Together(crowd);
        if buckets.counted.len() < SUBJECTS_MAX {
            subject
        } else if buckets.counted.len() < SUBJECTS_MAX + CROWDS_MAX || buckets.counted.contains_key(&together)
        {
            together
        } else {
            Counted::Together(Crowd::Everybody)
        }
    }

    fn refilled(&self, bucket: Bucket, now: Timestamp) -> Bucket {
        if bucket.taken == 0 || now < bucket.since {
            return Bucket {
                taken: bucket.taken,
                since: now,
            };
        }
        let seconds = now.0.saturating_sub(bucket.since.0).unsigned_abs();
        let given = seconds / self.refill.as_secs();
        let taken = bucket
            .taken
            .saturating_sub(u32::try_from(given).unwrap_or(u32::MAX));
        let since = bucket
            .since
            .plus(Duration::from_secs(given.saturating_mul(self.refill.as_secs())));
        Bucket { taken, since }
    }
}

/// One attempt that was taken.
#[derive(Debug)]
#[must_use = "an attempt that succeeded is given back"]
pub struct Attempt<'a> {
    limiter: &'a AttemptLimiter,
    counted: Counted,
}

impl Attempt<'_> {
    /// Gives the attempt back: the guess was right, or nothing was guessed.
    pub fn give_back(self) {
        let mut buckets = self
            .limiter
            .buckets
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.counted.get_mut(&self.counted) {
            bucket.taken = bucket.taken.saturating_sub(1);
            if bucket.taken == 0 {
                buckets.counted.remove(&self.counted);
            }
        }
    }

    /// Passes on what the store answered. Where the store did nothing for want of a turn or of room, nothing was
    /// tried, and the attempt is given back: who is told to come again must not run out of attempts by it.
    ///
    /// # Errors
    /// What the store answered.
    pub(crate) fn tried<T>(self, answer: Result<T, StorageError>) -> Result<(Self, T), StorageError> {
        match answer {
            Ok(value) => Ok((self, value)),
            Err(untried @ (StorageError::Busy | StorageError::Full)) => {
                self.give_back();
                Err(untried)
            }
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests;
