//! Forgiving: typed text without what carries no information.

use zeroize::{Zeroize, Zeroizing};

/// One letter or digit of what was typed.
#[derive(Clone, Copy)]
pub(super) struct Folded {
    /// As typed.
    pub(super) typed: char,
    /// ASCII in lower case where it is, or looks like, a letter of a code; else as typed.
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
        for_each_letter(character, &mut |letter| {
            if letter.is_alphanumeric() {
                if !in_token && !row.is_empty() {
                    token += 1;
                }
                in_token = true;
                kept = true;
                row.push(Folded {
                    typed: character,
                    folded: letter,
                    token,
                });
            }
        });
        if !kept && !is_ignorable(character) {
            in_token = false;
        }
    }
    row
}

/// The words of `typed`: its runs of letters, in lower case where they could be of a listed word. Numbers before words
/// fall away.
pub(super) fn words(typed: &str) -> Vec<Zeroizing<String>> {
    let mut words = Vec::new();
    let mut word = Zeroizing::new(String::with_capacity(WORD_CAPACITY));
    for character in typed.chars() {
        let mut kept = false;
        for_each_letter(character, &mut |letter| {
            if letter.is_alphabetic() {
                kept = true;
                // A longer run is no word; what is beyond is cut so that no reallocation leaves a copy.
                if word.len() + letter.len_utf8() <= WORD_CAPACITY {
                    word.push(letter);
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

/// Tells `letter` what one character stands for: the letter of a code that it is with accents, in upper case or in
/// another alphabet; or the letters of a ligature, which copying from a document brings along; or itself.
fn for_each_letter(character: char, letter: &mut dyn FnMut(char)) {
    for part in ligature(character).chars() {
        letter(part);
    }
    if ligature(character).is_empty() {
        letter(letter_of(narrow(character)));
    }
}

/// The letters of a Latin ligature (U+FB00 to U+FB06); nothing for another character.
const fn ligature(character: char) -> &'static str {
    match character {
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' | 'ﬆ' => "st",
        _ => "",
    }
}

/// ASCII for its full-width form, which input methods of East Asia write.
const fn narrow(character: char) -> char {
    match character {
        '！'..='～' => match char::from_u32(character as u32 - ('！' as u32 - '!' as u32)) {
            Some(narrow) => narrow,
            None => character,
        },
        other => other,
    }
}

/// A letter a line, and behind it what stands for it beyond ASCII: characters whose canonical decomposition ([UAX
/// 44](https://www.unicode.org/reports/tr44/)) begins, in lower case, with that letter or with one that looks like it
/// in print. The tables of Unicode have some thousands more, and weigh on every page that reads a code.
const LETTERS: &str = include_str!("fold/letters.txt");

/// All listed characters are among these.
const LISTED_FIRST: char = '\u{c0}';
const LISTED_LAST: char = '\u{212b}';

/// The letter of a code that `character` stands for, in lower case; another character is itself.
fn letter_of(character: char) -> char {
    if !matches!(character, LISTED_FIRST..=LISTED_LAST) {
        return character.to_ascii_lowercase();
    }
    let line = LETTERS.lines().find(|line| line.contains(character));
    line.and_then(|line| line.chars().next()).unwrap_or(character)
}

/// More bytes than any listed word has.
const WORD_CAPACITY: usize = 32;

/// Characters without width, which copying from a page brings along.
const fn is_ignorable(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use icu_normalizer::properties::{CanonicalDecompositionBorrowed, Decomposed};

    use super::*;

    fn folded(typed: &str) -> String {
        fold(typed).iter().map(|folded| folded.folded).collect()
    }

    #[test]
    fn what_looks_like_a_letter_is_that_letter() {
        for (typed, letters) in [
            ("ＫＨ１ｐ", "kh1p"),
            ("\u{212a}h1", "kh1"),
            ("é\u{1ed9}e\u{301}", "eoe"),
            ("ﬁ ﬀ ﬄ ﬆ", "fifffflst"),
            ("ﬂﬃﬅ", "flffist"),
            ("а\u{441}е", "ace"),
            ("～＿–—«»“”", ""),
        ] {
            assert_eq!(folded(typed), letters, "{typed:?}");
        }
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

    /// The letter below its accents by the tables of Unicode, before it is lower case.
    fn by_the_tables(character: char) -> char {
        let tables = CanonicalDecompositionBorrowed::new();
        let mut base = character;
        // One step takes one accent away, and every step leads to a character that decomposes less.
        while let Decomposed::Expansion(next, _) | Decomposed::Singleton(next) = tables.decompose(base) {
            base = next;
        }
        base
    }

    /// What a reader of codes sees: the letter of a code, or which kind of character it is.
    fn seen(letter: char) -> (Option<char>, bool, bool) {
        let of_a_code = Some(letter).filter(char::is_ascii);
        (of_a_code, letter.is_alphanumeric(), letter.is_alphabetic())
    }

    #[test]
    fn every_letter_of_unicode_is_seen_as_by_the_tables() {
        for character in '\0'..=char::MAX {
            if !ligature(character).is_empty() {
                continue;
            }
            // What is neither letter nor digit is passed over, however many of it there are.
            let is_kept = |(_, alphanumeric, _): &(_, bool, _)| *alphanumeric;
            let mut ours = Vec::new();
            for_each_letter(character, &mut |letter| ours.push(seen(letter)));
            ours.retain(is_kept);
            let lower = by_the_tables(narrow(character)).to_lowercase();
            let theirs = lower.map(|lower| seen(look_alike(lower)));
            assert_eq!(ours, theirs.filter(is_kept).collect::<Vec<_>>(), "{character:?}");
        }
    }

    #[test]
    fn a_word_copied_with_ligatures_and_accents_is_read() {
        let found = words("1. ﬁnd 2. oﬃce 3. caf\u{e9}");
        assert_eq!(
            found.iter().map(|word| word.as_str()).collect::<Vec<_>>(),
            ["find", "office", "cafe"]
        );
    }

    #[test]
    fn a_run_of_letters_that_is_no_word_does_not_grow_its_buffer() {
        let found = words(&"a".repeat(WORD_CAPACITY + 8));
        assert_eq!(
            (found[0].len(), found[0].capacity()),
            (WORD_CAPACITY, WORD_CAPACITY)
        );
    }

    #[test]
    fn what_was_typed_is_wiped_character_by_character() {
        let mut row = fold(" a B");
        let [_, second] = &mut row[..] else {
            panic!("two letters")
        };
        assert_eq!((second.typed, second.folded, second.token), ('B', 'b', 1));
        second.zeroize();
        assert_eq!((second.typed, second.folded, second.token), ('\0', '\0', 0));
    }
}
