//! A checksum on every page of an SQLite file.
//!
//! Nothing in the plain format says that a byte flipped on the disk: it becomes another address, another hash, or a row
//! that is not there. With this module in between, the last eight bytes of every page of the database file are a
//! checksum of the rest and of the page's place; a page that does not match is the error `SQLITE_IOERR_DATA`. The
//! write-ahead log is not touched: it has checksums of its own.
//!
//! A file takes part from its first page on ([`empty_database`]) and is opened under the name [`VFS`], always.

mod page;
mod shim;

pub use page::{FileCheck, PAGE_BYTES, check_file, empty_database, reserves_checksums};
pub use shim::{RegisterError, VFS, register};

/// SQLite's extended result code of a page that does not match its checksum: `SQLITE_IOERR_DATA`
/// (<https://www.sqlite.org/rescode.html#ioerr_data>).
pub const MISMATCH: i32 = libsqlite3_sys::SQLITE_IOERR_DATA;
