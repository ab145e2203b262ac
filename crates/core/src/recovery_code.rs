//! The recovery code: 128 (or 256) random bits that open a backup without the password, as text, as words, as QR.
//!
//! ```text
//! text   "kh1" · version · data (26 or 52) · check (6)       Bech32m (BIP-350), prefix "kh"
//!        36 or 62 characters, shown in groups of four
//! QR     the text in upper case, without spaces
//! words  BIP-39, English: 12 or 24 words with BIP-39's own check bits, and one more word:
//!        the first 11 bits of SHA-256("keyhaven/recovery-words/1" ‖ code) as an index into the list
//! ```
//!
//! Twelve BIP-39 words carry four check bits, so one slip in sixteen goes unseen; the thirteenth word makes that one in
//! 32,768. It is asked for and not required: a person who kept only the twelve is not turned away, because the wrap's
//! commitment decides in the end.
//!
//! Reading forgives everything that carries no information and repairs nothing by itself: [`RecoveryCode::parse`].

mod error;
mod fold;
mod parse;
mod repair;
mod text;
mod word_list;
mod words;

use core::fmt;

use rand_core::CryptoRng;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

pub use error::{RecoveryCodeError, SuggestedGroup, SuggestedWord};
pub use parse::{CodeForm, ParsedRecoveryCode};

/// Longest text that is searched for a code: a whole kit, and then some.
pub const INPUT_MAX_BYTES: usize = 16 * 1024;

/// How long a code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CodeLength {
    /// 128 bits: 36 characters or 13 words.
    Bits128,
    /// 256 bits: 62 characters or 25 words.
    Bits256,
}

/// Which format a code is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodeVersion {
    /// The one of this page; written `p`, the Bech32 character of 1.
    V1,
}

/// A recovery code. Made at sign-up, shown once, never sent and never stored.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct RecoveryCode(Vec<u8>);

impl CodeLength {
    /// Random bytes of the code.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::Bits128 => 16,
            Self::Bits256 => 32,
        }
    }

    /// Characters of the text form, without spaces.
    #[must_use]
    pub const fn characters(self) -> usize {
        match self {
            Self::Bits128 => 36,
            Self::Bits256 => 62,
        }
    }

    /// Words of the word form, the check word included.
    #[must_use]
    pub const fn words(self) -> usize {
        match self {
            Self::Bits128 => 13,
            Self::Bits256 => 25,
        }
    }
}

impl RecoveryCode {
    /// A new one.
    #[must_use]
    pub fn generate(length: CodeLength, rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut code = Self(vec![0; length.bytes()]);
        rng.fill_bytes(&mut code.0);
        code
    }

    /// Finds the code in what a person typed, pasted or scanned.
    ///
    /// Forgiven: case, spaces, line breaks, dashes, quotes, full-width and look-alike characters, a missing prefix,
    /// numbering before words, and the rest of the page it stands on.
    ///
    /// # Errors
    /// [`RecoveryCodeError`] points at the group or word to look at, with a suggestion where there is exactly one.
    pub fn parse(typed: &str) -> Result<ParsedRecoveryCode, RecoveryCodeError> {
        parse::parse(typed)
    }

    /// How long it is.
    #[must_use]
    pub fn length(&self) -> CodeLength {
        if self.0.len() == CodeLength::Bits256.bytes() {
            CodeLength::Bits256
        } else {
            CodeLength::Bits128
        }
    }

    /// The text form in groups of four, lower case.
    #[must_use]
    pub fn to_groups(&self) -> Vec<Zeroizing<String>> {
        let text = text::encode(self);
        let mut rest = text.as_str();
        let mut groups = Vec::new();
        while !rest.is_empty() {
            // The text is ASCII, so every index is a boundary.
            let (group, tail) = rest.split_at_checked(text::GROUP_LEN).unwrap_or((rest, ""));
            groups.push(Zeroizing::new(group.to_owned()));
            rest = tail;
        }
        groups
    }

    /// The text form with a space between groups, as it is shown, copied and saved.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let groups = self.to_groups();
        let mut text = Zeroizing::new(String::with_capacity(groups.len() * (text::GROUP_LEN + 1)));
        for group in &groups {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(group);
        }
        text
    }

    /// What a QR code of it holds: upper case without spaces, which QR packs tightest.
    #[must_use]
    pub fn to_qr_text(&self) -> Zeroizing<String> {
        let mut text = text::encode(self);
        text.make_ascii_uppercase();
        text
    }

    /// The word form, its check word last.
    #[must_use]
    pub fn to_words(&self) -> Vec<&'static str> {
        words::encode(self)
    }

    /// The random bytes.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8] {
        &self.0
    }

    /// Takes the bytes over; `None` for another length than 16 or 32.
    fn take(bytes: Zeroizing<Vec<u8>>) -> Option<Self> {
        let lengths = [CodeLength::Bits128.bytes(), CodeLength::Bits256.bytes()];
        lengths.contains(&bytes.len()).then(|| Self(bytes.to_vec()))
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(redacted)")
    }
}

impl PartialEq for RecoveryCode {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for RecoveryCode {}
