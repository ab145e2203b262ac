//! Sizes and hashes of files, from Node.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::process::Process;
use crate::workspace::Workspace;

/// The hashes of one file.
#[derive(Debug)]
pub(crate) struct Digest {
    pub(crate) sha256_hex: String,
    pub(crate) sha384_base64: String,
}

/// What one file weighs, as it is and compressed.
#[derive(Debug)]
pub(crate) struct Size {
    pub(crate) bytes: u64,
    pub(crate) gzip_bytes: u64,
    pub(crate) brotli_bytes: u64,
}

/// Hashes of `files` in `dir`.
///
/// # Errors
/// When a file cannot be read, or Node fails.
pub(crate) fn digests(
    workspace: &Workspace,
    dir: &Path,
    files: &[String],
) -> anyhow::Result<BTreeMap<String, Digest>> {
    let answer = ask(workspace, "hashes", dir, files)?;
    answer
        .into_iter()
        .map(|(path, fields)| {
            let digest = Digest {
                sha256_hex: text(&fields, "sha256")?,
                sha384_base64: text(&fields, "sha384")?,
            };
            Ok((path, digest))
        })
        .collect()
}

/// What `files` in `dir` weigh. Compressing them takes seconds.
///
/// # Errors
/// As [`digests`].
pub(crate) fn sizes(
    workspace: &Workspace,
    dir: &Path,
    files: &[String],
) -> anyhow::Result<BTreeMap<String, Size>> {
    let answer = ask(workspace, "sizes", dir, files)?;
    answer
        .into_iter()
        .map(|(path, fields)| {
            let size = Size {
                bytes: number(&fields, "bytes")?,
                gzip_bytes: number(&fields, "gzip")?,
                brotli_bytes: number(&fields, "brotli")?,
            };
            Ok((path, size))
        })
        .collect()
}

/// Leaves compressed copies beside those of `files` that gain by it.
///
/// # Errors
/// As [`digests`], and when a copy cannot be written.
pub(super) fn write_copies(workspace: &Workspace, dir: &Path, files: &[String]) -> anyhow::Result<()> {
    ask(workspace, "copies", dir, files).map(drop)
}

fn ask(
    workspace: &Workspace,
    wanted: &str,
    dir: &Path,
    files: &[String],
) -> anyhow::Result<BTreeMap<String, Value>> {
    let mut child = Process::new(workspace, "node")?
        .arg(workspace.path("xtask/node/digest.mjs"))
        .arg(wanted)
        .arg(dir)
        .into_command()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start node")?;
    // The list is read to its end before the answer begins, so that neither side waits for the other.
    child
        .stdin
        .take()
        .context("node has no standard input")?
        .write_all(&serde_json::to_vec(files)?)
        .context("node did not read the list of files")?;
    let output = child.wait_with_output().context("node did not answer")?;
    if !output.status.success() {
        bail!("node could not digest the files ({})", output.status);
    }
    serde_json::from_slice(&output.stdout).context("node answered something else")
}

fn number(fields: &Value, name: &str) -> anyhow::Result<u64> {
    fields
        .get(name)
        .and_then(Value::as_u64)
        .with_context(|| format!("no `{name}`"))
}

fn text(fields: &Value, name: &str) -> anyhow::Result<String> {
    let value = fields.get(name).and_then(Value::as_str);
    value.map(str::to_owned).with_context(|| format!("no `{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_file_has_its_known_hashes() {
        let workspace = Workspace::locate().unwrap();
        let dir = workspace.logs().join("digest-test");
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join("abc"), "abc").unwrap();
        let digests = digests(&workspace, &dir, &["abc".to_owned()]).unwrap();
        // FIPS 180-2, the three-letter example of each hash.
        let abc = &digests["abc"];
        assert_eq!(
            abc.sha256_hex,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            abc.sha384_base64,
            "ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn"
        );
    }

    #[test]
    fn what_gains_by_it_is_copied_and_each_copy_weighs_what_was_said() {
        let workspace = Workspace::locate().unwrap();
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("long"), "abc".repeat(1_000)).unwrap();
        std::fs::write(dir.path().join("short"), "abc").unwrap();
        let files = ["long".to_owned(), "short".to_owned()];
        write_copies(&workspace, dir.path(), &files).unwrap();
        assert_eq!(
            super::super::files::below(dir.path()).unwrap(),
            ["long", "long.br", "long.gz", "short"]
        );
        let sizes = sizes(&workspace, dir.path(), &files).unwrap();
        let length = |file: &str| std::fs::metadata(dir.path().join(file)).unwrap().len();
        let long = &sizes["long"];
        assert_eq!(
            (long.bytes, long.gzip_bytes, long.brotli_bytes),
            (3_000, length("long.gz"), length("long.br"))
        );
        assert_eq!(sizes["short"].bytes, 3);
    }
}
