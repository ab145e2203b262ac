//! Where things are: the checkout, what is built, and the tools that set-up installed.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::environment;

/// The paths of one checkout.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
    tools: PathBuf,
}

impl Workspace {
    /// The checkout that this xtask was compiled from.
    pub(crate) fn locate() -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask is not inside a workspace")?
            .to_owned();
        let target = match environment::cargo_target_dir() {
            // Cargo takes a relative one from the directory it is called in, and so do we.
            Some(chosen) => std::path::absolute(chosen).context("CARGO_TARGET_DIR is not a usable path")?,
            None => root.join("target"),
        };
        let tools = target.join("tools");
        Ok(Self { root, target, tools })
    }

    /// Another checkout, at `relative` below this one's build files, that is built with the same tools.
    pub(crate) fn elsewhere(&self, relative: &str) -> Self {
        let root = self.target.join(relative);
        Self {
            target: root.join("target"),
            root,
            tools: self.tools.clone(),
        }
    }

    /// The top of the checkout.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path inside the checkout.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The finished app, for static hosts and for the server to embed. Always in the checkout, because the server's
    /// sources name it relative to themselves.
    pub(crate) fn app(&self) -> PathBuf {
        self.root.join("target/app")
    }

    /// The release server.
    pub(crate) fn server_binary(&self) -> PathBuf {
        self.target.join("release/keyhaven")
    }

    /// Where set-up installs tools that the machine does not have.
    pub(crate) fn tools(&self) -> &Path {
        &self.tools
    }

    /// Where Cargo builds.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Where quiet commands leave their output.
    pub(crate) fn logs(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// Waits until no other xtask of this checkout builds or installs. It may go on when the guard is dropped.
    ///
    /// # Errors
    /// When the lock file cannot be made or locked.
    pub(crate) fn lock(&self) -> anyhow::Result<File> {
        let dir = self.logs();
        fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
        let file = File::create(dir.join("lock")).context("cannot make the lock file")?;
        if file.try_lock().is_err() {
            println!("waiting for another `cargo xtask` in this checkout …");
            file.lock().context("cannot lock the lock file")?;
        }
        Ok(file)
    }

    /// The search path with our tools before the machine's.
    pub(crate) fn program_path(&self) -> anyhow::Result<OsString> {
        std::env::join_paths(self.program_dirs())
            .context("a directory on PATH cannot be part of a search path")
    }

    /// The first program of this name on our search path.
    pub(crate) fn find_program(&self, name: &str) -> Option<PathBuf> {
        self.program_dirs()
            .map(|dir| dir.join(name))
            .find(|candidate| candidate.is_file())
    }

    fn program_dirs(&self) -> impl Iterator<Item = PathBuf> {
        let tools = self.tools();
        let ours = [
            tools.join("bin"),
            tools.join("npm/node_modules/.bin"),
            tools.join("python/bin"),
        ];
        let path = environment::program_path();
        ours.into_iter()
            .chain(std::env::split_paths(&path).collect::<Vec<_>>())
    }
}
