//! The jobs that the formats of Matrix ask for.

use hmac::{Hmac, KeyInit as _, Mac as _, digest::Output};
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

use crate::aes_modes;
use crate::job::{AesCtrJob, Answer, HmacJob, JobError, Pbkdf2Job};

/// Never a part of its caller, so that all of the stack that it uses is below it.
#[inline(never)]
pub(super) fn pbkdf2(job: &Pbkdf2Job) -> Answer {
    let mut derived = Zeroizing::new(vec![0; job.len]);
    pbkdf2::pbkdf2_hmac::<Sha512>(&job.passphrase, &job.salt, job.rounds.get(), &mut derived);
    Ok(derived)
}

/// PBKDF2 with HMAC-SHA-512 a part at a time, for an engine that has to be stopped in between: a derivation of minutes is
/// otherwise one call. One block of it (RFC 8018, section 5.2):
///
/// ```text
/// U_1 = HMAC(passphrase, salt ‖' 00000001), U_n = HMAC(passphrase, U_(n-1)), derived = U_1 ^ U_2 ^ … ^ U_rounds
/// ```
pub struct Pbkdf2Steps {
    mac: Hmac<Sha512>,
    last: Zeroizing<Vec<u8>>,
    sum: Zeroizing<Vec<u8>>,
    rounds: u32,
    left: u32,
    len: usize,
}

impl Pbkdf2Steps {
    /// Takes the first round.
    ///
    /// # Errors
    /// [`JobError::Engine`] for a job of more than one block, which no format here has.
    pub fn begin(job: &Pbkdf2Job) -> Result<Self, JobError> {
        let mac = Hmac::<Sha512>::new_from_slice(&job.passphrase).map_err(|_| JobError::Engine)?;
        let mut salted = job.salt.clone();
        salted.extend_from_slice(&1_u32.to_be_bytes());
        let first = Zeroizing::new(prf(&mac, &salted).to_vec());
        if job.len > first.len() {
            return Err(JobError::Engine);
        }
        Ok(Self {
            mac,
            sum: first.clone(),
            last: first,
            rounds: job.rounds.get(),
            left: job.rounds.get() - 1,
            len: job.len,
        })
    }

    /// Takes so many rounds, or those that are left; says how many are left then.
    #[inline(never)]
    pub fn take(&mut self, rounds: u32) -> u32 {
        let rounds = rounds.min(self.left);
        for _ in 0..rounds {
            let next = prf(&self.mac, &self.last);
            self.last.copy_from_slice(&next);
            for (sum, byte) in self.sum.iter_mut().zip(&next) {
                *sum ^= byte;
            }
        }
        self.left -= rounds;
        self.left
    }

    /// How many rounds there are in all.
    pub(super) const fn rounds(&self) -> u32 {
        self.rounds
    }

    /// How many of them were taken.
    pub(super) const fn done(&self) -> u32 {
        self.rounds - self.left
    }

    /// What was derived, once no rounds are left.
    ///
    /// # Errors
    /// [`JobError::Engine`] if some are.
    pub fn finish(mut self) -> Answer {
        let derived = self.answer();
        drop(self);
        crate::wiping::wipe_stack_below();
        derived
    }

    /// [`Pbkdf2Steps::finish`] where it lies: nothing is left of the answer here.
    pub(super) fn answer(&mut self) -> Answer {
        if self.left > 0 {
            return Err(JobError::Engine);
        }
        self.sum.truncate(self.len);
        Ok(core::mem::take(&mut self.sum))
    }
}

/// One round. Compiled once, for the first and for all others.
#[inline(never)]
fn prf(mac: &Hmac<Sha512>, text: &[u8]) -> Output<Sha512> {
    mac.clone().chain_update(text).finalize().into_bytes()
}

impl core::fmt::Debug for Pbkdf2Steps {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Pbkdf2Steps")
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

pub(super) fn hmac(job: &HmacJob) -> Answer {
    // EXPOSE: key of the MAC; `hmac` wipes what it makes of it.
    let mac = Hmac::<Sha256>::new_from_slice(job.key.expose_secret()).map_err(|_| JobError::Engine)?;
    let tag = mac.chain_update(job.text.as_slice()).finalize().into_bytes();
    Ok(Zeroizing::new(tag.to_vec()))
}

/// The answer to [`Job::AesCtr`](crate::job::Job::AesCtr), for who asks for nothing else.
pub(crate) fn aes_ctr(job: AesCtrJob) -> Answer {
    let mut text = job.text;
    // EXPOSE: the cipher's key schedule is made of it; `aes` wipes the schedule.
    aes_modes::apply_ctr(job.key.expose_secret(), job.counter, job.width, &mut text);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use core::num::NonZeroU32;

    use super::*;

    fn job(rounds: u32, len: usize) -> Pbkdf2Job {
        Pbkdf2Job {
            passphrase: Zeroizing::new(b"correct horse".to_vec()),
            salt: vec![5; 16],
            rounds: NonZeroU32::new(rounds).unwrap(),
            len,
        }
    }

    #[test]
    fn parts_give_what_one_call_gives() {
        for (rounds, part, len) in [
            (1, 1, 64),
            (2, 1, 64),
            (1_000, 1, 32),
            (1_000, 7, 64),
            (1_000, 5_000, 64),
        ] {
            let mut steps = Pbkdf2Steps::begin(&job(rounds, len)).unwrap();
            while steps.take(part) > 0 {}
            assert_eq!(
                steps.finish(),
                pbkdf2(&job(rounds, len)),
                "{rounds} rounds by {part}"
            );
        }
    }

    #[test]
    fn half_a_derivation_gives_nothing() {
        let mut steps = Pbkdf2Steps::begin(&job(3, 64)).unwrap();
        assert_eq!(steps.take(1), 1);
        assert_eq!(steps.finish(), Err(JobError::Engine));
        assert!(Pbkdf2Steps::begin(&job(3, 65)).is_err());
    }
}
