//! The tests, in parts that can be run alone.

use std::path::Path;
use std::time::Instant;

use crate::app::{self, Variant};
use crate::duration;
use crate::npm;
use crate::process::Process;
use crate::release;
use crate::setup;
use crate::workspace::Workspace;

/// Tests of the running server whose names begin so compare how long answers take.
const TIMED: &str = "uniform::";

/// How the tests of the running server are run: each of them once.
const SERVER_RUNS: [&[&str]; 3] = [
    // They wait for servers, disks and deadlines more than they compute.
    &[
        "--lib",
        "--test=operator",
        "--test=server",
        "--",
        "--test-threads=4",
        "--skip",
        TIMED,
    ],
    // One after the other, and beside nothing else: what they compare is a matter of microseconds.
    &["--test=server", "--", "--test-threads=1", TIMED],
    &["--test=tools"],
];

/// What to test, and how thoroughly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TestSelection {
    /// One part, or all of them.
    pub(crate) part: Option<TestPart>,
    pub(crate) campaign: Campaign,
}

/// A part of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TestPart {
    /// Tests beside the code, of every crate, and the examples in the documentation.
    Unit,
    /// The running server, over HTTP.
    Server,
    /// Both engines of the client's cryptography, held to the same vectors: native, Node, Chromium.
    Engines,
    /// The npm package, installed as people install it.
    Npm,
    /// The npm package beside other implementations: what one writes, the other opens. And its workers, in a browser.
    Interop,
    /// A person's browser, the real server, real mail.
    Browser,
}

impl TestPart {
    pub(crate) const ALL: [Self; 6] = [
        Self::Unit,
        Self::Server,
        Self::Engines,
        Self::Npm,
        Self::Interop,
        Self::Browser,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Server => "server",
            Self::Engines => "engines",
            Self::Npm => "npm",
            Self::Interop => "interop",
            Self::Browser => "browser",
        }
    }
}

/// How many rounds the randomised tests and campaigns run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Campaign {
    /// A tenth of the full numbers: what CI has time for.
    Tenth,
    Full,
}

impl Campaign {
    /// The value of `KEYHAVEN_CAMPAIGN`, which tests read.
    fn name(self) -> &'static str {
        match self {
            Self::Tenth => "tenth",
            Self::Full => "full",
        }
    }

    /// How many cases a property test tries.
    fn property_cases(self) -> &'static str {
        match self {
            Self::Tenth => "256",
            Self::Full => "2560",
        }
    }
}

/// Runs the selected tests.
///
/// # Errors
/// When the machine cannot be set up, or a test fails. A failing part ends the run.
pub(crate) fn test(workspace: &Workspace, selection: TestSelection) -> anyhow::Result<()> {
    let parts = TestPart::ALL
        .into_iter()
        .filter(|part| selection.part.is_none_or(|asked| asked == *part));
    for part in parts {
        println!("test: {}", part.name());
        let started = Instant::now();
        run(workspace, part, selection.campaign)?;
        println!(
            "test: {} passed in {}",
            part.name(),
            duration::in_words(started.elapsed())
        );
    }
    Ok(())
}

fn run(workspace: &Workspace, part: TestPart, campaign: Campaign) -> anyhow::Result<()> {
    match part {
        TestPart::Unit => {
            let unit = [
                "test",
                "--locked",
                "--workspace",
                "--exclude",
                "keyhaven-server-tests",
            ];
            cargo(workspace, campaign)?.args(unit).run()
        }
        TestPart::Server => running_server(workspace, campaign),
        TestPart::Engines => engines(workspace, campaign),
        TestPart::Npm => npm_package(workspace, campaign),
        TestPart::Interop => interop(workspace),
        TestPart::Browser => browser(workspace, campaign),
    }
}

fn running_server(workspace: &Workspace, campaign: Campaign) -> anyhow::Result<()> {
    setup::for_server_tests(workspace)?;
    release::build(workspace)?;
    for run in SERVER_RUNS {
        cargo(workspace, campaign)?
            .args(["test", "--locked", "--package", "keyhaven-server-tests"])
            .args(run)
            .env("KEYHAVEN_BINARY", workspace.server_binary())
            .env("KEYHAVEN_SLOWHTTPTEST", "slowhttptest")
            .env("KEYHAVEN_K6", setup::python_program(workspace, "k6"))
            .env(
                "KEYHAVEN_SCHEMATHESIS",
                setup::python_program(workspace, "schemathesis"),
            )
            .run()?;
    }
    Ok(())
}

