//! Unicode NFC, by one set of tables on both sides: a key must not depend on which Unicode version a browser has.

use core::str::Chars;

use icu_normalizer::{ComposingNormalizerBorrowed, Composition};

/// `text` in Unicode NFC ([UAX 15](https://www.unicode.org/reports/tr15/)), character by character.
///
/// One type and not a generic function, because every instance costs the app some kilobytes.
#[must_use]
pub fn nfc(text: &str) -> Composition<'static, Chars<'_>> {
    ComposingNormalizerBorrowed::new_nfc().normalize_iter(text.chars())
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
}
