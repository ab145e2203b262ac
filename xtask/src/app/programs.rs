//! The programs of the app: one for each group of pages, and one for workers.
//!
//! Trunk builds them all, writes one page that starts the first of them, and knows nothing of the others. Here each
//! gets a name that changes with its content, and each page the hashes of what it starts.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};

use super::digest::Digest;
use super::page_hash;
use super::routes::Route;

/// The attributes of the starter's tag that name what workers run.
pub(super) const WORKER_GLUE: &str = "data-worker-glue";
pub(super) const WORKER_PROGRAM: &str = "data-worker-program";

/// How the page about the page names the parts of other pages. Browsers load nothing for it.
pub(crate) const PART: &str = "keyhaven-part";
const LISTS_PARTS: &str = "/verify";

/// The program that Trunk's own page starts.
const TRUNKS: &str = "start";
/// Programs of pages that have slow steps, and which worker does them.
const WITH_WORKERS: [(&str, &str); 4] = [
    ("persona", WORKER),
    ("account", WORKER),
    ("reset", WORKER),
    ("key-file", KEY_WORKER),
];
/// Programs of other pages, beside Trunk's.
const WITHOUT_WORKERS: [&str; 1] = ["letter"];
const WORKER: &str = "worker";
const KEY_WORKER: &str = "key-worker";

/// Every program of the app, by the name that `web/routes.json` uses.
#[derive(Debug)]
pub(super) struct Programs {
    programs: BTreeMap<&'static str, Program>,
    /// Changes with any file of the app.
    build: String,
}

/// A program: the WebAssembly module, and the script that binds it to the browser.
#[derive(Debug, PartialEq, Eq)]
struct Program {
    module: File,
    glue: File,
}

#[derive(Debug, PartialEq, Eq)]
struct File {
    name: String,
    integrity: String,
}

/// Gives the programs in a built app their names. `digests` has every file of it, and has them under their new names
/// afterwards.
///
/// # Errors
/// When a program is missing, or a file cannot be renamed.
pub(super) fn name_by_content(
    dir: &Path,
    digests: &mut BTreeMap<String, Digest>,
) -> anyhow::Result<Programs> {
    let mut programs = BTreeMap::new();
    let names = [TRUNKS]
        .into_iter()
        .chain(WITH_WORKERS.map(|(program, _)| program))
        .chain(WITHOUT_WORKERS)
        .chain([WORKER, KEY_WORKER]);
    for name in names {
        let mut file = |ending: &str| {
            let old = built_file(name, ending, digests)?;
            let digest = digests
                .remove(&old)
                .with_context(|| format!("{old} has no digest"))?;
            let hash = digest.sha256_hex.get(..16).context("a short hash")?;
            let new = format!("keyhaven-{name}-{hash}{ending}");
            fs::rename(dir.join(&old), dir.join(&new)).with_context(|| format!("cannot rename {old}"))?;
            let integrity = format!("sha384-{}", digest.sha384_base64);
            digests.insert(new.clone(), digest);
            Ok::<_, anyhow::Error>((old, File { name: new, integrity }))
        };
        let ((old_module, module), (old_glue, glue)) = (file("_bg.wasm")?, file(".js")?);
        if name == TRUNKS {
            rename_in_page(dir, &[(&old_module, &module.name), (&old_glue, &glue.name)])?;
        }
        programs.insert(name, Program { module, glue });
    }
    Ok(Programs {
        programs,
        build: build_of(digests),
    })
}

/// Trunk puts a hash into the name of its main program only.
fn built_file(program: &str, ending: &str, digests: &BTreeMap<String, Digest>) -> anyhow::Result<String> {
    let stem = format!("keyhaven-{program}");
    let mut found = digests.keys().filter(|file| {
        let between = file
            .strip_prefix(&stem)
            .and_then(|rest| rest.strip_suffix(ending));
        between.is_some_and(|between| between.is_empty() || between.starts_with('-'))
    });
    let first = found
        .next()
        .with_context(|| format!("Trunk built no {stem}{ending}"))?;
    ensure!(
        found.next().is_none(),
        "Trunk built {stem}{ending} more than once"
    );
    Ok(first.clone())
}

