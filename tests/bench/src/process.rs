//! What the kernel says of a process: the time it took, the memory it holds.

use std::{fs, time::Duration};

use anyhow::Context as _;

/// Ticks of `/proc/PID/stat` in a second, on every Linux that people run.
const TICKS_PER_SECOND: f64 = 100.0;

/// How long the process has kept cores busy since it started, in the kernel too.
///
/// # Errors
/// When there is no such process.
pub(crate) fn busy(pid: u32) -> anyhow::Result<Duration> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).context("no such process")?;
    let seconds = busy_in(&text).context("/proc/PID/stat has no times")? / TICKS_PER_SECOND;
    Ok(Duration::from_secs_f64(seconds))
}

/// The most memory that it ever held, in MiB.
///
/// # Errors
/// When there is no such process.
pub(crate) fn peak_mib(pid: u32) -> anyhow::Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).context("no such process")?;
    peak_in(&text).context("/proc/PID/status has no peak")
}

/// User and system time, fields 14 and 15 (proc(5)); the second, a name, may hold anything.
fn busy_in(text: &str) -> Option<f64> {
    let (_, fields) = text.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn peak_in(text: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_stand_after_the_name() {
        let text = "12 (a) b) S 1 12 12 0 -1 4194560 900 0 3 0 250 50 0 0 20 0 8 0 99\n";
        assert_eq!(busy_in(text), Some(300.0));
    }

    #[test]
    fn the_peak_is_in_kib() {
        assert_eq!(peak_in("VmPeak:\t  9 kB\nVmHWM:\t  204800 kB\n"), Some(200.0));
    }

    #[test]
    fn this_process_is_there() {
        assert!(peak_mib(std::process::id()).unwrap() > 0.1);
        assert!(busy(std::process::id()).is_ok());
    }
}
