//! Writing: one spelling.

use super::{FIRST_LINE, LAST_LINE};
use crate::matrix::base64;

/// Bytes whose base64 is one line of 128 characters.
const LINE_BYTES: usize = 96;

/// Writes the lines of a key file around bytes that come in pieces. The bytes are ciphertext and no secret.
#[derive(Debug)]
pub struct Writer {
    line: Vec<u8>,
}

impl Writer {
    /// Appends the first line to `out`.
    #[must_use]
    pub fn new(out: &mut Vec<u8>) -> Self {
        out.extend_from_slice(FIRST_LINE);
        out.push(b'\n');
        Self {
            line: Vec::with_capacity(LINE_BYTES),
        }
    }

    /// Bytes of the whole text of so many bytes.
    #[must_use]
    pub const fn text_len(bytes: usize) -> usize {
        let encoded = bytes.div_ceil(3).saturating_mul(4);
        let lines = bytes.div_ceil(LINE_BYTES);
        encoded
            .saturating_add(lines)
            .saturating_add(FIRST_LINE.len() + LAST_LINE.len() + 2)
    }

    /// Takes the next bytes and appends the lines that are full.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut rest = bytes;
        if !self.line.is_empty() {
            let missing = LINE_BYTES - self.line.len();
            let (head, behind) = rest.split_at_checked(missing).unwrap_or((rest, &[]));
            self.line.extend_from_slice(head);
            rest = behind;
            if self.line.len() < LINE_BYTES {
                return;
            }
            write_line(&self.line, out);
            self.line.clear();
        }
        let (lines, behind) = rest.as_chunks::<LINE_BYTES>();
        for line in lines {
            write_line(line, out);
        }
        self.line.extend_from_slice(behind);
    }

    /// Appends what is left, its padding and the last line.
    pub fn finish(self, out: &mut Vec<u8>) {
        if !self.line.is_empty() {
            base64::encode(&self.line, out);
            let padding = (3 - self.line.len() % 3) % 3;
            out.extend(core::iter::repeat_n(b'=', padding));
            out.push(b'\n');
        }
        out.extend_from_slice(LAST_LINE);
        out.push(b'\n');
    }
}

fn write_line(line: &[u8], out: &mut Vec<u8>) {
    base64::encode(line, out);
    out.push(b'\n');
}
