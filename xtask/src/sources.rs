//! Rules about our sources that neither the compiler nor clippy knows.

mod rules;

use std::fs;

use anyhow::{Context as _, ensure};

use crate::process::Process;
use crate::workspace::Workspace;

/// Reads every file that is under version control and checks every rule.
///
/// # Errors
/// When a file cannot be read, or with every line that breaks a rule.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let listed = Process::new(workspace, "git")?
        .args(["ls-files", "-z"])
        .output()?;
    let mut broken = Vec::new();
    let mut exposures = 0;
    for path in listed.split('\0').filter(|path| rules::concerns(path)) {
        let file = workspace.path(path);
        // Deleted, but not yet committed so.
        if !file.exists() {
            continue;
        }
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {path}"))?;
        broken.extend(rules::broken(path, &text));
        exposures += rules::exposures(path, &text);
    }
    ensure!(
        broken.is_empty(),
        "rules of the house are broken:\n  {}",
        broken.join("\n  ")
    );
    println!("sources keep the rules; secrets are exposed in {exposures} justified places");
    Ok(())
}
