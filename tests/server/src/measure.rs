//! Whether two kinds of requests can be told apart by how long they take.
//!
//! The measure is the area under the ROC curve, which is the Mann–Whitney statistic divided by the number of pairs: how
//! often a duration of one kind is longer than one of the other, ties counting half. One half means that time says
//! nothing.

use std::time::Duration;

/// The area that passes: between these, a thousand attempts are not worth one bit.
pub const INDISTINGUISHABLE: std::ops::RangeInclusive<f64> = 0.46..=0.54;

/// The area for two sets of durations; one half where either is empty.
#[must_use]
pub fn auc(first: &[Duration], second: &[Duration]) -> f64 {
    let mut all: Vec<(Duration, bool)> = first
        .iter()
        .map(|took| (*took, true))
        .chain(second.iter().map(|took| (*took, false)))
        .collect();
    all.sort_unstable();
    // Each duration of the first kind wins against the second kind's shorter ones, and half against its equals.
    let (mut shorter, mut wins) = (0_u32, 0.0_f64);
    for equals in all.chunk_by(|one, other| one.0 == other.0) {
        let firsts = count(equals.iter().filter(|(_, first)| *first).count());
        let seconds = count(equals.len()).saturating_sub(firsts);
        wins += f64::from(firsts) * (f64::from(shorter) + f64::from(seconds) / 2.0);
        shorter += seconds;
    }
    let pairs = f64::from(count(first.len())) * f64::from(count(second.len()));
    if pairs == 0.0 { 0.5 } else { wins / pairs }
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(durations: &[u64]) -> Vec<Duration> {
        durations.iter().map(|ms| Duration::from_millis(*ms)).collect()
    }

    #[test]
    fn the_area_counts_who_takes_longer() {
        for (first, second, expected) in [
            (ms(&[1, 2, 3]), ms(&[1, 2, 3]), 0.5),
            (ms(&[4, 5]), ms(&[1, 2, 3]), 1.0),
            (ms(&[1]), ms(&[2, 3]), 0.0),
            (ms(&[2]), ms(&[1, 2, 3, 4]), 0.375),
            (ms(&[7, 7]), ms(&[7]), 0.5),
            (ms(&[]), ms(&[7]), 0.5),
        ] {
            assert_eq!(auc(&first, &second), expected, "{first:?} {second:?}");
        }
    }
}
