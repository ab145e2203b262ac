//! `wrk` as the peer of our generator: the same reads, asked by a program that others know.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, ensure};

use crate::load::CONNECTIONS;

/// Whether it is installed.
pub(crate) fn is_there() -> bool {
    let run = Command::new("wrk")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    run.is_ok()
}

/// Answers in a second.
///
/// # Errors
/// When it fails, or not all answers were successes.
pub(crate) fn run(url: &str, authorization: &str, duration: Duration) -> anyhow::Result<f64> {
    let output = Command::new("wrk")
        .args(["--threads", "1", "--connections", &CONNECTIONS.to_string()])
        .args(["--duration", &format!("{}s", duration.as_secs().max(1))])
        .args(["--header", &format!("authorization: {authorization}"), url])
        .output()
        .context("cannot start wrk")?;
    let text = String::from_utf8(output.stdout).context("wrk did not answer in UTF-8")?;
    ensure!(output.status.success(), "wrk failed: {text}");
    per_second(&text).with_context(|| format!("wrk said something else: {text}"))
}

fn per_second(text: &str) -> Option<f64> {
    if text.contains("Non-2xx") || text.contains("Socket errors") {
        return None;
    }
    text.lines()
        .find_map(|line| line.trim().strip_prefix("Requests/sec:"))?
        .trim()
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_successes_count() {
        assert_eq!(
            per_second("  1 requests\nRequests/sec:   1234.56\n"),
            Some(1234.56)
        );
        assert_eq!(
            per_second("  Non-2xx or 3xx responses: 7\nRequests/sec: 1234.56\n"),
            None
        );
    }
}
