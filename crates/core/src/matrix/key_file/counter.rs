//! The key stream of a file, and how wide its counter is.
//!
//! Browsers count in 64 bits, other programs in 128. An IV as it is written, with the top bit of its low half clear,
//! makes no difference. Where that half does run over, the file does not say which was meant: the tag fits either way,
//! and the wrong one gives noise. So the first text behind that place is looked at.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::Keys;
use crate::job::{AesCtrJob, AesKey, CounterWidth};

const BLOCK_LEN: u64 = 16;

/// Hands out the jobs for one ciphertext, from its start to its end.
#[derive(Debug)]
pub(super) struct KeyStream {
    key: Arc<AesKey>,
    iv: [u8; 16],
    width: Option<CounterWidth>,
    /// Bytes before the one where the widths part, if there are so many.
    parting: Option<u64>,
    /// Bytes that jobs were handed out for.
    taken: u64,
    /// What the present job is about, while the width is in question.
    in_question: Option<Zeroizing<Vec<u8>>>,
}

/// What an answer is.
#[derive(Debug)]
pub(super) enum Text {
    /// Plaintext.
    Plain(Zeroizing<Vec<u8>>),
    /// Noise: to be answered with the other width.
    Again(AesCtrJob),
}

impl KeyStream {
    pub(super) fn new(keys: &Keys) -> Self {
        let iv = *keys.header.iv();
        let [.., b0, b1, b2, b3, b4, b5, b6, b7] = iv;
        let low = u64::from_be_bytes([b0, b1, b2, b3, b4, b5, b6, b7]);
        Self {
            key: Arc::clone(&keys.cipher),
            iv,
            width: None,
            // From zero on there are 2^64 blocks.
            parting: low.wrapping_neg().checked_mul(BLOCK_LEN).filter(|_| low != 0),
            taken: 0,
            in_question: None,
        }
    }

    /// The job for the next bytes, of which there are whole blocks unless they are the last.
    pub(super) fn next_job(&mut self, text: Zeroizing<Vec<u8>>) -> AesCtrJob {
        let start = self.taken;
        self.taken += text.len() as u64;
        let parts_here = self.parting.is_some_and(|at| (start..self.taken).contains(&at));
        if self.width.is_none() && parts_here {
            self.in_question = Some(text.clone());
        }
        self.job(start, self.width.unwrap_or(CounterWidth::Bits64), text)
    }

    /// Takes the answer to the last job. `is_end` says that no more text comes.
    pub(super) fn take(&mut self, text: Zeroizing<Vec<u8>>, is_end: bool) -> Text {
        let Some(ciphertext) = self.in_question.take() else {
            return Text::Plain(text);
        };
        let start = self.taken - ciphertext.len() as u64;
        let before = self.parting.unwrap_or(start) - start;
        let behind = usize::try_from(before).ok().and_then(|before| text.get(before..));
        if behind.is_some_and(|behind| is_plausible(behind, is_end)) {
            self.width = Some(CounterWidth::Bits64);
            return Text::Plain(text);
        }
        self.width = Some(CounterWidth::Bits128);
        Text::Again(self.job(start, CounterWidth::Bits128, ciphertext))
    }

    fn job(&self, start: u64, width: CounterWidth, text: Zeroizing<Vec<u8>>) -> AesCtrJob {
        let blocks = start / BLOCK_LEN;
        let counter = width.after(u128::from_be_bytes(self.iv), blocks);
        AesCtrJob {
            key: Arc::clone(&self.key),
            counter: counter.to_be_bytes(),
            width,
            text,
        }
    }
}

/// Whether bytes from within a JSON list are text: a block of noise is with a chance of one in some millions, and the end
/// of a list is known.
fn is_plausible(bytes: &[u8], is_end: bool) -> bool {
    // The place may lie within a character, and so may the end.
    let within = bytes
        .iter()
        .take(3)
        .take_while(|byte| **byte & 0xc0 == 0x80)
        .count();
    let text = match core::str::from_utf8(bytes.get(within..).unwrap_or_default()) {
        Ok(text) => text.as_bytes(),
        Err(error) if !is_end && error.error_len().is_none() => bytes
            .get(within..within + error.valid_up_to())
            .unwrap_or_default(),
        Err(_) => return false,
    };
    let is_json = |byte: &u8| *byte >= b' ' || matches!(byte, b'\n' | b'\r' | b'\t');
    text.iter().all(is_json) && (!is_end || text.trim_ascii_end().ends_with(b"]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_noise() {
        for (bytes, is_end) in [
            (&b"{\"room_id\":"[..], false),
            (b"\xa9 \xc3", false),
            (b"\"}]", true),
            (b"]\n ", true),
        ] {
            assert!(is_plausible(bytes, is_end), "{bytes:?}");
        }
        for (bytes, is_end) in [
            (&b"\xc3("[..], false),
            (b"\xc3", true),
            (b"a\0b", false),
            (b"\"}", true),
            (b"\x80\x80\x80\x80", false),
            (b"\xff", false),
        ] {
            assert!(!is_plausible(bytes, is_end), "{bytes:?}");
        }
    }
}
