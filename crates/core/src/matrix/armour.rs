//! The lines around a key file, and the base64 between them, in pieces of any size.
//!
//! ```text
//! -----BEGIN MEGOLM SESSION DATA-----
//! base64 (RFC 4648, section 4)
//! -----END MEGOLM SESSION DATA-----
//! ```
//!
//! [`Writer`] writes lines of 128 characters, padding, and LF everywhere, which all readers take. [`Reader`] takes what
//! was seen to be written: any or no line length, with or without padding, LF, CR or both, spaces at the ends of lines,
//! a byte-order mark, text before the first line and behind the last.

mod reader;
mod writer;

pub use reader::{ArmourError, Reader, ends_with_last_line};
pub use writer::Writer;

pub(super) const FIRST_LINE: &[u8] = b"-----BEGIN MEGOLM SESSION DATA-----";
pub(super) const LAST_LINE: &[u8] = b"-----END MEGOLM SESSION DATA-----";

/// Text that is searched for the first line.
pub const PREAMBLE_MAX_BYTES: usize = 64 * 1024;

#[cfg(test)]
mod tests;
