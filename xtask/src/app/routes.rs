//! One HTML file for each route of the app, from the one page that Trunk writes.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use super::page_hash;
use super::programs::{self, Programs};
use crate::workspace::Workspace;

/// A page of the app, as `web/routes.json` lists it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Route {
    /// The path a person sees, from the top of the app.
    pub(super) path: String,
    /// The file that a static host serves for it.
    pub(super) file: String,
    pub(super) connect: Connect,
    /// The program that it starts: one of `web/src/bin`.
    pub(super) program: String,
}

impl Route {
    /// The page with every state, which the published app does not have.
    pub(super) fn gallery() -> Self {
        Self {
            path: "/gallery".to_owned(),
            file: "gallery/index.html".to_owned(),
            connect: Connect::Own,
            program: "persona".to_owned(),
        }
    }
}

/// Whom a page may talk to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connect {
    /// Only the host it came from.
    Own,
    /// That, and the configured API.
    Api,
    /// Any server, by https: the person names it.
    AnyHttps,
}

/// Reads the list of routes.
///
/// # Errors
/// When the list cannot be read, or a route is not as it must be.
pub(super) fn read(workspace: &Workspace) -> anyhow::Result<Vec<Route>> {
    let text =
        fs::read_to_string(workspace.path("web/routes.json")).context("cannot read web/routes.json")?;
    parse(&text).context("web/routes.json")
}

fn parse(text: &str) -> anyhow::Result<Vec<Route>> {
    let list: Vec<Value> = serde_json::from_str(text)?;
    let routes = list.iter().map(parse_route).collect::<anyhow::Result<Vec<_>>>()?;
    ensure!(
        routes.iter().any(|route| route.file == "index.html"),
        "no route has the file index.html"
    );
    for (index, route) in routes.iter().enumerate() {
        let again = routes
            .iter()
            .skip(index + 1)
            .any(|other| other.path == route.path || other.file == route.file);
        ensure!(!again, "{} is there twice", route.path);
    }
    Ok(routes)
}

fn parse_route(value: &Value) -> anyhow::Result<Route> {
    let text = |name: &str| {
        let field = value.get(name).and_then(Value::as_str);
        field.with_context(|| format!("a route has no text `{name}`: {value}"))
    };
    let path = text("path")?;
    ensure!(path.starts_with('/'), "{path} does not start at the top");
    let file = text("file")?;
    let plain = file
        .split('/')
        .all(|part| !part.is_empty() && !part.starts_with('.') && !part.contains('\\'));
    ensure!(
        plain && file.ends_with(".html"),
        "{file} is not a plain name of an HTML file"
    );
    let connect = match text("connect")? {
        "self" => Connect::Own,
        "api" => Connect::Api,
        "https" => Connect::AnyHttps,
        other => bail!("`connect` is self, api or https, not {other}"),
    };
    Ok(Route {
        path: path.to_owned(),
        file: file.to_owned(),
        connect,
        program: text("program")?.to_owned(),
    })
}

/// Writes each route's file into a built app.
///
/// # Errors
/// When Trunk's page cannot be read, or a file cannot be written.
pub(super) fn write_pages(routes: &[Route], programs: &Programs, dir: &Path) -> anyhow::Result<()> {
    let page = fs::read_to_string(dir.join("index.html")).context("Trunk wrote no index.html")?;
    let page = page_hash::without_comments(&page)?;
    for route in routes {
        let page = programs.page_for(route, &page)?;
        let file = dir.join(&route.file);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        fs::write(&file, moved(&page, &way_up(&route.file)))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

/// How a page at this path begins the address of a file at the top of the app.
pub(super) fn way_up(file: &str) -> String {
    match file.matches('/').count() {
        0 => "./".to_owned(),
        depth => "../".repeat(depth),
    }
}

/// The page with its relative addresses as they are where `way_up` leads to the top.
fn moved(page: &str, way_up: &str) -> String {
    let up = way_up;
    ["href", "src", programs::WORKER_GLUE, programs::WORKER_PROGRAM]
        .iter()
        .fold(page.to_owned(), |text, attribute| {
            let quoted = text.replace(&format!("{attribute}=\"./"), &format!("{attribute}=\"{up}"));
            let quoted = quoted.replace(&format!("{attribute}='./"), &format!("{attribute}='{up}"));
            quoted.replace(&format!("{attribute}=./"), &format!("{attribute}={up}"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_climb_as_deep_as_the_page_lies() {
        let page = r##"<link href="./a.css"><script src=./b.js data-worker-program="./c.wasm"></script><a href='./persona'>./x</a><a href="#main">"##;
        assert_eq!(moved(page, &way_up("index.html")), page);
        assert_eq!(
            moved(page, &way_up("a/b/c.html")),
            r##"<link href="../../a.css"><script src=../../b.js data-worker-program="../../c.wasm"></script><a href='../../persona'>./x</a><a href="#main">"##
        );
    }

    #[test]
    fn the_list_of_the_app_is_understood() {
        let routes = read(&Workspace::locate().unwrap()).unwrap();
        assert!(
            routes
                .iter()
                .any(|route| route.path == "/password/reset.html" && route.connect == Connect::Api)
        );
    }

    #[test]
    fn each_broken_list_is_refused() {
        let refused = |text: &str| format!("{:#}", parse(text).expect_err("refused"));
        let route = |path: &str, file: &str| {
            format!(r#"{{"path":"{path}","file":"{file}","connect":"self","program":"start"}}"#)
        };
        assert!(refused("{}").contains("expected a sequence"));
        assert_eq!(refused("[]"), "no route has the file index.html");
        assert!(refused(r#"[{"path":"/"}]"#).starts_with("a route has no text `file`"));
        assert_eq!(
            refused(&format!("[{}]", route("a", "a.html"))),
            "a does not start at the top"
        );
        for file in ["../a.html", "/a.html", "a/./b.html", "a.js", ".html"] {
            let refusal = refused(&format!("[{}]", route("/a", file)));
            assert_eq!(refusal, format!("{file} is not a plain name of an HTML file"));
        }
        let twice = format!("[{},{}]", route("/", "index.html"), route("/", "a.html"));
        assert_eq!(refused(&twice), "/ is there twice");
        let connect = refused(r#"[{"path":"/","file":"index.html","connect":"all"}]"#);
        assert_eq!(connect, "`connect` is self, api or https, not all");
    }
}
