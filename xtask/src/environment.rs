//! Everything that xtask takes from its environment, in one place.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the one place of xtask that reads the environment"
)]

use std::ffi::OsString;
use std::path::PathBuf;

/// Where the person asked Cargo to build, if they did.
pub(crate) fn cargo_target_dir() -> Option<PathBuf> {
    std::env::var_os("CARGO_TARGET_DIR")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// Cargo's home, where the sources of dependencies are unpacked.
pub(crate) fn cargo_home() -> Option<PathBuf> {
    std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")))
}

/// The search path for programs, empty when there is none.
pub(crate) fn program_path() -> OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

/// The browser that the person chose for the browser tests.
pub(crate) fn chosen_chromium() -> Option<PathBuf> {
    std::env::var_os("KEYHAVEN_CHROMIUM")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
