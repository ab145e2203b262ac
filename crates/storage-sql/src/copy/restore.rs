//! Making a store of a copy.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use keyhaven_storage::Timestamp;
use sqlx::{ConnectOptions as _, Connection as _};
use zeroize::Zeroizing;

use super::{
    CopyError, CopySummary, Damage,
    make::{connect_to_copy, mark},
    tables, times,
    verify::{duplicate, verify},
};
use crate::open::{beside, sync_folder_of};

/// A store that was made of a copy and has no name yet.
#[derive(Debug)]
#[must_use = "nothing is restored until it is put in its place"]
pub struct Restored {
    unnamed: PathBuf,
    store: PathBuf,
    /// What is in it.
    pub summary: CopySummary,
    secrets: Zeroizing<Vec<u8>>,
}

/// Copies `copy`, verifies what was copied, and prepares it to become the store `store`. What can be used once or ends
/// by itself is taken out once more, by the rules of this build; what lasts a while goes on at `now` where it was when
/// the copy was made.
///
/// # Errors
/// [`CopyError`]; then nothing has the name `store`.
pub async fn restore(copy: &Path, store: &Path, now: Timestamp) -> Result<Restored, CopyError> {
    if fs::symlink_metadata(store).is_ok() {
        return Err(CopyError::Exists {
            path: store.to_owned(),
        });
    }
    let unnamed = unfinished(store);
    let failed = |source| CopyError::File {
        path: unnamed.clone(),
        source,
    };
    for left in [unnamed.clone(), beside(&unnamed, "-journal")] {
        match fs::remove_file(left) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
    }
    match duplicate(copy, &unnamed) {
        Ok(()) => {}
        Err(source) => {
            return Err(CopyError::File {
                path: copy.to_owned(),
                source,
            });
        }
    }
    let named_by_the_person = |error| match error {
        CopyError::Damaged { damage, .. } => CopyError::Damaged {
            path: copy.to_owned(),
            damage,
        },
        CopyError::NotACopy { .. } => CopyError::NotACopy {
            path: copy.to_owned(),
        },
        other => other,
    };
    let restored = async {
        let summary = verify(&unnamed).await.map_err(named_by_the_person)?;
        let secrets = take_note_out(&unnamed, copy, summary.as_of, now).await?;
        Ok((summary, secrets))
    };
    match restored.await {
        Ok((summary, secrets)) => Ok(Restored {
            unnamed,
            store: store.to_owned(),
            summary,
            secrets,
        }),
        Err(error) => {
            let _unwritable = fs::remove_file(&unnamed);
            Err(error)
        }
    }
}

/// The name of a store that is being restored. While it is there, no server should start.
#[must_use]
pub(crate) fn unfinished(store: &Path) -> PathBuf {
    beside(store, ".restoring")
}

async fn take_note_out(
    unnamed: &Path,
    copy: &Path,
    made_at: Timestamp,
    now: Timestamp,
) -> Result<Zeroizing<Vec<u8>>, CopyError> {
    let mut connection = connect_to_copy(unnamed)?.connect().await?;
    let mut transaction = connection.begin().await?;
    let secrets: Option<Vec<u8>> = sqlx::query_scalar("SELECT secrets FROM copy WHERE only_row = 1")
        .fetch_optional(&mut *transaction)
        .await?;
    let secrets = secrets.map(Zeroizing::new).ok_or_else(|| CopyError::Damaged {
        path: copy.to_owned(),
        damage: Damage::Note,
    })?;
    tables::empty(&mut transaction).await?;
    times::go_on(&mut transaction, made_at, now).await?;
    sqlx::query("DROP TABLE copy").execute(&mut *transaction).await?;
    mark(&mut transaction, 0).await?;
    transaction.commit().await?;
    connection.close().await?;
    Ok(secrets)
}

impl Restored {
    /// The server's secrets of that time, to be stored before [`Self::put_in_place`].
    #[must_use]
    pub fn secrets(&self) -> &[u8] {
        &self.secrets
    }

    /// Gives the store its name.
    ///
    /// # Errors
    /// The file system failed.
    pub fn put_in_place(self) -> Result<CopySummary, CopyError> {
        let failed = |source| CopyError::File {
            path: self.store.clone(),
            source,
        };
        fs::rename(&self.unnamed, &self.store).map_err(failed)?;
        sync_folder_of(&self.store).map_err(failed)?;
        Ok(self.summary)
    }
}
