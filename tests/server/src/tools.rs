//! Programs of others that attack or check the server. The set-up of `cargo xtask test server` installs them.

use std::{path::PathBuf, process::Command};

/// A command of one of them, by the variable that names it.
///
/// # Panics
/// If it was not set up.
#[must_use]
pub fn tool(variable: &str) -> Command {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test command names the program by this variable"
    )]
    let program = std::env::var_os(variable).map(PathBuf::from);
    Command::new(program.unwrap_or_else(|| panic!("{variable} is not set: run `cargo xtask test server`")))
}
