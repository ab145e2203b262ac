//! The hash that each page carries of itself.
//!
//! A page holds its parts to their hashes, and nothing holds the page. So it carries the hash of its own text, taken as
//! if the value of that hash were empty; `web/start.js` fetches the page once more, compares, and starts nothing that
//! differs.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};

use super::digest;
use super::routes::Route;
use crate::workspace::Workspace;

/// The attribute of the starter's tag, without its value. The starter knows this text.
pub(super) const ATTRIBUTE: &str = r#" data-page-integrity="sha384-"#;

/// Writes into every page the hash of that page. Nothing may change a page after this.
///
/// # Errors
/// When a page cannot be read, digested or written, or has not exactly one place for its hash.
pub(super) fn write(workspace: &Workspace, routes: &[Route], dir: &Path) -> anyhow::Result<()> {
    let files: Vec<String> = routes.iter().map(|route| route.file.clone()).collect();
    let digests = digest::digests(workspace, dir, &files)?;
    for (file, digest) in &digests {
        let path = dir.join(file);
        let page = fs::read_to_string(&path).with_context(|| format!("cannot read {file}"))?;
        let page = with_hash(&page, &digest.sha384_base64).with_context(|| file.clone())?;
        fs::write(path, page).with_context(|| format!("cannot write {file}"))?;
    }
    Ok(())
}

fn with_hash(page: &str, sha384_base64: &str) -> anyhow::Result<String> {
    let empty = format!("{ATTRIBUTE}\"");
    ensure!(
        page.matches(ATTRIBUTE).count() == 1 && page.contains(&empty),
        "the page has not exactly one place for its hash"
    );
    Ok(page.replace(&empty, &format!("{ATTRIBUTE}{sha384_base64}\"")))
}

/// The page without its comments, which are for whoever reads the source: the end of one could be damaged, and it would
/// swallow what follows. What they leave of lines goes too.
pub(super) fn without_comments(page: &str) -> anyhow::Result<String> {
    let mut kept = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, comment)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = comment.split_once("-->").context("a comment has no end")?.1;
    }
    kept.push_str(rest);
    let lines: Vec<&str> = kept.lines().filter(|line| !line.trim().is_empty()).collect();
    Ok(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_gets_the_one_place_that_is_there_for_it() {
        let page = r#"<script data-page-integrity="sha384-" src="./a.js" integrity="sha384-a">"#;
        assert_eq!(
            with_hash(page, "h/=").unwrap(),
            r#"<script data-page-integrity="sha384-h/=" src="./a.js" integrity="sha384-a">"#
        );
        for refused in ["<script>", &page.repeat(2), &with_hash(page, "h/=").unwrap()] {
            assert!(with_hash(refused, "h/=").is_err(), "{refused}");
        }
    }

    #[test]
    fn the_place_for_the_hash_is_what_the_starter_looks_for() {
        let starter = Workspace::locate().unwrap().path("web/start.js");
        let starter = fs::read_to_string(starter).unwrap();
        assert!(starter.contains(&format!(r#"/{ATTRIBUTE}([^"]+)"/"#)));
    }

    #[test]
    fn comments_go_and_so_do_the_lines_that_they_leave() {
        let page = "<a>\n  <!-- b\n c -->\n\n<d><!-- e --></d>\n";
        assert_eq!(without_comments(page).unwrap(), "<a>\n<d></d>\n");
        assert!(without_comments("<a><!-- b").is_err());
    }
}
