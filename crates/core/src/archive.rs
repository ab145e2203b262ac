//! A folder as one content: a zip that is the same for the same files, and a reader that trusts no zip.
//!
//! Paths are relative, with `/`, and have no `.`, `..`, empty part, drive, backslash or control character: what is
//! read can be written below a folder and nowhere else. And it can be written on every system: a name that one of them
//! keeps for itself is refused, and so are two that one of them takes for the same. That is said when the folder is
//! chosen, while it is still there to be changed, and not when it is restored.

pub(crate) mod collision;
mod path;
mod read;
mod write;

pub use path::{ArchivePath, ArchivePathError, PATH_MAX_BYTES};
pub use read::{ArchiveEntry, ReadArchiveError, read};
pub use write::{ContentSum, GrowingSum, Layout, WriteArchiveError, layout, write};

/// Most files of one archive.
pub const FILES_MAX: usize = 10_000;
/// Most bytes of all files of one archive together, unpacked.
pub const UNPACKED_MAX_BYTES: u64 = crate::object::CONTENT_MAX_BYTES;
