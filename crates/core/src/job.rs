//! Slow steps are asked for as jobs, which an engine answers.
//!
//! An operation is a [`Step`]: either it is done, or it asks for one [`Job`] and goes on with the answer. Between jobs
//! it can be looked at ([`Question::progress`]) and dropped, which wipes what it held. The engine of this crate is
//! [`software`]; `keyhaven-webcrypto` answers the same jobs with the browser's WebCrypto.

#[cfg(feature = "matrix")]
mod matrix;
pub mod software;

use core::fmt;
use std::sync::Arc;

use keyhaven_protocol::kdf::Argon2Params;
use zeroize::Zeroizing;

#[cfg(feature = "matrix")]
pub use matrix::{AesCtrJob, CounterWidth, HmacJob, HmacKey, Pbkdf2Job};
pub use software::{run_in_software, run_in_software_observed};

use crate::secret::secret;

secret! {
    /// A key of AES-256, on its way to an engine.
    AesKey[32]
}

/// Bytes of a nonce of AES-256-GCM.
pub const NONCE_LEN: usize = 12;
/// Bytes that a tag of AES-256-GCM adds.
pub const TAG_LEN: usize = 16;
/// Bytes that Argon2id is asked for.
pub const ROOT_LEN: usize = 64;

/// One slow step, with all it needs.
#[derive(Debug)]
#[non_exhaustive]
pub enum Job {
    /// Argon2id version 0x13 (RFC 9106) to [`ROOT_LEN`] bytes.
    Argon2id(Argon2idJob),
    /// AES-256-GCM (NIST SP 800-38D): answers ciphertext and tag.
    AesGcmSeal(AesGcmJob),
    /// AES-256-GCM: answers the plaintext, or [`JobError::NotAuthentic`].
    AesGcmOpen(AesGcmJob),
    /// The normal form of a text, for a program without the tables of Unicode.
    NormalForm(NormalFormJob),
    /// The modules of a QR code, row by row, a byte of 0 or 1 for each.
    QrCode(QrCodeJob),
    /// PBKDF2 (RFC 8018) with HMAC-SHA-512, to as many bytes as are asked for.
    #[cfg(feature = "matrix")]
    Pbkdf2(Pbkdf2Job),
    /// HMAC-SHA-256 (RFC 2104): answers the tag.
    #[cfg(feature = "matrix")]
    Hmac(HmacJob),
    /// AES-256 in counter mode (NIST SP 800-38A): answers the text combined with the key stream, in either direction.
    #[cfg(feature = "matrix")]
    AesCtr(AesCtrJob),
}

/// Input of [`Job::Argon2id`].
pub struct Argon2idJob {
    /// The password's bytes.
    pub password: Zeroizing<Vec<u8>>,
    /// The salt.
    pub salt: [u8; 32],
    /// Already checked by who asks.
    pub params: Argon2Params,
}

/// Input of [`Job::AesGcmSeal`] and [`Job::AesGcmOpen`].
pub struct AesGcmJob {
    /// The key.
    pub key: Arc<AesKey>,
    /// The nonce.
    pub nonce: [u8; NONCE_LEN],
    /// Authenticated and not encrypted.
    pub associated_data: Vec<u8>,
    /// Plaintext to seal, or ciphertext and tag to open.
    pub text: Zeroizing<Vec<u8>>,
}

/// Input of [`Job::NormalForm`].
pub struct NormalFormJob {
    /// Which one.
    pub form: Form,
    /// UTF-8. May be a password.
    pub text: Zeroizing<Vec<u8>>,
}

/// Input of [`Job::QrCode`].
pub struct QrCodeJob {
    /// UTF-8, at most [`TEXT_MAX_BYTES`](crate::qr::TEXT_MAX_BYTES). May be a recovery code.
    pub text: Zeroizing<Vec<u8>>,
}

/// A normal form of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// Unicode NFC ([UAX 15](https://www.unicode.org/reports/tr15/)).
    Composed,
    /// What is equal for paths that some file system does not keep apart, in Unicode NFC.
    Folded,
    /// That of a [`TypedAddress`](keyhaven_protocol::address::TypedAddress).
    Address,
    /// Unicode NFD.
    #[cfg(feature = "matrix")]
    Decomposed,
}