fn engines(workspace: &Workspace, campaign: Campaign) -> anyhow::Result<()> {
    setup::for_engines(workspace)?;
    let run = Process::new(workspace, "npm")?
        .arg("test")
        .in_dir(&workspace.path("tests/engines"));
    with_chromium(workspace, run)
        .env("KEYHAVEN_CAMPAIGN", campaign.name())
        .run()?;
    match campaign {
        // Compiling them costs minutes; the same tests run here, in one lane, among the unit tests.
        Campaign::Tenth => Ok(()),
        Campaign::Full => curve_in_wasm(workspace),
    }
}

/// The tests of the curve, compiled to wasm and run in Node: with one lane, and with the two of the vectors.
fn curve_in_wasm(workspace: &Workspace) -> anyhow::Result<()> {
    for flags in ["[]", "['-Ctarget-feature=+simd128']"] {
        // Joined with the flags of `.cargo/config.toml`, which the variable RUSTFLAGS would replace.
        let flags = format!("target.wasm32-unknown-unknown.rustflags={flags}");
        Process::cargo(workspace)?
            .args(["--config", &flags, "test", "--locked", "--tests"])
            .args(["--package", "keyhaven-curve25519-many"])
            .args(["--target", "wasm32-unknown-unknown"])
            .env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
                "wasm-bindgen-test-runner",
            )
            .run()?;
    }
    Ok(())
}

fn npm_package(workspace: &Workspace, campaign: Campaign) -> anyhow::Result<()> {
    let package = npm::build(workspace)?;
    npm::check_budget(workspace)?;
    setup::for_npm_tests(workspace)?;
    release::build(workspace)?;
    Process::new(workspace, "node")?
        .arg(workspace.path("tests/npm/run.mjs"))
        .arg(&package)
        .arg(workspace.target().join("npm/scratch"))
        .env("KEYHAVEN_BINARY", workspace.server_binary())
        .env("KEYHAVEN_CAMPAIGN", campaign.name())
        .run()?;
    match campaign {
        // Half a gigabyte of runtimes and bundlers.
        Campaign::Tenth => Ok(()),
        Campaign::Full => runtimes(workspace, &package),
    }
}

/// The suite of the npm package in every runtime, and a program in more bundlers.
fn runtimes(workspace: &Workspace, package: &Path) -> anyhow::Result<()> {
    setup::for_runtimes(workspace)?;
    Process::new(workspace, "node")?
        .arg(workspace.path("tests/runtimes/run.mjs"))
        .arg(package)
        .arg(workspace.target().join("npm/runtimes"))
        .run()
}

fn interop(workspace: &Workspace) -> anyhow::Result<()> {
    let package = npm::build(workspace)?;
    setup::for_interop(workspace)?;
    let run = Process::new(workspace, "node")?
        .arg(workspace.path("tests/interop/run.mjs"))
        .arg(package)
        .arg(workspace.target().join("npm/interop"));
    with_chromium(workspace, run).run()
}

fn browser(workspace: &Workspace, campaign: Campaign) -> anyhow::Result<()> {
    setup::for_browser(workspace)?;
    release::build(workspace)?;
    app::build(workspace, Variant::Gallery)?;
    let specs = workspace.path("tests/browser");
    Process::new(workspace, "npx")?
        .args(["--no-install", "tsc", "--noEmit"])
        .in_dir(&specs)
        .run()?;
    let run = Process::new(workspace, "npx")?
        .args(["--no-install", "playwright", "test"])
        .env("KEYHAVEN_BINARY", workspace.server_binary())
        .env("KEYHAVEN_APP", Variant::Published.dir(workspace))
        .env("KEYHAVEN_GALLERY", Variant::Gallery.dir(workspace))
        .env("KEYHAVEN_CAMPAIGN", campaign.name())
        .in_dir(&specs);
    with_chromium(workspace, run).run()
}

/// The program with the browser that it is to drive.
pub(crate) fn with_chromium(workspace: &Workspace, run: Process) -> Process {
    match setup::chromium(workspace) {
        Some(chromium) => run.env("KEYHAVEN_CHROMIUM", chromium),
        None => run,
    }
}

fn cargo(workspace: &Workspace, campaign: Campaign) -> anyhow::Result<Process> {
    Ok(Process::cargo(workspace)?
        .env("KEYHAVEN_CAMPAIGN", campaign.name())
        .env("PROPTEST_CASES", campaign.property_cases()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_of_tests_of_the_running_server_is_run() {
        let workspace = Workspace::locate().unwrap();
        let manifest = std::fs::read_to_string(workspace.path("tests/server/Cargo.toml")).unwrap();
        let programs: Vec<_> = manifest
            .split("[[test]]")
            .skip(1)
            .map(|table| table.split('"').nth(1).unwrap())
            .collect();
        assert!(!programs.is_empty());
        for program in programs {
            let asked = format!("--test={program}");
            assert!(
                SERVER_RUNS.iter().any(|run| run.contains(&asked.as_str())),
                "{program} is never run"
            );
        }
    }
}
