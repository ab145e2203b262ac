//! Laying content out as `length, content, zeros`, and cutting that into chunks.

use std::mem;

use zeroize::Zeroizing;

use super::{
    CHUNK_LEN, CONTENT_MAX_BYTES,
    error::SealError,
    padding::{chunk_count, padded_len},
    stream::Position,
};
use crate::job::TAG_LEN;

/// One chunk of plaintext.
pub(super) struct Chunk {
    pub(super) index: u32,
    pub(super) position: Position,
    pub(super) text: Zeroizing<Vec<u8>>,
}

/// Lays content out as `length, content, zeros` and cuts it into chunks.
pub(super) struct Framer {
    content_len: u64,
    content_left: u64,
    padding_left: u64,
    chunks_left: u64,
    index: u32,
    buffer: Zeroizing<Vec<u8>>,
    spares: Vec<Zeroizing<Vec<u8>>>,
}

/// Room for a chunk and its tag, so that it can be sealed where it lies.
const BUFFER_LEN: usize = CHUNK_LEN + TAG_LEN;

impl core::fmt::Debug for Framer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Framer")
            .field("content_left", &self.content_left)
            .finish_non_exhaustive()
    }
}

impl Framer {
    pub(super) fn new(content_len: u64) -> Result<Self, SealError> {
        if content_len > CONTENT_MAX_BYTES {
            return Err(SealError::TooLong { len: content_len });
        }
        let padded_len = padded_len(content_len);
        let mut buffer = Zeroizing::new(Vec::with_capacity(BUFFER_LEN));
        buffer.extend_from_slice(&content_len.to_be_bytes());
        Ok(Self {
            content_len,
            content_left: content_len,
            padding_left: padded_len - content_len - buffer.len() as u64,
            chunks_left: chunk_count(padded_len),
            index: 0,
            buffer,
            spares: Vec::new(),
        })
    }

    /// Takes what fits into the present chunk and returns the rest.
    pub(super) fn push<'content>(&mut self, content: &'content [u8]) -> Result<&'content [u8], SealError> {
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

    pub(super) const fn end_content(&self) -> Result<(), SealError> {
        if self.content_left == 0 {
            return Ok(());
        }
        Err(SealError::OtherLength {
            expected: self.content_len,
            found: self.content_len - self.content_left,
        })
    }

    /// Fills the present chunk with zeros; `false` when no chunk is left.
    pub(super) fn pad(&mut self) -> bool {
        let room = CHUNK_LEN - self.buffer.len();
        let zeros = usize::try_from(self.padding_left).map_or(room, |left| left.min(room));
        let padded_to = self.buffer.len() + zeros;
        self.buffer.resize(padded_to, 0);
        self.padding_left -= zeros as u64;
        self.chunks_left > 0
    }

    /// The present chunk if it is full or the last one.
    pub(super) fn take_chunk(&mut self) -> Option<Chunk> {
        let last = self.content_left == 0 && self.padding_left == 0 && self.chunks_left == 1;
        if self.chunks_left == 0 || (self.buffer.len() < CHUNK_LEN && !last) {
            return None;
        }
        let empty = self.spares.pop();
        let empty = empty.unwrap_or_else(|| Zeroizing::new(Vec::with_capacity(BUFFER_LEN)));
        let text = mem::replace(&mut self.buffer, empty);
        let chunk = Chunk {
            index: self.index,
            position: Position::of(last),
            text,
        };
        self.index += 1;
        self.chunks_left -= 1;
        Some(chunk)
    }

    /// Takes back the memory of a chunk that is sealed, for one that is to come.
    pub(super) fn take_back(&mut self, mut sealed: Zeroizing<Vec<u8>>) {
        sealed.clear();
        // An engine may answer in memory of its own.
        if sealed.capacity() >= BUFFER_LEN {
            self.spares.push(sealed);
        }
    }
}
