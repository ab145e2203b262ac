//! Programs of the tests that come from the system: Debian's package where there is apt, by hand elsewhere.

use std::path::Path;

use super::step::Step;
use crate::process::Process;
use crate::workspace::Workspace;

/// Where programs stand that not everybody has on the search path.
const SYSTEM_PROGRAMS: &str = "/usr/sbin";

/// A program under the name of its package.
#[derive(Debug)]
pub(super) struct DebianProgram {
    pub(super) program: &'static str,
    pub(super) package: &'static str,
}

impl Step for DebianProgram {
    fn is_done(&self, workspace: &Workspace) -> bool {
        workspace.find_program(self.program).is_some()
            || Path::new(SYSTEM_PROGRAMS).join(self.program).is_file()
    }

    fn does(&self) -> String {
        format!("installing {} with apt-get (some seconds)", self.program)
    }

    fn apply(&self, workspace: &Workspace) -> anyhow::Result<()> {
        let log = workspace.logs().join(format!("install-{}.log", self.program));
        apt_get(workspace)?.arg("update").run_into(&log)?;
        apt_get(workspace)?
            .args(["install", "--yes", "--no-install-recommends", self.package])
            .env("DEBIAN_FRONTEND", "noninteractive")
            .run_into(&log)
    }

    fn remedy(&self) -> String {
        format!(
            "{} is missing: install it (Debian: `apt-get install {}`)",
            self.program, self.package
        )
    }
}

pub(super) fn apt_get(workspace: &Workspace) -> anyhow::Result<Process> {
    let user = Process::new(workspace, "id")?.arg("-u").output()?;
    if user.trim() == "0" {
        Process::new(workspace, "apt-get")
    } else {
        // `-n`: rather a clear refusal than a question that nobody is there to answer.
        Ok(Process::new(workspace, "sudo")?.args(["-n", "apt-get"]))
    }
}
