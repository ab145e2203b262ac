//! Node.js, which runs wasm-opt and the browser tests. It is never installed for the person: a machine has its own way.

use anyhow::bail;

use super::step::{Step, version_of};
use crate::pins::NODE_MAJOR;
use crate::workspace::Workspace;

/// Node.js and npm.
#[derive(Debug)]
pub(super) struct Node;

impl Step for Node {
    fn is_done(&self, workspace: &Workspace) -> bool {
        let major = version_of(workspace, "node").as_deref().and_then(major);
        major.is_some_and(|major| major >= NODE_MAJOR) && workspace.find_program("npm").is_some()
    }

    fn does(&self) -> String {
        format!("looking for Node.js {NODE_MAJOR} or newer")
    }

    fn apply(&self, workspace: &Workspace) -> anyhow::Result<()> {
        match version_of(workspace, "node") {
            Some(found) => bail!("Node.js {found} with{} npm was found", self.npm(workspace)),
            None => bail!("no `node` was found"),
        }
    }

    fn remedy(&self) -> String {
        format!("install Node.js {NODE_MAJOR} or newer with npm (nodejs.org, or your system's packages)")
    }
}

impl Node {
    fn npm(&self, workspace: &Workspace) -> &'static str {
        if workspace.find_program("npm").is_some() {
            ""
        } else {
            "out"
        }
    }
}

/// `v20.20.2` → 20.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn major_version_is_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("20.20.2"), None);
        assert_eq!(major("v"), None);
    }
}
