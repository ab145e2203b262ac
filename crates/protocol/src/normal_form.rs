//! Unicode NFC, by one set of tables on both sides: a key must not depend on which Unicode version a browser has.

use core::str::Chars;

use icu_normalizer::{
    ComposingNormalizerBorrowed, Composition, DecomposingNormalizerBorrowed, Decomposition,
};

/// `text` in Unicode NFC ([UAX 15](https://www.unicode.org/reports/tr15/)), character by character.
///
/// One type and not a generic function, because every instance costs the app some kilobytes.
#[must_use]
pub fn nfc(text: &str) -> Composition<'static, Chars<'_>> {
    ComposingNormalizerBorrowed::new_nfc().normalize_iter(text.chars())
}

/// `text` in Unicode NFD, character by character.
#[must_use]
pub fn nfd(text: &str) -> Decomposition<'static, Chars<'_>> {
    DecomposingNormalizerBorrowed::new_nfd().normalize_iter(text.chars())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_becomes_one_spelling() {
        for (typed, normal) in [
            ("a\u{308}", "\u{e4}"),
            ("\u{212b}", "\u{c5}"),
            ("\u{1100}\u{1161}\u{11a8}", "\u{ac01}"),
            ("q\u{307}\u{323}", "q\u{323}\u{307}"),
            ("\u{fb01}", "\u{fb01}"),
            ("\u{ff41}", "\u{ff41}"),
        ] {
            assert_eq!(nfc(typed).collect::<String>(), normal);
        }
    }

    #[test]
    fn nfd_is_what_another_keyboard_writes() {
        for (typed, decomposed) in [
            ("p\u{e4}ss", "pa\u{308}ss"),
            ("\u{ac01}", "\u{1100}\u{1161}\u{11a8}"),
            ("\u{fb01}", "\u{fb01}"),
        ] {
            assert_eq!(nfd(typed).collect::<String>(), decomposed);
        }
    }
}
