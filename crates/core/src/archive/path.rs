//! Where a file of an archive belongs.

use core::fmt;

use keyhaven_protocol::normal_form::nfc;

/// Longest path in bytes.
pub const PATH_MAX_BYTES: usize = 1024;

/// Why a text is not a path of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArchivePathError {
    /// No name at all, or an empty part.
    #[error("the path has an empty part")]
    Empty,
    /// Longer than [`PATH_MAX_BYTES`].
    #[error("the path is too long")]
    TooLong,
    /// Would lead out of the folder: absolute, with a drive, or with `.` or `..`.
    #[error("the path leads out of its folder")]
    Escapes,
    /// A character that means something else on another system or is none in names there: a backslash, a colon, one of
    /// `< > " | ? *`, a control character, or one that turns the direction of writing and so hides what a name is.
    #[error("the path has a character that is not safe everywhere")]
    Character,
    /// A name that Windows keeps for a device, or that ends with a dot or a space, which Windows takes away.
    #[error("the path has a name that not every system can have")]
    Reserved,
}

/// A relative path in Unicode NFC that stays below the folder it is unpacked to, on every system.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArchivePath(String);

impl ArchivePath {
    /// Reads a path.
    ///
    /// # Errors
    /// [`ArchivePathError`].
    pub fn parse(text: &str) -> Result<Self, ArchivePathError> {
        if text.len() > PATH_MAX_BYTES {
            return Err(ArchivePathError::TooLong);
        }
        let path: String = nfc(text).collect();
        if path.len() > PATH_MAX_BYTES {
            return Err(ArchivePathError::TooLong);
        }
        if path.starts_with('/') {
            return Err(ArchivePathError::Escapes);
        }
        if path.chars().any(is_unsafe) {
            return Err(ArchivePathError::Character);
        }
        for part in path.split('/') {
            match part {
                "" => return Err(ArchivePathError::Empty),
                "." | ".." => return Err(ArchivePathError::Escapes),
                name if is_reserved(name) => return Err(ArchivePathError::Reserved),
                _ => {}
            }
        }
        Ok(Self(path))
    }

    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Names of files are the person's: `Debug` shows the length only.
impl fmt::Debug for ArchivePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ArchivePath({} bytes)", self.0.len())
    }
}

fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character, '\\' | ':' | '<' | '>' | '"' | '|' | '?' | '*')
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether Windows would open a device by this name, whatever stands behind its first dot, or write another one
/// (Microsoft, "Naming Files, Paths, and Namespaces").
fn is_reserved(name: &str) -> bool {
    if name.ends_with(['.', ' ']) {
        return true;
    }
    let stem = name.split('.').next().unwrap_or_default().trim_end_matches(' ');
    let is = |device: &str| stem.eq_ignore_ascii_case(device);
    let is_numbered = |device: &str| {
        stem.split_at_checked(device.len())
            .is_some_and(|(start, number)| {
                start.eq_ignore_ascii_case(device)
                    && matches!(number.as_bytes(), [b'0'..=b'9'] | [0xc2, 0xb9 | 0xb2 | 0xb3])
            })
    };
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
        .into_iter()
        .any(is)
        || ["com", "lpt"].into_iter().any(is_numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_below_the_folder_are_read() {
        for text in [
            "a",
            "keyring/secrets.json",
            "subkey(1).json",
            "b\u{fc}cher/\u{4f8b}.txt",
            "..a/.b",
            "a b",
            "console/nul1/com/com10/lpt.d/auxiliary",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
        ] {
            assert_eq!(ArchivePath::parse(text).map(|path| path.0), Ok(text.to_owned()));
        }
        assert_eq!(
            ArchivePath::parse("u\u{308}").map(|path| path.0),
            Ok("\u{fc}".to_owned())
        );
    }

    #[test]
    fn paths_that_lead_elsewhere_are_refused_by_name() {
        for (text, error) in [
            ("", ArchivePathError::Empty),
            ("a//b", ArchivePathError::Empty),
            ("a/", ArchivePathError::Empty),
            ("/etc/passwd", ArchivePathError::Escapes),
            ("..", ArchivePathError::Escapes),
            ("a/../../b", ArchivePathError::Escapes),
            ("./a", ArchivePathError::Escapes),
            ("C:\\a", ArchivePathError::Character),
            ("a\\..\\b", ArchivePathError::Character),
            ("a:b", ArchivePathError::Character),
            ("a\0b", ArchivePathError::Character),
            ("what?", ArchivePathError::Character),
            ("a\u{202e}txt.exe", ArchivePathError::Character),
            ("CON", ArchivePathError::Reserved),
            ("a/nul.txt/b", ArchivePathError::Reserved),
            ("Aux .tar.gz", ArchivePathError::Reserved),
            ("conout$", ArchivePathError::Reserved),
            ("lpt1", ArchivePathError::Reserved),
            ("COM\u{b9}.key", ArchivePathError::Reserved),
            ("a./b", ArchivePathError::Reserved),
            ("a/b ", ArchivePathError::Reserved),
            ("...", ArchivePathError::Reserved),
            (&"a".repeat(PATH_MAX_BYTES + 1), ArchivePathError::TooLong),
        ] {
            assert_eq!(ArchivePath::parse(text), Err(error), "{text:?}");
        }
    }
}
