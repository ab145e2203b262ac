//! Names of files that are written. A room's id is other people's text and may hold anything.

use std::collections::BTreeSet;

/// What every name begins with.
const STEM: &str = "message-keys";
/// Most characters of an id that go into a name.
const ID_MAX: usize = 100;

/// Names that were given, as systems compare them that do not tell capitals.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeSet<String>);

/// Of the file that has everything.
pub(super) fn of_all() -> String {
    format!("{STEM}.txt")
}

impl Names {
    /// Of the file of this room.
    pub(super) fn give(&mut self, room_id: &str) -> String {
        let id: String = room_id.chars().take(ID_MAX).map(plain).collect();
        let mut name = format!("{STEM} {id}.txt");
        let mut number = 2;
        while !self.0.insert(name.to_ascii_lowercase()) {
            name = format!("{STEM} {id} ({number}).txt");
            number += 1;
        }
        name
    }
}

/// What every system, shell and mail program leaves as it is.
const fn plain(character: char) -> char {
    match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '!' | '-' | '_' | '.' | '=' | '+' | '@' => character,
        _ => '_',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_readable_safe_and_given_once() {
        let mut names = Names::default();
        for (id, name) in [
            ("!kitchen:example.org", "message-keys !kitchen_example.org.txt"),
            (
                "!KITCHEN:example.org",
                "message-keys !KITCHEN_example.org (2).txt",
            ),
            (
                "!kitchen/example.org",
                "message-keys !kitchen_example.org (3).txt",
            ),
            ("!../../etc/passwd", "message-keys !.._.._etc_passwd.txt"),
            ("!a\u{202e}gpj.exe\n\0", "message-keys !a_gpj.exe__.txt"),
            ("!\u{434}\u{43e}\u{43c}:x", "message-keys !____x.txt"),
            ("!", "message-keys !.txt"),
        ] {
            assert_eq!(names.give(id), name, "{id:?}");
        }
        let long = names.give(&"!".repeat(255));
        assert_eq!(long.len(), STEM.len() + 1 + ID_MAX + 4);
        assert_ne!(names.give(&"!".repeat(254)), long);
    }
}
