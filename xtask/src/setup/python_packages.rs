//! Python packages in an environment of their own, exactly as their list says.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;

use super::step::Step;
use crate::process::Process;
use crate::workspace::Workspace;

/// The tools of one list.
#[derive(Debug)]
pub(super) struct PythonPackages {
    pub(super) name: &'static str,
    /// Relative to the checkout; every package with its version.
    pub(super) list: &'static str,
}

impl Step for PythonPackages {
    fn is_done(&self, workspace: &Workspace) -> bool {
        let wanted = fs::read(workspace.path(self.list));
        // A new list installs anew.
        wanted.is_ok_and(|wanted| fs::read(stamp(workspace)).is_ok_and(|installed| installed == wanted))
    }

    fn does(&self) -> String {
        format!("installing {} with pip (about half a minute)", self.name)
    }

    fn apply(&self, workspace: &Workspace) -> anyhow::Result<()> {
        let dir = environment(workspace);
        if dir.exists() {
            fs::remove_dir_all(&dir).with_context(|| format!("cannot remove {}", dir.display()))?;
        }
        let log = workspace.logs().join("python.log");
        Process::new(workspace, "python3")?
            .args(["-m", "venv"])
            .arg(&dir)
            .run_into(&log)?;
        let python = dir.join("bin/python");
        let python = python.to_str().context("the name of the checkout is not UTF-8")?;
        Process::new(workspace, python)?
            .args([
                "-m",
                "pip",
                "install",
                "--no-input",
                "--disable-pip-version-check",
                "--no-deps",
                "--requirement",
            ])
            .arg(workspace.path(self.list))
            .run_into(&log)?;
        fs::copy(workspace.path(self.list), stamp(workspace)).context("cannot note what was installed")?;
        Ok(())
    }

    fn remedy(&self) -> String {
        format!(
            "{} could not be installed: install Python 3.11 or newer with venv (Debian: `apt-get install python3-venv`) \
             and see that pip can install {}",
            self.name, self.list
        )
    }
}

/// Where a program of these packages is.
pub(crate) fn python_program(workspace: &Workspace, program: &str) -> PathBuf {
    environment(workspace).join("bin").join(program)
}

/// Not the environment of the checker of spelling, which has a list of its own.
fn environment(workspace: &Workspace) -> PathBuf {
    workspace.tools().join("python-tests")
}

fn stamp(workspace: &Workspace) -> PathBuf {
    environment(workspace).join(".installed.txt")
}
