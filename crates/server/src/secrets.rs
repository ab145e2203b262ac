//! `secrets.toml` in the data folder: generated once, readable by its owner only, never printed.
//!
//! It holds the salt keys, oldest first. One is added when an older one may have been seen; none is ever taken off
//! while a password may be derived under it.

mod rotation;

use std::path::{Path, PathBuf};

use keyhaven_protocol::base64url::{self, B64};
use serde::Deserialize;
use zeroize::{Zeroize as _, Zeroizing};

pub use self::rotation::{Again, Rotation, rotate_salt_key};
use crate::{
    clock::Day,
    credential::{KdfPolicyError, SaltKeys, SaltKeysError, ServerSaltKey},
    private_file,
    random::{self, RandomError},
};

const FILE: &str = "secrets.toml";

/// The secrets of one server.
#[derive(Debug)]
pub struct Secrets {
    /// Behind every server salt.
    pub salt_keys: SaltKeys,
}

/// Why there are none, or no others.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretsError {
    /// The file could not be read or written.
    #[error("cannot read or write {path}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The file does not parse. Its text is not shown.
    #[error("{path} is damaged; restore it from a copy: without it no derived password works any more")]
    Damaged {
        /// Which one.
        path: PathBuf,
    },
    /// It parses, and its salt keys are no list.
    #[error("{path} does not say which salt key follows which")]
    SaltKeys {
        /// Which one.
        path: PathBuf,
        /// Why not.
        #[source]
        source: SaltKeysError,
    },
    /// One more key is more than clients try.
    #[error("no salt key was added")]
    NoMoreSaltKeys(#[source] KdfPolicyError),
    /// The last rotation goes on.
    #[error(
        "the salt key of {newest} reaches the last address on {reached}, and there is room for four in all: --again adds another one before"
    )]
    NotWithEverybodyYet {
        /// The day from which the newest is offered.
        newest: Day,
        /// The day from which everybody is offered it.
        reached: Day,
    },
    /// Another command is changing them.
    #[error("another command is changing the secrets in {folder}")]
    InUse {
        /// Of which folder.
        folder: PathBuf,
    },
    /// Others may read it.
    #[error("{path} can be read by others: run chmod 600 on it")]
    Exposed {
        /// Which one.
        path: PathBuf,
    },
    /// No randomness.
    #[error("no randomness")]
    Random(#[from] RandomError),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    salt_keys: Vec<StoredSaltKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredSaltKey {
    key: B64<32>,
    offered_from: Option<Day>,
}

impl Drop for StoredSaltKey {
    fn drop(&mut self) {
        self.key.0.zeroize();
    }
}

