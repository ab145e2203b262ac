//! Running other programs: loudly, quietly into a log, or for their output.

use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::workspace::Workspace;

/// A program about to run in the checkout, with our tools first on its search path and nothing on its standard input.
#[derive(Debug)]
pub(crate) struct Process {
    command: Command,
}

impl Process {
    /// Prepares `program`, looked up on the workspace's search path.
    pub(crate) fn new(workspace: &Workspace, program: &str) -> anyhow::Result<Self> {
        // The child's own PATH is not what the system searches for the child itself.
        let found = workspace.find_program(program);
        let mut command = found.map_or_else(|| Command::new(program), Command::new);
        command
            .current_dir(workspace.root())
            .env("PATH", workspace.program_path()?)
            .env("CARGO_TARGET_DIR", workspace.target())
            .stdin(Stdio::null());
        Ok(Self { command })
    }

    /// Prepares Cargo.
    pub(crate) fn cargo(workspace: &Workspace) -> anyhow::Result<Self> {
        Self::new(workspace, "cargo")
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub(crate) fn in_dir(mut self, dir: &Path) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// Runs it on our own output.
    ///
    /// # Errors
    /// When it cannot start, or ends with anything but success.
    pub(crate) fn run(mut self) -> anyhow::Result<()> {
        let shown = self.shown();
        let status = self
            .command
            .status()
            .with_context(|| format!("cannot start `{shown}`"))?;
        if !status.success() {
            bail!("`{shown}` failed ({status})");
        }
        Ok(())
    }

    /// Runs it with its output in `log`, which is named when it fails.
    ///
    /// # Errors
    /// As [`Process::run`], and when the log cannot be written.
    pub(crate) fn run_into(mut self, log: &Path) -> anyhow::Result<()> {
        let shown = self.shown();
        if let Some(parent) = log.parent() {
            std::fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        }
        let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let same = file
            .try_clone()
            .with_context(|| format!("cannot write {}", log.display()))?;
        let status = self
            .command
            .stdout(file)
            .stderr(same)
            .status()
            .with_context(|| format!("cannot start `{shown}`"))?;
        if !status.success() {
            bail!("`{shown}` failed ({status}; its output is in {})", log.display());
        }
        Ok(())
    }

    /// Runs it and returns its standard output; its standard error stays ours.
    ///
    /// # Errors
    /// As [`Process::run`], and when the output is not UTF-8.
    pub(crate) fn output(mut self) -> anyhow::Result<String> {
        let shown = self.shown();
        let output = self
            .command
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("cannot start `{shown}`"))?;
        if !output.status.success() {
            bail!("`{shown}` failed ({})", output.status);
        }
        String::from_utf8(output.stdout).with_context(|| format!("`{shown}` did not answer in UTF-8"))
    }

    /// Becomes the program, so that a signal sent to us reaches it. Returns only when it cannot start.
    ///
    /// # Errors
    /// When it cannot start; elsewhere than on Unix, also when it ends with anything but success.
    #[cfg(unix)]
    pub(crate) fn replace_this_one(mut self) -> anyhow::Result<()> {
        use std::os::unix::process::CommandExt as _;
        let shown = self.shown();
        let error = self.command.exec();
        Err(error).with_context(|| format!("cannot start `{shown}`"))
    }

    /// Runs the program as the last thing we do.
    ///
    /// # Errors
    /// When it cannot start, or ends with anything but success.
    #[cfg(not(unix))]
    pub(crate) fn replace_this_one(self) -> anyhow::Result<()> {
        self.run()
    }

    /// The same program, to be configured further by the standard library's means.
    pub(crate) fn into_command(self) -> Command {
        self.command
    }

    fn shown(&self) -> String {
        let program = Path::new(self.command.get_program());
        let name = program.file_name().unwrap_or(program.as_os_str());
        let words = std::iter::once(name).chain(self.command.get_args());
        words
            .map(|word| word.to_string_lossy())
            .collect::<Vec<_>>()
            .join(" ")
    }
}
