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
    /// A backslash, a colon or a control character, which mean something else on another system.
    #[error("the path has a character that is not safe everywhere")]
    Character,
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
        if path.chars().any(|c| c.is_control() || matches!(c, '\\' | ':')) {
            return Err(ArchivePathError::Character);
        }
        for part in path.split('/') {
            match part {
                "" => return Err(ArchivePathError::Empty),
                "." | ".." => return Err(ArchivePathError::Escapes),
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
            "..a/b..",
            "a b",
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
            (&"a".repeat(PATH_MAX_BYTES + 1), ArchivePathError::TooLong),
        ] {
            assert_eq!(ArchivePath::parse(text), Err(error), "{text:?}");
        }
    }
}
