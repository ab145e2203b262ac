//! Cutting ciphertext into chunks, checking the frame of what they hold, and naming whatever does not fit.
//!
//! The length inside chunk 0 says how many chunks there are and how long the last one is. So from chunk 1 on, a missing
//! end and bytes after the end are seen as such. For chunk 0 itself the other value of its last flag is tried when it
//! does not verify: if that verifies, the object was cut off, or continued, exactly there.

use std::{collections::VecDeque, sync::Arc};

use zeroize::Zeroizing;

use super::{
    CHUNK_LEN, CONTENT_MAX_BYTES,
    error::OpenError,
    header::Header,
    padding::{LENGTH_LEN, chunk_count, padded_len},
    stream::{Position, chunk_job},
};
use crate::{
    job::{AesGcmJob, AesKey, Answer, JobError, TAG_LEN},
    keys::BackupKey,
    wiping,
};

/// Whether more sealed bytes may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    MayGoOn,
    Over,
}

/// Cuts ciphertext into chunks and checks the frame of what they hold.
pub(super) struct Unframer {
    key: Arc<AesKey>,
    index: u32,
    buffer: Vec<u8>,
    consumed: usize,
    frame: Frame,
    /// The chunks that are with engines, in their order.
    pending: VecDeque<Pending>,
    spares: Vec<Zeroizing<Vec<u8>>>,
}

/// What chunk 0 said.
#[derive(Debug, Clone, Copy)]
enum Frame {
    /// It was not opened yet.
    Unknown,
    /// What is left to come: to be given to engines, and to be answered.
    Known {
        uncut: u64,
        content_len: u64,
        content_left: u64,
        padded_left: u64,
    },
}

/// A chunk that is with an engine.
struct Pending {
    index: u32,
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
    pub(super) fn new(backup_key: &BackupKey, header: &Header) -> Self {
        let key = Arc::new(header.derive_key(backup_key));
        Self {
            key,
            index: 0,
            buffer: Vec::new(),
            consumed: 0,
            frame: Frame::Unknown,
            pending: VecDeque::new(),
            spares: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, sealed: &[u8]) {
        self.buffer.drain(..self.consumed);
        self.consumed = 0;
        self.buffer.extend_from_slice(sealed);
    }

    /// Sealed bytes that were pushed and not yet given to an engine.
    pub(super) const fn left(&self) -> usize {
        self.buffer.len() - self.consumed
    }

    /// The next chunk, once it is certain where it ends. `None` after chunk 0 until its answer is taken, and where only
    /// an answer that is still to come says what is wrong.
    pub(super) fn next_job(&mut self, input: Input) -> Result<Option<AesGcmJob>, OpenError> {
        let left = self.left();
        let (text_len, position) = match self.frame {
            Frame::Unknown if !self.pending.is_empty() => return Ok(None),
            Frame::Unknown => match input {
                // A chunk is the last one or not: one byte beyond it decides.
                Input::MayGoOn if left <= CHUNK_LEN + TAG_LEN => return Ok(None),
                Input::Over if left < TAG_LEN => return Err(OpenError::Truncated),
                _ => (
                    (left - TAG_LEN).min(CHUNK_LEN),
                    Position::of(left <= CHUNK_LEN + TAG_LEN),
                ),
            },
            Frame::Known { uncut: 0, .. } if left == 0 || !self.pending.is_empty() => return Ok(None),
            Frame::Known { uncut: 0, .. } => return Err(OpenError::Trailing),
            Frame::Known { uncut, .. } => {
                let text_len = usize::try_from(uncut).map_or(CHUNK_LEN, |uncut| uncut.min(CHUNK_LEN));
                if left < text_len + TAG_LEN {
                    return match input {
                        Input::Over if self.pending.is_empty() => Err(OpenError::Truncated),
                        _ => Ok(None),
                    };
                }
                (text_len, Position::of(uncut <= CHUNK_LEN as u64))
            }
        };
        Ok(Some(self.cut(text_len, position)))
    }

    fn cut(&mut self, text_len: usize, position: Position) -> AesGcmJob {
        let end = self.consumed + text_len + TAG_LEN;
        let sealed = self.buffer.get(self.consumed..end).unwrap_or_default();
        let kept = (self.index == 0).then(|| sealed.to_vec());
        let text = wiping::refill(self.spares.pop().unwrap_or_default(), sealed);
        self.consumed = end;
        if let Frame::Known { uncut, .. } = &mut self.frame {
            *uncut -= text_len as u64;
        }
        let index = self.index;
        self.index += 1;
        self.pending.push_back(Pending {
            index,
            position,
            sealed: kept,
            looked_twice: false,
        });
        chunk_job(&self.key, index, position, text)
    }

    /// Chunk 0 again with the other flag, if it did not verify.
    pub(super) fn second_look(&mut self, answer: &Answer) -> Option<AesGcmJob> {
        if !matches!(answer, Err(JobError::NotAuthentic)) {
            return None;
        }
        let pending = self.pending.front_mut()?;
        let sealed = pending.sealed.take()?;
        pending.looked_twice = true;
        let (index, position) = (pending.index, pending.position.other());
        Some(chunk_job(&self.key, index, position, Zeroizing::new(sealed)))
    }

    /// The content of the first chunk that has no answer yet.
    pub(super) fn take_answer(&mut self, answer: Answer) -> Result<ContentSlice, OpenError> {
        let pending = self.pending.pop_front().ok_or(OpenError::Job(JobError::Engine))?;
        let text = match answer {
            Ok(_) if pending.looked_twice => {
                return Err(match pending.position {
                    Position::Last => OpenError::Truncated,
                    Position::Inner => OpenError::Trailing,
                });
            }
            Ok(text) => text,
            Err(JobError::NotAuthentic) => {
                return Err(OpenError::Damaged { chunk: pending.index });
            }
            Err(error) => return Err(OpenError::Job(error)),
        };
        self.unframe(text, pending.position)
    }

    fn unframe(&mut self, text: Zeroizing<Vec<u8>>, position: Position) -> Result<ContentSlice, OpenError> {
        let (start, uncut, content_len, content_left, padded_left) = match self.frame {
            Frame::Known {
                uncut,
                content_len,
                content_left,
                padded_left,
            } => (0, uncut, content_len, content_left, padded_left),
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
                let uncut = padded.saturating_sub(CHUNK_LEN as u64);
                (LENGTH_LEN, uncut, content_len, content_len, padded)
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
            uncut,
            content_len,
            content_left: content_left - content_here as u64,
            padded_left: padded_left - expected,
        };
        Ok(ContentSlice { text, start, end })
    }

    /// Takes back the memory of a chunk whose content was taken, for one that is to come.
    pub(super) fn take_back(&mut self, content: ContentSlice) {
        self.spares.push(content.text);
    }

    /// The length of the content, if the end was seen and nothing follows it.
    pub(super) fn finish(&self) -> Result<u64, OpenError> {
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
pub(super) struct ContentSlice {
    text: Zeroizing<Vec<u8>>,
    start: usize,
    end: usize,
}

impl ContentSlice {
    pub(super) fn as_slice(&self) -> &[u8] {
        self.text.get(self.start..self.end).unwrap_or_default()
    }
}
