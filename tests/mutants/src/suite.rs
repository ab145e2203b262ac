//! The programs of tests: what is in them, how long each takes, which switches it reaches, and running some over a mutant.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::switch;
use crate::watch::{Outcome, watch};

/// A program may use this much, in bytes: a mutant that takes memory without end is stopped by it.
const MEMORY_MAX_BYTES: u64 = 6 << 30;
/// How often longer than over the good code a test may compute.
const PATIENCE: u32 = 4;
/// And this much for tests that take next to nothing.
const PATIENCE_LEAST: Duration = Duration::from_secs(5);
/// A program that does not compute any more but waits for what does not come is given this many times its allowance by the clock,
/// since other programs run beside it.
const CLOCK_PER_PROCESSOR: u32 = 6;

/// One program of tests.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Program {
    path: PathBuf,
    folder: PathBuf,
}

/// One test of a program.
#[derive(Debug)]
pub(crate) struct Test {
    pub(crate) program: Arc<Program>,
    pub(crate) name: String,
    /// How long it takes over the good code.
    pub(crate) takes: Duration,
    /// The switches that it reaches over the good code.
    pub(crate) reached: BTreeSet<u32>,
}

impl Program {
    pub(crate) fn new(path: PathBuf, folder: PathBuf) -> Self {
        Self { path, folder }
    }

    /// The names of its tests.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) fn list(&self) -> anyhow::Result<Vec<String>> {
        let output = Command::new(&self.path)
            .args(["--list", "--format", "terse"])
            .current_dir(&self.folder)
            .output()
            .with_context(|| format!("cannot start {}", self.path.display()))?;
        Ok(String::from_utf8(output.stdout)?
            .lines()
            .filter_map(|line| line.strip_suffix(": test"))
            .map(str::to_owned)
            .collect())
    }

    /// Runs one of its tests over the good code; `notes` is a file that is there for as long as this takes.
    ///
    /// # Errors
    /// When it does not pass.
    pub(crate) fn learn(self: &Arc<Self>, name: &str, notes: &Path) -> anyhow::Result<Test> {
        let started = Instant::now();
        let mut command = self.command(&[name], 0, Duration::from_secs(3_600));
        command.env(switch::REACHED, notes);
        let outcome = self.outcome(&mut command, Duration::from_secs(3_600))?;
        if outcome != Outcome::Passed {
            bail!(
                "{name} of {} does not pass without a mutant: {outcome:?}",
                self.path.display()
            );
        }
        let takes = started.elapsed();
        // A test that reaches no switch writes none.
        let noted = std::fs::read_to_string(notes).unwrap_or_default();
        let _ = std::fs::remove_file(notes);
        Ok(Test {
            program: Arc::clone(self),
            name: name.to_owned(),
            takes,
            reached: noted.lines().map(str::parse).collect::<Result<_, _>>()?,
        })
    }

    /// Runs `tests`, all of which are its own, until one fails, over the mutant of this number.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) fn run(&self, tests: &[Arc<Test>], mutant: u32) -> anyhow::Result<Outcome> {
        let takes: Duration = tests.iter().map(|test| test.takes).sum();
        let allowance = PATIENCE * takes + PATIENCE_LEAST;
        let names: Vec<_> = tests.iter().map(|test| test.name.as_str()).collect();
        self.outcome(
            &mut self.command(&names, mutant, allowance),
            CLOCK_PER_PROCESSOR * allowance,
        )
    }

    fn command(&self, names: &[&str], mutant: u32, allowance: Duration) -> Command {
        let mut command = Command::new("prlimit");
        command
            .arg(format!("--cpu={}", allowance.as_secs()))
            .arg(format!("--as={MEMORY_MAX_BYTES}"))
            .arg(&self.path)
            .args(["--test-threads=1", "--exact"])
            .args(names)
            .current_dir(&self.folder)
            .env(switch::VARIABLE, mutant.to_string())
            // Deep functions hold the places of all of their mutants.
            .env("RUST_MIN_STACK", (64 << 20).to_string())
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command
    }

    fn outcome(&self, command: &mut Command, patience: Duration) -> anyhow::Result<Outcome> {
        watch(command.spawn().context("cannot start `prlimit`")?, patience)
    }
}
