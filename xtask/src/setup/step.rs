//! The shape of a set-up step.

use crate::process::Process;
use crate::workspace::Workspace;

/// One thing that a machine needs before it can build or test.
pub(super) trait Step {
    /// Whether there is nothing to do. Asked at every start, so it takes milliseconds and says nothing.
    fn is_done(&self, workspace: &Workspace) -> bool;

    /// What is about to happen and how long it takes, for a person who is waiting.
    fn does(&self) -> String;

    /// Does it. Its output goes to a log, unless it is short.
    ///
    /// # Errors
    /// When it did not work; the caller adds [`Step::remedy`].
    fn apply(&self, workspace: &Workspace) -> anyhow::Result<()>;

    /// One line that says what to install by hand.
    fn remedy(&self) -> String;
}

/// The last word of what `program --version` prints, or `None` if it is not there or does not run.
pub(super) fn version_of(workspace: &Workspace, program: &str) -> Option<String> {
    workspace.find_program(program)?;
    let process = Process::new(workspace, program).ok()?.arg("--version");
    let output = process
        .into_command()
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().next()?.split_whitespace().last().map(str::to_owned)
}
