//! The built page may only start what it names by hash: no script, style or module without an integrity attribute that
//! is right, and nothing inline.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};

use super::digest::{self, Copies};
use super::html::{Tag, tags};
use crate::workspace::Workspace;

/// Checks `index.html` of a built app against the files beside it.
///
/// # Errors
/// The first rule that the page breaks.
pub(super) fn check(workspace: &Workspace, dir: &Path) -> anyhow::Result<()> {
    let page = fs::read_to_string(dir.join("index.html")).context("Trunk wrote no index.html")?;
    let claims = claims(&page)?;
    let files: Vec<String> = claims.iter().map(|claim| claim.file.to_owned()).collect();
    let digests = digest::digests(workspace, dir, &files, Copies::Leave)?;
    for Claim { file, integrity } in claims {
        let digest = digests
            .get(file)
            .with_context(|| format!("{file} has no digest"))?;
        let actual = format!("sha384-{}", digest.sha384_base64);
        ensure!(
            integrity == actual,
            "index.html says {integrity} of {file}, but it is {actual}"
        );
    }
    Ok(())
}

/// What the page says about one file.
#[derive(Debug, PartialEq, Eq)]
struct Claim<'a> {
    file: &'a str,
    integrity: &'a str,
}

fn claims(page: &str) -> anyhow::Result<Vec<Claim<'_>>> {
    let mut claims = Vec::new();
    for tag in &tags(page) {
        refuse_inline(tag)?;
        let Some(url) = started_url(tag) else { continue };
        let integrity = tag.attribute("integrity").filter(|value| !value.is_empty());
        let integrity =
            integrity.with_context(|| format!("{url} has no integrity attribute in index.html"))?;
        let file = url
            .strip_prefix("./")
            .with_context(|| format!("{url} is not relative to the page"))?;
        claims.push(Claim { file, integrity });
    }
    ensure!(!claims.is_empty(), "index.html starts nothing");
    Ok(claims)
}

/// The file that the browser runs, applies, or keeps ready to run because of this tag.
fn started_url<'a>(tag: &Tag<'a>) -> Option<&'a str> {
    match tag.name {
        "script" => tag.attribute("src"),
        "link" => {
            let started = ["stylesheet", "modulepreload", "preload"];
            let rel = tag.attribute("rel").unwrap_or_default();
            let matches = rel.split_whitespace().any(|word| started.contains(&word));
            matches.then(|| tag.attribute("href")).flatten()
        }
        _ => None,
    }
}

/// The page's own policy refuses these; better to hear of it now than from a person's browser.
fn refuse_inline(tag: &Tag<'_>) -> anyhow::Result<()> {
    if tag.name == "script" && tag.attribute("src").is_none() {
        bail!("index.html has an inline script");
    }
    if tag.name == "style" {
        bail!("index.html has an inline style sheet");
    }
    for (name, value) in tag.attributes() {
        let name = name.to_ascii_lowercase();
        ensure!(
            name != "style",
            "index.html has a style attribute on <{}>",
            tag.name
        );
        ensure!(
            !name.starts_with("on"),
            "index.html has an event attribute `{name}` on <{}>",
            tag.name
        );
        let scheme = value.trim_start().to_ascii_lowercase();
        ensure!(
            !scheme.starts_with("javascript:"),
            "index.html has a script URL on <{}>",
            tag.name
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_name_everything_that_is_started() {
        let page = r#"<link rel="stylesheet" href="./s.css" integrity="sha384-s"><link rel="icon" href="./i.svg">
            <link rel="modulepreload" href="./a.js" integrity="sha384-a"><script type="module" src="./b.js" integrity="sha384-b"></script>"#;
        let files: Vec<&str> = claims(page).unwrap().iter().map(|claim| claim.file).collect();
        assert_eq!(files, ["s.css", "a.js", "b.js"]);
    }

    #[test]
    fn each_broken_rule_is_named() {
        let refused = |page: &str| claims(page).expect_err("refused").to_string();
        assert_eq!(refused("<p>"), "index.html starts nothing");
        assert_eq!(
            refused("<script src=./a.js></script>"),
            "./a.js has no integrity attribute in index.html"
        );
        assert_eq!(
            refused("<script src=//elsewhere/a.js integrity=sha384-x></script>"),
            "//elsewhere/a.js is not relative to the page"
        );
        assert_eq!(
            refused("<script>go()</script>"),
            "index.html has an inline script"
        );
        assert_eq!(
            refused("<style>p{}</style>"),
            "index.html has an inline style sheet"
        );
        assert_eq!(
            refused("<p STYLE='color:red'>"),
            "index.html has a style attribute on <p>"
        );
        assert_eq!(
            refused("<p onclick='go()'>"),
            "index.html has an event attribute `onclick` on <p>"
        );
        assert_eq!(
            refused("<a href=' JavaScript:go()'>"),
            "index.html has a script URL on <a>"
        );
    }

    #[test]
    fn a_file_that_differs_from_its_hash_is_named() {
        let workspace = Workspace::locate().unwrap();
        let dir = workspace.logs().join("integrity-test");
        fs::create_dir_all(&dir).unwrap();
        let page = "<script src=./a.js integrity=sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn></script>";
        fs::write(dir.join("index.html"), page).unwrap();
        fs::write(dir.join("a.js"), "abc").unwrap();
        check(&workspace, &dir).unwrap();
        fs::write(dir.join("a.js"), "altered").unwrap();
        let error = check(&workspace, &dir)
            .expect_err("the file was altered")
            .to_string();
        assert!(error.contains("a.js, but it is sha384-"), "{error}");
    }
}
