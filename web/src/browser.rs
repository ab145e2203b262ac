//! Adapters to the browser: each wraps one thing that a page may not touch itself.

pub(crate) mod clipboard;
pub(crate) mod clock;
pub(crate) mod config;
pub(crate) mod dates;
pub(crate) mod engine;
pub(crate) mod files;
pub(crate) mod hashes;
pub(crate) mod host;
pub(crate) mod key_worker;
pub(crate) mod page;
pub(crate) mod remembered;
pub(crate) mod slot;
pub(crate) mod theme;
pub(crate) mod timer;
pub(crate) mod transport;
