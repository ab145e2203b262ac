//! Sealing: at once by jobs, or in pieces as they come.

use std::sync::Arc;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{
    error::SealError,
    file,
    framer::{Chunk, Framer},
    header::{Header, ObjectContext},
    padding::sealed_len,
    stream::chunk_job,
};
use crate::{
    job::{AesGcmJob, AesKey, Answer, Job, Phase, Progress, Step, software},
    keys::BackupKey,
};

/// Seals content that arrives in pieces, in memory for one chunk. What it writes is the sealed object; see
/// [`file::FileWriter`] for the file around it.
#[derive(Debug)]
pub struct Sealer {
    key: Arc<AesKey>,
    framer: Framer,
}

impl Sealer {
    /// Starts the version that `context` names, of `content_len` bytes, and appends its header to `out`.
    ///
    /// # Errors
    /// [`SealError::TooLong`].
    pub fn new(
        backup_key: &BackupKey,
        context: ObjectContext,
        content_len: u64,
        rng: &mut (impl CryptoRng + ?Sized),
        out: &mut Vec<u8>,
    ) -> Result<Self, SealError> {
        let framer = Framer::new(content_len)?;
        let header = Header::generate(context, rng);
        out.extend_from_slice(&header.to_bytes());
        Ok(Self {
            key: Arc::new(header.derive_key(backup_key)),
            framer,
        })
    }

    /// Takes the next bytes of content and appends the chunks that are full to `out`.
    ///
    /// # Errors
    /// [`SealError::OtherLength`] if they are more than was announced.
    pub fn push(&mut self, content: &[u8], out: &mut Vec<u8>) -> Result<(), SealError> {
        let mut rest = content;
        while let Some(job) = self.next_job(&mut rest)? {
            self.take_answer(software::seal(job), out)?;
        }
        Ok(())
    }

    /// Appends the rest: the last content, the padding, the final chunk. The padding of 1 GiB is 32 MiB;
    /// [`Sealer::last_job`] gives it chunk by chunk.
    ///
    /// # Errors
    /// [`SealError::OtherLength`] if the content was shorter than announced; what was written is then to be thrown
    /// away, and cannot be opened.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), SealError> {
        while let Some(job) = self.last_job()? {
            self.take_answer(software::seal(job), out)?;
        }
        Ok(())
    }

    /// For engines that work on several chunks at once: takes bytes off the front of `content` until a chunk is full.
    /// `None` when `content` is used up. What is answered goes to [`Sealer::take_answer`], in the order of the jobs.
    ///
    /// # Errors
    /// [`SealError::OtherLength`] if there is more content than was announced.
    pub fn next_job(&mut self, content: &mut &[u8]) -> Result<Option<AesGcmJob>, SealError> {
        while !content.is_empty() {
            *content = self.framer.push(content)?;
            if let Some(chunk) = self.framer.take_chunk() {
                return Ok(Some(self.job(chunk)));
            }
        }
        Ok(None)
    }

    /// Likewise, after the last content: the chunks that are left, until there is `None`.
    ///
    /// # Errors
    /// [`SealError::OtherLength`] if the content was shorter than announced.
    pub fn last_job(&mut self) -> Result<Option<AesGcmJob>, SealError> {
        self.framer.end_content()?;
        let chunk = if self.framer.pad() {
            self.framer.take_chunk()
        } else {
            None
        };
        Ok(chunk.map(|chunk| self.job(chunk)))
    }

    /// Appends a sealed chunk to `out`.
    ///
    /// # Errors
    /// The engine's.
    pub fn take_answer(&mut self, answer: Answer, out: &mut Vec<u8>) -> Result<(), SealError> {
        let sealed = answer?;
        out.extend_from_slice(&sealed);
        self.framer.take_back(sealed);
        Ok(())
    }

    fn job(&self, chunk: Chunk) -> AesGcmJob {
        chunk_job(&self.key, chunk.index, chunk.position, chunk.text)
    }
}

/// The sealed object of `content`, chunk by chunk as jobs.
///
/// # Errors
/// [`SealError::TooLong`], or the engine's.
pub fn seal_object(
    backup_key: &BackupKey,
    context: ObjectContext,
    content: Zeroizing<Vec<u8>>,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Step<Vec<u8>, SealError> {
    let content_len = content.len() as u64;
    let framer = match Framer::new(content_len) {
        Ok(framer) => framer,
        Err(error) => return Step::Done(Err(error)),
    };
    let header = Header::generate(context, rng);
    // A length within the bound of content is within the bound of memory addresses.
    let mut out = Vec::with_capacity(usize::try_from(sealed_len(content_len)).unwrap_or_default());
    out.extend_from_slice(&header.to_bytes());
    Sealing {
        key: Arc::new(header.derive_key(backup_key)),
        framer,
        content,
        taken: 0,
        out,
    }
    .next()
}

/// The file that is stored: [`seal_object`] inside the zip of [`mod@file`].
///
/// # Errors
/// [`SealError::TooLong`], or the engine's.
pub fn seal_file(
    backup_key: &BackupKey,
    context: ObjectContext,
    content: Zeroizing<Vec<u8>>,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Step<Vec<u8>, SealError> {
    seal_object(backup_key, context, content, rng).map_result(|sealed| Ok(file::write(&sealed?)))
}

/// A whole content on its way through the jobs.
struct Sealing {
    key: Arc<AesKey>,
    framer: Framer,
    content: Zeroizing<Vec<u8>>,
    taken: usize,
    out: Vec<u8>,
}

impl Sealing {
    fn next(mut self) -> Step<Vec<u8>, SealError> {
        let chunk = match self.next_chunk() {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return Step::Done(Ok(self.out)),
            Err(error) => return Step::Done(Err(error)),
        };
        let progress = Progress {
            phase: Phase::Seal,
            done_bytes: self.taken.min(self.content.len()) as u64,
            total_bytes: self.content.len() as u64,
        };
        let job = chunk_job(&self.key, chunk.index, chunk.position, chunk.text);
        Step::ask(Job::AesGcmSeal(job), progress, move |answer| match answer {
            Ok(sealed) => {
                self.out.extend_from_slice(&sealed);
                self.framer.take_back(sealed);
                self.next()
            }
            Err(error) => Step::Done(Err(error.into())),
        })
    }

    fn next_chunk(&mut self) -> Result<Option<Chunk>, SealError> {
        let rest = self.content.get(self.taken..).unwrap_or_default();
        let left = self.framer.push(rest)?.len();
        self.taken = self.content.len() - left;
        if left == 0 && !self.framer.pad() {
            return Ok(None);
        }
        Ok(self.framer.take_chunk())
    }
}
