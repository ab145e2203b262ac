//! Tools that are compiled from crates.io: taken from the machine when the version is exactly right, otherwise built
//! into `target/tools`.

use std::path::PathBuf;

use anyhow::Context as _;

use super::step::{Step, version_of};
use crate::process::Process;
use crate::workspace::Workspace;

/// A program from crates.io at one exact version.
#[derive(Debug)]
pub(super) struct CargoTool {
    pub(super) package: &'static str,
    pub(super) program: &'static str,
    pub(super) version: &'static str,
    /// The features to build instead of the default ones.
    pub(super) features: Option<&'static str>,
    /// How far it is optimised. These run for seconds in their life: compiling them fast matters more than their speed,
    /// unless there is much to do in those seconds.
    pub(super) opt_level: u8,
    /// Those of its packages that are optimised all the same, because it spends its seconds in them.
    pub(super) busy: &'static [&'static str],
    /// How long the build takes on two cores, in words.
    pub(super) takes: &'static str,
}

impl Step for CargoTool {
    fn is_done(&self, workspace: &Workspace) -> bool {
        version_of(workspace, self.program).as_deref() == Some(self.version)
    }

    fn does(&self) -> String {
        let Self {
            package,
            version,
            takes,
            ..
        } = self;
        format!("compiling {package} {version} into target/tools ({takes} on two cores, once)")
    }

    fn apply(&self, workspace: &Workspace) -> anyhow::Result<()> {
        let log = workspace.logs().join(format!("install-{}.log", self.package));
        let install = Process::cargo(workspace)?
            .args(["install", self.package, "--version", self.version, "--locked", "--force", "--root"])
            .arg(workspace.tools())
            .args(["--config", &format!("profile.release.opt-level={}", self.opt_level)])
            .args(self.busy.iter().flat_map(|package| {
                let setting = format!("profile.release.package.{package}.opt-level=1");
                ["--config".to_owned(), setting]
            }))
            .args(["--config", "profile.release.lto=\"off\""])
            .args(["--config", "profile.release.codegen-units=16"])
            .env("CARGO_TARGET_DIR", build_files(workspace))
            // `cargo run` sets it for us and not for a person who types the command.
            .without_env("CARGO");
        let install = match self.features {
            Some(features) => install.args(["--no-default-features", "--features", features]),
            None => install,
        };
        install.run_into(&log)
    }

    fn remedy(&self) -> String {
        let Self { package, version, .. } = self;
        format!("{package} {version} is missing: run `cargo install {package} --version {version} --locked`")
    }
}

/// Removes what compiling the tools left behind, which is several times the size of the tools.
///
/// # Errors
/// When it is there and cannot be removed.
pub(super) fn discard_build_files(workspace: &Workspace) -> anyhow::Result<()> {
    let dir = build_files(workspace);
    if dir.exists() {
        std::fs::remove_dir_all(&dir).with_context(|| format!("cannot remove {}", dir.display()))?;
    }
    Ok(())
}

/// Shared between the tools, since they have many dependencies in common.
fn build_files(workspace: &Workspace) -> PathBuf {
    workspace.tools().join("build")
}
