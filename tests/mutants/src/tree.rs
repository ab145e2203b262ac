//! Copies of the checkout, which mutants are put into: the checkout itself is never touched.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// The commit that is tried, of a checkout without changes.
///
/// # Errors
/// When the checkout has changes: what is found must be found again by others.
pub(crate) fn commit(checkout: &Path) -> anyhow::Result<String> {
    if !git(checkout, &["status", "--porcelain"])?.is_empty() {
        bail!("the checkout has changes: commit them, so that the run has a name");
    }
    git(checkout, &["rev-parse", "HEAD"])
}

/// What `commit` holds, new in `target`.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn copy(checkout: &Path, commit: &str, target: &Path) -> anyhow::Result<PathBuf> {
    if target.exists() {
        fs::remove_dir_all(target)?;
    }
    fs::create_dir_all(target)?;
    let mut archive = Command::new("git")
        .args(["archive", commit])
        .current_dir(checkout)
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start Git")?;
    let packed = archive.stdout.take().context("Git has no output")?;
    let unpacked = Command::new("tar")
        .arg("-x")
        .current_dir(target)
        .stdin(packed)
        .status()
        .context("cannot start tar")?;
    if !unpacked.success() || !archive.wait()?.success() {
        bail!("cannot copy {commit}");
    }
    Ok(target.to_owned())
}

fn git(checkout: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(checkout)
        .output()
        .context("cannot start Git")?;
    if !output.status.success() {
        bail!("Git refuses `{}`", arguments.join(" "));
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
