//! Finding accounts and objects in a dump, without following links.

use std::{
    collections::BTreeMap,
    fs::{self, DirEntry, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use super::{names::Layout, report::Reason};

const USER_FILE: &str = "user.json";
const OBJECTS: &str = "personas";
const META: &str = ".meta";
/// A slash in an address is a folder; more of them than fit into one are not an address's.
const DEPTH_MAX: usize = 64;

/// Why a dump cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DumpError {
    /// A folder cannot be listed.
    #[error("cannot read {path}")]
    Folder {
        /// Which one.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// No `user.json` anywhere.
    #[error("{path} has no account in it: no user.json in any folder")]
    NoAccounts {
        /// The folder.
        path: PathBuf,
    },
}

/// The accounts of a dump.
#[derive(Debug)]
pub struct Dump {
    pub(super) layout: Layout,
    pub(super) accounts: Vec<AccountFolder>,
    /// What is no account and no part of one, by its path in the dump.
    pub(super) strange: Vec<(String, Reason)>,
}

/// One account.
#[derive(Debug)]
pub(super) struct AccountFolder {
    /// Its path in the dump, as it is written there.
    pub(super) folder: String,
    /// The name that the original gave it.
    pub(super) storage_name: String,
    path: PathBuf,
}

/// One object's file.
#[derive(Debug)]
pub(super) struct ObjectFile {
    pub(super) name: String,
    path: PathBuf,
    meta: Option<PathBuf>,
}

impl Dump {
    /// Finds the accounts. Which layout it is follows from its `.meta` files, unless it is given.
    ///
    /// # Errors
    /// [`DumpError`]
    pub fn open(root: &Path) -> Result<Self, DumpError> {
        let mut found = Found::default();
        found.walk(root, "", 0)?;
        if found.accounts.is_empty() {
            return Err(DumpError::NoAccounts {
                path: root.to_owned(),
            });
        }
        let simulated = found
            .accounts
            .iter()
            .any(|(_, path)| path.join(format!("{USER_FILE}{META}")).exists());
        let layout = if simulated {
            Layout::Simulator
        } else {
            Layout::Bucket
        };
        let accounts = found.accounts.into_iter().map(|(folder, path)| AccountFolder {
            storage_name: layout.original_name(&folder),
            folder,
            path,
        });
        Ok(Self {
            layout,
            accounts: accounts.collect(),
            strange: found.strange,
        })
    }
}

#[derive(Default)]
struct Found {
    accounts: Vec<(String, PathBuf)>,
    strange: Vec<(String, Reason)>,
}

impl Found {
    fn walk(&mut self, path: &Path, name: &str, depth: usize) -> Result<(), DumpError> {
        let entries = entries(path).map_err(|source| DumpError::Folder {
            path: path.to_owned(),
            source,
        })?;
        let is_account = !name.is_empty() && entries.iter().any(|entry| entry.file_name() == USER_FILE);
        if is_account {
            self.accounts.push((name.to_owned(), path.to_owned()));
        }
        for entry in entries {
            let Ok(own) = entry.file_name().into_string() else {
                self.strange.push((
                    format!("{name}/{}", entry.file_name().to_string_lossy()),
                    Reason::NameUnreadable,
                ));
                continue;
            };
            let full = if name.is_empty() {
                own.clone()
            } else {
                format!("{name}/{own}")
            };
            let kind = entry.file_type();
            let is_folder = kind.as_ref().is_ok_and(fs::FileType::is_dir);
            if !is_folder {
                let belongs =
                    is_account && [USER_FILE, &format!("{USER_FILE}{META}")].contains(&own.as_str());
                if !belongs {
                    let is_file = kind.is_ok_and(|kind| kind.is_file());
                    let reason = if is_file {
                        Reason::NotOfTheLayout
                    } else {
                        Reason::NotAFile
                    };
                    self.strange.push((full, reason));
                }
            } else if own == OBJECTS && !is_account && !name.is_empty() {
                self.strange.push((name.to_owned(), Reason::NoUserFile));
            } else if depth >= DEPTH_MAX {
                self.strange.push((full, Reason::AddressUnusable));
            } else if !(is_account && own == OBJECTS) {
                self.walk(&entry.path(), &full, depth + 1)?;
            }
        }
        Ok(())
    }
}

/// What is in a folder, in order.
fn entries(path: &Path) -> io::Result<Vec<DirEntry>> {
    let mut entries = fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

impl AccountFolder {
    /// The bytes of `user.json`.
    pub(super) fn user_file(&self, max_bytes: u64) -> Result<Vec<u8>, Reason> {
        read(&self.path.join(USER_FILE), max_bytes).map_err(|_| Reason::UserFileUnreadable)
    }

    /// The files of its objects, and what is none.
    pub(super) fn objects(&self, layout: Layout) -> (Vec<ObjectFile>, Vec<(String, Reason)>) {
        let folder = self.path.join(OBJECTS);
        let entries = match entries(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return (Vec::new(), Vec::new()),
            Err(_) => return (Vec::new(), vec![(OBJECTS.to_owned(), Reason::Unreadable)]),
        };
        let mut files = BTreeMap::new();
        let mut strange = Vec::new();
        for entry in entries {
            match entry.file_name().into_string() {
                Err(name) => strange.push((name.to_string_lossy().into_owned(), Reason::NameUnreadable)),
                // Links, too, are none: what they point to is not a part of the dump.
                Ok(name) if !entry.file_type().is_ok_and(|kind| kind.is_file()) => {
                    strange.push((name, Reason::NotAFile));
                }
                Ok(name) => {
                    files.insert(name, entry.path());
                }
            }
        }
        let is_meta = |name: &str| {
            let of = name.strip_suffix(META).filter(|_| layout == Layout::Simulator);
            of.is_some_and(|of| files.contains_key(of))
        };
        let objects = files
            .iter()
            .filter(|(name, _)| !is_meta(name))
            .map(|(name, path)| ObjectFile {
                name: name.clone(),
                path: path.clone(),
                meta: files
                    .get(&format!("{name}{META}"))
                    .filter(|_| layout == Layout::Simulator)
                    .cloned(),
            });
        (objects.collect(), strange)
    }
}

impl ObjectFile {
    /// Its bytes, if there are no more of them than that.
    pub(super) fn bytes(&self, max_bytes: u64) -> Result<Vec<u8>, Reason> {
        read(&self.path, max_bytes)
    }

    /// The bytes of the file beside it, if there is one that can be read.
    pub(super) fn meta(&self, max_bytes: u64) -> Option<Vec<u8>> {
        read(self.meta.as_deref()?, max_bytes).ok()
    }
}

fn read(path: &Path, max_bytes: u64) -> Result<Vec<u8>, Reason> {
    let is_file = fs::symlink_metadata(path)
        .map_err(|_| Reason::Unreadable)?
        .is_file();
    if !is_file {
        return Err(Reason::NotAFile);
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(|_| Reason::Unreadable)?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len <= max_bytes) {
        Ok(bytes)
    } else {
        Err(Reason::TooLong)
    }
}
