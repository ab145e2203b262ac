//! Makes a machine fit to build and test: every step says what it does and how long it took, and is silent when there
//! is nothing to do.

mod cargo_tool;
mod chromium;
mod debian_program;

mod node;
mod npm_packages;
mod python_packages;

mod rust_component;
mod step;
mod typos;

use std::time::Instant;

use anyhow::Context as _;

use crate::duration;
use crate::pins;
use crate::workspace::Workspace;

use cargo_tool::CargoTool;
use chromium::Chromium;

pub(crate) use chromium::chromium;
use debian_program::DebianProgram;
use node::Node;
use npm_packages::NpmPackages;
use python_packages::PythonPackages;
pub(crate) use python_packages::python_program;
use rust_component::{RustComponent, WasmTarget};
use step::Step;
use typos::Typos;

/// What building the app and the server needs.
pub(crate) fn for_build(workspace: &Workspace) -> anyhow::Result<()> {
    ensure(workspace, &[&WasmTarget, &Node, &BINARYEN, &WASM_BINDGEN, &TRUNK])
}

/// What compiling for the browser needs, without building the app.
pub(crate) fn for_wasm(workspace: &Workspace) -> anyhow::Result<()> {
    ensure(workspace, &[&WasmTarget])
}

/// What running tests in Chromium needs.
pub(crate) fn for_browser(workspace: &Workspace) -> anyhow::Result<()> {
    ensure(workspace, &[&Node, &Chromium, &BROWSER_TESTS])
}

/// What the tests of the running server need.
pub(crate) fn for_server_tests(workspace: &Workspace) -> anyhow::Result<()> {
    ensure(
        workspace,
        &[&STRACE, &NGINX, &SYSTEMD, &SLOWHTTPTEST, &SERVER_TOOLS],
    )
}

/// What running the vectors through both engines needs, on top of a browser.
pub(crate) fn for_engines(workspace: &Workspace) -> anyhow::Result<()> {
    ensure(
        workspace,
        &[&WasmTarget, &Node, &WASM_BINDGEN, &Chromium, &ENGINE_TESTS],
    )
}

/// What making the npm package needs.
pub(crate) fn for_npm_package(workspace: &Workspace) -> anyhow::Result<()> {
    ensure(
        workspace,
        &[&WasmTarget, &Node, &BINARYEN, &WASM_BINDGEN, &PACKAGE_BUILD],
    )
}

/// What testing it needs, on top of that.
pub(crate) fn for_npm_tests(workspace: &Workspace) -> anyhow::Result<()> {
    ensure(workspace, &[&Node, &PACKAGE_TESTS])
}

/// What running it in every runtime and bundler needs, on top of that.
pub(crate) fn for_runtimes(workspace: &Workspace) -> anyhow::Result<()> {
    ensure(workspace, &[&RUNTIMES])
}

/// What holding it beside other implementations needs, on top of that.
pub(crate) fn for_interop(workspace: &Workspace) -> anyhow::Result<()> {
    ensure(workspace, &[&Node, &Chromium, &INTEROP_TESTS])
}

/// What computing the test vectors anew needs.
pub(crate) fn for_vectors(workspace: &Workspace) -> anyhow::Result<()> {
    ensure(workspace, &[&Node, &VECTORS])
}

/// What the formatter and clippy need.
pub(crate) fn for_lints(workspace: &Workspace) -> anyhow::Result<()> {
    ensure(workspace, &[&RustComponent::RUSTFMT, &RustComponent::CLIPPY])
}

/// What the spelling check needs.
pub(crate) fn for_typos(workspace: &Workspace) -> anyhow::Result<()> {
    ensure(workspace, &[&Typos])
}

/// What the licence check needs.
pub(crate) fn for_deny(workspace: &Workspace) -> anyhow::Result<()> {
    ensure(workspace, &[&CARGO_DENY])
}

