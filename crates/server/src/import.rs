//! Bringing in what another server of the original wire kept: a folder, or a bucket that was copied into one.
//!
//! ```text
//! <address>/user.json              {"password_hash": {…}, "reset_code": …}
//! <address>/personas/<id>          the bytes
//! ```
//!
//! Addresses and ids are read as strictly as requests are. What cannot be taken over is reported and left out, never
//! guessed: above all several spellings of one address, which were several accounts there and are one here. Codes that
//! were mailed are not taken over. A second run takes up where the first one ended.

mod dump;
mod names;
mod object_type;
mod report;
mod run;
mod user_file;

pub use self::{
    dump::{Dump, DumpError},
    names::Layout,
    report::{LeftOut, Reason, Report},
    run::{Import, ImportError},
};
