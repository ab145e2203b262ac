//! The word form: BIP-39's English list, BIP-39's check bits, and one check word of our own.

use keyhaven_protocol::parts::parts;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{
    CodeForm, ParsedRecoveryCode, RecoveryCode, RecoveryCodeError, SuggestedWord,
    word_list::{index_of, word, words},
};

const CHECK_LABEL: &[u8] = b"keyhaven/recovery-words/1";
/// Bits of one word.
const WORD_BITS: usize = 11;
/// Numbers of words that a code has with and without its check word.
const WITH_CHECK: [usize; 2] = [13, 25];
const WITHOUT_CHECK: [usize; 2] = [12, 24];
/// Fewer words of the list than this are prose.
const LEAST_LISTED: usize = 6;

/// BIP-39's words, and the check word.
pub(super) fn encode(code: &RecoveryCode) -> Vec<&'static str> {
    // EXPOSE: written out for the person whose code it is.
    let indices = bip39_indices(code.expose_secret());
    let check = check_index(code);
    indices.iter().copied().chain([check]).map(word).collect()
}

/// The code among `tokens` (letters only, lower case), `None` if they hold none.
pub(super) fn find(tokens: &[Zeroizing<String>]) -> Option<ParsedRecoveryCode> {
    let indices = indices_of(tokens);
    let with_check = WITH_CHECK.iter().rev().find_map(|count| {
        indices.windows(*count).find_map(|window| {
            let listed = listed(window);
            if listed.len() != *count {
                return None;
            }
            let (check, words) = listed.split_last()?;
            let code = from_indices(words)?;
            (check_index(&code) == *check).then_some(ParsedRecoveryCode {
                code,
                form: CodeForm::Words,
            })
        })
    });
    with_check.or_else(|| {
        // Four check bits are too weak to search a page with: the listed words must be these alone.
        let listed = listed(&indices);
        if !WITHOUT_CHECK.contains(&listed.len()) || longest_run(&indices) != listed.len() {
            return None;
        }
        from_indices(&listed).map(|code| ParsedRecoveryCode {
            code,
            form: CodeForm::WordsWithoutCheck,
        })
    })
}

/// The number of each listed word: as secret as the words.
fn indices_of(tokens: &[Zeroizing<String>]) -> Zeroizing<Vec<Option<u16>>> {
    Zeroizing::new(tokens.iter().map(|token| index_of(token)).collect())
}

fn listed(indices: &[Option<u16>]) -> Zeroizing<Vec<u16>> {
    // Reserved once, so that growing leaves no unwiped copy behind.
    let mut listed = Zeroizing::new(Vec::with_capacity(indices.len()));
    listed.extend(indices.iter().copied().flatten());
    listed
}

/// What is wrong with `tokens` if they were meant as words; `None` if they were not.
pub(super) fn diagnose(tokens: &[Zeroizing<String>]) -> Option<RecoveryCodeError> {
    let indices = indices_of(tokens);
    let listed = indices.iter().flatten().count();
    if listed < LEAST_LISTED || listed * 2 < tokens.len() {
        return None;
    }
    let unknown = indices.iter().zip(tokens).position(|(index, _)| index.is_none());
    Some(match unknown {
        Some(at) => RecoveryCodeError::UnknownWord {
            position: at + 1,
            suggestion: tokens
                .get(at)
                .and_then(|token| near_word(token))
                .map(SuggestedWord::new),
        },
        None if WITH_CHECK.contains(&listed) || WITHOUT_CHECK.contains(&listed) => {
            RecoveryCodeError::WordsDoNotFit
        }
        None => RecoveryCodeError::WordCount { found: listed },
    })
}

/// BIP-39: the code and the first bits of its SHA-256, eleven bits a word.
fn bip39_indices(code: &[u8]) -> Zeroizing<Vec<u16>> {
    let hash = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(code)));
    let count = (code.len() * 8 + code.len() / 4) / WORD_BITS;
    let bits = Zeroizing::new([code, &hash[..]].concat());
    Zeroizing::new((0..count).map(|at| bits_at(&bits, at * WORD_BITS)).collect())
}

