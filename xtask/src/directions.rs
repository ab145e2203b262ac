//! Holds the workspace to the direction of its dependencies: what `ARCHITECTURE.md` says is nowhere, is nowhere.

mod graph;
mod rules;

use anyhow::ensure;

use crate::process::Process;
use crate::workspace::Workspace;

use graph::Graph;

/// Reads the dependencies as Cargo resolves them, and checks every rule.
///
/// # Errors
/// When Cargo cannot tell, or with all the edges that break a rule.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let metadata = Process::cargo(workspace)?
        .args(["metadata", "--format-version", "1", "--locked", "--all-features"])
        .output()?;
    let graph = Graph::parse(&metadata)?;
    let broken = rules::broken(&graph);
    ensure!(
        broken.is_empty(),
        "dependencies point the wrong way:\n  {}",
        broken.join("\n  ")
    );
    println!(
        "{} of our packages, every edge as ARCHITECTURE.md has it",
        graph.ours().count()
    );
    Ok(())
}
