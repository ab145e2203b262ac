//! What the disk does: how often it can be made to hold what was written, and how often it was.

use std::{
    fs::{self, File},
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Context as _;

/// Appends of `len` bytes in a second, each made durable before the next, in a file in `folder`: what one client that
/// waits for each answer could have at most.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn syncs_per_second(folder: &Path, len: usize, duration: Duration) -> anyhow::Result<f64> {
    let path = folder.join("syncs");
    let mut file = File::create(&path).context("no file")?;
    let content = vec![7; len];
    let began = Instant::now();
    let mut syncs = 0_u32;
    while began.elapsed() < duration {
        file.write_all(&content).context("cannot write")?;
        file.sync_data().context("cannot sync")?;
        syncs += 1;
    }
    let took = began.elapsed();
    fs::remove_file(path).context("cannot remove the file")?;
    Ok(f64::from(syncs) / took.as_secs_f64())
}

/// How often all disks of this machine were flushed since it started; `None` where the kernel does not tell. Whatever
/// else runs is counted too.
pub(crate) fn flushes() -> Option<u64> {
    flushes_in(&fs::read_to_string("/proc/diskstats").ok()?)
}

/// The 16th of the fields after the name (Documentation/admin-guide/iostats.rst).
fn flushes_in(text: &str) -> Option<u64> {
    text.lines()
        .map(|line| line.split_whitespace().nth(18)?.parse::<u64>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flushes_are_summed_over_disks() {
        let text = " 254 0 vda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 40 91\n 253 0 zram0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 2 0\n";
        assert_eq!(flushes_in(text), Some(42));
        assert_eq!(flushes_in(" 254 0 vda 1 2 3 4 5 6 7 8 9 10 11\n"), None);
    }

    #[test]
    fn a_disk_syncs() {
        let folder = tempfile::tempdir().unwrap();
        let found = syncs_per_second(folder.path(), 100, Duration::from_millis(50)).unwrap();
        assert!(found > 1.0, "{found}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