/// The code of 12 or 24 words whose BIP-39 check bits fit.
fn from_indices(indices: &[u16]) -> Option<RecoveryCode> {
    let code_len = indices.len() * WORD_BITS / 33 * 4;
    let mut bytes = Zeroizing::new(vec![0u8; (indices.len() * WORD_BITS).div_ceil(8)]);
    for (at, index) in indices.iter().enumerate() {
        for bit in 0..WORD_BITS {
            if index >> (WORD_BITS - 1 - bit) & 1 == 1 {
                let position = at * WORD_BITS + bit;
                *bytes.get_mut(position / 8)? |= 0x80 >> (position % 8);
            }
        }
    }
    let code = RecoveryCode::take(Zeroizing::new(bytes.get(..code_len)?.to_vec()))?;
    // EXPOSE: what it is written as is compared with what was typed.
    let same = bip39_indices(code.expose_secret()).as_slice() == indices;
    same.then_some(code)
}

/// The first 11 bits of `SHA-256("keyhaven/recovery-words/1" ‖ code)`.
fn check_index(code: &RecoveryCode) -> u16 {
    // EXPOSE: input of a hash of which eleven bits are shown beside the code itself.
    let input = Zeroizing::new(parts(&[CHECK_LABEL, code.expose_secret()]));
    bits_at(&Sha256::digest(input.as_slice()), 0)
}

/// Eleven bits from the bit `start` on.
fn bits_at(bytes: &[u8], start: usize) -> u16 {
    (start..start + WORD_BITS).fold(0, |bits, position| {
        let byte = bytes.get(position / 8).copied().unwrap_or_default();
        bits << 1 | u16::from(byte >> (7 - position % 8) & 1)
    })
}

fn longest_run(indices: &[Option<u16>]) -> usize {
    indices
        .split(Option::is_none)
        .map(<[_]>::len)
        .max()
        .unwrap_or_default()
}

/// The only listed word that begins like `token` in four letters, or that is one letter away.
fn near_word(token: &str) -> Option<&'static str> {
    let one_away = only(words().filter(|word| is_one_edit_away(token, word)));
    one_away.or_else(|| {
        let start = token.get(..4)?;
        only(words().filter(|word| word.starts_with(start)))
    })
}

fn only(words: impl IntoIterator<Item = &'static str>) -> Option<&'static str> {
    let mut words = words.into_iter();
    let first = words.next()?;
    words.next().is_none().then_some(first)
}

/// Whether one letter changed, missing, added, or two neighbours swapped make `one` of `other`.
fn is_one_edit_away(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let same_start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (
        one.get(same_start..).unwrap_or_default(),
        other.get(same_start..).unwrap_or_default(),
    );
    match (one, other) {
        ([_, rest @ ..], [_, other_rest @ ..]) if rest == other_rest => true,
        ([_, rest @ ..], other) if rest == other => true,
        (one, [_, rest @ ..]) if rest == one => true,
        ([a, b, rest @ ..], [c, d, other_rest @ ..]) => a == d && b == c && rest == other_rest,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_that_is_one_slip_away_and_the_only_one() {
        for (typed, meant) in [
            ("abamdon", Some("abandon")),
            ("abndon", Some("abandon")),
            ("abanddon", Some("abandon")),
            ("abadnon", Some("abandon")),
            ("bandon", Some("abandon")),
            ("abandonz", Some("abandon")),
            // The first four letters name a word; two slips alone do not.
            ("abanxyz", Some("abandon")),
            ("badnadon", None),
            ("abnadno", None),
            // Two listed words are one letter away, or begin alike.
            ("zo", Some("zoo")),
            ("bal", None),
            ("carb", Some("carbon")),
            ("xyz", None),
        ] {
            assert_eq!(near_word(typed), meant, "{typed:?}");
        }
    }

    #[test]
    fn one_slip_is_one_letter_or_one_swap() {
        for (one, other) in [
            ("abcd", "abxd"),
            ("abcd", "abc"),
            ("abc", "abcd"),
            ("abcd", "acbd"),
            ("a", "b"),
            ("", "a"),
        ] {
            assert!(is_one_edit_away(one, other), "{one:?} {other:?}");
        }
        for (one, other) in [
            ("abcd", "abcd"),
            ("abcd", "axxd"),
            ("abcd", "ab"),
            ("ab", "abcd"),
            ("abcd", "acdb"),
            ("abcd", "acbx"),
            ("abcd", "axbd"),
            ("abcd", "acxd"),
        ] {
            assert!(!is_one_edit_away(one, other), "{one:?} {other:?}");
        }
    }
}
