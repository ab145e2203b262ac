//! The shim: SQLite's own file layer with two functions exchanged, reading and writing of the database file.
//!
//! Everything else (locks, shared memory, syncs, the log, temporary files) is SQLite's own code on SQLite's own data,
//! called by SQLite itself: this module holds no state of a file. <https://www.sqlite.org/vfs.html>
#![expect(unsafe_code, reason = "SQLite's file layer is a table of C functions")]

use std::{
    ffi::{CStr, c_char, c_int, c_void},
    slice,
    sync::{Mutex, OnceLock, PoisonError},
};

use libsqlite3_sys::{
    SQLITE_IOERR, SQLITE_IOERR_DATA, SQLITE_IOERR_SHORT_READ, SQLITE_OK, SQLITE_OPEN_MAIN_DB, sqlite3_file,
    sqlite3_initialize, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs, sqlite3_vfs_find,
    sqlite3_vfs_register,
};

use crate::page;

/// The name to open a store under.
pub const VFS: &str = "keyhaven-checksums";
const VFS_C: &CStr = c"keyhaven-checksums";

/// SQLite has no file layer to build on, or refused ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("checksums cannot be switched on in SQLite")]
pub struct RegisterError;

/// Makes [`VFS`] known to SQLite. Once for the process; cheap afterwards.
///
/// # Errors
/// [`RegisterError`], always the same one.
pub fn register() -> Result<(), RegisterError> {
    static REGISTERED: OnceLock<Result<(), RegisterError>> = OnceLock::new();
    *REGISTERED.get_or_init(register_now)
}

/// The layer that ours builds on. Set once, before ours is registered.
static ORIGINAL: OnceLock<Original> = OnceLock::new();

#[derive(Clone, Copy)]
struct Original(*mut sqlite3_vfs);

// SAFETY: SQLite's default layer is a static of SQLite's, meant to be called from any thread.
unsafe impl Send for Original {}
// SAFETY: as above.
unsafe impl Sync for Original {}

fn register_now() -> Result<(), RegisterError> {
    // SAFETY: plain calls of SQLite's interface, which may be made from any thread; a null name asks for the default.
    let original = unsafe {
        if sqlite3_initialize() != SQLITE_OK {
            return Err(RegisterError);
        }
        sqlite3_vfs_find(std::ptr::null())
    };
    if original.is_null() {
        return Err(RegisterError);
    }
    let kept = ORIGINAL.get_or_init(|| Original(original));
    // SAFETY: a layer that SQLite names is valid for as long as the process runs.
    let mut ours = unsafe { *kept.0 };
    // The other functions are the original's and get what they know: its name apart, ours is a copy.
    ours.pNext = std::ptr::null_mut();
    ours.zName = VFS_C.as_ptr();
    ours.xOpen = Some(open);
    let ours = Box::leak(Box::new(ours));
    // SAFETY: `ours` is leaked, hence valid for as long as the process runs.
    let registered = unsafe { sqlite3_vfs_register(ours, 0) };
    if registered == SQLITE_OK {
        Ok(())
    } else {
        Err(RegisterError)
    }
}

/// A table of a file's functions with two exchanged. SQLite sees the first field and nothing else.
#[repr(C)]
struct Methods {
    exchanged: sqlite3_io_methods,
    original: &'static sqlite3_io_methods,
}

/// Opens by the original and exchanges the table of a database file.
unsafe extern "C" fn open(
    _ours: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    let Some(original) = ORIGINAL.get() else {
        return SQLITE_IOERR;
    };
    // SAFETY: as at registration; the arguments are passed on as they came.
    let opened = unsafe {
        let Some(open) = (*original.0).xOpen else {
            return SQLITE_IOERR;
        };
        open(original.0, name, file, flags, out_flags)
    };
    if opened != SQLITE_OK || flags & SQLITE_OPEN_MAIN_DB == 0 {
        return opened;
    }
    // SAFETY: a file that was opened has a table of functions, which are statics of SQLite's.
    unsafe {
        if let Some(methods) = (*file).pMethods.as_ref() {
            (*file).pMethods = &raw const exchanged(methods).exchanged;
        }
    }
    opened
}

/// One table for each of SQLite's, of which there are as many as it has ways of locking.
fn exchanged(original: &'static sqlite3_io_methods) -> &'static Methods {
    static TABLES: Mutex<Vec<&'static Methods>> = Mutex::new(Vec::new());
    let mut tables = TABLES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = tables.iter().find(|known| std::ptr::eq(known.original, original)) {
        return known;
    }
    let mut exchanged = *original;
    // Version 3 would let SQLite map the file into memory and read past us.
    exchanged.iVersion = original.iVersion.min(2);
    exchanged.xFetch = None;
    exchanged.xUnfetch = None;
    exchanged.xRead = Some(read);
    exchanged.xWrite = Some(write);
    let table: &'static Methods = Box::leak(Box::new(Methods { exchanged, original }));
    tables.push(table);
    table
}

/// The original table of a file that [`open`] exchanged.
///
/// # Safety
/// `file` is such a file.
unsafe fn original(file: *mut sqlite3_file) -> &'static sqlite3_io_methods {
    // SAFETY: its table is the first field of a leaked `Methods`, which is `repr(C)`.
    unsafe { (*(*file).pMethods.cast::<Methods>()).original }
}

unsafe extern "C" fn read(
    file: *mut sqlite3_file,
    buffer: *mut c_void,
    len: c_int,
    offset: sqlite3_int64,
) -> c_int {
    // SAFETY: SQLite calls this function for files with our table only.
    let Some(read) = (unsafe { original(file) }).xRead else {
        return SQLITE_IOERR;
    };
    // SAFETY: the arguments are passed on as they came.
    let result = unsafe { read(file, buffer, len, offset) };
    let (Ok(len), Ok(offset)) = (usize::try_from(len), u64::try_from(offset)) else {
        return result;
    };
    if !matches!(result, SQLITE_OK | SQLITE_IOERR_SHORT_READ) || !page::is_page(len, offset) {
        return result;
    }
    // SAFETY: SQLite lends a buffer of `len` bytes, and the original has just filled all of it: what the file does not
    // have with zeros.
    let content = unsafe { slice::from_raw_parts(buffer.cast::<u8>(), len) };
    let cut = result == SQLITE_IOERR_SHORT_READ && content.iter().any(|byte| *byte != 0);
    if cut || (result == SQLITE_OK && !page::matches(content, offset)) {
        return SQLITE_IOERR_DATA;
    }
    result
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    buffer: *const c_void,
    len: c_int,
    offset: sqlite3_int64,
) -> c_int {
    // SAFETY: SQLite calls this function for files with our table only.
    let Some(write) = (unsafe { original(file) }).xWrite else {
        return SQLITE_IOERR;
    };
    if let (Ok(bytes), Ok(place)) = (usize::try_from(len), u64::try_from(offset))
        && page::is_page(bytes, place)
    {
        // A copy, because what SQLite lends is not ours to change: the log may be written from the same bytes.
        // SAFETY: SQLite lends a buffer of `len` bytes that it has filled.
        let mut stamped = unsafe { slice::from_raw_parts(buffer.cast::<u8>(), bytes) }.to_vec();
        page::stamp(&mut stamped, place);
        // SAFETY: the copy is as long as the original, and lives until the call returns.
        return unsafe { write(file, stamped.as_ptr().cast(), len, offset) };
    }
    // SAFETY: the arguments are passed on as they came.
    unsafe { write(file, buffer, len, offset) }
}
