//! The release build: the app, then the server with the app inside.

use crate::app::{self, Variant};
use crate::process::Process;
use crate::setup;
use crate::workspace::Workspace;

/// Sets the machine up and builds `target/app` and `target/release/keyhaven`.
///
/// # Errors
/// When the machine cannot be set up, or something does not build.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<()> {
    setup::for_build(workspace)?;
    app::build(workspace, Variant::Published)?;
    Process::cargo(workspace)?
        .args(["build", "--release", "--locked", "--package", "keyhaven-server"])
        .args(["--features", "embed-app"])
        .run()
}
