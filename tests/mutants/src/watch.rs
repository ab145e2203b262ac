//! A program of tests that is ended as soon as the outcome is known.

use std::io::{BufRead as _, BufReader};
use std::process::Child;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::Context as _;

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    /// By this test, where one is named before the program ends.
    Failed(Option<String>),
    /// It took too long, or too much.
    Stopped,
}

/// Waits for the end of `child`, or for the first test that fails, and ends it then; waits no longer than `patience`.
///
/// # Errors
/// When the system does not tell of its end.
pub(crate) fn watch(mut child: Child, patience: Duration) -> anyhow::Result<Outcome> {
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
    use std::process::{Command, Stdio};

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
