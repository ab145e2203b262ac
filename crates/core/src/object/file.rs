//! The file around a sealed object: a stored zip of `manifest.json` and `persona.enc`, so that every client that
//! expects a zip has one.
//!
//! Written by hand, because there is exactly one spelling: two stored entries, UTF-8 names, no extra fields, no
//! comments, the date of the zip epoch. `persona.enc` has its check sum in a data descriptor behind it, so that the
//! file can be written in one pass. The manifest is
//! `{"format":"keyhaven/sealed","version":1,"length":N}`, N being the length of `persona.enc`.

mod layout;

pub use layout::FILE_OVERHEAD_MAX_BYTES;

use layout::{epilogue, prologue};

use crate::stored_zip::CheckSum;

/// Most bytes a sealed object may have here: what fits a zip without its 64-bit extension, and more than
/// [`super::CONTENT_MAX_BYTES`] needs.
const SEALED_MAX_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// Why a file is not a sealed object in its zip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// Another zip: an old backup that was never sealed, or somebody's own.
    #[error("this is a zip, and not a sealed one")]
    OtherZip,
    /// No zip at all.
    #[error("this is not a sealed file")]
    NotZip,
    /// Sealed by a newer version of this software.
    #[error("version {found} of the file format is not known")]
    Version {
        /// As written.
        found: u32,
    },
    /// The manifest announces more bytes than an object has.
    #[error("the manifest announces {len} bytes, more than is opened")]
    TooLong {
        /// As announced.
        len: u64,
    },
    /// The end is missing.
    #[error("the file is incomplete: its end is missing")]
    Truncated,
    /// Bytes follow the end.
    #[error("bytes follow the end of the file")]
    Trailing,
    /// The zip around the object is not what was written.
    #[error("the file is damaged")]
    Damaged,
}

/// Writes the file around an object that is sealed in pieces.
#[derive(Debug)]
pub struct FileWriter {
    sealed_len: u64,
    written: u64,
    crc: CheckSum,
}

impl FileWriter {
    /// Appends what stands before the sealed object to `out`. `sealed_len` is [`super::sealed_len`] of the content.
    #[must_use]
    pub fn new(sealed_len: u64, out: &mut Vec<u8>) -> Self {
        out.extend_from_slice(&prologue(sealed_len));
        Self {
            sealed_len,
            written: 0,
            crc: CheckSum::new(),
        }
    }

    /// Notes sealed bytes, which the caller writes behind what [`FileWriter::new`] gave.
    pub fn note(&mut self, sealed: &[u8]) {
        self.written += sealed.len() as u64;
        self.crc.update(sealed);
    }

    /// Appends what stands after the sealed object.
    ///
    /// # Errors
    /// [`FileError::Damaged`] if another number of bytes was noted than announced.
    pub fn finish(self, out: &mut Vec<u8>) -> Result<(), FileError> {
        if self.written != self.sealed_len {
            return Err(FileError::Damaged);
        }
        let crc = self.crc.finish();
        out.extend_from_slice(&epilogue(crc, self.sealed_len));
        Ok(())
    }
}

/// The file around `sealed`.
pub(super) fn write(sealed: &[u8]) -> Vec<u8> {
    let sealed_len = sealed.len() as u64;
    let crc = CheckSum::of(sealed);
    let mut file = prologue(sealed_len);
    file.reserve_exact(sealed.len() + FILE_OVERHEAD_MAX_BYTES);
    file.extend_from_slice(sealed);
    file.extend_from_slice(&epilogue(crc, sealed_len));
    file
}

/// The sealed object in `file`. Strict: exactly what [`FileWriter`] writes, byte for byte.
///
/// # Errors
/// [`FileError`]; its [`FileError::OtherZip`] tells an unsealed backup from a damaged one.
pub fn parse(file: &[u8]) -> Result<&[u8], FileError> {
    let sealed_len = parse_manifest(file)?;
    let prologue = prologue(sealed_len);
    let common = prologue.len().min(file.len());
    if file.get(..common) != prologue.get(..common) {
        return Err(FileError::Damaged);
    }
    let rest = file.get(prologue.len()..).ok_or(FileError::Truncated)?;
    let sealed_len_here = usize::try_from(sealed_len).map_err(|_| FileError::TooLong { len: sealed_len })?;
    let (sealed, rest) = rest
        .split_at_checked(sealed_len_here)
        .ok_or(FileError::Truncated)?;
    let crc = CheckSum::of(sealed);
    let epilogue = epilogue(crc, sealed_len);
    if rest == epilogue {
        return Ok(sealed);
    }
    if rest.len() < epilogue.len() {
        return Err(FileError::Truncated);
    }
    Err(if rest.starts_with(&epilogue) {
        FileError::Trailing
    } else {
        FileError::Damaged
    })
}

/// The length of the sealed object that the manifest announces.
fn parse_manifest(file: &[u8]) -> Result<u64, FileError> {
    let manifest = layout::read_manifest(file)?;
    if manifest.version != layout::VERSION {
        return Err(FileError::Version {
            found: manifest.version,
        });
    }
    if manifest.length > SEALED_MAX_BYTES {
        return Err(FileError::TooLong { len: manifest.length });
    }
    Ok(manifest.length)
}
