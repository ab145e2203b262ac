//! Opening: ciphertext into chunks, chunks into content, and a name for whatever does not fit.
//!
//! The length inside chunk 0 says how many chunks there are and how long the last one is. So from chunk 1 on, a missing
//! end and bytes after the end are seen as such. For chunk 0 itself the other value of its last flag is tried when it
//! does not verify: if that verifies, the object was cut off, or continued, exactly there.

use std::{mem, sync::Arc};

use zeroize::Zeroizing;

use super::{
    CHUNK_LEN, CONTENT_MAX_BYTES,
    error::OpenError,
    file,
    header::{Header, ObjectContext, ObjectExpectation},
    padding::{LENGTH_LEN, chunk_count, padded_len},
    stream::{Position, chunk_job},
    verified::{Provisional, Verified},
};
use crate::{
    job::{AesGcmJob, AesKey, Answer, Job, JobError, Phase, Progress, Step, TAG_LEN, software},
    keys::BackupKey,
};

/// Opens an object that arrives in pieces, in memory for one chunk. What it hands out is provisional until
/// [`Opener::finish`] has seen the end.
#[derive(Debug)]
pub struct Opener {
    unframer: Unframer,
    header: Header,
}

impl Opener {
    /// Starts with the first [`Header::LEN`] bytes of the sealed object.
    ///
    /// # Errors
    /// [`OpenError::Header`] if they are not the header of the object that is expected.
    pub fn new(
        backup_key: &BackupKey,
        expected: &ObjectExpectation,
        header: &[u8],
    ) -> Result<Self, OpenError> {
        let (header, rest) = Header::parse(header)?;
        header.check(expected)?;
        let mut unframer = Unframer::new(backup_key, &header);
        unframer.push(rest);
        Ok(Self { unframer, header })
    }

    /// Which version this is, if the first chunk verifies.
    #[must_use]
    pub const fn context(&self) -> ObjectContext {
        self.header.context()
    }

    /// Takes the next sealed bytes and hands out the content of the chunks that they complete.
    ///
    /// # Errors
    /// [`OpenError`]; everything handed out before is then void.
    pub fn push(&mut self, sealed: &[u8]) -> Result<Provisional<Zeroizing<Vec<u8>>>, OpenError> {
        let mut content = Zeroizing::new(Vec::new());
        // In slices of a chunk, so that the buffer never holds more than two.
        for piece in sealed.chunks(CHUNK_LEN) {
            self.unframer.push(piece);
            self.open_chunks(Input::MayGoOn, &mut content)?;
        }
        Ok(Provisional::new(content, *self.header.salt()))
    }

    /// The sealed bytes are over: hands out the last content and the proof that the object is whole.
    ///
    /// # Errors
    /// [`OpenError`]; everything handed out before is then void.
    pub fn finish(mut self) -> Result<(Zeroizing<Vec<u8>>, Verified), OpenError> {
        let mut content = Zeroizing::new(Vec::new());
        self.open_chunks(Input::Over, &mut content)?;
        let content_len = self.unframer.finish()?;
        Ok((
            content,
            Verified::new(self.header.context(), content_len, *self.header.salt()),
        ))
    }

    fn open_chunks(&mut self, input: Input, content: &mut Zeroizing<Vec<u8>>) -> Result<(), OpenError> {
        while let Some(job) = self.unframer.next_job(input)? {
            let mut answer = software::answer(Job::AesGcmOpen(job));
            if let Some(job) = self.unframer.second_look(&answer) {
                answer = software::answer(Job::AesGcmOpen(job));
            }
            append_wiping(content, self.unframer.take_answer(answer)?.as_slice());
        }
        Ok(())
    }
}

/// The content of a sealed object, chunk by chunk as jobs. Nothing comes out before the end was verified.
///
/// # Errors
/// [`OpenError`] says what is wrong with the bytes.
pub fn open_object(
    backup_key: &BackupKey,
    expected: &ObjectExpectation,
    sealed: &[u8],
) -> Step<(Zeroizing<Vec<u8>>, Verified), OpenError> {
    let (header, chunks) = match Header::parse(sealed).and_then(|(header, rest)| {
        header.check(expected)?;
        Ok((header, rest))
    }) {
        Ok(parsed) => parsed,
        Err(error) => return Step::Done(Err(error.into())),
    };
    let mut unframer = Unframer::new(backup_key, &header);
    unframer.push(chunks);
    let total = chunks.len();
    Opening {
        unframer,
        header,
        total,
        content: Zeroizing::new(Vec::new()),
    }
    .next()
}

