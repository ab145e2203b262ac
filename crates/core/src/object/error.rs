//! Why an object is not sealed or not opened, by what is wrong with it.

use crate::job::JobError;

/// Why nothing was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// More than [`super::CONTENT_MAX_BYTES`].
    #[error("{len} bytes are more than an object can hold")]
    TooLong {
        /// The length asked for.
        len: u64,
    },
    /// Another number of bytes was pushed than was announced.
    #[error("{expected} bytes of content were announced and {found} came")]
    OtherLength {
        /// As announced.
        expected: u64,
        /// As pushed, or the first number that is too many.
        found: u64,
    },
    /// The engine failed.
    #[error("sealing failed")]
    Job(#[from] JobError),
}

/// Why bytes are not the header of the object that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// Fewer bytes than a header has.
    #[error("the header is cut off")]
    Truncated,
    /// Not a sealed object at all.
    #[error("this is not a sealed object")]
    Magic,
    /// Sealed by a newer version of this software.
    #[error("version {found} of the format is not known")]
    Version {
        /// As written.
        found: u8,
    },
    /// Sealed with algorithms that this version does not have.
    #[error("cipher suite {found} is not known")]
    Suite {
        /// As written.
        found: u8,
    },
    /// Other parameters than the suite has.
    #[error("the parameters are not those of the suite")]
    Parameters,
    /// An object of another account.
    #[error("the object belongs to another account")]
    OtherAccount,
    /// Another object of this account.
    #[error("this is another object")]
    OtherObject,
    /// Older than was expected: a version from before the last write.
    #[error("the object is version {found}, and {expected} was expected")]
    Stale {
        /// As written.
        found: u64,
        /// The least that was expected.
        expected: u64,
    },
    /// Newer than was expected.
    #[error("the object is version {found}, and {expected} was expected")]
    Newer {
        /// As written.
        found: u64,
        /// The one that was expected.
        expected: u64,
    },
}

/// Why an object stays closed. What an [`super::Opener`] handed out before is void.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Not the object that was asked for.
    #[error("the header is refused")]
    Header(#[from] HeaderError),
    /// The end is missing. The key is not the problem.
    #[error("the object is incomplete: its end is missing")]
    Truncated,
    /// Bytes follow the end.
    #[error("bytes follow the end of the object")]
    Trailing,
    /// A chunk is not what was sealed in its place: altered, moved, or from somewhere else. For chunk 0 the key may be
    /// another one, too.
    #[error("chunk {chunk} does not verify")]
    Damaged {
        /// Index of the chunk, from 0.
        chunk: u32,
    },
    /// Announces more than [`super::CONTENT_MAX_BYTES`].
    #[error("the object announces {len} bytes, more than is opened")]
    TooLong {
        /// As announced.
        len: u64,
    },
    /// Length or padding inside is not what this format writes, although the tag is good.
    #[error("the padding is not that of the format")]
    Padding,
    /// Not a sealed file: see [`super::file::FileError`].
    #[error("the file around the object is refused")]
    File(#[from] super::file::FileError),
    /// The engine failed.
    #[error("opening failed")]
    Job(JobError),
}
