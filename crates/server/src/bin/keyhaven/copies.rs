//! `keyhaven backup` and `keyhaven restore`.

use anyhow::Context as _;
use keyhaven_server::clock::{CivilTime, Clock as _, SystemClock};
use keyhaven_storage_sql::{
    Company,
    copy::{self, CopySummary},
};
use zeroize::Zeroizing;

use crate::{
    command_line::{Backup, Restore},
    counted::counted,
    data_folder::DataFolder,
    once::{block_on, say},
};

/// Copies the store, with a server running or without.
pub(crate) fn backup(words: Backup) -> anyhow::Result<()> {
    let mut folder = DataFolder::of_store(&words.place.load()?.data)?;
    if folder.company() == Company::Alone {
        copy::require_whole_log(&folder.database())?;
    }
    // A server may start while the copy is made.
    folder.unlock();
    let read_secrets = || {
        std::fs::read(folder.secrets_file())
            .map(Zeroizing::new)
            .with_context(|| format!("cannot read {}", folder.secrets_file().display()))
    };
    let secrets = read_secrets()?;
    let database = folder.database();
    let made = copy::make(&database, &words.file, &secrets, SystemClock.now());
    let summary = block_on(made)?;
    // Old secrets with newer accounts would be a copy that signs nobody in.
    if read_secrets()? != secrets {
        std::fs::remove_file(&words.file).context("cannot remove a copy that is of no use")?;
        anyhow::bail!("the secrets changed while the store was copied: run the command again");
    }
    say(&format!(
        "copied {}, and read back, to {}",
        in_words(summary),
        words.file.display()
    ))
}

/// Makes a data folder of a copy.
pub(crate) fn restore(words: Restore) -> anyhow::Result<()> {
    let folder = DataFolder::for_restore(&words.place.load()?.data)?;
    let restored = block_on(copy::restore(&words.file, &folder.database(), SystemClock.now()))?;
    folder
        .store_secrets(restored.secrets())
        .with_context(|| format!("cannot write {}", folder.secrets_file().display()))?;
    // A store without secrets that can be read would be put in place for nothing.
    folder.secrets()?;
    let summary = restored.put_in_place()?;
    say(&format!(
        "restored {}\n\
         left out: sessions, mailed codes and requests for mail of that time\n\
         what was changed later is as it was then: passwords, recovery codes, objects, deletions",
        in_words(summary)
    ))
}

fn in_words(summary: CopySummary) -> String {
    format!(
        "{} with {}, {} in all their versions, as of {}",
        counted(summary.accounts, "account"),
        counted(summary.objects, "object"),
        counted(summary.bytes, "byte"),
        CivilTime::of(summary.as_of).rfc3339()
    )
}
