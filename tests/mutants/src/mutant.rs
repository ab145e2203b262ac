//! The list of mutants, as cargo-mutants makes it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};
use serde::Deserialize;

/// One small fault that could be put in: at `span` of `file` stands `replacement`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Mutant {
    /// What it does, with its file, line and column: no two mutants of one commit have the same.
    pub(crate) name: String,
    /// From the root of the workspace.
    pub(crate) file: String,
    pub(crate) span: Span,
    pub(crate) replacement: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Span {
    pub(crate) start: Position,
    pub(crate) end: Position,
}

/// Line and column, both from 1, the column in characters.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// Every mutant of `package`, without those that `.cargo/mutants.toml` leaves out.
///
/// # Errors
/// When cargo-mutants is not there, fails, or lists what cannot be read.
pub(crate) fn list(tree: &Path, package: &str) -> anyhow::Result<Vec<Mutant>> {
    let output = Command::new("cargo")
        .args(["mutants", "--list", "--json", "--package", package])
        .current_dir(tree)
        .output()
        .context("cannot start Cargo")?;
    if !output.status.success() {
        bail!(
            "`cargo mutants` failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    serde_json::from_slice(&output.stdout).context("cannot read the list of cargo-mutants")
}

impl Span {
    /// Where in `source` it stands, in bytes; nothing if it stands nowhere.
    pub(crate) fn bytes(&self, source: &str) -> Option<std::ops::Range<usize>> {
        Some(self.start.byte(source)?..self.end.byte(source)?)
    }
}

impl Position {
    fn byte(self, source: &str) -> Option<usize> {
        let line_start = match self.line.checked_sub(2) {
            None => 0,
            Some(breaks) => source.match_indices('\n').nth(breaks)?.0 + 1,
        };
        let line = source.get(line_start..)?;
        let column = self.column.checked_sub(1)?;
        let in_line = match line.char_indices().nth(column) {
            Some((byte, _)) => byte,
            None => line.len(),
        };
        Some(line_start + in_line)
    }
}
