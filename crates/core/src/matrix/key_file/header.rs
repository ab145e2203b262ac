//! What stands before the ciphertext, readable without a passphrase.

use core::num::NonZeroU32;

use rand_core::CryptoRng;

use super::{HEADER_LEN, MIN_LEN, OpenKeyFileError};
use crate::matrix::armour;

const VERSION: u8 = 1;

/// What a reader lets a file cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most rounds that are derived. The number stands in the file, whoever wrote it, and is authenticated only after
    /// the work is done.
    pub max_rounds: u32,
}

/// Salt, IV and rounds of a key file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    salt: [u8; 16],
    iv: [u8; 16],
    rounds: NonZeroU32,
}

impl Default for Limits {
    /// 10,000,000 rounds: twenty times what writers write, and some seconds.
    fn default() -> Self {
        Self {
            max_rounds: 10_000_000,
        }
    }
}

impl Limits {
    /// Whether a file may be opened.
    ///
    /// # Errors
    /// [`OpenKeyFileError::TooManyRounds`].
    pub const fn check(&self, header: &Header) -> Result<(), OpenKeyFileError> {
        let rounds = header.rounds.get();
        if rounds > self.max_rounds {
            return Err(OpenKeyFileError::TooManyRounds {
                rounds,
                max: self.max_rounds,
            });
        }
        Ok(())
    }
}

impl Header {
    /// Reads the first bytes of a file.
    ///
    /// # Errors
    /// [`OpenKeyFileError::UnsupportedVersion`] and [`OpenKeyFileError::ZeroRounds`].
    pub(super) fn parse(bytes: &[u8; HEADER_LEN]) -> Result<Self, OpenKeyFileError> {
        let [version, rest @ ..] = bytes;
        if *version != VERSION {
            return Err(OpenKeyFileError::UnsupportedVersion { found: *version });
        }
        let damaged = OpenKeyFileError::DamagedHeader { len: HEADER_LEN };
        let (salt, rest) = rest.split_first_chunk().ok_or(damaged)?;
        let (iv, rest) = rest.split_first_chunk().ok_or(damaged)?;
        let rounds = rest.first_chunk().ok_or(damaged)?;
        Ok(Self {
            salt: *salt,
            iv: *iv,
            rounds: NonZeroU32::new(u32::from_be_bytes(*rounds)).ok_or(OpenKeyFileError::ZeroRounds)?,
        })
    }

    /// A new one. The top bit of the low half of the IV is clear, so that counters of 64 and of 128 bits agree.
    pub(super) fn generate(rounds: NonZeroU32, rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let (mut salt, mut iv) = ([0; 16], [0; 16]);
        rng.fill_bytes(&mut salt);
        rng.fill_bytes(&mut iv);
        iv[8] &= 0x7f;
        Self { salt, iv, rounds }
    }

    pub(super) fn to_bytes(self) -> Vec<u8> {
        let rounds = self.rounds.get().to_be_bytes();
        [&[VERSION][..], &self.salt, &self.iv, &rounds].concat()
    }

    /// How often the hash is taken over the passphrase. What an opening costs is proportional to it.
    #[must_use]
    pub const fn rounds(&self) -> NonZeroU32 {
        self.rounds
    }

    pub(super) const fn salt(&self) -> &[u8; 16] {
        &self.salt
    }

    pub(super) const fn iv(&self) -> &[u8; 16] {
        &self.iv
    }
}

/// Reads the header of a file that comes in pieces, and no more of it than that takes.
#[derive(Debug, Default)]
pub struct HeaderReader {
    armour: armour::Reader,
    bytes: Vec<u8>,
}

impl HeaderReader {
    /// Takes the next piece; the header, when there is enough of the file to be one.
    ///
    /// # Errors
    /// [`OpenKeyFileError`].
    pub fn push(&mut self, text: &[u8]) -> Result<Option<Header>, OpenKeyFileError> {
        // A small part of a large piece is enough.
        for piece in text.chunks(1024) {
            self.armour.push(piece, &mut self.bytes)?;
            // A file that is shorter than any can be is refused before anything in it is looked at.
            if self.bytes.len() >= MIN_LEN
                && let Some(header) = self.bytes.first_chunk()
            {
                return Header::parse(header).map(Some);
            }
        }
        Ok(None)
    }

    /// The text is over before there was a header: why.
    #[must_use]
    pub fn finish(self) -> OpenKeyFileError {
        match self.armour.finish() {
            Err(error) => error.into(),
            Ok(()) => OpenKeyFileError::DamagedHeader {
                len: self.bytes.len(),
            },
        }
    }
}