impl Secrets {
    /// The secrets of a data folder, made if there are none yet.
    ///
    /// # Errors
    /// [`SecretsError`]
    pub fn open(data: &Path) -> Result<Self, SecretsError> {
        match Self::read(data) {
            Err(SecretsError::File { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                make(data)?;
                Self::read(data)
            }
            read => read,
        }
    }

    /// The secrets of a data folder that has some.
    ///
    /// # Errors
    /// [`SecretsError`]
    pub fn read(data: &Path) -> Result<Self, SecretsError> {
        let path = data.join(FILE);
        Self::parse(&text_of(&path)?, &path)
    }

    fn parse(text: &str, path: &Path) -> Result<Self, SecretsError> {
        let stored: Stored = toml::from_str(text).map_err(|_| SecretsError::Damaged {
            path: path.to_owned(),
        })?;
        let keys = stored.salt_keys.iter();
        let keys = keys.map(|stored| (ServerSaltKey::new(stored.key.0), stored.offered_from));
        let salt_keys = SaltKeys::new(keys).map_err(|source| SecretsError::SaltKeys {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self { salt_keys })
    }
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> SecretsError {
    move |source| SecretsError::File {
        path: path.to_owned(),
        source,
    }
}

fn text_of(path: &Path) -> Result<Zeroizing<String>, SecretsError> {
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(failed(path))?);
    require_private(path)?;
    Ok(text)
}

fn make(data: &Path) -> Result<(), SecretsError> {
    let path = data.join(FILE);
    let text = Zeroizing::new(format!(
        "# Made at the first start. Keep a copy with the database: without it no derived password works.\n\
         # `keyhaven secrets rotate-salt-key` adds a key. Take none away.\n\n{}",
        new_salt_key(None)?.as_str()
    ));
    let unfinished = write_unfinished(data, text.as_bytes()).map_err(failed(&path))?;
    // A link, not a rename: of two servers that start at once, the second must not replace the first one's secrets.
    std::fs::hard_link(&unfinished, &path)
        .and_then(|()| std::fs::remove_file(&unfinished))
        .and_then(|()| private_file::sync_names(data))
        .map_err(failed(&path))
}

/// The lines of one more key.
fn new_salt_key(offered_from: Option<Day>) -> Result<Zeroizing<String>, RandomError> {
    let key = Zeroizing::new(random::generate::<32>()?);
    let encoded = Zeroizing::new(base64url::encode(key.as_slice()));
    let day = offered_from.map(|day| format!("offered_from = {day}\n"));
    Ok(Zeroizing::new(format!(
        "[[salt_keys]]\n{}key = \"{}\"\n",
        day.unwrap_or_default(),
        encoded.as_str()
    )))
}

/// The bytes under a name beside the file, on the disk before they get its name: half a key would lock every account.
fn write_unfinished(folder: &Path, bytes: &[u8]) -> std::io::Result<PathBuf> {
    let unfinished = folder.join(format!(".{FILE}.part"));
    match std::fs::remove_file(&unfinished) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    private_file::create(&unfinished, bytes)?;
    Ok(unfinished)
}

#[cfg(unix)]
fn require_private(path: &Path) -> Result<(), SecretsError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = std::fs::metadata(path).map_err(failed(path))?;
    if metadata.permissions().mode() & 0o077 == 0 {
        Ok(())
    } else {
        Err(SecretsError::Exposed {
            path: path.to_owned(),
        })
    }
}

#[cfg(not(unix))]
fn require_private(_: &Path) -> Result<(), SecretsError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_made_once_and_differ_between_servers() {
        let one = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        let first = Secrets::open(one.path()).unwrap().salt_keys;
        assert_eq!(first, Secrets::open(one.path()).unwrap().salt_keys);
        assert_ne!(first, Secrets::open(other.path()).unwrap().salt_keys);
        assert_eq!(
            std::fs::read_dir(one.path()).unwrap().count(),
            1,
            "nothing unfinished is left"
        );
    }

    #[test]
    fn a_damaged_file_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        Secrets::open(folder.path()).unwrap();
        let path = folder.path().join(FILE);
        let whole = std::fs::read_to_string(&path).unwrap();
        for text in [
            "",
            "[[salt_keys]]\nkey = \"x\"\n",
            "server_salt_key = \"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"\n",
            &whole[..whole.len() - 10],
        ] {
            std::fs::write(&path, text).unwrap();
            assert!(
                matches!(Secrets::open(folder.path()), Err(SecretsError::Damaged { .. })),
                "{text}"
            );
            assert_eq!(std::fs::read_to_string(&path).unwrap(), *text);
        }
        std::fs::write(&path, "salt_keys = []\n").unwrap();
        assert!(matches!(
            Secrets::open(folder.path()),
            Err(SecretsError::SaltKeys {
                source: SaltKeysError::Empty,
                ..
            })
        ));
    }

    #[test]
    fn no_error_quotes_a_secret() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let key = base64url::encode(&[0xab; 32]);
        let entry = format!("[[salt_keys]]\nkey = \"{key}\"\n");
        for text in [
            format!("{entry}{entry}"),
            format!("{entry}offered = 2026-01-01\n"),
            format!("[[salt_keys]]\nkey = \"{key}\n"),
            format!("[[salt_keys]]\nkey = \"{key}A\"\n"),
        ] {
            private_file::create(&path, text.as_bytes()).unwrap();
            let error = Secrets::open(folder.path()).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains(&key), "{shown}");
            std::fs::remove_file(&path).unwrap();
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_them() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        Secrets::open(folder.path()).unwrap();
        let path = folder.path().join(FILE);
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(
            Secrets::open(folder.path()),
            Err(SecretsError::Exposed { .. })
        ));
    }
}
