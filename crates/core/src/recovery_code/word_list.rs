//! BIP-39's English words: 2,048 of three to eight letters, sorted, each known by its first four.
//!
//! Packed to eight bytes a word, because pointers to them would take more room in the app than the words do.

use zeroize::Zeroizing;

/// How many words.
const LEN: usize = 2048;
/// Letters of the longest word.
const WIDTH: usize = 8;

/// One word a line, from the BIP.
const TEXT: &[u8] = include_bytes!("word_list/english.txt");

/// Each word, with zeros behind it.
static WORDS: [[u8; WIDTH]; LEN] = pack(TEXT);

#[expect(
    clippy::indexing_slicing,
    reason = "runs while compiling, where a bad index is an error"
)]
const fn pack(text: &[u8]) -> [[u8; WIDTH]; LEN] {
    let mut words = [[0; WIDTH]; LEN];
    let (mut at, mut word, mut letter) = (0, 0, 0);
    while at < text.len() {
        if text[at] == b'\n' {
            word += 1;
            letter = 0;
        } else {
            words[word][letter] = text[at];
            letter += 1;
        }
        at += 1;
    }
    words
}

/// The word of a number below 2,048; nothing for another number.
pub(super) fn word(index: u16) -> &'static str {
    WORDS.get(usize::from(index)).map_or("", text)
}

/// The number of a word.
pub(super) fn index_of(word: &str) -> Option<u16> {
    let mut packed = Zeroizing::new([0; WIDTH]);
    packed.get_mut(..word.len())?.copy_from_slice(word.as_bytes());
    let index = u16::try_from(WORDS.binary_search(&packed).ok()?).ok()?;
    // A zero that was typed is not one that was packed.
    (self::word(index) == word).then_some(index)
}

/// All words, in order.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(text)
}

fn text(packed: &'static [u8; WIDTH]) -> &'static str {
    let letters = packed.split(|letter| *letter == 0).next().unwrap_or_default();
    core::str::from_utf8(letters).unwrap_or_default()
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
