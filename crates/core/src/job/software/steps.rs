//! The jobs of the formats of Matrix for an engine that has to be looked at and stopped in between: a derivation, which lasts
//! seconds, comes in parts. What is computed over a text comes at once; who has a long one asks for a piece at a time.

use zeroize::Zeroizing;

use super::{aes_ctr, matrix::Pbkdf2Steps};
use crate::job::{Answer, Job, JobError};
use crate::matrix::mac;

/// Rounds of one part: some ten milliseconds.
const PART_ROUNDS: u32 = 10_000;

/// A job that is on its way. Small, so that moving it leaves no copies of keys behind.
pub struct MatrixSteps(Work);

enum Work {
    Pbkdf2(Box<Pbkdf2Steps>),
    Over(Answer),
}

impl MatrixSteps {
    /// Takes the first round of a derivation, or answers everything else.
    #[must_use]
    pub fn begin(job: Job) -> Self {
        Self(match job {
            Job::Pbkdf2(job) => match Pbkdf2Steps::begin(&job) {
                Ok(steps) => Work::Pbkdf2(Box::new(steps)),
                Err(error) => Work::Over(Err(error)),
            },
            Job::Hmac(job) => {
                // EXPOSE: key of the MAC; `hmac` wipes what it makes of it.
                let tag = mac::of(job.key.expose_secret(), &job.text);
                Work::Over(Ok(Zeroizing::new(tag.to_vec())))
            }
            Job::AesCtr(job) => Work::Over(aes_ctr(job)),
            _ => Work::Over(Err(JobError::Engine)),
        })
    }

    /// Does the next part. Says whether there are more; the caller wipes the stack below it.
    #[inline(never)]
    pub fn go_on(&mut self) -> bool {
        match &mut self.0 {
            Work::Pbkdf2(steps) => steps.take(PART_ROUNDS) > 0,
            Work::Over(_) => false,
        }
    }

    /// Rounds that were taken, and rounds in all; zeros if it is no derivation.
    #[must_use]
    pub const fn rounds(&self) -> (u32, u32) {
        match &self.0 {
            Work::Pbkdf2(steps) => (steps.done(), steps.rounds()),
            Work::Over(_) => (0, 0),
        }
    }

    /// The answer, once there are no more parts.
    ///
    /// # Errors
    /// [`JobError::Engine`] if there are, for a derivation of more than one block, and for every job that is not of Matrix.
    pub fn finish(self) -> Answer {
        match self.0 {
            Work::Pbkdf2(mut steps) => steps.answer(),
            Work::Over(answer) => answer,
        }
    }
}

impl core::fmt::Debug for MatrixSteps {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("MatrixSteps(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use core::num::NonZeroU32;
    use std::sync::Arc;

    use super::*;
    use crate::job::software::answer;
    use crate::job::{AesCtrJob, AesKey, CounterWidth, HmacJob, HmacKey, Pbkdf2Job, QrCodeJob};

    fn pbkdf2(rounds: u32, len: usize) -> Job {
        Job::Pbkdf2(Pbkdf2Job {
            passphrase: Zeroizing::new(b"correct horse".to_vec()),
            salt: vec![5; 16],
            rounds: NonZeroU32::new(rounds).unwrap(),
            len,
        })
    }

    fn hmac() -> Job {
        Job::Hmac(HmacJob {
            key: Arc::new(HmacKey::take_bytes(&mut [7; 32])),
            text: Arc::new(vec![3; 1000]),
        })
    }

    fn aes() -> Job {
        Job::AesCtr(AesCtrJob {
            key: Arc::new(AesKey::take_bytes(&mut [9; 32])),
            counter: [0xff; 16],
            width: CounterWidth::Bits64,
            text: Zeroizing::new(vec![3; 1000]),
        })
    }

    /// The answer, and in how many parts it came.
    fn in_parts(job: Job) -> (Answer, usize) {
        let mut steps = MatrixSteps::begin(job);
        let mut parts = 1;
        while steps.go_on() {
            parts += 1;
        }
        (steps.finish(), parts)
    }

    #[test]
    fn parts_give_what_one_call_gives() {
        for (rounds, parts) in [(1, 1), (10_001, 1), (10_002, 2), (30_000, 3)] {
            let whole = answer(pbkdf2(rounds, 64));
            assert_eq!(in_parts(pbkdf2(rounds, 64)), (whole, parts), "{rounds}");
        }
        assert_eq!(in_parts(hmac()), (answer(hmac()), 1));
        assert_eq!(in_parts(aes()), (answer(aes()), 1));
    }

    #[test]
    fn it_is_known_how_far_it_is_and_half_of_it_gives_nothing() {
        let mut steps = MatrixSteps::begin(pbkdf2(25_000, 64));
        assert!(steps.go_on());
        assert_eq!(steps.rounds(), (10_001, 25_000));
        assert_eq!(format!("{steps:?}"), "MatrixSteps(redacted)");
        assert_eq!(steps.finish(), Err(JobError::Engine));
        assert_eq!(in_parts(pbkdf2(3, 65)), (Err(JobError::Engine), 1));
        let text = Zeroizing::new(Vec::new());
        assert_eq!(in_parts(Job::QrCode(QrCodeJob { text })).0, Err(JobError::Engine));
    }
}
