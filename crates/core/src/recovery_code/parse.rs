//! Finding a code in what was typed, and saying what is wrong if there is none.

use zeroize::Zeroizing;

use super::{
    CodeLength, INPUT_MAX_BYTES, RecoveryCode, RecoveryCodeError,
    fold::{self, Folded},
    repair,
    text::{self, GROUP_LEN, PREFIX},
    words,
};

/// How a code was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CodeForm {
    /// As text, or scanned.
    Text,
    /// As words, with the check word.
    Words,
    /// As words without the check word: one slip in sixteen goes unseen.
    WordsWithoutCheck,
}

/// A code that was found.
#[derive(Debug, PartialEq, Eq)]
pub struct ParsedRecoveryCode {
    /// The code.
    pub code: RecoveryCode,
    /// How it was written.
    pub form: CodeForm,
}

/// So far from a length, a code is one with missing or surplus characters and not another text.
const LENGTH_SLACK: usize = 4;
/// Both lengths, the longer first: the first characters of a long code are no short one.
const LENGTHS: [CodeLength; 2] = [CodeLength::Bits256, CodeLength::Bits128];

pub(super) fn parse(typed: &str) -> Result<ParsedRecoveryCode, RecoveryCodeError> {
    if typed.len() > INPUT_MAX_BYTES {
        return Err(RecoveryCodeError::TooLong);
    }
    if typed.trim().is_empty() {
        return Err(RecoveryCodeError::Empty);
    }
    let row = fold::fold(typed);
    if let Some(code) = find_text(&row) {
        return Ok(ParsedRecoveryCode {
            code,
            form: CodeForm::Text,
        });
    }
    let tokens = fold::words(typed);
    if let Some(parsed) = words::find(&tokens) {
        return Ok(parsed);
    }
    Err(diagnose_at_prefix(&row)
        .or_else(|| words::diagnose(&tokens))
        .or_else(|| diagnose_whole(&row))
        .unwrap_or(RecoveryCodeError::NotFound))
}

/// The first whole code in `row`: behind a prefix, or the row itself without one.
fn find_text(row: &[Folded]) -> Option<RecoveryCode> {
    for start in prefix_positions(row) {
        let behind = row.get(start + PREFIX.len()..).unwrap_or_default();
        for length in LENGTHS {
            if let Some(code) = behind.get(..text::value_count(length)).and_then(decode) {
                return Some(code);
            }
        }
    }
    LENGTHS
        .into_iter()
        .find(|length| row.len() == text::value_count(*length))
        .and_then(|_| decode(row))
}

fn decode(behind_prefix: &[Folded]) -> Option<RecoveryCode> {
    text::decode(&values(behind_prefix)?).ok()
}

/// The values of characters behind the prefix; `None` if one of them is in no code.
fn values(characters: &[Folded]) -> Option<Zeroizing<Vec<u8>>> {
    let mut values = Zeroizing::new(Vec::with_capacity(characters.len()));
    for character in characters {
        values.push(value(character)?);
    }
    Some(values)
}

/// Of characters that look alike, codes have one: `0` for `o`, `l` for `1` and `i`.
fn value(character: &Folded) -> Option<u8> {
    text::to_value(match character.folded {
        'o' => '0',
        '1' | 'i' => 'l',
        other => other,
    })
}

/// Where `kh1` stands, or what looks like it.
fn prefix_positions(row: &[Folded]) -> impl Iterator<Item = usize> {
    row.windows(PREFIX.len())
        .enumerate()
        .filter(|(_, window)| is_prefix(window))
        .map(|(at, _)| at)
}

fn is_prefix(window: &[Folded]) -> bool {
    matches!(window, [k, h, one] if k.folded == 'k' && h.folded == 'h' && matches!(one.folded, '1' | 'l' | 'i'))
}