const BINARYEN: NpmPackages = NpmPackages {
    name: "wasm-opt",
    manifest_dir: "xtask/npm",
    install_dir: npm_packages::InstallDir::Tools,
    program: Some(npm_packages::Program {
        name: "wasm-opt",
        version: pins::BINARYEN,
    }),
};

const BROWSER_TESTS: NpmPackages = NpmPackages::beside("the packages of tests/browser", "tests/browser");
const ENGINE_TESTS: NpmPackages = NpmPackages::beside("the packages of tests/engines", "tests/engines");
const PACKAGE_BUILD: NpmPackages = NpmPackages::beside("the packages of crates/wasm/npm", "crates/wasm/npm");
const PACKAGE_TESTS: NpmPackages = NpmPackages::beside("the packages of tests/npm", "tests/npm");
const RUNTIMES: NpmPackages = NpmPackages::beside("the runtimes of tests/runtimes", "tests/runtimes");
const INTEROP_TESTS: NpmPackages = NpmPackages::beside("the packages of tests/interop", "tests/interop");
const VECTORS: NpmPackages = NpmPackages::beside("the packages of tests/vectors", "tests/vectors");

/// Makes the disk fail at any one step.
const STRACE: DebianProgram = DebianProgram {
    program: "strace",
    package: "strace",
};

/// The proxy that the operator's guide shows.
const NGINX: DebianProgram = DebianProgram {
    program: "nginx",
    package: "nginx-light",
};

/// Judges the unit of the operator's guide.
const SYSTEMD: DebianProgram = DebianProgram {
    program: "systemd-analyze",
    package: "systemd",
};

/// Slow clients in every way.
const SLOWHTTPTEST: DebianProgram = DebianProgram {
    program: "slowhttptest",
    package: "slowhttptest",
};

/// Too many clients, and a reader of the API's description.
const SERVER_TOOLS: PythonPackages = PythonPackages {
    name: "k6 and schemathesis",
    list: "tests/server/requirements.txt",
};

const WASM_BINDGEN: CargoTool = CargoTool {
    package: "wasm-bindgen-cli",
    program: "wasm-bindgen",
    version: pins::WASM_BINDGEN,
    // Without TLS, which its runner of tests would use for drivers on other machines.
    features: Some(""),
    opt_level: 0,
    // A tenth of a second slower for each wasm than with everything optimised.
    busy: &[
        "gimli",
        "id-arena",
        "walrus",
        "wasm-bindgen-cli-support",
        "wasm-encoder",
        "wasmparser",
    ],
    takes: "about a minute and a half",
};

const TRUNK: CargoTool = CargoTool {
    package: "trunk",
    program: "trunk",
    version: pins::TRUNK,
    // Without TLS, which it would use to download tools and look for updates: it does neither here.
    features: Some(""),
    opt_level: 0,
    busy: &[],
    takes: "about four minutes",
};

const CARGO_DENY: CargoTool = CargoTool {
    package: "cargo-deny",
    program: "cargo-deny",
    version: pins::CARGO_DENY,
    features: None,
    opt_level: 0,
    busy: &[],
    takes: "about a minute and a half",
};

/// Does every step that is not already done, in order.
///
/// # Errors
/// The first step that cannot be done, with one line that says what to install.
fn ensure(workspace: &Workspace, steps: &[&dyn Step]) -> anyhow::Result<()> {
    if steps.iter().all(|step| step.is_done(workspace)) {
        return Ok(());
    }
    let _alone = workspace.lock()?;
    // Asked again: another xtask may have done some while we waited for it.
    for step in steps.iter().filter(|step| !step.is_done(workspace)) {
        println!("set-up: {} …", step.does());
        let started = Instant::now();
        step.apply(workspace).with_context(|| step.remedy())?;
        println!("set-up: done in {}", duration::in_words(started.elapsed()));
        anyhow::ensure!(
            step.is_done(workspace),
            "{}: it was installed, but does not answer as expected",
            step.remedy()
        );
    }
    cargo_tool::discard_build_files(workspace)
}
