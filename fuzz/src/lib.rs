//! What is fuzzed: one function for each parser, and what must hold for every input.
//!
//! A function panics when a promise is broken: what was parsed does not write back, two readers disagree, or something
//! opens that must not. `crates/core/tests/corpus.rs` includes this file and runs the same functions over the committed
//! corpus, so they use nothing that an ordinary test has not.

mod archives;
mod known;
mod matrix;
mod sealed;
mod text;
mod wire;

/// A name, and what runs under it.
pub type Target = (&'static str, fn(&[u8]));

/// Every target. `fuzz_targets/NAME.rs` runs it and `corpus/NAME/` has its seeds.
pub const TARGETS: [Target; 23] = [
    ("address", text::address),
    ("archive", archives::archive),
    ("archive_path", archives::archive_path),
    ("base64url", text::base64url),
    ("former_keys", wire::former_keys),
    ("identifiers", text::identifiers),
    ("inventory", sealed::inventory),
    ("key_record", wire::key_record),
    ("matrix_auth_data", matrix::auth_data),
    ("matrix_backup_entry", matrix::backup_entry),
    ("matrix_key_file", matrix::key_file),
    ("matrix_recovery_key", matrix::recovery_key),
    ("matrix_secret_storage", matrix::secret_storage),
    ("matrix_sessions", matrix::sessions),
    ("object", sealed::object),
    ("object_file", sealed::object_file),
    ("object_header", sealed::object_header),
    ("parts", wire::parts),
    ("password", text::password),
    ("recovery_code", text::recovery_code),
    ("requests", wire::requests),
    ("responses", wire::responses),
    ("wrap", wire::wrap),
];

/// Runs one target by its name.
///
/// # Panics
/// When a promise is broken, or no target has this name.
pub fn run(name: &str, input: &[u8]) {
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    assert!(target.is_some(), "there is no target {name}");
    if let Some((_, target)) = target {
        target(input);
    }
}
