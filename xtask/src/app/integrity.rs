//! The built page may only start what it names by hash: no script, style or module without an integrity attribute that
//! is right, and nothing inline.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail, ensure};

use super::digest::Digest;
use super::html::{Tag, tags};
use super::programs::{PART, WORKER_GLUE, WORKER_PROGRAM};

/// Checks the text of a page of a built app against the digests of the files beside it. `file` is the page's own path.
///
/// # Errors
/// The first rule that the page breaks.
pub(super) fn check(file: &str, page: &str, digests: &BTreeMap<String, Digest>) -> anyhow::Result<()> {
    check_page(page, &super::routes::way_up(file), digests).with_context(|| file.to_owned())
}

fn check_page(page: &str, way_up: &str, digests: &BTreeMap<String, Digest>) -> anyhow::Result<()> {
    for Claim { file, integrity } in claims(page, way_up)? {
        let digest = digests.get(file).with_context(|| format!("there is no {file}"))?;
        let actual = format!("sha384-{}", digest.sha384_base64);
        ensure!(
            integrity == actual,
            "the page says {integrity} of {file}, but it is {actual}"
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

fn claims<'a>(page: &'a str, way_up: &str) -> anyhow::Result<Vec<Claim<'a>>> {
    let mut claims = Vec::new();
    for tag in &tags(page) {
        refuse_inline(tag)?;
        for (url, integrity) in started(tag) {
            let integrity = tag.attribute(integrity).filter(|value| !value.is_empty());
            let integrity = integrity.with_context(|| format!("{url} has no integrity attribute"))?;
            let file = url
                .strip_prefix(way_up)
                .with_context(|| format!("{url} is not relative to the page"))?;
            claims.push(Claim { file, integrity });
        }
    }
    ensure!(!claims.is_empty(), "the page starts nothing");
    Ok(claims)
}

/// The files that the browser runs, applies, or keeps ready to run because of this tag, each with the name of the
/// attribute that has its hash.
fn started<'a>(tag: &Tag<'a>) -> Vec<(&'a str, &'static str)> {
    let named: &[(&str, &str)] = match tag.name {
        "script" => &[
            ("src", "integrity"),
            (WORKER_GLUE, "data-worker-glue-integrity"),
            (WORKER_PROGRAM, "data-worker-program-integrity"),
        ],
        "link" => {
            let started = ["stylesheet", "modulepreload", "preload", PART];
            let rel = tag.attribute("rel").unwrap_or_default();
            if !rel.split_whitespace().any(|word| started.contains(&word)) {
                return Vec::new();
            }
            &[("href", "integrity")]
        }
        _ => &[],
    };
    let found = named
        .iter()
        .map(|(url, integrity)| (tag.attribute(url), *integrity));
    found
        .filter_map(|(url, integrity)| Some((url?, integrity)))
        .collect()
}

/// The page's own policy refuses these; better to hear of it now than from a person's browser.
fn refuse_inline(tag: &Tag<'_>) -> anyhow::Result<()> {
    if tag.name == "script" && tag.attribute("src").is_none() {
        bail!("the page has an inline script");
    }
    if tag.name == "style" {
        bail!("the page has an inline style sheet");
    }
    for (name, value) in tag.attributes() {
        let name = name.to_ascii_lowercase();
        ensure!(
            name != "style",
            "the page has a style attribute on <{}>",
            tag.name
        );
        ensure!(
            !name.starts_with("on"),
            "the page has an event attribute `{name}` on <{}>",
            tag.name
        );
        let scheme = value.trim_start().to_ascii_lowercase();
        ensure!(
            !scheme.starts_with("javascript:"),
            "the page has a script URL on <{}>",
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
        let files: Vec<&str> = claims(page, "./")
            .unwrap()
            .iter()
            .map(|claim| claim.file)
            .collect();
        assert_eq!(files, ["s.css", "a.js", "b.js"]);
    }

    #[test]
    fn each_broken_rule_is_named() {
        let refused = |page: &str| claims(page, "./").expect_err("refused").to_string();
        assert_eq!(refused("<p>"), "the page starts nothing");
        assert_eq!(
            refused("<script src=./a.js></script>"),
            "./a.js has no integrity attribute"
        );
        assert_eq!(
            refused("<script src=//elsewhere/a.js integrity=sha384-x></script>"),
            "//elsewhere/a.js is not relative to the page"
        );
        assert_eq!(refused("<script>go()</script>"), "the page has an inline script");
        assert_eq!(
            refused("<style>p{}</style>"),
            "the page has an inline style sheet"
        );
        assert_eq!(
            refused("<p STYLE='color:red'>"),
            "the page has a style attribute on <p>"
        );
        assert_eq!(
            refused("<p onclick='go()'>"),
            "the page has an event attribute `onclick` on <p>"
        );
        assert_eq!(
            refused("<a href=' JavaScript:go()'>"),
            "the page has a script URL on <a>"
        );
    }

    #[test]
    fn what_workers_run_is_claimed_too_from_where_the_page_lies() {
        let page = "<script src=../a.js integrity=sha384-a data-worker-glue=../b.js \
            data-worker-glue-integrity=sha384-b data-worker-program=../c.wasm data-worker-program-integrity=sha384-c>";
        let files: Vec<&str> = claims(page, "../")
            .unwrap()
            .iter()
            .map(|claim| claim.file)
            .collect();
        assert_eq!(files, ["a.js", "b.js", "c.wasm"]);
        let refused = |page: &str| claims(page, "../").expect_err("refused").to_string();
        assert_eq!(
            refused("<script src=../a.js integrity=sha384-a data-worker-program=../c.wasm>"),
            "../c.wasm has no integrity attribute"
        );
        assert_eq!(
            refused("<script src=./a.js integrity=sha384-a>"),
            "./a.js is not relative to the page"
        );
    }

    #[test]
    fn a_file_that_differs_from_its_hash_is_named() {
        let page = "<script src=./a.js integrity=sha384-true></script>";
        let digests = |hash: &str| {
            let digest = Digest {
                sha256_hex: String::new(),
                sha384_base64: hash.to_owned(),
            };
            BTreeMap::from([("a.js".to_owned(), digest)])
        };
        check("index.html", page, &digests("true")).unwrap();
        let refused = |digests| format!("{:#}", check("index.html", page, &digests).expect_err("refused"));
        assert_eq!(
            refused(digests("false")),
            "index.html: the page says sha384-true of a.js, but it is sha384-false"
        );
        assert_eq!(refused(BTreeMap::new()), "index.html: there is no a.js");
    }
}
