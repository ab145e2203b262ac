//! Reading: every spelling that was seen.

use super::{FIRST_LINE, LAST_LINE, PREAMBLE_MAX_BYTES};
use crate::matrix::base64::{self, NO_VALUE};

/// Why a text is not the text of a key file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArmourError {
    /// The first line is nowhere in the first [`PREAMBLE_MAX_BYTES`].
    #[error("this is not a key file")]
    NotAKeyFile,
    /// The last line is missing: the file was cut off.
    #[error("the file is incomplete: its last line is missing")]
    Incomplete,
    /// A character that is not base64, or base64 that does not end as it must.
    #[error("the text is damaged at byte {offset}")]
    DamagedText {
        /// Where in the file, from 0.
        offset: u64,
    },
}

/// Whether a file that ends with these bytes has its last line: a file that was cut off can be told before anything is
/// asked of its owner. For the last few thousand bytes of a file, or all of it.
#[must_use]
pub fn ends_with_last_line(tail: &[u8]) -> bool {
    tail.windows(LAST_LINE.len()).any(|window| window == LAST_LINE)
}

/// Reads the text of a key file in pieces. What comes out is ciphertext and no secret.
#[derive(Debug)]
pub struct Reader {
    state: State,
    /// Bytes of text that were taken before the present piece.
    taken: u64,
    /// Characters of the present four.
    quad: [u8; 4],
    filled: usize,
}

#[derive(Debug)]
enum State {
    /// The first line was not met; the last bytes, which may be the start of it.
    Before { kept: Vec<u8>, seen: usize },
    /// Base64.
    Body,
    /// Padding was met; so many more may follow.
    Padding { left: usize },
    /// So many bytes of the last line were met.
    LastLine { matched: usize },
    /// All of it was met.
    Behind,
}

