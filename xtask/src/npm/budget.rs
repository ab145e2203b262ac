//! What a page downloads of the package, held to a budget.

use std::fs;

use anyhow::{Context as _, ensure};

use crate::app::digest;
use crate::workspace::Workspace;

/// What each entry loads, and what it may weigh after gzip, in bytes. A ratchet a little above what it weighs now: it goes
/// down with each step, never up.
const ENTRIES: [Entry; 4] = [
    Entry {
        name: "keyhaven",
        files: ["esm/index.js", "wasm/keyhaven.wasm", "wasm/keyhaven-scalar.wasm"],
        goal_bytes: 110_000,
        limit_bytes: 110_000,
    },
    Entry {
        name: "keyhaven/restore",
        files: ["esm/restore.js", "wasm/restore.wasm", "wasm/restore-scalar.wasm"],
        goal_bytes: 45_000,
        limit_bytes: 68_700,
    },
    // What comes on top where it is asked for: no other wasm, but the script that asks workers and the one that they run.
    Entry {
        name: "{ workers: n }",
        files: ["esm/workers.js", "esm/worker.js", "esm/worker.js"],
        goal_bytes: 8_000,
        limit_bytes: 8_000,
    },
    Entry {
        name: "keyhaven/persona",
        files: ["esm/persona.js", "wasm/persona.wasm", "wasm/persona.wasm"],
        goal_bytes: 110_000,
        limit_bytes: 228_500,
    },
];

#[derive(Debug)]
struct Entry {
    name: &'static str,
    /// The script, and the two wasms of which one is loaded.
    files: [&'static str; 3],
    goal_bytes: u64,
    limit_bytes: u64,
}

/// Prints what each entry weighs and holds it to its budget.
///
/// # Errors
/// When the package is not built, or an entry is over its budget.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let package = super::package_dir(workspace);
    let mut over = Vec::new();
    println!("{:<18} {:>8} {:>8} {:>8}", "gzip", "script", "wasm", "all");
    for entry in &ENTRIES {
        for file in entry.files {
            fs::metadata(package.join(file)).with_context(|| format!("{file} is not in the package"))?;
        }
        let files = entry.files.map(str::to_owned);
        let sizes = digest::sizes(workspace, &package, &files)?;
        let sizes = entry
            .files
            .map(|file| sizes.get(file).map_or(0, |size| size.gzip_bytes));
        let [script, vectors, scalar] = sizes;
        let wasm = vectors.max(scalar);
        println!("{:<18} {script:>8} {wasm:>8} {:>8}", entry.name, script + wasm);
        over.extend(entry.over_budget(sizes));
    }
    ensure!(
        over.is_empty(),
        "over the size budget after gzip: {}",
        over.join("; ")
    );
    Ok(())
}

impl Entry {
    /// What is too heavy, in words. The goal is printed and does not fail.
    fn over_budget(&self, [script, vectors, scalar]: [u64; 3]) -> Option<String> {
        let Self {
            name,
            goal_bytes,
            limit_bytes,
            ..
        } = self;
        let bytes = script + vectors.max(scalar);
        if bytes > *goal_bytes {
            println!(
                "  the goal is {goal_bytes}: {} bytes too many",
                bytes - goal_bytes
            );
        }
        (bytes > *limit_bytes).then(|| format!("{name} is {bytes} bytes and may be {limit_bytes}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heavier_wasm_counts_and_what_is_over_is_named() {
        let entry = Entry {
            name: "an entry",
            files: ["", "", ""],
            goal_bytes: 10,
            limit_bytes: 12,
        };
        assert_eq!(entry.over_budget([5, 7, 1]), None);
        assert_eq!(entry.over_budget([5, 1, 7]), None);
        let over = "an entry is 13 bytes and may be 12";
        assert_eq!(entry.over_budget([5, 1, 8]).as_deref(), Some(over));
        assert_eq!(entry.over_budget([6, 7, 1]).as_deref(), Some(over));
    }
}
