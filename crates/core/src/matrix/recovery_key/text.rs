//! The text of a key: strict in what it is, forgiving in how it was typed.

use zeroize::Zeroizing;

use super::{
    RecoveryKey,
    base58::{self, BYTES, CHARACTERS, Digits},
};

const PREFIX: [u8; 2] = [0x8b, 0x01];
const GROUP_LEN: usize = 4;
/// Longest text that is looked at.
const INPUT_MAX_BYTES: usize = 4 * 1024;

/// A character that is in no key, and those that it may have been taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lookalike {
    /// What to try in its place, likeliest first; empty for a character that looks like none.
    pub candidates: &'static str,
}

/// Why a text is no recovery key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecoveryKeyError {
    /// Nothing was typed.
    #[error("nothing was typed")]
    Empty,
    /// Another number of characters than 48.
    #[error("a recovery key has 48 characters, and {found} were found")]
    Length {
        /// How many, without white space and dashes.
        found: usize,
    },
    /// A character that is in no key.
    #[error("character {position} is never used in a recovery key")]
    Character {
        /// Which one, from 1, without white space and dashes.
        position: usize,
        /// What it may have been taken for.
        lookalike: Lookalike,
    },
    /// 48 characters that are not the start of a key, or of one of another kind.
    #[error("this is not a recovery key")]
    Prefix,
    /// A typing mistake.
    #[error("the recovery key has a typing mistake")]
    Parity,
}

/// Never a part of its caller, so that all of the stack that it uses is below it.
#[inline(never)]
pub(super) fn parse(typed: &str) -> Result<RecoveryKey, RecoveryKeyError> {
    let digits = digits(typed)?;
    let bytes = base58::to_bytes(&digits).ok_or(RecoveryKeyError::Prefix)?;
    // The prefix first: what is something else altogether has no typing mistake.
    if !bytes.starts_with(&PREFIX) {
        return Err(RecoveryKeyError::Prefix);
    }
    take(&bytes).ok_or(RecoveryKeyError::Parity)
}

/// The key in these bytes, if prefix and parity are right.
pub(super) fn take(bytes: &[u8; BYTES]) -> Option<RecoveryKey> {
    let parity = bytes.iter().fold(0, |parity, byte| parity ^ byte);
    let key = bytes.strip_prefix(&PREFIX)?.first_chunk()?;
    (parity == 0).then(|| RecoveryKey::take_bytes(&mut Zeroizing::new(*key)))
}

/// The values of the characters that count.
fn digits(typed: &str) -> Result<Digits, RecoveryKeyError> {
    let scanned = scan(typed)?;
    match scanned.first_bad {
        Some((position, character)) => Err(RecoveryKeyError::Character {
            position,
            lookalike: Lookalike {
                candidates: candidates(character),
            },
        }),
        None if scanned.count == CHARACTERS => Ok(scanned.digits),
        None => Err(RecoveryKeyError::Length { found: scanned.count }),
    }
}

/// The characters of a text that count.
pub(super) struct Scanned {
    /// Of the first 48; zero for one that is in no key.
    pub(super) digits: Digits,
    /// How many there are.
    pub(super) count: usize,
    /// How many of them are in no key.
    pub(super) bad: usize,
    /// The first of these with its position, from 1.
    pub(super) first_bad: Option<(usize, char)>,
}

/// Reads the characters that count. More than a key has are counted and not kept.
pub(super) fn scan(typed: &str) -> Result<Scanned, RecoveryKeyError> {
    if typed.len() > INPUT_MAX_BYTES {
        return Err(RecoveryKeyError::Length { found: typed.len() });
    }
    let mut scanned = Scanned {
        digits: Zeroizing::new([0; CHARACTERS]),
        count: 0,
        bad: 0,
        first_bad: None,
    };
    for character in typed
        .chars()
        .filter(|character| !is_passed_over(*character))
        .map(narrow)
    {
        let value = base58::value_of(character);
        if let Some(digit) = scanned.digits.get_mut(scanned.count) {
            *digit = value.unwrap_or_default();
        }
        scanned.count += 1;
        if value.is_none() {
            scanned.bad += 1;
            scanned.first_bad = scanned.first_bad.or(Some((scanned.count, character)));
        }
    }
    if scanned.count == 0 {
        Err(RecoveryKeyError::Empty)
    } else {
        Ok(scanned)
    }
}

/// White space, dashes, and what has no width: it carries nothing.
fn is_passed_over(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}'
        )
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// ASCII for its full-width form.
const fn narrow(character: char) -> char {
    match character {
        '！'..='～' => match char::from_u32(character as u32 - ('！' as u32 - '!' as u32)) {
            Some(narrow) => narrow,
            None => character,
        },
        other => other,
    }
}

/// The alphabet has none of `0`, `O`, `I` and `l`, because each looks like another one.
pub(super) const fn candidates(character: char) -> &'static str {
    match character {
        '0' | 'O' => "oQD",
        'I' | 'l' | '|' => "1ij",
        _ => "",
    }
}

pub(super) fn write(key: &RecoveryKey) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0; BYTES]);
    if let Some((prefix, rest)) = bytes.split_first_chunk_mut::<2>()
        && let Some((place, _)) = rest.split_first_chunk_mut()
    {
        *prefix = PREFIX;
        // EXPOSE: the text is made for its owner to keep.
        *place = *key.expose_secret();
    }
    let parity = bytes.iter().fold(0, |parity, byte| parity ^ byte);
    if let Some(last) = bytes.last_mut() {
        *last = parity;
    }
    grouped(&base58::to_digits(&bytes))
}

/// The text of digits, a space behind every fourth.
pub(super) fn grouped(digits: &Digits) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(CHARACTERS + CHARACTERS / GROUP_LEN));
    for (at, digit) in digits.iter().enumerate() {
        if at > 0 && at % GROUP_LEN == 0 {
            text.push(' ');
        }
        text.push(base58::character_of(*digit));
    }
    text
}
