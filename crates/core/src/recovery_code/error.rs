//! What is wrong with a typed code, and where to look.

use core::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// Why a text gives no recovery code.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecoveryCodeError {
    /// Nothing was typed.
    #[error("nothing was typed")]
    Empty,
    /// Longer than [`super::INPUT_MAX_BYTES`].
    #[error("the text is too long to be searched")]
    TooLong,
    /// Nothing in the text looks like a code.
    #[error("there is no recovery code in this text")]
    NotFound,
    /// Characters are missing.
    #[error("the code is too short: {missing} characters are missing")]
    TooFewCharacters {
        /// How many, up to the nearest length of a code.
        missing: usize,
        /// The first group that has not four characters, from 1, if the code was typed in groups.
        group: Option<usize>,
    },
    /// Characters are left over.
    #[error("the code is too long: {extra} characters too many")]
    TooManyCharacters {
        /// How many, beyond the nearest length of a code.
        extra: usize,
        /// The first group that has not four characters, from 1, if the code was typed in groups.
        group: Option<usize>,
    },
    /// A character that no code has.
    #[error("{character:?} in group {group} is never used in a code")]
    BadCharacter {
        /// Which group, from 1.
        group: usize,
        /// The character, as it was typed.
        character: char,
        /// The group that makes the code whole, if there is exactly one.
        suggestion: Option<SuggestedGroup>,
    },
    /// The check characters do not fit: something was mistyped.
    #[error("the code has a typing mistake")]
    Typo {
        /// The group that makes the code whole, if there is exactly one.
        suggestion: Option<SuggestedGroup>,
    },
    /// A code of a newer format.
    #[error("the code is of a newer format, marked {version:?}")]
    Version {
        /// The version character.
        version: char,
    },
    /// The unused bits of the last data character are not zero: never written, so mistyped together with its check.
    #[error("the code is not in the form that is written")]
    NotCanonical,
    /// A word that is not in the list.
    #[error("word {position} is not in the list of words")]
    UnknownWord {
        /// Which word, from 1.
        position: usize,
        /// The only listed word that is one slip away.
        suggestion: Option<SuggestedWord>,
    },
    /// Another number of words than a code has.
    #[error("a code has 13 or 25 words, and {found} were found")]
    WordCount {
        /// How many.
        found: usize,
    },
    /// All words are in the list and they do not fit together.
    #[error("the words do not fit together: one is wrong, or two are swapped")]
    WordsDoNotFit,
}

/// A group that would make a mistyped code whole. A part of a secret: shown to the person who typed, never applied
/// without asking, never logged.
#[derive(PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SuggestedGroup {
    #[zeroize(skip)]
    group: usize,
    replacement: String,
}

impl SuggestedGroup {
    pub(super) const fn new(group: usize, replacement: String) -> Self {
        Self { group, replacement }
    }

    /// Which group it replaces, from 1.
    #[must_use]
    pub const fn group(&self) -> usize {
        self.group
    }

    /// The characters of the group.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        &self.replacement
    }
}

impl fmt::Debug for SuggestedGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SuggestedGroup({}, redacted)", self.group)
    }
}

/// A word that may have been meant. A part of a secret, like [`SuggestedGroup`].
#[derive(PartialEq, Eq, Clone, Copy)]
pub struct SuggestedWord(&'static str);

impl SuggestedWord {
    pub(super) const fn new(word: &'static str) -> Self {
        Self(word)
    }

    /// The word.
    #[must_use]
    pub const fn expose_secret(&self) -> &'static str {
        self.0
    }
}

impl fmt::Debug for SuggestedWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SuggestedWord(redacted)")
    }
}
