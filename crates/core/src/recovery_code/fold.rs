//! Forgiving: typed text without what carries no information.

use unicode_normalization::char::decompose_compatible;
use zeroize::{Zeroize, Zeroizing};

/// One letter or digit of what was typed.
#[derive(Clone, Copy)]
pub(super) struct Folded {
    /// As typed.
    pub(super) typed: char,
    /// Lower case, ASCII where it looks like ASCII.
    pub(super) folded: char,
    /// Which run of letters and digits it stands in, from 0.
    pub(super) token: usize,
}

impl Zeroize for Folded {
    fn zeroize(&mut self) {
        self.typed.zeroize();
        self.folded.zeroize();
        self.token.zeroize();
    }
}

/// The letters and digits of `typed`, folded, in one row. Everything else only separates.
pub(super) fn fold(typed: &str) -> Zeroizing<Vec<Folded>> {
    let mut row = Zeroizing::new(Vec::with_capacity(2 * typed.len()));
    let mut token = 0;
    let mut in_token = false;
    for character in typed.chars() {
        let mut kept = false;
        decompose_compatible(character, |part| {
            for lower in part.to_lowercase() {
                if lower.is_alphanumeric() {
                    if !in_token && !row.is_empty() {
                        token += 1;
                    }
                    in_token = true;
                    kept = true;
                    row.push(Folded {
                        typed: character,
                        folded: look_alike(lower),
                        token,
                    });
                }
            }
        });
        if !kept && !is_ignorable(character) {
            in_token = false;
        }
    }
    row
}

/// The words of `typed`: its runs of letters, lower case. Numbers before words fall away.
pub(super) fn words(typed: &str) -> Vec<Zeroizing<String>> {
    let mut words = Vec::new();
    let mut word = Zeroizing::new(String::with_capacity(WORD_CAPACITY));
    for character in typed.chars() {
        let mut kept = false;
        decompose_compatible(character, |part| {
            for lower in part.to_lowercase().filter(|lower| lower.is_alphabetic()) {
                kept = true;
                // A longer run is no word; what is beyond is cut so that no reallocation leaves a copy.
                if word.len() + lower.len_utf8() <= WORD_CAPACITY {
                    word.push(lower);
                }
            }
        });
        if !kept && !is_ignorable(character) && !word.is_empty() {
            words.push(core::mem::replace(
                &mut word,
                Zeroizing::new(String::with_capacity(WORD_CAPACITY)),
            ));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// More bytes than any listed word has.
const WORD_CAPACITY: usize = 32;

/// Characters without width, which copying from a page brings along.
const fn is_ignorable(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{300}'..='\u{36f}')
}

/// Letters of other alphabets that look like ASCII in print, in lower case.
const fn look_alike(lower: char) -> char {
    match lower {
        'а' | 'α' => 'a',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'һ' | 'н' => 'h',
        'і' | 'ι' | 'ı' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' | 'μ' => 'm',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ν' => 'v',
        'ԝ' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'ζ' => 'z',
        other => other,
    }
}
