//! The list of hashes that a person can check.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use super::digest;
use crate::workspace::Workspace;

/// The list, in the form that `sha256sum --check` reads.
const SUMS: &str = "SHA256SUMS";

/// Writes the hashes of `files`, which are all of the app but their compressed copies.
///
/// # Errors
/// When a file cannot be digested, or the list cannot be written.
pub(super) fn write(workspace: &Workspace, dir: &Path, files: &[String]) -> anyhow::Result<()> {
    let digests = digest::digests(workspace, dir, files)?;
    // Two spaces: what sha256sum itself writes.
    let sums: String = digests
        .iter()
        .map(|(path, digest)| format!("{}  {path}\n", digest.sha256_hex))
        .collect();
    fs::write(dir.join(SUMS), sums).with_context(|| format!("cannot write {SUMS}"))
}
