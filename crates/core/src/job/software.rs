//! The engine that needs nothing but this crate.

#[cfg(feature = "matrix")]
mod matrix;
#[cfg(feature = "matrix")]
mod steps;

use core::ops::ControlFlow;

use aes_gcm::{
    Aes256Gcm, KeyInit as _, Nonce, Tag,
    aead::{AeadInOut as _, inout::InOutBuf},
};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use zeroize::Zeroizing;

use super::{AesGcmJob, Answer, Argon2idJob, Job, JobError, Progress, ROOT_LEN, Step, TAG_LEN};
use crate::{normal_form, qr, wiping};

/// Runs an operation to its end.
///
/// # Errors
/// Those of the operation.
pub fn run_in_software<T, E>(step: Step<T, E>) -> Result<T, E> {
    let mut step = step;
    loop {
        match step {
            Step::Done(result) => return result,
            Step::Ask(question) => {
                let (job, waiting) = question.into_job();
                step = waiting.answer(answer(job));
            }
        }
    }
}

/// Runs an operation, showing before each job how far it is. `None` if `observe` broke off.
pub fn run_in_software_observed<T, E>(
    step: Step<T, E>,
    mut observe: impl FnMut(Progress) -> ControlFlow<()>,
) -> Option<Result<T, E>> {
    let mut step = step;
    loop {
        match step {
            Step::Done(result) => return Some(result),
            Step::Ask(question) => {
                if observe(question.progress()).is_break() {
                    return None;
                }
                let (job, waiting) = question.into_job();
                step = waiting.answer(answer(job));
            }
        }
    }
}

/// The answer to one job.
///
/// # Errors
/// [`JobError`] says why there is none.
pub fn answer(job: Job) -> Answer {
    match job {
        job @ (Job::Argon2id(_) | Job::AesGcmSeal(_) | Job::AesGcmOpen(_)) => answer_persona(job),
        Job::NormalForm(job) => normal_form::answer(&job),
        Job::QrCode(job) => qr::answer(&job),
        #[cfg(feature = "matrix")]
        job @ (Job::Pbkdf2(_) | Job::Hmac(_) | Job::AesCtr(_)) => answer_matrix(job),
    }
}

/// [`answer`] for the ciphers and the derivation of persona backups alone: who has other tables of Unicode, and draws no
/// QR codes, links neither.
///
/// # Errors
/// [`JobError`] says why there is no answer; [`JobError::Engine`] for every other job.
pub fn answer_persona(job: Job) -> Answer {
    match job {
        Job::Argon2id(job) => {
            let root = argon2id(&job);
            wiping::wipe_stack_below();
            root
        }
        Job::AesGcmSeal(job) => seal(job),
        Job::AesGcmOpen(job) => open(job),
        _ => Err(JobError::Engine),
    }
}

/// [`answer`] for the jobs of the formats of Matrix alone: who asks for nothing else links nothing else.
///
/// # Errors
/// [`JobError`] says why there is no answer; [`JobError::Engine`] for every other job.
#[cfg(feature = "matrix")]
pub fn answer_matrix(job: Job) -> Answer {
    match job {
        Job::Pbkdf2(job) => {
            let derived = matrix::pbkdf2(&job);
            wiping::wipe_stack_below();
            derived
        }
        Job::Hmac(job) => matrix::hmac(&job),
        Job::AesCtr(job) => aes_ctr(job),
        _ => Err(JobError::Engine),
    }
}

/// Never a part of its caller, so that all of the stack that it uses is below it.
#[inline(never)]
fn argon2id(job: &Argon2idJob) -> Answer {
    let params = Params::new(
        job.params.memory_kib,
        job.params.passes,
        job.params.lanes,
        Some(ROOT_LEN),
    )
    .map_err(|_| JobError::Engine)?;
    // Allocated here, because a failed allocation must be an error on a phone and not the end of the page, and because
    // the blocks are wiped afterwards.
    let count = params.block_count();
    let mut blocks = Vec::new();
    blocks
        .try_reserve_exact(count)
        .map_err(|_| JobError::OutOfMemory)?;
    blocks.resize(count, Block::default());
    let mut root = Zeroizing::new(vec![0; ROOT_LEN]);
    let hashed = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into_with_memory(
        &job.password,
        &job.salt,
        &mut root,
        &mut blocks,
    );
    blocks.iter_mut().for_each(zeroize::Zeroize::zeroize);
    hashed.map_err(|_| JobError::Engine)?;
    Ok(root)
}

#[cfg(feature = "matrix")]
pub use matrix::Pbkdf2Steps;
#[cfg(feature = "matrix")]
pub(crate) use matrix::aes_ctr;
#[cfg(feature = "matrix")]
pub use steps::MatrixSteps;

/// The answer to [`Job::AesGcmSeal`], for who asks for nothing else: a page whose slow steps are done elsewhere links
/// no Argon2id for a wrap.
pub(crate) fn seal(job: AesGcmJob) -> Answer {
    let mut text = job.text;
    // EXPOSE: the cipher's key schedule is made of it; `aes-gcm` wipes the schedule.
    let cipher = Aes256Gcm::new(job.key.expose_secret().into());
    let tag = cipher
        .encrypt_inout_detached(
            &Nonce::from(job.nonce),
            &job.associated_data,
            InOutBuf::from(text.as_mut_slice()),
        )
        .map_err(|_| JobError::Engine)?;
    wiping::append(&mut text, &tag);
    Ok(text)
}

/// The answer to [`Job::AesGcmOpen`], likewise.
pub(crate) fn open(job: AesGcmJob) -> Answer {
    let mut text = job.text;
    let split = text.len().checked_sub(TAG_LEN).ok_or(JobError::NotAuthentic)?;
    let (body, tag) = text.split_at_mut(split);
    let tag = Tag::try_from(&*tag).map_err(|_| JobError::NotAuthentic)?;
    // EXPOSE: the cipher's key schedule is made of it; `aes-gcm` wipes the schedule.
    let cipher = Aes256Gcm::new(job.key.expose_secret().into());
    cipher
        .decrypt_inout_detached(
            &Nonce::from(job.nonce),
            &job.associated_data,
            InOutBuf::from(body),
            &tag,
        )
        .map_err(|_| JobError::NotAuthentic)?;
    text.truncate(split);
    Ok(text)
}
