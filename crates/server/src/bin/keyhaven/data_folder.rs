//! The data folder: what lies in it under which name, and who may use it.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use keyhaven_server::secrets::Secrets;
use keyhaven_storage_sql::Company;

/// The one file with everything that is stored.
const DATABASE: &str = "keyhaven.sqlite";
const SECRETS: &str = "secrets.toml";
const OUTBOX: &str = "outbox";
/// Locked by the server for as long as it runs; the kernel unlocks it when the process is gone, however it went. It is
/// empty until there is a store.
const LOCK: &str = "keyhaven.lock";
/// What then stands in it.
const STORE_MADE: &[u8] = b"a store was made here\n";
const ROOT: u32 = 0;
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
        folder.refuse_root_beside_another_user()?;
        let lock = lock(path).with_context(|| format!("cannot lock {}", path.display()))?;
        Ok(Self { lock, ..folder })
    }

    /// Refuses root beside a store that is another user's: what root writes there the server could not read at its next
    /// start. Other users are refused by the system.
    fn refuse_root_beside_another_user(&self) -> anyhow::Result<()> {
        let database = self.database();
        let owner = fs::metadata(&database)
            .with_context(|| format!("cannot look at {}", database.display()))?
            .uid();
        if rustix::process::geteuid().is_root() && owner != ROOT {
            bail!(
                "{} is the file of user {owner}, who could not read what root writes beside it: run this as that user, \
                 with sudo -u '#{owner}' for one",
                database.display()
            );
        }
        Ok(())
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

    /// Refuses a folder whose store is gone: a server would make an empty one in its place, and everybody would look like
    /// a stranger to it.
    pub(crate) fn require_store_if_made(&self) -> anyhow::Result<()> {
        let made = match &self.lock {
            Some(lock) => lock.metadata()?.len() > 0,
            None => false,
        };
        // A restore that was not finished has words of its own.
        let restoring = self.path.join(format!("{DATABASE}.restoring"));
        if made && !self.database().exists() && !restoring.exists() {
            bail!(
                "{} is gone: put it back, or restore a copy into an empty folder; to begin with nothing, remove {} too",
                self.database().display(),
                self.path.join(LOCK).display()
            );
        }
        Ok(())
    }

    /// Remembers that there is a store.
    pub(crate) fn note_store(&self) -> anyhow::Result<()> {
        let Some(mut lock) = self.lock.as_ref() else {
            return Ok(());
        };
        let note = |lock: &mut &File| {
            if lock.metadata()?.len() == 0 {
                lock.write_all(STORE_MADE)?;
            }
            Ok::<_, io::Error>(())
        };
        note(&mut lock).with_context(|| format!("cannot write {}", self.path.join(LOCK).display()))
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
