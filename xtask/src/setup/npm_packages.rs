//! npm packages, installed exactly as their lock file says.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;

use super::step::{Step, version_of};
use crate::process::Process;
use crate::workspace::Workspace;

/// The packages of one manifest and its lock file.
#[derive(Debug)]
pub(super) struct NpmPackages {
    pub(super) name: &'static str,
    /// Where `package.json` and `package-lock.json` are, relative to the checkout.
    pub(super) manifest_dir: &'static str,
    pub(super) install_dir: InstallDir,
    /// The one program they are installed for, if a machine may have it already.
    pub(super) program: Option<Program>,
}

/// Where `node_modules` goes.
#[derive(Debug)]
pub(super) enum InstallDir {
    BesideManifest,
    Tools,
}

/// A program that makes the packages unnecessary when it is there.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) name: &'static str,
    /// The package's version; the program prints its first number.
    pub(super) version: &'static str,
}

impl Step for NpmPackages {
    fn is_done(&self, workspace: &Workspace) -> bool {
        self.is_installed(workspace).unwrap_or(false) || self.is_on_the_machine(workspace)
    }

    fn does(&self) -> String {
        format!("installing {} with npm", self.name)
    }

    fn apply(&self, workspace: &Workspace) -> anyhow::Result<()> {
        let from = workspace.path(self.manifest_dir);
        let to = self.dir(workspace);
        fs::create_dir_all(&to).with_context(|| format!("cannot make {}", to.display()))?;
        if from != to {
            for file in ["package.json", "package-lock.json"] {
                fs::copy(from.join(file), to.join(file)).with_context(|| format!("cannot copy {file}"))?;
            }
        }
        let log = workspace
            .logs()
            .join(format!("npm-{}.log", self.manifest_dir.replace('/', "-")));
        Process::new(workspace, "npm")?
            .args(["ci", "--no-audit", "--no-fund", "--no-update-notifier"])
            // The tests drive the system's Chromium.
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .in_dir(&to)
            .run_into(&log)?;
        fs::copy(from.join("package-lock.json"), self.stamp(workspace))
            .context("cannot note what was installed")?;
        Ok(())
    }

    fn remedy(&self) -> String {
        format!(
            "{} could not be installed: run `npm ci` in {} and see what it says",
            self.name, self.manifest_dir
        )
    }
}

impl NpmPackages {
    /// Packages whose scripts lie in the same folder as the manifest.
    pub(super) const fn beside(name: &'static str, manifest_dir: &'static str) -> Self {
        Self {
            name,
            manifest_dir,
            install_dir: InstallDir::BesideManifest,
            program: None,
        }
    }

    fn is_installed(&self, workspace: &Workspace) -> std::io::Result<bool> {
        let wanted = fs::read(workspace.path(self.manifest_dir).join("package-lock.json"))?;
        Ok(fs::read(self.stamp(workspace))? == wanted)
    }

    fn is_on_the_machine(&self, workspace: &Workspace) -> bool {
        let Some(Program { name, version }) = &self.program else {
            return false;
        };
        // "wasm-opt version 132 (version_132)"
        version_of(workspace, name).is_some_and(|printed| {
            Some(printed.trim_matches(['(', ')'])) == printed_version(version).as_deref()
        })
    }

    /// The lock file as it was when the packages were installed: a new one installs them again.
    fn stamp(&self, workspace: &Workspace) -> PathBuf {
        self.dir(workspace).join("node_modules/.installed-lock.json")
    }

    fn dir(&self, workspace: &Workspace) -> PathBuf {
        match self.install_dir {
            InstallDir::BesideManifest => workspace.path(self.manifest_dir),
            InstallDir::Tools => workspace.tools().join("npm"),
        }
    }
}

/// `132.0.0` → `version_132`, the way binaryen's programs print it.
fn printed_version(package_version: &str) -> Option<String> {
    package_version
        .split('.')
        .next()
        .map(|major| format!("version_{major}"))
}
