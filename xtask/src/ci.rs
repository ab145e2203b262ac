//! What CI runs. Every part can be run alone, and by anyone.

use std::time::{Duration, Instant};

use anyhow::bail;

use crate::directions;
use crate::duration;
use crate::process::Process;
use crate::release;
use crate::reproducible;
use crate::setup;
use crate::size;
use crate::sources;
use crate::test::{self, Campaign, TestSelection};
use crate::workspace::Workspace;

/// A part of CI. What is cheap and fails often comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CiPart {
    Fmt,
    Sources,
    Typos,
    Directions,
    Generated,
    Clippy,
    Docs,
    Deny,
    Size,
    Reproducible,
    Test,
}

impl CiPart {
    pub(crate) const ALL: [Self; 11] = [
        Self::Fmt,
        Self::Sources,
        Self::Directions,
        Self::Typos,
        Self::Generated,
        Self::Clippy,
        Self::Docs,
        Self::Deny,
        Self::Size,
        Self::Reproducible,
        Self::Test,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Sources => "sources",
            Self::Typos => "typos",
            Self::Directions => "directions",
            Self::Generated => "generated",
            Self::Clippy => "clippy",
            Self::Docs => "docs",
            Self::Deny => "deny",
            Self::Size => "size",
            Self::Reproducible => "reproducible",
            Self::Test => "test",
        }
    }
}

/// The crates that only make sense in a browser.
const BROWSER_CRATES: [&str; 3] = ["keyhaven-wasm", "keyhaven-web", "keyhaven-webcrypto"];

/// Runs one part, or all of them, and prints how long each took.
///
/// # Errors
/// The first part that fails; the parts after it are not run.
pub(crate) fn ci(workspace: &Workspace, asked: Option<CiPart>) -> anyhow::Result<()> {
    let mut times = Vec::new();
    for part in CiPart::ALL
        .into_iter()
        .filter(|part| asked.is_none_or(|asked| asked == *part))
    {
        println!("ci: {}", part.name());
        let started = Instant::now();
        let result = run(workspace, part);
        times.push((part, started.elapsed(), result.is_ok()));
        if let Err(error) = result {
            print_times(&times);
            return Err(error.context(format!("ci part `{}` failed", part.name())));
        }
    }
    print_times(&times);
    Ok(())
}

fn print_times(times: &[(CiPart, Duration, bool)]) {
    println!("\n{:<12} {:<7} time", "part", "result");
    for (part, time, passed) in times {
        let result = if *passed { "passed" } else { "failed" };
        println!("{:<12} {result:<7} {}", part.name(), duration::in_words(*time));
    }
    let total = times.iter().map(|(_, time, _)| *time).sum();
    println!("{:<12} {:<7} {}", "total", "", duration::in_words(total));
}

fn run(workspace: &Workspace, part: CiPart) -> anyhow::Result<()> {
    match part {
        CiPart::Fmt => {
            setup::for_lints(workspace)?;
            Process::cargo(workspace)?.args(["fmt", "--all", "--check"]).run()
        }
        CiPart::Sources => sources::check(workspace),
        CiPart::Typos => {
            setup::for_typos(workspace)?;
            Process::new(workspace, "typos")?.run()
        }
        CiPart::Directions => directions::check(workspace),
        CiPart::Generated => {
            setup::for_vectors(workspace)?;
            let vectors = workspace.path("tests/vectors");
            Process::new(workspace, "npm")?
                .args(["run", "--silent", "check"])
                .in_dir(&vectors)
                .run()
        }
        CiPart::Clippy => clippy(workspace),
        CiPart::Docs => docs(workspace),
        CiPart::Deny => deny(workspace),
        CiPart::Size => {
            release::build(workspace)?;
            size::check(workspace)
        }
        CiPart::Reproducible => reproducible::check(workspace),
        CiPart::Test => test::test(
            workspace,
            TestSelection {
                part: None,
                campaign: Campaign::Tenth,
            },
        ),
    }
}

fn clippy(workspace: &Workspace) -> anyhow::Result<()> {
    setup::for_lints(workspace)?;
    setup::for_wasm(workspace)?;
    for clippy in here_and_in_browsers(workspace, &["clippy", "--locked", "--all-targets"])? {
        clippy.args(["--", "-D", "warnings"]).run()?;
    }
    Ok(())
}

fn docs(workspace: &Workspace) -> anyhow::Result<()> {
    setup::for_wasm(workspace)?;
    let doc = ["doc", "--locked", "--no-deps", "--document-private-items"];
    for doc in here_and_in_browsers(workspace, &doc)? {
        doc.env("RUSTDOCFLAGS", "-D warnings").run()?;
    }
    Ok(())
}

/// The same words for Cargo twice: for all crates that run here, and for those that run in browsers. Each compiled for
/// where it runs, so that no part of CI compiles the framework of the app for a machine that cannot use it.
fn here_and_in_browsers(workspace: &Workspace, words: &[&str]) -> anyhow::Result<[Process; 2]> {
    let here = Process::cargo(workspace)?.args(words).arg("--workspace");
    let here = BROWSER_CRATES
        .iter()
        .fold(here, |cargo, name| cargo.args(["--exclude", name]));
    let browsers = Process::cargo(workspace)?.args(words);
    let browsers = browsers.args(["--target", "wasm32-unknown-unknown"]);
    let browsers = BROWSER_CRATES
        .iter()
        .fold(browsers, |cargo, name| cargo.args(["--package", name]));
    Ok([here, browsers])
}

fn deny(workspace: &Workspace) -> anyhow::Result<()> {
    setup::for_deny(workspace)?;
    let deny = || {
        Ok::<_, anyhow::Error>(Process::cargo(workspace)?.args([
            "deny",
            "--locked",
            "--all-features",
            "check",
        ]))
    };
    deny()?
        .args(["--hide-inclusion-graph", "licenses", "bans", "sources"])
        .run()?;
    // The advisories live in a repository that is fetched. Where it cannot be, that is no fault of the change under
    // test; where it can, a known weakness is.
    let fetched = Process::cargo(workspace)?.args(["deny", "--locked", "fetch", "db"]);
    if fetched
        .run_into(&workspace.logs().join("deny-fetch.log"))
        .is_err()
    {
        println!("deny: the advisory database cannot be reached from here, so advisories were not checked");
        return Ok(());
    }
    let Err(error) = deny()?.args(["--disable-fetch", "advisories"]).run() else {
        return Ok(());
    };
    bail!("{error:#}");
}
