//! What a person downloads before a page answers, held to a budget.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context as _, ensure};

use crate::app::digest::{self, Size};
use crate::app::{PART, html};
use crate::workspace::Workspace;

/// What each page is to weigh as a fresh browser loads it, in bytes after gzip: the page, its style, script, program
/// and icon. What workers run comes after that, while the person reads.
const GOAL_BYTES: u64 = 300_000;

/// A page for each program. The limit is a ratchet a little above what the page weighs now: CI fails when it grows, and
/// the limit goes down with each step, never up.
const PAGES: [(&str, u64); 6] = [
    ("index.html", 151_000),
    ("confirm/index.html", 135_000),
    // 6,000 more since it searches keys, opens lists without a lock, and gives all rooms in one zip.
    ("key-file/index.html", 181_000),
    ("account/index.html", 328_500),
    ("password/reset.html", 182_500),
    ("persona/index.html", 406_000),
];

/// The most that one kind of file may weigh on any page, by the ending of its name.
const KINDS: [(&str, u64); 5] = [
    ("html", 8_000),
    ("css", 16_000),
    ("js", 24_000),
    ("wasm", 388_000),
    ("svg", 2_000),
];

/// Prints the first load of each page of the built app and holds it to its budgets.
///
/// # Errors
/// When the app is not built, or a page is over a budget.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let app = workspace.app();
    println!(
        "{:<20} {:<6} {:>9} {:>9} {:>9}",
        "first load", "", "bytes", "gzip", "brotli"
    );
    let loads = PAGES.map(|(page, limit_bytes)| {
        let text = fs::read_to_string(app.join(page)).context("the app is not built")?;
        Ok::<_, anyhow::Error>((page, limit_bytes, first_load(page, &text)))
    });
    let loads = loads.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    // Of all pages at once: they share files, and what compresses them works on several beside each other.
    let files: BTreeSet<String> = loads.iter().flat_map(|(_, _, files)| files.clone()).collect();
    let sizes = digest::sizes(workspace, &app, &Vec::from_iter(files))?;
    let mut over = Vec::new();
    for (page, limit_bytes, files) in loads {
        let sums = sums(&files, &sizes)?;
        for (kind, sum) in &sums {
            let Sum {
                bytes,
                gzip_bytes,
                brotli_bytes,
            } = sum;
            let page = if *kind == TOTAL { page } else { "" };
            println!("{page:<20} {kind:<6} {bytes:>9} {gzip_bytes:>9} {brotli_bytes:>9}");
        }
        over.extend(over_budget(page, limit_bytes, &sums));
    }
    ensure!(
        over.is_empty(),
        "over the size budget after gzip: {}",
        over.join("; ")
    );
    Ok(())
}

/// What is too heavy on a page, in words. The goal is printed and does not fail.
fn over_budget(page: &str, limit_bytes: u64, sums: &BTreeMap<&str, Sum>) -> Vec<String> {
    let mut over = Vec::new();
    for (kind, sum) in sums {
        let gzip_bytes = sum.gzip_bytes;
        let limit_bytes = if *kind == TOTAL {
            if gzip_bytes > GOAL_BYTES {
                println!(
                    "  the goal is {GOAL_BYTES}: {} bytes too many",
                    gzip_bytes - GOAL_BYTES
                );
            }
            Some(limit_bytes)
        } else {
            KINDS
                .iter()
                .find(|(known, _)| known == kind)
                .map(|(_, limit)| *limit)
        };
        match limit_bytes {
            None => over.push(format!("`.{kind}` files have no budget")),
            Some(limit_bytes) if gzip_bytes > limit_bytes => {
                over.push(format!(
                    "{kind} of {page} is {gzip_bytes} bytes and may be {limit_bytes}"
                ));
            }
            Some(_) => {}
        }
    }
    over
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
    fn add(&mut self, size: &Size) {
        self.bytes += size.bytes;
        self.gzip_bytes += size.gzip_bytes;
        self.brotli_bytes += size.brotli_bytes;
    }
}

/// What `files` weigh together, by kind and in all.
fn sums<'a>(files: &'a [String], sizes: &BTreeMap<String, Size>) -> anyhow::Result<BTreeMap<&'a str, Sum>> {
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for path in files {
        let size = sizes
            .get(path)
            .with_context(|| format!("nothing is known of {path}"))?;
        let kind = path.rsplit('.').next().unwrap_or_default();
        sums.entry(kind).or_default().add(size);
        sums.entry(TOTAL).or_default().add(size);
    }
    Ok(sums)
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
        let size = |gzip_bytes| Size {
            bytes: 2 * gzip_bytes,
            gzip_bytes,
            brotli_bytes: gzip_bytes,
        };
        let sizes = [
            ("a.js", 3),
            ("b.js", 4),
            ("c.wasm", 5),
            ("of-another-page.wasm", 6),
        ];
        let sizes = sizes
            .into_iter()
            .map(|(path, bytes)| (path.to_owned(), size(bytes)))
            .collect();
        let files = ["a.js", "b.js", "c.wasm"].map(str::to_owned);
        let sums = sums(&files, &sizes).unwrap();
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

    #[test]
    fn what_is_over_its_budget_is_named_and_so_is_what_has_none() {
        let sum = |gzip_bytes| Sum {
            gzip_bytes,
            ..Sum::default()
        };
        let sums =
            |kinds: &[(&'static str, u64)]| kinds.iter().map(|(kind, size)| (*kind, sum(*size))).collect();
        assert!(over_budget("a.html", 10, &sums(&[(TOTAL, 10), ("js", 10)])).is_empty());
        assert_eq!(
            over_budget("a.html", 10, &sums(&[(TOTAL, 11), ("js", 24_001), ("woff2", 1)])),
            [
                "all of a.html is 11 bytes and may be 10",
                "js of a.html is 24001 bytes and may be 24000",
                "`.woff2` files have no budget"
            ]
        );
    }
}