impl fmt::Debug for Argon2idJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Argon2idJob")
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AesGcmJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AesGcmJob")
            .field("text_len", &self.text.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for NormalFormJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NormalFormJob")
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for QrCodeJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("QrCodeJob(redacted)")
    }
}

/// What an engine answers.
pub type Answer = Result<Zeroizing<Vec<u8>>, JobError>;

/// Why a job has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// The tag does not fit: another key, another nonce or other bytes.
    #[error("the tag does not fit")]
    NotAuthentic,
    /// The device cannot spare the memory.
    #[error("this device has not enough free memory")]
    OutOfMemory,
    /// The engine refused its input or answered something impossible.
    #[error("the engine failed")]
    Engine,
}

/// How far an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What the next job works on.
    pub phase: Phase,
    /// Bytes behind it; 0 where a job is the whole of an operation.
    pub done_bytes: u64,
    /// Bytes in all; 0 where a job is the whole of an operation.
    pub total_bytes: u64,
}

/// What a job is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// The slow derivation from a password.
    DeriveKey,
    /// Sealing an object.
    Seal,
    /// Opening an object.
    Open,
    /// Sealing or opening backup keys.
    Keys,
    /// Normalising what was typed.
    NormalForm,
    /// Making a QR code.
    QrCode,
}

/// The state of an operation.
#[must_use = "an operation does nothing until an engine runs it"]
pub enum Step<T, E> {
    /// It needs an answer.
    Ask(Question<T, E>),
    /// It is over.
    Done(Result<T, E>),
}

type Resume<T, E> = Box<dyn FnOnce(Answer) -> Step<T, E> + Send>;

/// A job, and what to do with its answer. Dropping it cancels the operation.
#[must_use = "dropping a question cancels the operation"]
pub struct Question<T, E> {
    job: Job,
    progress: Progress,
    resume: Resume<T, E>,
}

/// An operation whose job is with an engine.
#[must_use = "dropping it cancels the operation"]
pub struct Waiting<T, E>(Resume<T, E>);

impl Progress {
    /// Of an operation that is one job.
    pub(crate) const fn of(phase: Phase) -> Self {
        Self {
            phase,
            done_bytes: 0,
            total_bytes: 0,
        }
    }
}

impl<T, E> Step<T, E> {
    /// Asks for `job` and goes on with `resume`.
    pub fn ask(job: Job, progress: Progress, resume: impl FnOnce(Answer) -> Self + Send + 'static) -> Self {
        Self::Ask(Question {
            job,
            progress,
            resume: Box::new(resume),
        })
    }
}

impl<T: 'static, E: 'static> Step<T, E> {
    /// The same operation with another result.
    pub fn map_result<U: 'static, F: 'static>(
        self,
        map: impl FnOnce(Result<T, E>) -> Result<U, F> + Send + 'static,
    ) -> Step<U, F> {
        self.then(|result| Step::Done(map(result)))
    }

    /// This operation, and after it another one.
    pub fn then<U: 'static, F: 'static>(
        self,
        next: impl FnOnce(Result<T, E>) -> Step<U, F> + Send + 'static,
    ) -> Step<U, F> {
        match self {
            Self::Done(result) => next(result),
            Self::Ask(Question {
                job,
                progress,
                resume,
            }) => Step::ask(job, progress, move |answer| resume(answer).then(next)),
        }
    }
}

impl<T, E> Question<T, E> {
    /// How far the operation is.
    #[must_use]
    pub const fn progress(&self) -> Progress {
        self.progress
    }

    /// The job for the engine, and the operation that waits for its answer.
    pub fn into_job(self) -> (Job, Waiting<T, E>) {
        (self.job, Waiting(self.resume))
    }
}

impl<T, E> Waiting<T, E> {
    /// Goes on.
    pub fn answer(self, answer: Answer) -> Step<T, E> {
        (self.0)(answer)
    }
}

impl<T, E> fmt::Debug for Step<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ask(question) => f.debug_tuple("Ask").field(question).finish(),
            Self::Done(_) => f.write_str("Done(..)"),
        }
    }
}

impl<T, E> fmt::Debug for Question<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question")
            .field("job", &self.job)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

impl<T, E> fmt::Debug for Waiting<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waiting(..)")
    }
}
