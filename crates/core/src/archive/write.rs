//! From files to a zip.

use std::io::{Cursor, Write as _};

use zeroize::Zeroizing;
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use super::{ArchivePath, FILES_MAX, UNPACKED_MAX_BYTES};

/// Why no archive was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteArchiveError {
    /// More than [`FILES_MAX`] files.
    #[error("{count} files are more than an archive holds")]
    TooManyFiles {
        /// How many.
        count: usize,
    },
    /// More than [`UNPACKED_MAX_BYTES`] together.
    #[error("the files are too large for an archive")]
    TooLarge,
    /// Two files have one path.
    #[error("two files have the same path")]
    DuplicatePath,
    /// The zip could not be written.
    #[error("the zip could not be written")]
    Zip(#[source] zip::result::ZipError),
}

/// The archive of `files`, in the order of their paths, without dates, owners or permissions: the same files give the
/// same bytes.
///
/// # Errors
/// [`WriteArchiveError`].
pub fn write(files: &[(ArchivePath, &[u8])]) -> Result<Zeroizing<Vec<u8>>, WriteArchiveError> {
    if files.len() > FILES_MAX {
        return Err(WriteArchiveError::TooManyFiles { count: files.len() });
    }
    let total: u64 = files.iter().map(|(_, content)| content.len() as u64).sum();
    if total > UNPACKED_MAX_BYTES {
        return Err(WriteArchiveError::TooLarge);
    }
    let mut sorted: Vec<_> = files.iter().collect();
    sorted.sort_by_key(|(path, _)| path);
    if sorted
        .windows(2)
        .any(|pair| matches!(pair, [(one, _), (other, _)] if one == other))
    {
        return Err(WriteArchiveError::DuplicatePath);
    }
    let options = SimpleFileOptions::DEFAULT
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o600);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in sorted {
        zip.start_file(path.as_str(), options)
            .map_err(WriteArchiveError::Zip)?;
        zip.write_all(content)
            .map_err(|error| WriteArchiveError::Zip(error.into()))?;
    }
    zip.finish()
        .map(|cursor| Zeroizing::new(cursor.into_inner()))
        .map_err(WriteArchiveError::Zip)
}
