//! Names that some file system does not keep apart.

use super::ArchivePath;
use crate::order;

/// Whether two of `paths` would meet in one place when they are unpacked: on a file system that ignores case, or
/// because one is a folder of the other. The second one would take the place of the first.
///
/// Paths are in NFC, so two compositions of one name are one path already.
pub(super) fn collide<'path>(paths: impl Iterator<Item = &'path ArchivePath>) -> bool {
    let mut folded: Vec<&str> = paths.map(ArchivePath::folded).collect();
    order::sort(&mut folded, |one, other| one < other);
    // No byte is below the separator, so what lies in a folder comes directly behind it.
    folded.windows(2).any(|pair| {
        let [one, other] = pair else { return false };
        other
            .strip_prefix(*one)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(SEPARATOR))
    })
}

/// In the place of `/`: no path has it, and it sorts first.
const SEPARATOR: char = '\0';
const SEPARATOR_TEXT: &str = "\0";

/// What the more forgiving file systems compare (APFS, NTFS, ext4 with casefold): lower case, the second forms of
/// lower case letters as the first, and nothing invisible. It has still to be composed. Folding too much costs a person
/// a renamed file, folding too little a lost one.
pub(crate) fn fold(path: &str) -> String {
    let mut folded = String::with_capacity(path.len());
    for character in path.chars().flat_map(char::to_lowercase) {
        match character {
            '/' => folded.push(SEPARATOR),
            'ς' => folded.push('σ'),
            'ſ' => folded.push('s'),
            'ß' => folded.push_str("ss"),
            invisible if is_ignored(invisible) => {}
            other => folded.push(other),
        }
    }
    folded
}

/// [`fold`] of an ASCII path, without the tables of Unicode.
pub(crate) fn fold_ascii(path: &str) -> String {
    path.to_ascii_lowercase().replace('/', SEPARATOR_TEXT)
}

/// Characters that show nothing of their own: joiners, soft hyphen, variation selectors.
const fn is_ignored(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{34f}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meet(paths: &[&str]) -> bool {
        let paths: Vec<ArchivePath> = paths
            .iter()
            .map(|path| ArchivePath::parse(path).unwrap())
            .collect();
        collide(paths.iter())
    }

    #[test]
    fn names_that_differ_by_case_or_by_nothing_visible_meet() {
        for pair in [
            ["key", "KEY"],
            ["\u{e4}", "A\u{308}"],
            ["ΟΔΟΣ", "οδος"],
            ["Straße", "STRASSE"],
            ["meſſage", "message"],
            ["a\u{200d}b", "ab"],
            ["Folder/key", "folder/KEY"],
        ] {
            assert!(meet(&pair), "{pair:?}");
        }
    }

    #[test]
    fn a_file_that_is_a_folder_of_another_meets_it() {
        assert!(meet(&["key", "key/1"]));
        assert!(meet(&["Key", "key 1", "key.txt", "key/1/2"]));
    }

    #[test]
    fn other_names_do_not_meet() {
        assert!(!meet(&[]));
        assert!(!meet(&[
            "key",
            "key1",
            "key 1",
            "keys/key",
            "Keys/other",
            "other/key"
        ]));
    }
}
