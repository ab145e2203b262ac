//! The picture above HTML letters. It travels inside the letter, so that opening one asks nobody for anything.

use std::path::Path;

/// Largest file: it is part of every letter.
const LOGO_MAX_BYTES: usize = 64 * 1024;

/// A PNG or a JPEG.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    bytes: Vec<u8>,
    media_type: &'static str,
}

impl std::fmt::Debug for Logo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Logo")
            .field("media_type", &self.media_type)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// Why a file is no logo.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogoError {
    /// The file could not be read.
    #[error("mail.logo cannot be read")]
    Read(#[from] std::io::Error),
    /// It is larger than what every letter should carry.
    #[error("mail.logo is larger than {LOGO_MAX_BYTES} bytes")]
    TooLarge,
    /// It begins like neither.
    #[error("mail.logo is neither a PNG nor a JPEG file")]
    Format,
}

impl Logo {
    /// The logo in this file.
    ///
    /// # Errors
    /// [`LogoError`] says what is wrong with it.
    pub fn read(file: &Path) -> Result<Self, LogoError> {
        use std::io::Read as _;
        let mut bytes = Vec::new();
        let limit = u64::try_from(LOGO_MAX_BYTES + 1).unwrap_or(u64::MAX);
        std::fs::File::open(file)?.take(limit).read_to_end(&mut bytes)?;
        Self::parse(bytes)
    }

    fn parse(bytes: Vec<u8>) -> Result<Self, LogoError> {
        if bytes.len() > LOGO_MAX_BYTES {
            return Err(LogoError::TooLarge);
        }
        // The first bytes of each format: ISO/IEC 15948 (PNG), 5.2; ISO/IEC 10918-1 (JPEG), B.1.1.3.
        let media_type = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            "image/png"
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            "image/jpeg"
        } else {
            return Err(LogoError::Format);
        };
        Ok(Self { bytes, media_type })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) const fn media_type(&self) -> &'static str {
        self.media_type
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_png_and_a_jpeg_are_told_by_their_first_bytes() {
        let png = Logo::parse(b"\x89PNG\r\n\x1a\nrest".to_vec()).unwrap();
        assert_eq!(png.media_type(), "image/png");
        let jpeg = Logo::parse(b"\xff\xd8\xff\xe0rest".to_vec()).unwrap();
        assert_eq!(jpeg.media_type(), "image/jpeg");
        for other in [b"".as_slice(), b"GIF89a", b"<svg/>", b"\x89PNG"] {
            assert!(matches!(Logo::parse(other.to_vec()), Err(LogoError::Format)));
        }
    }

    #[test]
    fn a_logo_is_bounded_before_it_is_in_memory() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut bytes = b"\xff\xd8\xff".to_vec();
        bytes.resize(LOGO_MAX_BYTES, 0);
        std::fs::write(file.path(), &bytes).unwrap();
        assert_eq!(Logo::read(file.path()).unwrap().bytes().len(), LOGO_MAX_BYTES);
        file.as_file().set_len(1 << 30).unwrap();
        assert!(matches!(Logo::read(file.path()), Err(LogoError::TooLarge)));
        let absent = file.path().with_extension("absent");
        assert!(matches!(Logo::read(&absent), Err(LogoError::Read(_))));
    }
}
