//! Input of the jobs that the formats of Matrix ask for.

use core::{fmt, num::NonZeroU32};
use std::sync::Arc;

use zeroize::Zeroizing;

use super::AesKey;
use crate::secret::secret;

secret! {
    /// A key of HMAC-SHA-256, on its way to an engine.
    HmacKey[32]
}

/// Input of [`Job::Pbkdf2`](super::Job::Pbkdf2).
pub struct Pbkdf2Job {
    /// The passphrase's bytes.
    pub passphrase: Zeroizing<Vec<u8>>,
    /// The salt.
    pub salt: Vec<u8>,
    /// How often the hash is taken. Already bounded by who asks.
    pub rounds: NonZeroU32,
    /// Bytes of the answer.
    pub len: usize,
}

/// Input of [`Job::Hmac`](super::Job::Hmac).
pub struct HmacJob {
    /// The key.
    pub key: Arc<HmacKey>,
    /// What is authenticated; no secret.
    pub text: Arc<Vec<u8>>,
}

/// Input of [`Job::AesCtr`](super::Job::AesCtr).
pub struct AesCtrJob {
    /// The key.
    pub key: Arc<AesKey>,
    /// The first counter block.
    pub counter: [u8; 16],
    /// How much of the block counts.
    pub width: CounterWidth,
    /// Plaintext or ciphertext.
    pub text: Zeroizing<Vec<u8>>,
}

/// How many low bits of a counter block count; the others stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CounterWidth {
    /// As browsers were asked to.
    Bits64,
    /// As other programs do.
    Bits128,
}

impl CounterWidth {
    /// The counter block behind so many others.
    #[must_use]
    pub const fn after(self, counter: u128, blocks: u64) -> u128 {
        match self {
            Self::Bits128 => counter.wrapping_add(blocks as u128),
            Self::Bits64 => (counter >> 64 << 64) | (counter as u64).wrapping_add(blocks) as u128,
        }
    }
}

impl fmt::Debug for Pbkdf2Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pbkdf2Job")
            .field("rounds", &self.rounds)
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for HmacJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HmacJob")
            .field("text_len", &self.text.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AesCtrJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AesCtrJob")
            .field("width", &self.width)
            .field("text_len", &self.text.len())
            .finish_non_exhaustive()
    }
}
