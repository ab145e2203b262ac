//! Benchmarks: what is measured, each beside a peer or a floor, as a table and as JSON under `target/bench/`.

mod table;

use std::fs;

use anyhow::Context as _;
use serde_json::Value;

use crate::npm;
use crate::process::Process;
use crate::release;
use crate::setup;
use crate::test;
use crate::workspace::Workspace;

/// A set of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BenchName {
    /// The persona system: the server under load, its memory, the reset page, sealing.
    Persona,
    /// Sealing and opening alone.
    Sealing,
    /// The npm package: key files and backup entries, in Node and in Chromium.
    Matrix,
}

impl BenchName {
    pub(crate) const ALL: [Self; 3] = [Self::Persona, Self::Sealing, Self::Matrix];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Persona => "persona",
            Self::Sealing => "sealing",
            Self::Matrix => "matrix",
        }
    }
}

/// Measures one set, or all of them, in the release build, and prints the figures. A goal that is missed is named and is no
/// error: a slow machine is no fault of the code.
///
/// # Errors
/// When something does not build, or what is measured fails.
pub(crate) fn bench(workspace: &Workspace, asked: Option<BenchName>) -> anyhow::Result<()> {
    let Some(name) = asked else {
        // The first holds sealing too.
        return [BenchName::Persona, BenchName::Matrix]
            .into_iter()
            .try_for_each(|name| bench(workspace, Some(name)));
    };
    let figures = match name {
        BenchName::Persona => persona(workspace)?,
        BenchName::Sealing => sealing(workspace)?,
        BenchName::Matrix => matrix(workspace)?,
    };
    let figures = Value::Array(figures);
    let table = table::of(&figures).with_context(|| format!("the figures of {}", name.name()))?;
    let dir = workspace.path("target/bench");
    fs::create_dir_all(&dir).context("cannot make target/bench")?;
    for (ending, content) in [
        ("json", serde_json::to_string_pretty(&figures)?),
        ("md", table.clone()),
    ] {
        let file = dir.join(format!("{}.{ending}", name.name()));
        fs::write(&file, content).with_context(|| format!("cannot write {}", file.display()))?;
    }
    print!("{table}");
    Ok(())
}

/// How often the page is opened.
const VISITS: &str = "5";

fn persona(workspace: &Workspace) -> anyhow::Result<Vec<Value>> {
    setup::for_browser(workspace)?;
    release::build(workspace)?;
    let mut figures = native(workspace, "server")?;
    let page = Process::new(workspace, "node")?
        .args(["figures/reset-page.mjs", VISITS])
        .env("KEYHAVEN_BINARY", workspace.server_binary())
        .in_dir(&workspace.path("tests/browser"));
    let page = test::with_chromium(workspace, page).output()?;
    figures.extend(list(&page, "reset-page.mjs")?);
    figures.extend(sealing(workspace)?);
    Ok(figures)
}

fn sealing(workspace: &Workspace) -> anyhow::Result<Vec<Value>> {
    setup::for_engines(workspace)?;
    let mut figures = native(workspace, "sealing")?;
    let browser = Process::new(workspace, "npm")?
        .args(["run", "--silent", "figures"])
        .in_dir(&workspace.path("tests/engines"));
    let browser = test::with_chromium(workspace, browser).output()?;
    figures.extend(list(&browser, "figures.ts")?);
    Ok(figures)
}

/// How often everything is measured.
const ROUNDS: &str = "7";

fn matrix(workspace: &Workspace) -> anyhow::Result<Vec<Value>> {
    let package = npm::build(workspace)?;
    setup::for_browser(workspace)?;
    setup::for_interop(workspace)?;
    let measure = Process::new(workspace, "node")?
        .arg(workspace.path("tests/interop/figures.mjs"))
        .arg(package)
        .arg(workspace.target().join("npm/figures"))
        .arg(ROUNDS);
    let measured = test::with_chromium(workspace, measure).output()?;
    list(&measured, "figures.mjs")
}

fn native(workspace: &Workspace, what: &str) -> anyhow::Result<Vec<Value>> {
    let run = [
        "run",
        "--release",
        "--locked",
        "--quiet",
        "--package",
        "keyhaven-bench",
        "--",
        what,
    ];
    let measured = Process::cargo(workspace)?
        .args(run)
        .env("KEYHAVEN_BINARY", workspace.server_binary())
        .output()?;
    list(&measured, "keyhaven-bench")
}

fn list(measured: &str, from: &str) -> anyhow::Result<Vec<Value>> {
    serde_json::from_str(measured).with_context(|| format!("{from} wrote no list of figures"))
}
