//! BIP-39's English words: 2,048 of three to eight letters, sorted, each known by its first four.
//!
//! Searched line by line as the BIP has them: a code has few words, and an index would weigh more in the app than the
//! words do.

/// One word a line, from the BIP.
const TEXT: &str = include_str!("word_list/english.txt");

/// The word of a number below 2,048; nothing for another number.
pub(super) fn word(index: u16) -> &'static str {
    words().nth(usize::from(index)).unwrap_or_default()
}

/// The number of a word.
pub(super) fn index_of(word: &str) -> Option<u16> {
    let index = words().position(|listed| listed == word)?;
    u16::try_from(index).ok()
}

/// All words, in order.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    TEXT.lines()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_that_of_another_implementation() {
        assert!(words().eq(bip39::Language::English.word_list().iter().copied()));
        for (index, listed) in (0..).zip(words()) {
            assert_eq!((word(index), index_of(listed)), (listed, Some(index)));
        }
    }

    #[test]
    fn what_is_not_listed_has_no_number() {
        for unlisted in ["", "zebra1", "xylophone", "abando", "abandonn", "zoo\0", "ZOO"] {
            assert_eq!(index_of(unlisted), None, "{unlisted:?}");
        }
        assert_eq!(word(2048), "");
    }
}
