//! `keyhaven import`.

use std::{
    fs::OpenOptions,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use keyhaven_server::{
    clock::{Clock as _, SystemClock},
    import::{Dump, Import, LeftOut, Report},
};
use keyhaven_storage::Store;

use crate::{
    command_line,
    data_folder::DataFolder,
    once::{block_on, open_store, say},
};

/// How often a line says how far it is.
const PROGRESS_EVERY: Duration = Duration::from_secs(2);
const PRIVATE_FILE: u32 = 0o600;

/// Takes a dump over and says what came of it.
pub(crate) fn import(words: &command_line::Import) -> anyhow::Result<()> {
    let config = words.place.load()?;
    let dump = Dump::open(&words.folder)?;
    let folder = DataFolder::of_store(&config.data)?;
    let report = block_on(async {
        let store = open_store(&folder, &config).await?;
        let done = run(&dump, &store, words.dry_run).await;
        store.close().await;
        done
    })?;
    if let Some(file) = &words.report {
        write_report(file, &report).with_context(|| format!("cannot write {}", file.display()))?;
    }
    for left_out in &report.left_out {
        complain(left_out);
    }
    say(&in_words(&report))
}

async fn run(dump: &Dump, store: &dyn Store, dry_run: bool) -> anyhow::Result<Report> {
    let import = Import {
        store,
        dry_run,
        now: SystemClock.now(),
    };
    let mut said = Said::default();
    let progress = |done: usize, all: usize| {
        if said.is_due(done, all, Instant::now()) {
            let _unwritable = writeln!(std::io::stderr(), "{done} of {all} accounts");
        }
    };
    Ok(import.run(dump, progress).await?)
}

/// When it was last said how far it is.
#[derive(Debug, Default)]
struct Said(Option<Instant>);

impl Said {
    /// At the beginning, at the end, and between them not more often than people read.
    fn is_due(&mut self, done: usize, all: usize, now: Instant) -> bool {
        let is_long_ago = self
            .0
            .is_none_or(|last| now.saturating_duration_since(last) >= PROGRESS_EVERY);
        let is_due = is_long_ago || done == all;
        if is_due {
            self.0 = Some(now);
        }
        is_due
    }
}

fn complain(left_out: &LeftOut) {
    let LeftOut {
        folder,
        object,
        reason,
    } = left_out;
    let of = object
        .as_ref()
        .map(|object| format!(", {object}"))
        .unwrap_or_default();
    let _unwritable = writeln!(std::io::stderr(), "left out: {folder}{of}: {reason}");
}

fn in_words(report: &Report) -> String {
    let did = if report.dry_run { "would be" } else { "were" };
    format!(
        "{} accounts in the dump: {} {did} made, {} are there from an earlier run\n\
         {} objects in these: {} {did} written ({} bytes), {} are there with the same bytes\n\
         {} accounts or objects were left out",
        report.accounts_found,
        report.accounts_created,
        report.accounts_there_already,
        report.objects_found,
        report.objects_written,
        report.bytes_written,
        report.objects_there_already,
        report.left_out.len(),
    )
}

fn write_report(file: &Path, report: &Report) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(report)?;
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(PRIVATE_FILE)
        .open(file)?;
    file.write_all(text.as_bytes())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_it_is_is_said_at_both_ends_and_every_two_seconds_between() {
        let begin = Instant::now();
        let mut said = Said::default();
        let due: Vec<usize> = (0..=9)
            .filter(|done| {
                let now = begin + Duration::from_millis(700) * u32::try_from(*done).unwrap_or(0);
                said.is_due(*done, 9, now)
            })
            .collect();
        assert_eq!(due, [0, 3, 6, 9]);
        assert!(Said::default().is_due(0, 0, begin), "also of nothing");
        let mut said = Said::default();
        assert!(said.is_due(0, 2, begin) && !said.is_due(1, 2, begin) && said.is_due(2, 2, begin));
    }
}
