//! Sizes and hashes of files, from Node.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::process::Process;
use crate::workspace::Workspace;

/// What is known about one file.
#[derive(Debug)]
pub(crate) struct Digest {
    pub(crate) bytes: u64,
    pub(crate) gzip_bytes: u64,
    pub(crate) brotli_bytes: u64,
    pub(crate) sha256_hex: String,
    pub(crate) sha384_base64: String,
}

/// Whether compressed copies are left beside the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Copies {
    Write,
    Leave,
}

/// Digests of `files` in `dir`.
///
/// # Errors
/// When a file cannot be read, or Node fails.
pub(crate) fn digests(
    workspace: &Workspace,
    dir: &Path,
    files: &[String],
    copies: Copies,
) -> anyhow::Result<BTreeMap<String, Digest>> {
    let node = Process::new(workspace, "node")?
        .arg(workspace.path("xtask/node/digest.mjs"))
        .arg(dir);
    let node = match copies {
        Copies::Write => node.arg("--write"),
        Copies::Leave => node,
    };
    let mut child = node
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
    let answer: BTreeMap<String, Value> =
        serde_json::from_slice(&output.stdout).context("node answered something else")?;
    answer
        .into_iter()
        .map(|(path, fields)| Ok((path, parse(&fields)?)))
        .collect()
}

fn parse(fields: &Value) -> anyhow::Result<Digest> {
    let number = |name: &str| {
        fields
            .get(name)
            .and_then(Value::as_u64)
            .with_context(|| format!("no `{name}`"))
    };
    let text = |name: &str| {
        let value = fields.get(name).and_then(Value::as_str);
        value.map(str::to_owned).with_context(|| format!("no `{name}`"))
    };
    Ok(Digest {
        bytes: number("bytes")?,
        gzip_bytes: number("gzip")?,
        brotli_bytes: number("brotli")?,
        sha256_hex: text("sha256")?,
        sha384_base64: text("sha384")?,
    })
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
        let digests = digests(&workspace, &dir, &["abc".to_owned()], Copies::Leave).unwrap();
        // FIPS 180-2, the three-letter example of each hash.
        let abc = &digests["abc"];
        assert_eq!(abc.bytes, 3);
        assert_eq!(
            abc.sha256_hex,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            abc.sha384_base64,
            "ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn"
        );
    }
}
