//! What the app is made of, boiled down to one value that changes when any of it does.

use std::fs;
use std::hash::{DefaultHasher, Hasher as _};

use anyhow::Context as _;

use super::files;
use crate::pins;
use crate::workspace::Workspace;

const FILES: [&str; 6] = [
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "index.html",
    "rust-toolchain.toml",
    ".cargo/config.toml",
];
const FOLDERS: [&str; 8] = [
    "web",
    "crates/client",
    "crates/core",
    "crates/curve25519-many",
    "crates/protocol",
    "crates/webcrypto",
    // The finishing touches are part of the result.
    "xtask/src/app",
    "xtask/node",
];

/// A value that stays the same exactly as long as a new build would give the same app.
///
/// # Errors
/// When a source cannot be read.
pub(super) fn fingerprint(workspace: &Workspace) -> anyhow::Result<String> {
    // A change is looked for, not an attacker: the standard library's hash is enough.
    let mut hasher = DefaultHasher::new();
    let folders = FOLDERS.iter().map(|folder| {
        let paths = files::below(&workspace.path(folder))?;
        Ok(paths
            .into_iter()
            .map(|path| format!("{folder}/{path}"))
            .collect::<Vec<_>>())
    });
    let in_folders = folders.collect::<anyhow::Result<Vec<_>>>()?.into_iter().flatten();
    for path in FILES.into_iter().map(str::to_owned).chain(in_folders) {
        let content = fs::read(workspace.path(&path)).with_context(|| format!("cannot read {path}"))?;
        for part in [path.as_bytes(), &content] {
            hasher.write_usize(part.len());
            hasher.write(part);
        }
    }
    let tools = [pins::TRUNK, pins::WASM_BINDGEN, pins::BINARYEN].join(" ");
    Ok(format!("{:016x} {tools}", hasher.finish()))
}
