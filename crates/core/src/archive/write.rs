//! From files to a zip.

use zeroize::Zeroizing;

use super::{ArchivePath, FILES_MAX, UNPACKED_MAX_BYTES, collision::collide};
use crate::order;
use crate::stored_zip::{CheckSum, Entry, Permissions, Sizes, write_end};

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

/// What an archive says of a file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentSum {
    len: u64,
    crc: u32,
}

impl ContentSum {
    /// Of this content.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        Self {
            len: content.len() as u64,
            crc: CheckSum::of(content),
        }
    }
}

/// A [`ContentSum`] of a content that comes in pieces.
#[derive(Debug, Clone)]
pub struct GrowingSum {
    len: u64,
    crc: CheckSum,
}

impl Default for GrowingSum {
    fn default() -> Self {
        Self {
            len: 0,
            crc: CheckSum::new(),
        }
    }
}

impl GrowingSum {
    /// Takes the next piece.
    pub fn push(&mut self, piece: &[u8]) {
        self.len += piece.len() as u64;
        self.crc.update(piece);
    }

    /// Of all pieces together.
    #[must_use]
    pub fn finish(self) -> ContentSum {
        ContentSum {
            len: self.len,
            crc: self.crc.finish(),
        }
    }
}

/// An archive without the contents of its files, for whoever has them elsewhere than in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// In the order of the archive: which of the files it is, and the bytes before its content.
    pub files: Vec<(usize, Vec<u8>)>,
    /// The bytes behind the last content.
    pub end: Vec<u8>,
}

/// The archive of `files`, in the order of their paths, without dates, owners or permissions: the same files give the
/// same bytes.
///
/// # Errors
/// [`WriteArchiveError`].
pub fn write(files: &[(ArchivePath, &[u8])]) -> Result<Zeroizing<Vec<u8>>, WriteArchiveError> {
    let sums: Vec<_> = files
        .iter()
        .map(|(path, content)| (path.clone(), ContentSum::of(content)))
        .collect();
    let layout = layout(&sums)?;
    // Reserved once, so that growing leaves no unwiped copy of a key behind.
    let heads: usize = layout.files.iter().map(|(_, head)| head.len()).sum();
    let contents: usize = files.iter().map(|(_, content)| content.len()).sum();
    let mut zip = Zeroizing::new(Vec::with_capacity(heads + contents + layout.end.len()));
    for (number, head) in &layout.files {
        zip.extend_from_slice(head);
        zip.extend_from_slice(files.get(*number).map_or(&[], |(_, content)| content));
    }
    zip.extend_from_slice(&layout.end);
    Ok(zip)
}

/// What [`write()`] writes around the contents of files with these sums.
///
/// # Errors
/// [`WriteArchiveError`].
pub fn layout(files: &[(ArchivePath, ContentSum)]) -> Result<Layout, WriteArchiveError> {
    if files.len() > FILES_MAX {
        return Err(WriteArchiveError::TooManyFiles { count: files.len() });
    }
    let total: u64 = files.iter().map(|(_, sum)| sum.len).sum();
    if total > UNPACKED_MAX_BYTES {
        return Err(WriteArchiveError::TooLarge);
    }
    let mut sorted: Vec<_> = files.iter().enumerate().collect();
    order::sort(&mut sorted, |(_, (one, _)), (_, (other, _))| one < other);
    if sorted
        .windows(2)
        .any(|pair| matches!(pair, [(_, (one, _)), (_, (other, _))] if one == other))
    {
        return Err(WriteArchiveError::DuplicatePath);
    }
    if collide(sorted.iter().map(|(_, (path, _))| path)) {
        return Err(WriteArchiveError::Collision);
    }
    let (mut heads, mut directory, mut at) = (Vec::with_capacity(sorted.len()), Vec::new(), 0);
    for (number, (path, sum)) in sorted {
        let entry = Entry {
            name: path.as_str(),
            sizes: Sizes::InHeader,
            permissions: Permissions::OwnerOnly,
            crc: sum.crc,
            len: sum.len,
        };
        let mut head = Vec::new();
        entry.write_central_header(at, &mut directory);
        entry.write_local_header(&mut head);
        at += head.len() as u64 + sum.len;
        heads.push((number, head));
    }
    let (entries, directory_len) = (heads.len(), directory.len() as u64);
    write_end(entries, at, directory_len, &mut directory);
    Ok(Layout {
        files: heads,
        end: directory,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_in_pieces_has_the_sum_of_the_whole() {
        for pieces in [&[][..], &[&b"backup"[..]], &[b"back", b"", b"up"]] {
            let mut sum = GrowingSum::default();
            for piece in pieces {
                sum.push(piece);
            }
            assert_eq!(sum.finish(), ContentSum::of(&pieces.concat()), "{pieces:?}");
        }
    }

    #[test]
    fn files_may_have_as_many_bytes_together_as_are_unpacked_and_not_one_more() {
        let file = |path: &str, len| (ArchivePath::parse(path).unwrap(), ContentSum { len, crc: 0 });
        let with = |more| layout(&[file("a", UNPACKED_MAX_BYTES - 1), file("b", more)]);
        assert!(with(1).is_ok());
        assert_eq!(with(2), Err(WriteArchiveError::TooLarge));
    }
}
