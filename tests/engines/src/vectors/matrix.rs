//! The formats of Matrix.

pub(super) mod backups;
pub(super) mod key_files;
pub(super) mod primitives;
pub(super) mod recovery_keys;
pub(super) mod secrets;
pub(super) mod sessions;
mod words;
