//! From a zip to files, with every size and path bounded before it costs.

use std::{
    collections::BTreeSet,
    io::{Cursor, ErrorKind, Read},
};

use zeroize::Zeroizing;
use zip::{ZipArchive, result::ZipError};

use super::{ArchivePath, ArchivePathError, FILES_MAX, UNPACKED_MAX_BYTES, collision::collide};
use crate::{order, wiping};

/// Bytes that are unpacked at once.
const PIECE_LEN: usize = 64 * 1024;

/// One file of an archive.
pub struct ArchiveEntry {
    /// Where it belongs.
    pub path: ArchivePath,
    /// What is in it; its check sum was verified.
    pub content: Zeroizing<Vec<u8>>,
}

impl core::fmt::Debug for ArchiveEntry {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ArchiveEntry")
            .field("len", &self.content.len())
            .finish_non_exhaustive()
    }
}

/// Why an archive is refused, as a whole.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadArchiveError {
    /// Not a zip, damaged, or packed in a way that is not read here.
    #[error("this is not a zip that can be read")]
    Zip(#[source] ZipError),
    /// More than [`FILES_MAX`] entries.
    #[error("the archive has {count} entries, more than are read")]
    TooManyFiles {
        /// As announced.
        count: usize,
    },
    /// Unpacks to more than [`UNPACKED_MAX_BYTES`].
    #[error("the archive unpacks to more than is read")]
    TooLarge,
    /// A path that does not stay below its folder.
    #[error("entry {index} of the archive has a path that is refused")]
    Path {
        /// Index of the entry, from 0.
        index: usize,
        /// What is wrong with it.
        source: ArchivePathError,
    },
    /// Two entries have one path, or share bytes.
    #[error("the archive names a file twice")]
    Duplicate,
    /// Two entries have names that not every system keeps apart, or one is a folder of the other.
    #[error("two files of the archive would take each other's place on another system")]
    Collision,
    /// A link, which could lead anywhere.
    #[error("entry {index} of the archive is a link")]
    Link {
        /// Index of the entry, from 0.
        index: usize,
    },
    /// An entry is cut off or does not have its check sum.
    #[error("entry {index} of the archive is damaged")]
    Damaged {
        /// Index of the entry, from 0.
        index: usize,
    },
}

/// The files of `archive`, ordered by path; folders have no entry of their own.
///
/// # Errors
/// [`ReadArchiveError`]: one bad entry refuses the whole archive.
pub fn read(archive: &[u8]) -> Result<Vec<ArchiveEntry>, ReadArchiveError> {
    let mut zip = ZipArchive::new(Cursor::new(archive)).map_err(ReadArchiveError::Zip)?;
    if zip.len() > FILES_MAX {
        return Err(ReadArchiveError::TooManyFiles { count: zip.len() });
    }
    // Entries that share bytes are how a small zip unpacks to a huge one.
    if zip.has_duplicate_names() || zip.has_overlapping_files().map_err(ReadArchiveError::Zip)? {
        return Err(ReadArchiveError::Duplicate);
    }
    let mut entries = Vec::new();
    let mut paths = BTreeSet::new();
    let mut room = UNPACKED_MAX_BYTES;
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).map_err(ReadArchiveError::Zip)?;
        if file.is_symlink() {
            return Err(ReadArchiveError::Link { index });
        }
        let name = std::str::from_utf8(file.name_raw()).map_err(|_| ReadArchiveError::Path {
            index,
            source: ArchivePathError::Character,
        })?;
        let is_folder = name.ends_with('/');
        let path = ArchivePath::parse(name.strip_suffix('/').unwrap_or(name))
            .map_err(|source| ReadArchiveError::Path { index, source })?;
        if is_folder {
            continue;
        }
        if !paths.insert(path.clone()) {
            return Err(ReadArchiveError::Duplicate);
        }
        let content = read_content(&mut file, &mut room, index)?;
        entries.push(ArchiveEntry { path, content });
    }
    if collide(paths.iter()) {
        return Err(ReadArchiveError::Collision);
    }
    order::sort(&mut entries, |one, other| one.path < other.path);
    Ok(entries)
}

/// The announced size is a claim, so it neither reserves nor bounds anything: what is read is counted, and taken off
/// `room`.
fn read_content(
    file: &mut impl Read,
    room: &mut u64,
    index: usize,
) -> Result<Zeroizing<Vec<u8>>, ReadArchiveError> {
    let mut content = Zeroizing::new(Vec::new());
    let mut piece = Zeroizing::new(vec![0; PIECE_LEN]);
    loop {
        let len = match file.read(&mut piece) {
            Ok(0) => return Ok(content),
            Ok(len) => len,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return Err(ReadArchiveError::Damaged { index }),
        };
        *room = room.checked_sub(len as u64).ok_or(ReadArchiveError::TooLarge)?;
        wiping::append(&mut content, piece.get(..len).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_unpacked_than_there_is_room_for() {
        let mut room = 100_000;
        let read = |len: usize, room: &mut u64| {
            read_content(&mut vec![7; len].as_slice(), room, 0).map(|content| content.len())
        };
        assert!(matches!(read(70_000, &mut room), Ok(70_000)));
        assert!(matches!(read(30_000, &mut room), Ok(30_000)));
        assert!(matches!(read(1, &mut room), Err(ReadArchiveError::TooLarge)));
    }

    #[test]
    fn a_reader_that_was_interrupted_is_asked_again() {
        struct Interrupted(bool);

        impl Read for Interrupted {
            fn read(&mut self, piece: &mut [u8]) -> std::io::Result<usize> {
                if core::mem::replace(&mut self.0, false) {
                    return Err(ErrorKind::Interrupted.into());
                }
                b"".as_slice().read(piece)
            }
        }

        let content = read_content(&mut Interrupted(true), &mut 10, 0).unwrap();
        assert!(content.is_empty());
    }
}
