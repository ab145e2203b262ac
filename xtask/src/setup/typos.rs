//! The spelling check, which PyPI carries ready to run.

use super::cargo_tool::CargoTool;
use super::step::{Step, version_of};
use crate::pins;
use crate::process::Process;
use crate::workspace::Workspace;

/// typos, from a Python wheel where Python can make an environment for it, otherwise compiled.
#[derive(Debug)]
pub(super) struct Typos;

const FROM_SOURCE: CargoTool = CargoTool {
    package: "typos-cli",
    program: "typos",
    version: pins::TYPOS,
    features: None,
    // It reads every line of the checkout.
    opt_level: 1,
    busy: &[],
    takes: "about a minute",
};

impl Step for Typos {
    fn is_done(&self, workspace: &Workspace) -> bool {
        version_of(workspace, "typos").as_deref() == Some(pins::TYPOS)
    }

    fn does(&self) -> String {
        format!(
            "installing typos {} from PyPI, or compiling it where that is not possible",
            pins::TYPOS
        )
    }

    fn apply(&self, workspace: &Workspace) -> anyhow::Result<()> {
        install_wheel(workspace).or_else(|_| FROM_SOURCE.apply(workspace))
    }

    fn remedy(&self) -> String {
        FROM_SOURCE.remedy()
    }
}

fn install_wheel(workspace: &Workspace) -> anyhow::Result<()> {
    let environment = workspace.tools().join("python");
    let log = workspace.logs().join("install-typos.log");
    Process::new(workspace, "python3")?
        .args(["-m", "venv", "--clear"])
        .arg(&environment)
        .run_into(&log)?;
    Process::new(workspace, "python3")?
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-input",
            "--only-binary=:all:",
            "--no-deps",
        ])
        .arg(format!("typos=={}", pins::TYPOS))
        .run_into(&log)
}
