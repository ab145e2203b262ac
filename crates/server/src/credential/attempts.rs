//! How many attempts are allowed: a bucket for each subject, bounded in number, in memory.
//!
//! An attempt takes its token before the check and gets it back when the check succeeds, so that guesses made at the
//! same time are counted before their answers are known. What is limited whatever comes of it gets nothing back.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use keyhaven_storage::Timestamp;
use sha2::{Digest as _, Sha256};

const SUBJECTS_MAX: usize = 65_536;

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
    buckets: Mutex<HashMap<[u8; 32], Bucket>>,
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
            buckets: Mutex::default(),
        }
    }

    /// Takes one attempt for the subject that these parts name.
    ///
    /// # Errors
    /// [`TooManyAttempts`] when none is left; nothing was taken.
    pub fn begin(&self, subject: &[&[u8]], now: Timestamp) -> Result<Attempt<'_>, TooManyAttempts> {
        let subject = Sha256::digest(keyhaven_protocol::parts::parts(subject)).into();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= SUBJECTS_MAX && !buckets.contains_key(&subject) {
            buckets.retain(|_, bucket| self.refilled(*bucket, now).taken > 0);
            if buckets.len() >= SUBJECTS_MAX {
                // Refusing is the safe side: forgetting somebody's failures would hand out new guesses.
                return Err(TooManyAttempts {
                    retry_after: self.refill,
                });
            }
        }
        let bucket = buckets.entry(subject).or_insert(Bucket { taken: 0, since: now });
        *bucket = self.refilled(*bucket, now);
        if bucket.taken >= self.burst {
            let waited = now.0.saturating_sub(bucket.since.0).unsigned_abs();
            let retry_after = self.refill.saturating_sub(Duration::from_secs(waited));
            return Err(TooManyAttempts { retry_after });
        }
        bucket.taken += 1;
        Ok(Attempt {
            limiter: self,
            subject,
        })
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
    subject: [u8; 32],
}

impl Attempt<'_> {
    /// Gives the attempt back: the guess was right, or nothing was guessed.
    pub fn give_back(self) {
        let mut buckets = self
            .limiter
            .buckets
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.get_mut(&self.subject) {
            bucket.taken = bucket.taken.saturating_sub(1);
            if bucket.taken == 0 {
                buckets.remove(&self.subject);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBJECT: &[&[u8]] = &[b"a", b"b"];

    fn limiter() -> AttemptLimiter {
        AttemptLimiter::new(3, Duration::from_secs(60))
    }

    #[test]
    fn wrong_guesses_are_used_up_and_come_back_with_time() {
        let limiter = limiter();
        for _ in 0..3 {
            let _wrong = limiter.begin(SUBJECT, Timestamp(0)).unwrap();
        }
        let refused = limiter.begin(SUBJECT, Timestamp(20)).unwrap_err();
        assert_eq!(refused.retry_after, Duration::from_secs(40));
        let _wrong = limiter.begin(SUBJECT, Timestamp(60)).unwrap();
        assert!(limiter.begin(SUBJECT, Timestamp(61)).is_err());
    }

    #[test]
    fn right_guesses_cost_nothing() {
        let limiter = limiter();
        for _ in 0..100 {
            limiter.begin(SUBJECT, Timestamp(0)).unwrap().give_back();
        }
        assert!(limiter.buckets.lock().unwrap().is_empty());
    }

    #[test]
    fn guesses_at_the_same_time_are_counted_before_they_are_answered() {
        let limiter = limiter();
        let open: Vec<_> = (0..3)
            .map(|_| limiter.begin(SUBJECT, Timestamp(0)).unwrap())
            .collect();
        assert!(limiter.begin(SUBJECT, Timestamp(0)).is_err());
        for attempt in open {
            attempt.give_back();
        }
        assert!(limiter.begin(SUBJECT, Timestamp(0)).is_ok());
    }

    #[test]
    fn subjects_do_not_share_a_bucket() {
        let limiter = limiter();
        for _ in 0..3 {
            let _wrong = limiter.begin(&[b"ab"], Timestamp(0)).unwrap();
        }
        assert!(limiter.begin(SUBJECT, Timestamp(0)).is_ok());
    }
}
