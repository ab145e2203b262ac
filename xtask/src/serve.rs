//! Builds everything and runs the server until it is stopped.

use crate::command_line::ServeOptions;
use crate::process::Process;
use crate::release;
use crate::workspace::Workspace;

/// Builds, then hands over to the server, which prints `listening on http://…` when it is ready.
///
/// # Errors
/// When the build fails, or the server cannot start.
pub(crate) fn serve(workspace: &Workspace, options: &ServeOptions) -> anyhow::Result<()> {
    release::build(workspace)?;
    let binary = workspace.server_binary();
    // A relative `--data` is the person's: from where they typed the command.
    let data = std::path::absolute(&options.data)?;
    Process::new(workspace, &binary.to_string_lossy())?
        .args(["serve", "--listen", &options.listen, "--data"])
        .arg(data)
        .replace_this_one()
}