/// What is wrong with the code that begins at the first prefix.
fn diagnose_at_prefix(row: &[Folded]) -> Option<RecoveryCodeError> {
    let start = prefix_positions(row).next()?;
    let from_prefix = row.get(start..).unwrap_or_default();
    Some(match nearest_length(from_prefix.len()) {
        Some(length) => diagnose(from_prefix, length),
        // Less than a code, or a code and the rest of the page it stands on.
        None if from_prefix.len() < CodeLength::Bits128.characters() => RecoveryCodeError::TooFewCharacters {
            missing: CodeLength::Bits128.characters() - from_prefix.len(),
            group: odd_group(from_prefix),
        },
        None => {
            let code = from_prefix
                .get(..CodeLength::Bits128.characters())
                .unwrap_or_default();
            diagnose(code, CodeLength::Bits128)
        }
    })
}

/// What is wrong with a row that has the length of a code and no prefix.
fn diagnose_whole(row: &[Folded]) -> Option<RecoveryCodeError> {
    if let Some(length) = nearest_length(row.len()) {
        return Some(diagnose(row, length));
    }
    None
}

fn nearest_length(len: usize) -> Option<CodeLength> {
    LENGTHS
        .into_iter()
        .find(|length| length.characters().abs_diff(len) <= LENGTH_SLACK)
}

/// What is wrong with `characters`, the prefix included, as a code of `length`.
fn diagnose(characters: &[Folded], length: CodeLength) -> RecoveryCodeError {
    let (prefix, behind) = characters.split_at(PREFIX.len().min(characters.len()));
    let bad: Vec<usize> = positions_of_bad(behind);
    if let [first, ..] = bad.as_slice() {
        let character = behind.get(*first).map_or('?', |character| character.typed);
        let whole = behind.len() == text::value_count(length) && bad.len() == 1;
        return RecoveryCodeError::BadCharacter {
            group: (first + PREFIX.len()) / GROUP_LEN + 1,
            character,
            suggestion: whole
                .then(|| repair::suggest_at(&values_or_zero(behind), *first))
                .flatten(),
        };
    }
    let group = odd_group(characters);
    if let Some(missing) = length
        .characters()
        .checked_sub(characters.len())
        .filter(|missing| *missing > 0)
    {
        return RecoveryCodeError::TooFewCharacters { missing, group };
    }
    if let Some(extra) = characters
        .len()
        .checked_sub(length.characters())
        .filter(|extra| *extra > 0)
    {
        return RecoveryCodeError::TooManyCharacters { extra, group };
    }
    let values = values_or_zero(behind);
    match text::decode(&values) {
        // Behind a right start it would have been found.
        Ok(_) => RecoveryCodeError::Typo {
            suggestion: Some(repair::first_group(&values)),
        },
        Err(RecoveryCodeError::Typo { .. }) if is_prefix(prefix) => RecoveryCodeError::Typo {
            suggestion: repair::suggest(&values),
        },
        Err(error) => error,
    }
}

fn positions_of_bad(behind: &[Folded]) -> Vec<usize> {
    behind
        .iter()
        .enumerate()
        .filter(|(_, character)| value(character).is_none())
        .map(|(at, _)| at)
        .collect()
}

fn values_or_zero(behind: &[Folded]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(
        behind
            .iter()
            .map(|character| value(character).unwrap_or_default())
            .collect(),
    )
}

/// The first group that has not four characters, from 1, where the code was typed in groups. The last group of a code
/// may be shorter.
fn odd_group(characters: &[Folded]) -> Option<usize> {
    let lens: Vec<usize> = characters
        .chunk_by(|one, other| one.token == other.token)
        .map(<[_]>::len)
        .collect();
    let looks_grouped =
        lens.len() > 2 && lens.iter().filter(|len| **len == GROUP_LEN).count() * 2 > lens.len();
    looks_grouped
        .then(|| lens.iter().position(|len| *len != GROUP_LEN))
        .flatten()
        .map(|at| at + 1)
}
