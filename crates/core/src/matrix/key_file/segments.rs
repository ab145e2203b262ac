//! A file that comes in pieces, cut into header, segments and tag.

use zeroize::Zeroizing;

use super::{HEADER_LEN, MIN_LEN, OpenKeyFileError, SEGMENT_LEN, TAG_LEN};
use crate::matrix::{armour, exported_session::Input};

/// Cuts the same file in the same places, however it comes.
#[derive(Debug, Default)]
pub(super) struct Segments {
    armour: armour::Reader,
    bytes: Vec<u8>,
    /// What of `bytes` was handed out.
    at: usize,
    cut: Cut,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Cut {
    #[default]
    Header,
    Body,
    Over,
}

/// A part of a file.
#[derive(Debug)]
pub(super) enum Part {
    Header([u8; HEADER_LEN]),
    /// Ciphertext. `last` says that only the tag follows.
    Segment {
        bytes: Zeroizing<Vec<u8>>,
        last: bool,
    },
    Tag([u8; TAG_LEN]),
}

impl Segments {
    /// Takes the next piece of text.
    ///
    /// # Errors
    /// [`OpenKeyFileError`] of the text.
    pub(super) fn push(&mut self, text: &[u8]) -> Result<(), OpenKeyFileError> {
        self.bytes.drain(..self.at);
        self.at = 0;
        Ok(self.armour.push(text, &mut self.bytes)?)
    }

    /// The next part, if all of it is there.
    ///
    /// # Errors
    /// [`OpenKeyFileError::Incomplete`] and [`OpenKeyFileError::DamagedHeader`], when the input is over.
    pub(super) fn next(&mut self, input: Input) -> Result<Option<Part>, OpenKeyFileError> {
        let over = input == Input::Over;
        if over && self.cut != Cut::Over && !self.armour.is_over() {
            return Err(core::mem::take(&mut self.armour)
                .finish()
                .map_or_else(Into::into, |()| OpenKeyFileError::Incomplete));
        }
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        match self.cut {
            // No header before there is enough for a whole file behind it: what is too short is refused for that first.
            Cut::Header if rest.len() >= MIN_LEN => {
                let Some(header) = rest.first_chunk() else {
                    return Ok(None);
                };
                self.at += HEADER_LEN;
                self.cut = Cut::Body;
                Ok(Some(Part::Header(*header)))
            }
            Cut::Header if over => Err(OpenKeyFileError::DamagedHeader { len: rest.len() }),
            Cut::Body if rest.len() >= SEGMENT_LEN + TAG_LEN => {
                let last = over && rest.len() == SEGMENT_LEN + TAG_LEN;
                Ok(self.segment(SEGMENT_LEN, last))
            }
            Cut::Body if over && rest.len() > TAG_LEN => {
                let len = rest.len() - TAG_LEN;
                Ok(self.segment(len, true))
            }
            Cut::Body if over => {
                self.cut = Cut::Over;
                Ok(rest.first_chunk().copied().map(Part::Tag))
            }
            Cut::Header | Cut::Body | Cut::Over => Ok(None),
        }
    }

    fn segment(&mut self, len: usize, last: bool) -> Option<Part> {
        let bytes = self.bytes.get(self.at..self.at + len)?;
        self.at += len;
        Some(Part::Segment {
            bytes: Zeroizing::new(bytes.to_vec()),
            last,
        })
    }
}
