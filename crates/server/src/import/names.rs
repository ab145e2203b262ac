//! From names in a dump to addresses and ids.

use percent_encoding::percent_decode_str;

/// Which of the original's two stores a dump is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// A bucket, copied into a folder: names as they are, content types lost.
    Bucket,
    /// The simulator: `^` before each capital, content types in `<name>.meta`.
    Simulator,
}

impl Layout {
    /// The name that the original gave, of one part of a path.
    pub(super) fn original_name(self, name: &str) -> String {
        if self == Self::Bucket {
            return name.to_owned();
        }
        let mut original = String::with_capacity(name.len());
        let mut characters = name.chars().peekable();
        while let Some(character) = characters.next() {
            let marks_a_capital = character == '^' && characters.peek().is_some_and(char::is_ascii_uppercase);
            if !marks_a_capital {
                original.push(character);
            }
        }
        original
    }
}

/// The address that an account's folder is named after: text before the first `@` as it is, each part behind it
/// percent-encoded. `None` when a part does not decode.
pub(super) fn address_of(storage_name: &str) -> Option<String> {
    let mut parts = storage_name.split('@');
    let mut address = parts.next()?.to_owned();
    for part in parts {
        address.push('@');
        address.push_str(&percent_decode_str(part).decode_utf8().ok()?);
    }
    Some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_simulator_marks_capitals_and_a_bucket_does_not() {
        for (stored, original) in [
            ("^carol", "^carol"),
            ("^Carol@^Example.org", "Carol@Example.org"),
            ("a^^B", "a^B"),
            ("^A^B^C", "ABC"),
            ("x^", "x^"),
            ("plain", "plain"),
        ] {
            assert_eq!(Layout::Simulator.original_name(stored), original);
            assert_eq!(Layout::Bucket.original_name(stored), stored);
        }
    }

    #[test]
    fn what_follows_the_at_sign_is_percent_decoded() {
        assert_eq!(
            address_of("a%20b@example.org").as_deref(),
            Some("a%20b@example.org")
        );
        assert_eq!(
            address_of("a@b%C3%BCcher.example").as_deref(),
            Some("a@b\u{fc}cher.example")
        );
        assert_eq!(address_of("a@b%40c@d").as_deref(), Some("a@b@c@d"));
        assert_eq!(address_of("no at sign").as_deref(), Some("no at sign"));
        assert_eq!(address_of("a@%FF"), None);
    }
}