fn rename_in_page(dir: &Path, names: &[(&str, &str)]) -> anyhow::Result<()> {
    let file = dir.join("index.html");
    let mut page = fs::read_to_string(&file).context("Trunk wrote no index.html")?;
    for (old, new) in names {
        ensure!(page.contains(old), "Trunk's page does not name {old}");
        page = page.replace(old, new);
    }
    fs::write(file, page).context("cannot write index.html")
}

/// Eight letters that name a build, for people who report a fault: a mix of the hashes of all files, the pages aside,
/// which carry this value. It proves nothing; the hashes do.
fn build_of(digests: &BTreeMap<String, Digest>) -> String {
    let files = digests.iter().filter(|(file, _)| !file.ends_with(".html"));
    let sum = files.fold(0u32, |sum, (_, digest)| {
        let hash = digest.sha256_hex.get(..8).unwrap_or_default();
        sum.rotate_left(5) ^ u32::from_str_radix(hash, 16).unwrap_or_default()
    });
    format!("{sum:08x}")
}

impl Programs {
    /// Trunk's page, as it is at this route.
    ///
    /// # Errors
    /// When there is no such program, or the page is not as Trunk writes it.
    pub(super) fn page_for(&self, route: &Route, page: &str) -> anyhow::Result<String> {
        let program = route.program.as_str();
        let find = |name: &str| {
            let found = self.programs.get(name);
            found.with_context(|| format!("there is no program `{name}`"))
        };
        let (trunks, own) = (find(TRUNKS)?, find(program)?);
        let mut page = page.to_owned();
        for (old, new) in [(&trunks.module, &own.module), (&trunks.glue, &own.glue)] {
            ensure!(
                page.contains(&old.name) && page.contains(&old.integrity),
                "Trunk's page does not name {} and its hash",
                old.name
            );
            page = page
                .replace(&old.name, &new.name)
                .replace(&old.integrity, &new.integrity);
        }
        page = insert(&page, "<html", &format!(r#" data-build="{}""#, self.build))?;
        page = insert(&page, "<script", &format!("{}\"", page_hash::ATTRIBUTE))?;
        if let Some((_, worker)) = WITH_WORKERS.iter().find(|(name, _)| *name == program) {
            let Program { module, glue } = find(worker)?;
            let attributes = format!(
                r#" {WORKER_GLUE}="./{}" {WORKER_GLUE}-integrity="{}" {WORKER_PROGRAM}="./{}" {WORKER_PROGRAM}-integrity="{}""#,
                glue.name, glue.integrity, module.name, module.integrity
            );
            page = insert(&page, "<script", &attributes)?;
        }
        if route.path == LISTS_PARTS {
            let others = self.programs.iter().filter(|(name, _)| **name != program);
            let files = others.flat_map(|(_, program)| [&program.glue, &program.module]);
            let links: String = files
                .map(|File { name, integrity }| {
                    format!(r#"<link rel="{PART}" href="./{name}" integrity="{integrity}">"#)
                })
                .collect();
            ensure!(page.contains("</head>"), "Trunk's page has no head");
            page = page.replacen("</head>", &format!("{links}</head>"), 1);
        }
        Ok(page)
    }
}

/// `page` with `attributes` in the only tag that begins with `tag`.
fn insert(page: &str, tag: &str, attributes: &str) -> anyhow::Result<String> {
    ensure!(
        page.matches(tag).count() == 1,
        "Trunk's page has not exactly one {tag}>"
    );
    Ok(page.replace(tag, &format!("{tag}{attributes}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(name: &str) -> Digest {
        Digest {
            sha256_hex: format!("{:0>64}", name.len()),
            sha384_base64: name.to_uppercase(),
        }
    }

    fn built(dir: &Path, files: &[&str]) -> BTreeMap<String, Digest> {
        let _ = fs::remove_dir_all(dir);
        fs::create_dir_all(dir).unwrap();
        for file in files {
            fs::write(dir.join(file), file).unwrap();
        }
        files
            .iter()
            .map(|file| ((*file).to_owned(), digest(file)))
            .collect()
    }

    const FILES: [&str; 16] = [
        "keyhaven-start-00.js",
        "keyhaven-start-00_bg.wasm",
        "keyhaven-persona.js",
        "keyhaven-persona_bg.wasm",
        "keyhaven-account.js",
        "keyhaven-account_bg.wasm",
        "keyhaven-letter.js",
        "keyhaven-letter_bg.wasm",
        "keyhaven-reset.js",
        "keyhaven-reset_bg.wasm",
        "keyhaven-key-file.js",
        "keyhaven-key-file_bg.wasm",
        "keyhaven-key-worker.js",
        "keyhaven-key-worker_bg.wasm",
        "keyhaven-worker.js",
        "keyhaven-worker_bg.wasm",
    ];
    const PAGE: &str = r#"<html lang="en"><link href="./keyhaven-start-00.js" integrity="sha384-KEYHAVEN-START-00.JS"><link href="./keyhaven-start-00_bg.wasm" integrity="sha384-KEYHAVEN-START-00_BG.WASM"><script src="./s.js"></head>"#;

    #[test]
    fn each_page_starts_its_own_program_and_names_workers_only_where_there_are_some() {
        let dir = crate::workspace::Workspace::locate()
            .unwrap()
            .logs()
            .join("programs-test");
        let mut digests = built(&dir, &FILES);
        fs::write(dir.join("index.html"), PAGE).unwrap();
        let programs = name_by_content(&dir, &mut digests).unwrap();
        for file in digests.keys() {
            assert!(dir.join(file).is_file(), "{file}");
        }
        let trunks = fs::read_to_string(dir.join("index.html")).unwrap();
        let page_for = |path: &str, program: &str| {
            let route = Route {
                path: path.to_owned(),
                file: String::new(),
                connect: crate::app::routes::Connect::Own,
                program: program.to_owned(),
            };
            programs.page_for(&route, &trunks)
        };
        let start = page_for("/", "start").unwrap();
        assert!(
            start.contains("./keyhaven-start-0") && !start.contains("worker"),
            "{start}"
        );
        let reset = page_for("/x", "reset").unwrap();
        assert!(!reset.contains("keyhaven-start"), "{reset}");
        for hash in [
            "keyhaven-reset.js",
            "keyhaven-reset_bg.wasm",
            "keyhaven-worker.js",
            "keyhaven-worker_bg.wasm",
        ] {
            assert!(
                reset.contains(&format!(r#"="sha384-{}""#, hash.to_uppercase())),
                "{reset}"
            );
        }
        assert!(reset.starts_with(r#"<html data-build=""#), "{reset}");
        let key_file = page_for("/y", "key-file").unwrap();
        assert!(
            key_file.contains(r#""sha384-KEYHAVEN-KEY-WORKER_BG.WASM""#),
            "{key_file}"
        );
        assert!(!key_file.contains("KEYHAVEN-WORKER"), "{key_file}");
        let unknown = page_for("/", "other").expect_err("unknown").to_string();
        assert_eq!(unknown, "there is no program `other`");
        let lists = page_for("/verify", "start").unwrap();
        for hash in &FILES[2..] {
            assert!(
                lists.contains(&format!(r#"integrity="sha384-{}""#, hash.to_uppercase())),
                "{lists}"
            );
        }
    }

    #[test]
    fn a_program_that_was_not_built_is_named() {
        let dir = crate::workspace::Workspace::locate()
            .unwrap()
            .logs()
            .join("programs-missing-test");
        let mut digests = built(&dir, &FILES[..14]);
        fs::write(dir.join("index.html"), PAGE).unwrap();
        let error = name_by_content(&dir, &mut digests)
            .expect_err("no worker")
            .to_string();
        assert_eq!(error, "Trunk built no keyhaven-worker_bg.wasm");
    }
}
