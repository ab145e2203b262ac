//! Parts of the Rust toolchain. `rust-toolchain.toml` names them too, but a rustup whose automatic installs are off
//! ignores that.

use std::path::PathBuf;

use super::step::{Step, version_of};
use crate::process::Process;
use crate::workspace::Workspace;

/// The standard library for the browser.
#[derive(Debug)]
pub(super) struct WasmTarget;

const WASM_TARGET: &str = "wasm32-unknown-unknown";

impl Step for WasmTarget {
    fn is_done(&self, workspace: &Workspace) -> bool {
        let sysroot =
            Process::new(workspace, "rustc").and_then(|rustc| rustc.args(["--print", "sysroot"]).output());
        sysroot.is_ok_and(|path| {
            PathBuf::from(path.trim())
                .join("lib/rustlib")
                .join(WASM_TARGET)
                .join("lib")
                .is_dir()
        })
    }

    fn does(&self) -> String {
        format!("adding the Rust target {WASM_TARGET}")
    }

    fn apply(&self, workspace: &Workspace) -> anyhow::Result<()> {
        let log = workspace.logs().join("install-wasm-target.log");
        Process::new(workspace, "rustup")?
            .args(["target", "add", WASM_TARGET])
            .run_into(&log)
    }

    fn remedy(&self) -> String {
        format!(
            "the Rust target is missing: run `rustup target add {WASM_TARGET}` (without rustup: CONTRIBUTING.md)"
        )
    }
}

/// A program that comes with the toolchain.
#[derive(Debug)]
pub(super) struct RustComponent {
    component: &'static str,
    program: &'static str,
}

impl RustComponent {
    pub(super) const RUSTFMT: Self = Self {
        component: "rustfmt",
        program: "rustfmt",
    };
    pub(super) const CLIPPY: Self = Self {
        component: "clippy",
        program: "cargo-clippy",
    };
}

impl Step for RustComponent {
    fn is_done(&self, workspace: &Workspace) -> bool {
        // rustup leaves a stand-in of that name even where the component is absent, so it has to answer.
        version_of(workspace, self.program).is_some()
    }

    fn does(&self) -> String {
        format!("adding the toolchain's {}", self.component)
    }

    fn apply(&self, workspace: &Workspace) -> anyhow::Result<()> {
        let log = workspace.logs().join(format!("install-{}.log", self.component));
        Process::new(workspace, "rustup")?
            .args(["component", "add", self.component])
            .run_into(&log)
    }

    fn remedy(&self) -> String {
        format!("{0} is missing: run `rustup component add {0}`", self.component)
    }
}
