//! `secrets.toml` in the data folder: generated once, readable by its owner only, never printed.

use std::path::{Path, PathBuf};

use keyhaven_protocol::base64url::{self, B64};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::{
    credential::ServerSaltKey,
    private_file,
    random::{self, RandomError},
};

const FILE: &str = "secrets.toml";

/// The secrets of one server.
#[derive(Debug)]
pub struct Secrets {
    /// Behind every server salt.
    pub server_salt_key: ServerSaltKey,
}

/// Why there are none.
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
    server_salt_key: B64<32>,
}

impl Secrets {
    /// The secrets of a data folder, made if there are none yet.
    ///
    /// # Errors
    /// [`SecretsError`]
    pub fn open(data: &Path) -> Result<Self, SecretsError> {
        let path = data.join(FILE);
        let failed = |source| SecretsError::File {
            path: path.clone(),
            source,
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let text = Zeroizing::new(text);
                require_private(&path)?;
                let stored: Stored =
                    toml::from_str(&text).map_err(|_| SecretsError::Damaged { path: path.clone() })?;
                Ok(Self {
                    server_salt_key: ServerSaltKey::new(stored.server_salt_key.0),
                })
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key = Zeroizing::new(random::generate::<32>()?);
                let encoded = Zeroizing::new(base64url::encode(key.as_slice()));
                let text = Zeroizing::new(format!(
                    "# Made at the first start. Keep a copy with the database: without it no derived password works.\n\
                     server_salt_key = \"{}\"\n",
                    encoded.as_str()
                ));
                write_durably(data, &path, text.as_bytes()).map_err(failed)?;
                Ok(Self {
                    server_salt_key: ServerSaltKey::new(*key),
                })
            }
            Err(error) => Err(failed(error)),
        }
    }
}

/// Whole or not at all, also through a crash: a half-written key would lock every account.
fn write_durably(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let unfinished = folder.join(format!(".{FILE}.part"));
    match std::fs::remove_file(&unfinished) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    private_file::create(&unfinished, bytes)?;
    // A link, not a rename: of two servers that start at once, the second must not replace the first one's secrets.
    std::fs::hard_link(&unfinished, path)?;
    std::fs::remove_file(&unfinished)?;
    private_file::sync_names(folder)
}

#[cfg(unix)]
fn require_private(path: &Path) -> Result<(), SecretsError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = std::fs::metadata(path).map_err(|source| SecretsError::File {
        path: path.to_owned(),
        source,
    })?;
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
    use keyhaven_storage::Timestamp;

    use super::*;
    use crate::credential::KdfPolicy;

    fn salt(secrets: Secrets) -> [u8; 32] {
        let policy = KdfPolicy::new(secrets.server_salt_key, &[]);
        let address = "a@b.c".parse().unwrap();
        assert!(!policy.offered(&address, Timestamp(0)).is_empty());
        policy.server_salt(&address)
    }

    #[test]
    fn secrets_are_made_once_and_differ_between_servers() {
        let one = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        let first = salt(Secrets::open(one.path()).unwrap());
        assert_eq!(first, salt(Secrets::open(one.path()).unwrap()));
        assert_ne!(first, salt(Secrets::open(other.path()).unwrap()));
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
        for text in ["", "server_salt_key = \"x\"", &whole[..whole.len() - 10]] {
            std::fs::write(&path, text).unwrap();
            assert!(
                matches!(Secrets::open(folder.path()), Err(SecretsError::Damaged { .. })),
                "{text}"
            );
            assert_eq!(std::fs::read_to_string(&path).unwrap(), *text);
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
