//! Two builds of the same sources, in folders of different names, give the same app byte for byte. So whoever doubts
//! the app that a server hands out can build it and compare the hashes.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};

use crate::app::{self, Variant, files};
use crate::setup;
use crate::workspace::Workspace;

/// Where the second build lives, below `target`. As unlike the first as a path can be: what leaks into the app shows.
const ELSEWHERE: &str = "second-build/a-checkout-of-another-name";
/// What a build does not need, or makes itself.
const LEFT_OUT: [&str; 4] = [".git", "target", "node_modules", "dist"];

/// Builds the app here and elsewhere, and compares every file.
///
/// # Errors
/// When one of the builds fails, or a file differs.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    setup::for_build(workspace)?;
    app::build(workspace, Variant::Published)?;
    let elsewhere = workspace.elsewhere(ELSEWHERE);
    if elsewhere.root().exists() {
        fs::remove_dir_all(elsewhere.root()).context("cannot remove the second build of an earlier run")?;
    }
    copy(workspace.root(), elsewhere.root())?;
    app::build(&elsewhere, Variant::Published)?;
    let compared = compare(&workspace.app(), &elsewhere.app())?;
    println!("reproducible: {compared} files are the same in both builds");
    // Several times the size of the app.
    fs::remove_dir_all(elsewhere.root()).context("cannot remove the second build")
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot list {}", from.display()))? {
        let entry = entry.with_context(|| format!("cannot list {}", from.display()))?;
        if LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let (here, there) = (entry.path(), to.join(entry.file_name()));
        if here.is_dir() {
            copy(&here, &there)?;
        } else {
            fs::copy(&here, &there).with_context(|| format!("cannot copy {}", here.display()))?;
        }
    }
    Ok(())
}

/// How many files there are, all of them the same.
fn compare(first: &Path, second: &Path) -> anyhow::Result<usize> {
    let (names, other_names) = (files::below(first)?, files::below(second)?);
    let mut differ: Vec<_> = names.iter().filter(|name| !other_names.contains(name)).collect();
    differ.extend(other_names.iter().filter(|name| !names.contains(name)));
    for name in names.iter().filter(|name| other_names.contains(name)) {
        let read = |dir: &Path| fs::read(dir.join(name)).with_context(|| format!("cannot read {name}"));
        if read(first)? != read(second)? {
            differ.push(name);
        }
    }
    ensure!(
        differ.is_empty(),
        "a second build of the same sources gave something else: {differ:?}"
    );
    Ok(names.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_differs_or_is_in_one_build_only_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let (first, second) = (dir.path().join("first"), dir.path().join("second"));
        for build in [&first, &second] {
            fs::create_dir_all(build.join("account")).unwrap();
            fs::write(build.join("account/index.html"), "page").unwrap();
            fs::write(build.join("a.wasm"), [0, 1]).unwrap();
        }
        assert_eq!(compare(&first, &second).unwrap(), 2);
        fs::write(second.join("a.wasm"), [0, 2]).unwrap();
        fs::write(second.join("b.js"), "").unwrap();
        fs::remove_file(second.join("account/index.html")).unwrap();
        let error = compare(&first, &second).unwrap_err().to_string();
        assert!(
            error.ends_with(r#"["account/index.html", "b.js", "a.wasm"]"#),
            "{error}"
        );
    }

    #[test]
    fn the_copy_has_the_sources_and_nothing_that_was_built() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        for file in [
            "web/src/lib.rs",
            ".cargo/config.toml",
            "target/app/index.html",
            "tests/browser/node_modules/x.js",
        ] {
            let file = from.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        copy(&from, &to).unwrap();
        assert_eq!(
            files::below(&to).unwrap(),
            [".cargo/config.toml", "web/src/lib.rs"]
        );
    }
}
