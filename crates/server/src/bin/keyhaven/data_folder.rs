//! The data folder: what lies in it under which name, and who may use it.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use keyhaven_server::secrets::Secrets;
use keyhaven_storage_sql::Company;

/// The one file with everything that is stored.
const DATABASE: &str = "keyhaven.sqlite";
const SECRETS: &str = "secrets.toml";
const OUTBOX: &str = "outbox";
/// Locked by the server for as long as it runs; the kernel unlocks it when the process is gone, however it went.
const LOCK: &str = "keyhaven.lock";
const PRIVATE_FOLDER: u32 = 0o700;
const PRIVATE_FILE: u32 = 0o600;

/// A folder, and its lock where this process holds it.
#[derive(Debug)]
pub(crate) struct DataFolder {
    path: PathBuf,
    lock: Option<File>,
}

impl DataFolder {
    /// The folder of the server to be, made if it is not there: nobody else serves it while this is held. Two servers
    /// on one store would each count guesses and remember sign-ins for themselves.
    pub(crate) fn for_server(path: &Path) -> anyhow::Result<Self> {
        make_private(path).with_context(|| format!("cannot use {}", path.display()))?;
        let lock = lock(path).with_context(|| format!("cannot lock {}", path.display()))?;
        let Some(lock) = lock else {
            bail!("a server, or another command, is using {}", path.display());
        };
        Ok(Self {
            path: path.to_owned(),
            lock: Some(lock),
        })
    }

    /// The folder of a store that is there, for a command beside a server or without one.
    pub(crate) fn of_store(path: &Path) -> anyhow::Result<Self> {
        let folder = Self {
            path: path.to_owned(),
            lock: None,
        };
        if !folder.database().is_file() {
            bail!(
                "there is no store in {}: a server that starts there makes one",
                path.display()
            );
        }
        let lock = lock(path).with_context(|| format!("cannot lock {}", path.display()))?;
        Ok(Self { lock, ..folder })
    }

    /// A folder with nothing in it, made if it is not there, for a store to come.
    pub(crate) fn for_restore(path: &Path) -> anyhow::Result<Self> {
        let folder = Self::for_server(path)?;
        let unfinished = format!("{DATABASE}.restoring");
        let entries = fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?;
        for entry in entries {
            let name = entry
                .with_context(|| format!("cannot read {}", path.display()))?
                .file_name();
            let left = name.to_string_lossy();
            // What an interrupted restore leaves is no reason to refuse the next one.
            if left != LOCK
                && !left.starts_with(&unfinished)
                && !folder.is_secrets_of_interrupted_restore(&left)
            {
                bail!(
                    "{} is not empty: a copy is restored into an empty folder, so that nothing is lost",
                    path.display()
                );
            }
        }
        Ok(folder)
    }

    /// Secrets are stored before the store gets its name.
    fn is_secrets_of_interrupted_restore(&self, name: &str) -> bool {
        name == SECRETS && self.path.join(format!("{DATABASE}.restoring")).exists()
    }

    /// Whether a server runs on the folder; none can begin to while this is held.
    pub(crate) fn company(&self) -> Company {
        match self.lock {
            Some(_) => Company::Alone,
            None => Company::BesideServer,
        }
    }

    /// Lets a server start from here on.
    pub(crate) fn unlock(&mut self) {
        self.lock = None;
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    pub(crate) fn outbox(&self) -> PathBuf {
        self.path.join(OUTBOX)
    }

    pub(crate) fn secrets_file(&self) -> PathBuf {
        self.path.join(SECRETS)
    }

    /// The server's secrets, made together with the store.
    pub(crate) fn secrets(&self) -> anyhow::Result<Secrets> {
        // New ones for accounts that are there would refuse everybody's password.
        if self.database().exists() && !self.secrets_file().exists() {
            bail!(
                "{} is lost, and no derived password works without it: take it from a copy",
                self.secrets_file().display()
            );
        }
        Ok(Secrets::open(&self.path)?)
    }

    /// Stores the secrets of a copy, durably.
    pub(crate) fn store_secrets(&self, text: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(PRIVATE_FILE)
            .open(self.secrets_file())?;
        file.write_all(text)?;
        file.sync_all()?;
        File::open(&self.path)?.sync_all()
    }
}

fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(PRIVATE_FOLDER)
        .create(folder)
}

/// `None` while another process holds it.
fn lock(folder: &Path) -> io::Result<Option<File>> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(PRIVATE_FILE)
        .open(folder.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
