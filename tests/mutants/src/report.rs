//! What is known of each mutant, kept in a file from which a run that was broken off goes on.

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::trial::Verdict;

#[derive(Serialize, Deserialize)]
struct Line {
    mutant: String,
    verdict: Verdict,
    /// The test that failed.
    by: Option<String>,
}

/// Every verdict, by the name of its mutant.
#[derive(Debug)]
pub(crate) struct Report {
    path: PathBuf,
    file: Mutex<File>,
    known: Mutex<HashMap<String, Verdict>>,
}

impl Report {
    /// Opens the report of one commit, with what it says already.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let written = std::fs::read_to_string(path).unwrap_or_default();
        let known = written
            .lines()
            .map(serde_json::from_str)
            .map(|line| line.map(|line: Line| (line.mutant, line.verdict)))
            .collect::<Result<_, _>>()
            .with_context(|| format!("cannot read {}", path.display()))?;
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self {
            path: path.to_owned(),
            file: Mutex::new(file),
            known: Mutex::new(known),
        })
    }

    pub(crate) fn verdict(&self, mutant: &str) -> Option<Verdict> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(mutant).copied()
    }

    /// # Errors
    /// When it cannot be written.
    pub(crate) fn add(&self, mutant: &str, verdict: Verdict, by: Option<String>) -> anyhow::Result<()> {
        let line = serde_json::to_string(&Line {
            mutant: mutant.to_owned(),
            verdict,
            by,
        })?;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(file, "{line}")?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(mutant.to_owned(), verdict);
        Ok(())
    }

    /// Prints how many mutants met each end, the score, and those that no test found.
    pub(crate) fn print(&self) {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut missed: Vec<_> = known
            .iter()
            .filter(|&(_, &verdict)| verdict == Verdict::Missed)
            .map(|(mutant, _)| mutant)
            .collect();
        missed.sort();
        for mutant in &missed {
            println!("missed: {mutant}");
        }

        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for verdict in known.values() {
            *counts.entry(verdict.name()).or_default() += 1;
        }
        let of = |name: &str| counts.get(name).copied().unwrap_or(0);
        let found = of("caught") + of("stopped");
        let run = found + missed.len();
        println!(
            "{} mutants: {} unviable, {run} run, {} caught, {} stopped, {} missed, score {:.1} %",
            known.len(),
            of("unviable"),
            of("caught"),
            of("stopped"),
            missed.len(),
            100.0 * found as f64 / run.max(1) as f64,
        );
        println!("each of them: {}", self.path.display());
    }
}
