//! What a person downloads before the app answers, held to a budget.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, ensure};

use crate::app::digest::{self, Copies, Digest};
use crate::app::html;
use crate::workspace::Workspace;

/// Limits for `/` as a fresh browser loads it, in bytes after gzip.
///
/// The goal is what the app is to weigh. Where it is not reached yet, the limit is a ratchet a little above what the
/// app weighs now: CI fails when it grows, and the limit goes down with each step towards the goal, never up.
const BUDGETS: [Budget; 6] = [
    Budget::reached("html", 8_000),
    Budget::reached("css", 16_000),
    Budget::reached("js", 24_000),
    Budget {
        kind: "wasm",
        goal_bytes: 260_000,
        limit_bytes: 475_000,
    },
    Budget::reached("svg", 2_000),
    Budget {
        kind: TOTAL,
        goal_bytes: 300_000,
        limit_bytes: 497_000,
    },
];

const TOTAL: &str = "first load";

#[derive(Debug)]
struct Budget {
    /// The ending of the files' names, or [`TOTAL`].
    kind: &'static str,
    goal_bytes: u64,
    limit_bytes: u64,
}

impl Budget {
    /// A kind that weighs no more than it is to weigh.
    const fn reached(kind: &'static str, goal_bytes: u64) -> Self {
        Self {
            kind,
            goal_bytes,
            limit_bytes: goal_bytes,
        }
    }
}

/// Prints the first load of the built app and holds it to the budgets.
///
/// # Errors
/// When the app is not built, or is over a budget.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let app = workspace.app();
    let page = fs::read_to_string(app.join("index.html")).context("the app is not built")?;
    let files = first_load(&page);
    let digests = digest::digests(workspace, &app, &files, Copies::Leave)?;
    let sums = sums(&digests);
    println!(
        "{:<12} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "first load", "bytes", "gzip", "brotli", "goal", "limit"
    );
    let mut over = Vec::new();
    for Budget {
        kind,
        goal_bytes,
        limit_bytes,
    } in BUDGETS
    {
        let Sum {
            bytes,
            gzip_bytes,
            brotli_bytes,
        } = sums.get(kind).copied().unwrap_or_default();
        println!("{kind:<12} {bytes:>9} {gzip_bytes:>9} {brotli_bytes:>9} {goal_bytes:>9} {limit_bytes:>9}");
        if gzip_bytes > goal_bytes {
            println!(
                "  the goal of {kind} is not reached: {} bytes too many",
                gzip_bytes - goal_bytes
            );
        }
        if gzip_bytes > limit_bytes {
            over.push(format!("{kind} is {gzip_bytes} bytes and may be {limit_bytes}"));
        }
    }
    let known = |kind: &str| BUDGETS.iter().any(|budget| budget.kind == kind);
    over.extend(
        sums.keys()
            .filter(|kind| !known(kind))
            .map(|kind| format!("`.{kind}` files have no budget")),
    );
    ensure!(
        over.is_empty(),
        "over the size budget after gzip: {}",
        over.join("; ")
    );
    Ok(())
}

/// The page itself and every file of the app that it names for the browser to load.
fn first_load(page: &str) -> Vec<String> {
    let mut files = vec!["index.html".to_owned()];
    for tag in html::tags(page) {
        let url = match tag.name {
            "link" => tag.attribute("href"),
            "script" | "img" => tag.attribute("src"),
            _ => None,
        };
        let local = url.and_then(|url| url.strip_prefix("./")).map(str::to_owned);
        files.extend(local.filter(|file| !files.contains(file)));
    }
    files
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Sum {
    bytes: u64,
    gzip_bytes: u64,
    brotli_bytes: u64,
}

impl Sum {
    fn add(&mut self, digest: &Digest) {
        self.bytes += digest.bytes;
        self.gzip_bytes += digest.gzip_bytes;
        self.brotli_bytes += digest.brotli_bytes;
    }
}

fn sums(digests: &BTreeMap<String, Digest>) -> BTreeMap<&str, Sum> {
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for (path, digest) in digests {
        let kind = path.rsplit('.').next().unwrap_or_default();
        sums.entry(kind).or_default().add(digest);
        sums.entry(TOTAL).or_default().add(digest);
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_load_is_the_page_and_what_it_names_once() {
        let page = "<link href=./a.css><script src=./b.js></script><link rel=modulepreload href=./b.js>\
            <img src=./c.svg><a href=./persona>x</a><link href=https://elsewhere/d.css>";
        assert_eq!(first_load(page), ["index.html", "a.css", "b.js", "c.svg"]);
    }

    #[test]
    fn parts_and_total_are_summed() {
        let digest = |gzip_bytes| Digest {
            bytes: 2 * gzip_bytes,
            gzip_bytes,
            brotli_bytes: gzip_bytes,
            sha256_hex: String::new(),
            sha384_base64: String::new(),
        };
        let digests = [("a.js", 3), ("b.js", 4), ("c.wasm", 5)];
        let digests = digests
            .into_iter()
            .map(|(path, size)| (path.to_owned(), digest(size)))
            .collect();
        let sums = sums(&digests);
        assert_eq!(
            (
                sums["js"].gzip_bytes,
                sums["wasm"].gzip_bytes,
                sums[TOTAL].gzip_bytes
            ),
            (7, 5, 12)
        );
        assert_eq!(sums[TOTAL].bytes, 24);
    }
}
