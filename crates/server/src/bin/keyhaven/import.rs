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
    counted::{counted, form},
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
            let _unwritable = writeln!(
                std::io::stderr(),
                "{done} of {}",
                counted(all.try_into().unwrap_or(u64::MAX), "account")
            );
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
    let did = |count| match report.dry_run {
        true => "would be",
        false => form(count, "was", "were"),
    };
    let (accounts, objects) = (report.accounts_created, report.objects_written);
    let (earlier, same) = (report.accounts_there_already, report.objects_there_already);
    let left_out = match report.left_out.len() {
        1 => "1 account or object was".to_owned(),
        count => format!("{count} accounts or objects were"),
    };
    format!(
        "{} in the dump: {accounts} {} made, {earlier} {} there from an earlier run\n\
         {} in these: {objects} {} written ({}), {same} {} there with the same bytes\n\
         {left_out} left out",
        counted(report.accounts_found, "account"),
        did(accounts),
        form(earlier, "is", "are"),
        counted(report.objects_found, "object"),
        did(objects),
        counted(report.bytes_written, "byte"),
        form(same, "is", "are"),
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
    use keyhaven_server::import::Layout;

    use super::*;

    #[test]
    fn one_is_not_said_as_many_are() {
        let of = |count, dry_run| {
            in_words(&Report {
                layout: Layout::Bucket,
                dry_run,
                accounts_found: count,
                accounts_created: count,
                accounts_there_already: count,
                objects_found: count,
                objects_written: count,
                objects_there_already: count,
                bytes_written: count,
                content_types_told: 0,
                left_out: Vec::new(),
            })
        };
        assert_eq!(
            of(1, false),
            "1 account in the dump: 1 was made, 1 is there from an earlier run\n\
             1 object in these: 1 was written (1 byte), 1 is there with the same bytes\n\
             0 accounts or objects were left out"
        );
        assert_eq!(
            of(2, true),
            "2 accounts in the dump: 2 would be made, 2 are there from an earlier run\n\
             2 objects in these: 2 would be written (2 bytes), 2 are there with the same bytes\n\
             0 accounts or objects were left out"
        );
    }

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