/// The content of a stored file: [`open_object`] of what the zip of [`file`] holds.
///
/// # Errors
/// [`OpenError`] says what is wrong with the bytes.
pub fn open_file(
    backup_key: &BackupKey,
    expected: &ObjectExpectation,
    file: &[u8],
) -> Step<(Zeroizing<Vec<u8>>, Verified), OpenError> {
    match file::parse(file) {
        Ok(sealed) => open_object(backup_key, expected, sealed),
        Err(file::FileError::Truncated) => Step::Done(Err(OpenError::Truncated)),
        Err(file::FileError::Trailing) => Step::Done(Err(OpenError::Trailing)),
        Err(error) => Step::Done(Err(error.into())),
    }
}

/// A whole object on its way through the jobs.
struct Opening {
    unframer: Unframer,
    header: Header,
    total: usize,
    content: Zeroizing<Vec<u8>>,
}

type Opened = (Zeroizing<Vec<u8>>, Verified);

impl Opening {
    fn next(mut self) -> Step<Opened, OpenError> {
        match self.unframer.next_job(Input::Over) {
            Ok(Some(job)) => self.ask(job, Self::look),
            Ok(None) => Step::Done(self.finish()),
            Err(error) => Step::Done(Err(error)),
        }
    }

    fn ask(
        self,
        job: AesGcmJob,
        resume: impl FnOnce(Self, Answer) -> Step<Opened, OpenError> + Send + 'static,
    ) -> Step<Opened, OpenError> {
        let progress = Progress {
            phase: Phase::Open,
            done_bytes: (self.total - self.unframer.left().min(self.total)) as u64,
            total_bytes: self.total as u64,
        };
        Step::ask(Job::AesGcmOpen(job), progress, move |answer| resume(self, answer))
    }

    fn look(mut self, answer: Answer) -> Step<Opened, OpenError> {
        match self.unframer.second_look(&answer) {
            Some(job) => self.ask(job, Self::take),
            None => self.take(answer),
        }
    }

    fn take(mut self, answer: Answer) -> Step<Opened, OpenError> {
        match self.unframer.take_answer(answer) {
            Ok(content) => {
                append_wiping(&mut self.content, content.as_slice());
                self.next()
            }
            Err(error) => Step::Done(Err(error)),
        }
    }

    fn finish(self) -> Result<Opened, OpenError> {
        let content_len = self.unframer.finish()?;
        Ok((
            self.content,
            Verified::new(self.header.context(), content_len, *self.header.salt()),
        ))
    }
}

/// Whether more sealed bytes may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Input {
    MayGoOn,
    Over,
}

/// Cuts ciphertext into chunks and checks the frame of what they hold.
struct Unframer {
    key: Arc<AesKey>,
    index: u32,
    buffer: Vec<u8>,
    consumed: usize,
    frame: Frame,
    pending: Option<Pending>,
}

/// What chunk 0 said.
#[derive(Debug, Clone, Copy)]
enum Frame {
    /// It was not opened yet.
    Unknown,
    /// What is left to come.
    Known {
        content_len: u64,
        content_left: u64,
        padded_left: u64,
    },
}

/// The chunk that is with the engine.
struct Pending {
    position: Position,
    /// Kept for chunk 0 only, to look twice.
    sealed: Option<Vec<u8>>,
    looked_twice: bool,
}

impl core::fmt::Debug for Unframer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Unframer")
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}

impl Unframer {
    fn new(backup_key: &BackupKey, header: &Header) -> Self {
        let key = Arc::new(header.derive_key(backup_key));
        Self {
            key,
            index: 0,
            buffer: Vec::new(),
            consumed: 0,
            frame: Frame::Unknown,
            pending: None,
        }
    }

    fn push(&mut self, sealed: &[u8]) {
        self.buffer.drain(..self.consumed);
        self.consumed = 0;
        self.buffer.extend_from_slice(sealed);
    }

    /// Sealed bytes that were pushed and not yet given to an engine.
    const fn left(&self) -> usize {
        self.buffer.len() - self.consumed
    }

    /// The next chunk, once it is certain where it ends.
    fn next_job(&mut self, input: Input) -> Result<Option<AesGcmJob>, OpenError> {
        let (sealed_len, position) = match self.frame {
            Frame::Unknown => {
                let full = CHUNK_LEN + TAG_LEN;
                match input {
                    // A chunk is the last one or not: one byte beyond it decides.
                    Input::MayGoOn if self.left() <= full => return Ok(None),
                    Input::Over if self.left() < TAG_LEN => return Err(OpenError::Truncated),
                    _ => (self.left().min(full), Position::of(self.left() <= full)),
                }
            }
            Frame::Known { padded_left: 0, .. } => {
                return if self.left() == 0 {
                    Ok(None)
                } else {
                    Err(OpenError::Trailing)
                };
            }
            Frame::Known { padded_left, .. } => {
                let text_len = usize::try_from(padded_left).map_or(CHUNK_LEN, |left| left.min(CHUNK_LEN));
                let position = Position::of(padded_left <= CHUNK_LEN as u64);
                match input {
                    Input::MayGoOn if self.left() < text_len + TAG_LEN => return Ok(None),
                    Input::Over if self.left() < text_len + TAG_LEN => return Err(OpenError::Truncated),
                    _ => (text_len + TAG_LEN, position),
                }
            }
        };
        let sealed = self
            .buffer
            .get(self.consumed..self.consumed + sealed_len)
            .unwrap_or_default()
            .to_vec();
        self.consumed += sealed_len;
        let kept = (self.index == 0).then(|| sealed.clone());
        self.pending = Some(Pending {
            position,
            sealed: kept,
            looked_twice: false,
        });
        Ok(Some(chunk_job(
            &self.key,
            self.index,
            position,
            Zeroizing::new(sealed),
        )))
    }