/// What one byte of the body is.
enum Met {
    Nothing,
    Full([u8; 3]),
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader {
    /// Before the first byte.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            state: State::Before {
                kept: Vec::new(),
                seen: 0,
            },
            taken: 0,
            quad: [0; 4],
            filled: 0,
        }
    }

    /// Takes the next piece of text and appends the bytes that it gives.
    ///
    /// # Errors
    /// [`ArmourError`]; the reader is then of no more use.
    pub fn push(&mut self, text: &[u8], out: &mut Vec<u8>) -> Result<(), ArmourError> {
        let rest = match &mut self.state {
            State::Before { kept, seen } => match find_first_line(kept, seen, text)? {
                Some(rest) => {
                    self.state = State::Body;
                    rest
                }
                None => &[],
            },
            _ => text,
        };
        self.read(text.len() - rest.len(), rest, out)?;
        self.taken += text.len() as u64;
        Ok(())
    }

    /// The text is over.
    ///
    /// # Errors
    /// [`ArmourError::NotAKeyFile`], or [`ArmourError::Incomplete`] if the last line is missing.
    pub fn finish(self) -> Result<(), ArmourError> {
        match self.state {
            State::Behind => Ok(()),
            State::Before { .. } => Err(ArmourError::NotAKeyFile),
            _ => Err(ArmourError::Incomplete),
        }
    }

    /// Whether the last line was met.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self.state, State::Behind)
    }

    /// Reads `rest`, which begins `at` bytes behind the start of the piece.
    fn read(&mut self, at: usize, rest: &[u8], out: &mut Vec<u8>) -> Result<(), ArmourError> {
        // Made as long as it can become at once, and cut at the end: with a check of the capacity for every three
        // bytes this takes twice as long.
        let start = out.len();
        out.resize(start + rest.len() / 4 * 3 + 6, 0);
        let target = out.get_mut(start..).unwrap_or_default();
        let written = self.read_into(at, rest, target);
        out.truncate(start + written.as_ref().copied().unwrap_or_default());
        written.map(drop)
    }

    fn read_into(&mut self, at: usize, rest: &[u8], target: &mut [u8]) -> Result<usize, ArmourError> {
        let mut rest = rest;
        let mut target = target;
        let (text_len, room) = (at + rest.len(), target.len());
        loop {
            if self.filled == 0 && matches!(self.state, State::Body) {
                let quads = decode_run(rest, target);
                rest = rest.get(4 * quads..).unwrap_or_default();
                target = target.get_mut(3 * quads..).unwrap_or_default();
            }
            let Some((byte, behind)) = rest.split_first() else {
                return Ok(room - target.len());
            };
            let offset = self.taken + (text_len - rest.len()) as u64;
            rest = behind;
            let (bytes, kept) = self.take(*byte, offset)?;
            if kept > 0 {
                let (place, behind) = target
                    .split_at_mut_checked(kept)
                    .ok_or(ArmourError::DamagedText { offset })?;
                place.iter_mut().zip(bytes).for_each(|(byte, read)| *byte = read);
                target = behind;
            }
        }
    }

    /// Takes one byte: what it completes, and how much of that counts.
    fn take(&mut self, byte: u8, offset: u64) -> Result<([u8; 3], usize), ArmourError> {
        let damaged = ArmourError::DamagedText { offset };
        let nothing = ([0; 3], 0);
        let is_space = matches!(byte, b'\n' | b'\r' | b' ' | b'\t' | 0x0b | 0x0c);
        match (&mut self.state, byte) {
            (State::Behind, _) => Ok(nothing),
            (State::Body | State::Padding { .. }, _) if is_space => Ok(nothing),
            (State::Body | State::Padding { .. }, b'-') => {
                self.state = State::LastLine { matched: 1 };
                self.flush().ok_or(damaged)
            }
            (State::Body, b'=') => {
                self.state = State::Padding {
                    left: 3_usize.saturating_sub(self.filled),
                };
                // Padding behind four characters that are whole would be followed by nothing that it fills.
                if self.filled == 0 {
                    Err(damaged)
                } else {
                    self.flush().ok_or(damaged)
                }
            }
            (State::Padding { left }, b'=') if *left > 0 => {
                *left -= 1;
                Ok(nothing)
            }
            (State::Body, _) if base64::value_of(byte) != NO_VALUE => Ok(match self.fill(byte) {
                Met::Full(bytes) => (bytes, 3),
                Met::Nothing => nothing,
            }),
            (State::LastLine { matched }, _) if LAST_LINE.get(*matched) == Some(&byte) => {
                *matched += 1;
                if *matched == LAST_LINE.len() {
                    self.state = State::Behind;
                }
                Ok(nothing)
            }
            _ => Err(damaged),
        }
    }

    /// One more character of the present four.
    fn fill(&mut self, character: u8) -> Met {
        if let Some(place) = self.quad.get_mut(self.filled) {
            *place = character;
            self.filled += 1;
        }
        if self.filled < self.quad.len() {
            return Met::Nothing;
        }
        self.filled = 0;
        Met::Full(base64::decode_quad(self.quad).0)
    }

    /// The bytes of the last characters, if they are not four; `None` for a single one, which stands for no byte.
    fn flush(&mut self) -> Option<([u8; 3], usize)> {
        let [a, b, c, _] = self.quad;
        let filled = core::mem::take(&mut self.filled);
        match filled {
            0 => Some(([0; 3], 0)),
            2 => Some((base64::decode_quad([a, b, b'A', b'A']).0, 1)),
            3 => Some((base64::decode_quad([a, b, c, b'A']).0, 2)),
            _ => None,
        }
    }
}

/// Decodes as many fours as there are before anything else, and says how many.
fn decode_run(text: &[u8], target: &mut [u8]) -> usize {
    let (quads, _) = text.as_chunks::<4>();
    let (triples, _) = target.as_chunks_mut::<3>();
    let mut count = 0;
    for (quad, triple) in quads.iter().zip(triples) {
        let (bytes, known) = base64::decode_quad(*quad);
        if !known {
            break;
        }
        *triple = bytes;
        count += 1;
    }
    count
}

/// What follows the first line in `text`, if the line ends there.
fn find_first_line<'text>(
    kept: &mut Vec<u8>,
    seen: &mut usize,
    text: &'text [u8],
) -> Result<Option<&'text [u8]>, ArmourError> {
    let before = kept.len();
    // No more than can be of use, however long the piece is.
    let searched = text.get(..PREAMBLE_MAX_BYTES - *seen).unwrap_or(text);
    kept.extend_from_slice(searched);
    if let Some(at) = kept
        .windows(FIRST_LINE.len())
        .position(|window| window == FIRST_LINE)
    {
        let end = at + FIRST_LINE.len() - before;
        return Ok(Some(text.get(end..).unwrap_or_default()));
    }
    *seen += searched.len();
    if *seen >= PREAMBLE_MAX_BYTES {
        return Err(ArmourError::NotAKeyFile);
    }
    let spent = kept.len().saturating_sub(FIRST_LINE.len() - 1);
    kept.drain(..spent);
    Ok(None)
}
