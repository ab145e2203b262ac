//! What a person downloads before a page answers, held to a budget.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};

use crate::app::digest::{self, Copies, Digest};
use crate::app::{PART, html};
use crate::workspace::Workspace;

/// What each page is to weigh as a fresh browser loads it, in bytes after gzip: the page, its style, script, program and
/// icon. What workers run comes after that, while the person reads.
const GOAL_BYTES: u64 = 300_000;

/// A page for each program. The limit is a ratchet a little above what the page weighs now: CI fails when it grows, and
/// the limit goes down with each step, never up.
const BUDGETS: [Budget; 3] = [
    Budget {
        page: "index.html",
        limit_bytes: 180_000,
    },
    Budget {
        page: "password/reset.html",
        limit_bytes: 262_000,
    },
    Budget {
        page: "persona/index.html",
        limit_bytes: 465_000,
    },
];

#[derive(Debug)]
struct Budget {
    /// The page's file.
    page: &'static str,
    limit_bytes: u64,
}

/// Prints the first load of each page of the built app and holds it to its budget.
///
/// # Errors
/// When the app is not built, or a page is over its budget.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let app = workspace.app();
    println!(
        "{:<20} {:<6} {:>9} {:>9} {:>9}",
        "first load", "", "bytes", "gzip", "brotli"
    );
    let mut over = Vec::new();
    for Budget { page, limit_bytes } in BUDGETS {
        let gzip_bytes = weigh(workspace, &app, page)?;
        if gzip_bytes > GOAL_BYTES {
            println!(
                "  the goal is {GOAL_BYTES}: {} bytes too many",
                gzip_bytes - GOAL_BYTES
            );
        }
        if gzip_bytes > limit_bytes {
            over.push(format!("{page} is {gzip_bytes} bytes and may be {limit_bytes}"));
        }
    }
    ensure!(
        over.is_empty(),
        "over the size budget after gzip: {}",
        over.join("; ")
    );
    Ok(())
}

/// Prints what a page weighs, by the endings of its files' names, and gives the bytes after gzip.
fn weigh(workspace: &Workspace, app: &Path, page: &str) -> anyhow::Result<u64> {
    let text = fs::read_to_string(app.join(page)).context("the app is not built")?;
    let digests = digest::digests(workspace, app, &first_load(page, &text), Copies::Leave)?;
    for (kind, sum) in sums(&digests) {
        let Sum {
            bytes,
            gzip_bytes,
            brotli_bytes,
        } = sum;
        let page = if kind == TOTAL { page } else { "" };
        println!("{page:<20} {kind:<6} {bytes:>9} {gzip_bytes:>9} {brotli_bytes:>9}");
    }
    Ok(digests.values().map(|digest| digest.gzip_bytes).sum())
}

/// Sorts before every ending.
const TOTAL: &str = "all";

/// The page itself and every file of the app that it names for the browser to load.
fn first_load(file: &str, page: &str) -> Vec<String> {
    let mut files = vec![file.to_owned()];
    for tag in html::tags(page) {
        let url = match tag.name {
            // What browsers load nothing for is no part of it.
            "link" if tag.attribute("rel") != Some(PART) => tag.attribute("href"),
            "script" | "img" => tag.attribute("src"),
            _ => None,
        };
        let local = url.filter(|url| url.starts_with('.'));
        let local = local.map(|url| url.trim_start_matches(['.', '/']).to_owned());
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
        let page = "<link href=../a.css><script src=../b.js></script><link rel=modulepreload href=../b.js>\
            <img src=../c.svg><a href=../persona>x</a><link href=https://elsewhere/d.css>";
        assert_eq!(
            first_load("kit/index.html", page),
            ["kit/index.html", "a.css", "b.js", "c.svg"]
        );
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