    /// Chunk 0 again with the other flag, if it did not verify.
    fn second_look(&mut self, answer: &Answer) -> Option<AesGcmJob> {
        if !matches!(answer, Err(JobError::NotAuthentic)) {
            return None;
        }
        let pending = self.pending.as_mut()?;
        let sealed = pending.sealed.take()?;
        pending.looked_twice = true;
        Some(chunk_job(
            &self.key,
            self.index,
            pending.position.other(),
            Zeroizing::new(sealed),
        ))
    }

    /// The content of the chunk that was answered.
    fn take_answer(&mut self, answer: Answer) -> Result<ContentSlice, OpenError> {
        let pending = self.pending.take().ok_or(OpenError::Job(JobError::Engine))?;
        let text = match answer {
            Ok(_) if pending.looked_twice => {
                return Err(match pending.position {
                    Position::Last => OpenError::Truncated,
                    Position::Inner => OpenError::Trailing,
                });
            }
            Ok(text) => text,
            Err(JobError::NotAuthentic) => return Err(OpenError::Damaged { chunk: self.index }),
            Err(error) => return Err(OpenError::Job(error)),
        };
        let content = self.unframe(text, pending.position)?;
        self.index += 1;
        Ok(content)
    }

    fn unframe(&mut self, text: Zeroizing<Vec<u8>>, position: Position) -> Result<ContentSlice, OpenError> {
        let (start, content_len, content_left, padded_left) = match self.frame {
            Frame::Known {
                content_len,
                content_left,
                padded_left,
            } => (0, content_len, content_left, padded_left),
            Frame::Unknown => {
                let (length, _) = text.split_first_chunk::<LENGTH_LEN>().ok_or(OpenError::Padding)?;
                let content_len = u64::from_be_bytes(*length);
                if content_len > CONTENT_MAX_BYTES {
                    return Err(OpenError::TooLong { len: content_len });
                }
                let padded = padded_len(content_len);
                if position != Position::of(chunk_count(padded) == 1) {
                    return Err(OpenError::Padding);
                }
                (LENGTH_LEN, content_len, content_len, padded)
            }
        };
        let expected = padded_left.min(CHUNK_LEN as u64);
        if text.len() as u64 != expected {
            return Err(OpenError::Padding);
        }
        let room = text.len() - start;
        let content_here = usize::try_from(content_left).map_or(room, |left| left.min(room));
        let end = start + content_here;
        if text.get(end..).unwrap_or_default().iter().any(|byte| *byte != 0) {
            return Err(OpenError::Padding);
        }
        self.frame = Frame::Known {
            content_len,
            content_left: content_left - content_here as u64,
            padded_left: padded_left - expected,
        };
        Ok(ContentSlice { text, start, end })
    }

    /// The length of the content, if the end was seen and nothing follows it.
    fn finish(&self) -> Result<u64, OpenError> {
        match self.frame {
            Frame::Known {
                content_len,
                padded_left: 0,
                ..
            } if self.left() == 0 => Ok(content_len),
            Frame::Known { padded_left: 0, .. } => Err(OpenError::Trailing),
            Frame::Known { .. } | Frame::Unknown => Err(OpenError::Truncated),
        }
    }
}

/// The content within an opened chunk.
struct ContentSlice {
    text: Zeroizing<Vec<u8>>,
    start: usize,
    end: usize,
}

impl ContentSlice {
    fn as_slice(&self) -> &[u8] {
        self.text.get(self.start..self.end).unwrap_or_default()
    }
}

/// Grows `content` by hand: what `Vec` leaves behind when it grows is not wiped.
fn append_wiping(content: &mut Zeroizing<Vec<u8>>, more: &[u8]) {
    if content.capacity() - content.len() < more.len() {
        let mut grown = Zeroizing::new(Vec::with_capacity(
            (content.len() + more.len()).max(2 * content.capacity()),
        ));
        grown.extend_from_slice(content);
        mem::swap(content, &mut grown);
    }
    content.extend_from_slice(more);
}
