//! The jobs that the formats of Matrix ask for.

use aes::Aes256;
use ctr::{
    Ctr64BE, Ctr128BE,
    cipher::{KeyIvInit as _, StreamCipher},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

use crate::job::{AesCtrJob, Answer, CounterWidth, HmacJob, JobError, Pbkdf2Job};

/// Never a part of its caller, so that all of the stack that it uses is below it.
#[inline(never)]
pub(super) fn pbkdf2(job: &Pbkdf2Job) -> Answer {
    let mut derived = Zeroizing::new(vec![0; job.len]);
    pbkdf2::pbkdf2_hmac::<Sha512>(&job.passphrase, &job.salt, job.rounds.get(), &mut derived);
    Ok(derived)
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
    let key = job.key.expose_secret().into();
    let counter = (&job.counter).into();
    let applied = match job.width {
        CounterWidth::Bits64 => Ctr64BE::<Aes256>::new(key, counter).try_apply_keystream(&mut text),
        CounterWidth::Bits128 => Ctr128BE::<Aes256>::new(key, counter).try_apply_keystream(&mut text),
    };
    applied.map_err(|_| JobError::Engine)?;
    Ok(text)
}
