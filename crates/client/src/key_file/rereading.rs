//! What was written is read once more where it is kept, before it is handed out: under the keys that its passphrase
//! gave, tag included, session by session.
//!
//! What a file should have is known twice: as the number of sessions that were found when the files were opened, and
//! as a hash of what went into the writer. Both are compared with what comes out.

use keyhaven_core::matrix::exported_session::{Tally, Total};
use keyhaven_core::matrix::key_file::Keys;

use super::messages::{Fault, Progress, Saved, Work};
use super::reading::{Known, Reading, authenticate};
use super::source::Source;
use crate::engine::Engine;

/// What a file should have.
pub(super) struct Meant {
    pub(super) saved: Saved,
    /// Of what went in.
    pub(super) total: Total,
    /// The file's own. Deriving them again from the same passphrase and salt would tell nothing new.
    pub(super) keys: Keys,
}

/// The files, if each of them has what is meant.
///
/// # Errors
/// [`Fault::NotAsWritten`], or why a file could not be read.
pub(super) async fn check<F: Source>(
    meant: Vec<Meant>,
    files: Vec<F>,
    engine: &impl Engine,
    on_progress: &dyn Fn(Progress),
) -> Result<Vec<(Saved, F)>, Fault> {
    if files.len() != meant.len() {
        return Err(Fault::NotAsWritten);
    }
    // Each is read twice: authenticated, then decrypted.
    let total = 2 * files.iter().map(Source::len).sum::<u64>();
    let (mut before, mut checked) = (0, Vec::with_capacity(files.len()));
    for (
        Meant {
            saved,
            total: sum,
            keys,
        },
        file,
    ) in meant.into_iter().zip(files)
    {
        let told = |done| {
            on_progress(Progress {
                work: Work::Verifying,
                done: before + done,
                total,
            });
        };
        let found = read(&file, keys, engine, &told).await.map_err(of_written)?;
        if found != sum || found.sessions() != saved.sessions {
            return Err(Fault::NotAsWritten);
        }
        before += 2 * file.len();
        checked.push((saved, file));
    }
    Ok(checked)
}

async fn read(
    file: &impl Source,
    keys: Keys,
    engine: &impl Engine,
    on_bytes: &dyn Fn(u64),
) -> Result<Total, Fault> {
    let authenticated = authenticate(file, keys, &|progress| on_bytes(progress.done)).await?;
    let known = Known::Locked(authenticated);
    let mut reading = Reading::begin(file, &known, engine);
    let mut tally = Tally::new();
    while let Some(batch) = reading.next().await? {
        // Their points were looked at when their files were opened, and these have to be the same.
        let batch = batch.dangerous_without_points();
        if !batch.skipped().is_empty() {
            return Err(Fault::NotAsWritten);
        }
        for entry in batch.entries() {
            tally.add(&entry);
        }
        on_bytes(file.len() + reading.done());
    }
    Ok(tally.total())
}

/// What went wrong with a file of ours is not what went wrong with one of theirs.
const fn of_written(fault: Fault) -> Fault {
    match fault {
        Fault::Unreadable | Fault::OutOfMemory | Fault::Engine => fault,
        _ => Fault::NotAsWritten,
    }
}
