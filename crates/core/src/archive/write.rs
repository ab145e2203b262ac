//! From files to a zip.

use zeroize::Zeroizing;

use super::{ArchivePath, FILES_MAX, UNPACKED_MAX_BYTES, collision::collide};
use crate::order;
use crate::stored_zip::{
    CENTRAL_HEADER_LEN, CheckSum, END_LEN, Entry, LOCAL_HEADER_LEN, Permissions, Sizes, write_end,
};

/// Why no archive was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
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
    /// Two files have names that not every system keeps apart, or one is a folder of the other.
    #[error("two files would take each other's place on another system")]
    Collision,
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
    order::sort(&mut sorted, |(one, _), (other, _)| one < other);
    if sorted
        .windows(2)
        .any(|pair| matches!(pair, [(one, _), (other, _)] if one == other))
    {
        return Err(WriteArchiveError::DuplicatePath);
    }
    if collide(sorted.iter().map(|(path, _)| path)) {
        return Err(WriteArchiveError::Collision);
    }
    // Reserved once, so that growing leaves no unwiped copy of a key behind.
    let names: usize = sorted.iter().map(|(path, _)| path.as_str().len()).sum();
    let contents: usize = sorted.iter().map(|(_, content)| content.len()).sum();
    let headers = sorted.len() * (LOCAL_HEADER_LEN + CENTRAL_HEADER_LEN);
    let mut zip = Zeroizing::new(Vec::with_capacity(headers + 2 * names + contents + END_LEN));
    let mut directory = Vec::new();
    for (path, content) in &sorted {
        let entry = Entry {
            name: path.as_str(),
            sizes: Sizes::InHeader,
            permissions: Permissions::OwnerOnly,
            crc: CheckSum::of(content),
            len: content.len() as u64,
        };
        entry.write_central_header(zip.len() as u64, &mut directory);
        entry.write_local_header(&mut zip);
        zip.extend_from_slice(content);
    }
    let directory_at = zip.len() as u64;
    zip.extend_from_slice(&directory);
    write_end(sorted.len(), directory_at, directory.len() as u64, &mut zip);
    Ok(zip)
}
