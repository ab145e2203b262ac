//! The programs of tests: what is in them, how long each takes, and running some of it over a mutant.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::switch::VARIABLE;

/// A program may use this much, in bytes: a mutant that takes memory without end is stopped by it.
const MEMORY_MAX_BYTES: u64 = 6 << 30;
/// How often longer than over the good code a program may compute.
const PATIENCE: u32 = 4;
/// And this much for programs that take next to nothing.
const PATIENCE_LEAST: Duration = Duration::from_secs(10);
/// A program that does not compute any more but waits for what does not come is given this many times its allowance by the clock,
/// since other programs run beside it.
const CLOCK_PER_PROCESSOR: u32 = 6;

/// One program of tests.
#[derive(Debug)]
pub(crate) struct Program {
    path: PathBuf,
    folder: PathBuf,
    /// The names of its tests.
    pub(crate) tests: Vec<String>,
    /// How long all of them take over the good code.
    pub(crate) takes: Duration,
}

/// Which tests of a program are run.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Selection<'s> {
    All,
    /// Those of a module and of what is in it.
    Module(&'s str),
    One(&'s str),
}

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    /// By this test, where one is named before the program ends.
    Failed(Option<String>),
    /// It took too long, or too much.
    Stopped,
}

impl Program {
    /// Lists the tests of the program at `path`, and runs them over the good code.
    ///
    /// # Errors
    /// When they do not pass.
    pub(crate) fn new(path: PathBuf, folder: PathBuf) -> anyhow::Result<Self> {
        let mut program = Self {
            tests: list(&path, &folder)?,
            path,
            folder,
            takes: Duration::from_secs(3_600),
        };
        let started = Instant::now();
        let outcome = program.run(Selection::All, 0)?;
        if outcome != Outcome::Passed {
            bail!("{} fails without a mutant: {outcome:?}", program.path.display());
        }
        program.takes = started.elapsed();
        Ok(program)
    }

    /// Runs the tests of `selection` until one fails, over the mutant of this number; 0 is none.
    ///
    /// # Errors
    /// When it cannot start.
    pub(crate) fn run(&self, selection: Selection<'_>, mutant: u32) -> anyhow::Result<Outcome> {
        let allowance = PATIENCE * self.takes + PATIENCE_LEAST;
        let mut command = Command::new("prlimit");
        command
            .arg(format!("--cpu={}", allowance.as_secs()))
            .arg(format!("--as={MEMORY_MAX_BYTES}"))
            .arg(&self.path)
            .arg("--test-threads=1");
        match selection {
            Selection::All => {}
            Selection::Module(module) => {
                command.arg(format!("{module}::"));
            }
            Selection::One(test) => {
                command.args(["--exact", test]);
            }
        }
        let child = command
            .current_dir(&self.folder)
            .env(VARIABLE, mutant.to_string())
            // Deep functions hold the places of all of their mutants.
            .env("RUST_MIN_STACK", (64 << 20).to_string())
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start `prlimit`")?;
        watch(child, CLOCK_PER_PROCESSOR * allowance)
    }
}

fn list(path: &Path, folder: &Path) -> anyhow::Result<Vec<String>> {
    let output = Command::new(path)
        .args(["--list", "--format", "terse"])
        .current_dir(folder)
        .output()
        .with_context(|| format!("cannot start {}", path.display()))?;
    Ok(String::from_utf8(output.stdout)?
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .map(str::to_owned)
        .collect())
}

/// Waits for the end of `child`, or for the first test that fails, and ends it then.
fn watch(mut child: Child, patience: Duration) -> anyhow::Result<Outcome> {
    let output = child.stdout.take().context("a program without output")?;
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });

    let end = Instant::now() + patience;
    let told = loop {
        match lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                if let Some(test) = failed(&line) {
                    break Some(Outcome::Failed(Some(test)));
                }
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break None,
            Err(mpsc::RecvTimeoutError::Timeout) => break Some(Outcome::Stopped),
        }
    };
    if let Some(outcome) = told {
        // It may have ended by itself.
        let _ = child.kill();
        child.wait()?;
        return Ok(outcome);
    }
    let status = child.wait()?;
    if status.success() {
        return Ok(Outcome::Passed);
    }
    Ok(if out_of_time(status) {
        Outcome::Stopped
    } else {
        Outcome::Failed(None)
    })
}

/// The test that `line` says failed.
fn failed(line: &str) -> Option<String> {
    let test = line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?;
    // "name - should panic"
    let name = test.split_once(" - ").map_or(test, |(name, _)| name);
    Some(name.to_owned())
}

fn out_of_time(status: std::process::ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    /// The signal of the limit of processor time.
    const SIGXCPU: i32 = 24;
    status.signal() == Some(SIGXCPU)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_fails_is_known_by_its_name() {
        for (line, test) in [
            ("test jobs::ends ... FAILED", Some("jobs::ends")),
            (
                "test jobs::panics - should panic ... FAILED",
                Some("jobs::panics"),
            ),
            ("test jobs::ends ... ok", None),
            ("test result: FAILED. 1 passed; 1 failed", None),
        ] {
            assert_eq!(failed(line).as_deref(), test, "{line}");
        }
    }

    fn shell(script: &str) -> Child {
        Command::new("sh")
            .args(["-c", script])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    #[test]
    fn a_program_is_ended_with_the_first_test_that_fails() {
        let started = Instant::now();
        let child = shell("echo 'test one ... ok'; echo 'test two ... FAILED'; exec sleep 60");
        assert_eq!(
            watch(child, Duration::from_secs(30)).unwrap(),
            Outcome::Failed(Some(String::from("two")))
        );
        assert!(started.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_program_that_waits_for_ever_is_stopped_and_one_that_dies_has_failed() {
        let hangs = shell("exec sleep 60");
        assert_eq!(watch(hangs, Duration::from_millis(50)).unwrap(), Outcome::Stopped);
        let patience = Duration::from_secs(30);
        assert_eq!(watch(shell("exit 0"), patience).unwrap(), Outcome::Passed);
        assert_eq!(watch(shell("exit 101"), patience).unwrap(), Outcome::Failed(None));
        assert_eq!(
            watch(shell("kill -s XCPU $$"), patience).unwrap(),
            Outcome::Stopped
        );
    }
}
