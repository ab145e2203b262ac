//! Sealing: content into padded chunks, chunks into ciphertext.

use std::{mem, sync::Arc};

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{
    CHUNK_LEN, CONTENT_MAX_BYTES,
    error::SealError,
    file,
    header::{Header, ObjectContext},
    padding::{chunk_count, padded_len, sealed_len},
    stream::{Position, chunk_job},
};
use crate::{
    job::{AesKey, Job, Phase, Progress, Step, software},
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
        while !rest.is_empty() {
            rest = self.framer.push(rest)?;
            self.seal_full_chunk(out)?;
        }
        Ok(())
    }

    /// Appends the rest: the last content, the padding, the final chunk.
    ///
    /// # Errors
    /// [`SealError::OtherLength`] if the content was shorter than announced; what was written is then to be thrown
    /// away, and cannot be opened.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), SealError> {
        self.framer.end_content()?;
        while self.framer.pad() {
            self.seal_full_chunk(out)?;
        }
        Ok(())
    }

    fn seal_full_chunk(&mut self, out: &mut Vec<u8>) -> Result<(), SealError> {
        if let Some(chunk) = self.framer.take_chunk() {
            let job = chunk_job(&self.key, chunk.index, chunk.position, chunk.text);
            out.extend_from_slice(&software::answer(Job::AesGcmSeal(job))?);
        }
        Ok(())
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

/// The file that is stored: [`seal_object`] inside the zip of [`file`].
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

/// One chunk of plaintext.
struct Chunk {
    index: u32,
    position: Position,
    text: Zeroizing<Vec<u8>>,
}

/// Lays content out as `length, content, zeros` and cuts it into chunks.
struct Framer {
    content_len: u64,
    content_left: u64,
    padding_left: u64,
    chunks_left: u64,
    index: u32,
    buffer: Zeroizing<Vec<u8>>,
}

impl core::fmt::Debug for Framer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Framer")
            .field("content_left", &self.content_left)
            .finish_non_exhaustive()
    }
}

impl Framer {
    fn new(content_len: u64) -> Result<Self, SealError> {
        if content_len > CONTENT_MAX_BYTES {
            return Err(SealError::TooLong { len: content_len });
        }
        let padded_len = padded_len(content_len);
        let mut buffer = Zeroizing::new(Vec::with_capacity(CHUNK_LEN));
        buffer.extend_from_slice(&content_len.to_be_bytes());
        Ok(Self {
            content_len,
            content_left: content_len,
            padding_left: padded_len - content_len - buffer.len() as u64,
            chunks_left: chunk_count(padded_len),
            index: 0,
            buffer,
        })
    }

    /// Takes what fits into the present chunk and returns the rest.
    fn push<'content>(&mut self, content: &'content [u8]) -> Result<&'content [u8], SealError> {
        let room = CHUNK_LEN - self.buffer.len();
        let (taken, rest) = content.split_at(room.min(content.len()));
        let taken_len = taken.len() as u64;
        self.content_left = self
            .content_left
            .checked_sub(taken_len)
            .ok_or(SealError::OtherLength {
                expected: self.content_len,
                found: self.content_len - self.content_left + taken_len,
            })?;
        self.buffer.extend_from_slice(taken);
        Ok(rest)
    }

    const fn end_content(&self) -> Result<(), SealError> {
        if self.content_left == 0 {
            return Ok(());
        }
        Err(SealError::OtherLength {
            expected: self.content_len,
            found: self.content_len - self.content_left,
        })
    }

    /// Fills the present chunk with zeros; `false` when no chunk is left.
    fn pad(&mut self) -> bool {
        let room = CHUNK_LEN - self.buffer.len();
        let zeros = usize::try_from(self.padding_left).map_or(room, |left| left.min(room));
        let padded_to = self.buffer.len() + zeros;
        self.buffer.resize(padded_to, 0);
        self.padding_left -= zeros as u64;
        self.chunks_left > 0
    }

    /// The present chunk if it is full or the last one.
    fn take_chunk(&mut self) -> Option<Chunk> {
        let last = self.content_left == 0 && self.padding_left == 0 && self.chunks_left == 1;
        if self.chunks_left == 0 || (self.buffer.len() < CHUNK_LEN && !last) {
            return None;
        }
        let text = mem::replace(&mut self.buffer, Zeroizing::new(Vec::with_capacity(CHUNK_LEN)));
        let chunk = Chunk {
            index: self.index,
            position: Position::of(last),
            text,
        };
        self.index += 1;
        self.chunks_left -= 1;
        Some(chunk)
    }
}
