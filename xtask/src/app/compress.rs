//! Compressed copies for hosts that serve them, and the list of hashes that a person can check.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use super::digest::{self, Copies};
use super::files;
use crate::workspace::Workspace;

/// The list of hashes, in the form that `sha256sum --check` reads.
const SUMS: &str = "SHA256SUMS";

/// Writes `.gz` and `.br` beside each file that gains by it, and the hashes of all originals.
///
/// # Errors
/// When the app cannot be listed, digested or written.
pub(super) fn write_copies_and_sums(workspace: &Workspace, dir: &Path) -> anyhow::Result<()> {
    let files = files::below(dir)?;
    let digests = digest::digests(workspace, dir, &files, Copies::Write)?;
    // Two spaces: what sha256sum itself writes.
    let sums: String = digests
        .iter()
        .map(|(path, digest)| format!("{}  {path}\n", digest.sha256_hex))
        .collect();
    fs::write(dir.join(SUMS), sums).with_context(|| format!("cannot write {SUMS}"))
}
