//! Which versions of an object are kept, beside the newest `VERSIONS_NEWEST`.
//!
//! What counts is when a version was the newest one, not when it was written: else a backup that stood for a month
//! would be lost to the eleventh write after it. Kept is what was the newest version at the beginning of an hour, as
//! far back as the hour that `VERSIONS_HOURLY` ago was in, and at the beginning of a day, as far back as the day that
//! `VERSIONS_DAILY` ago was in. Hours and days are those of UTC.

use keyhaven_protocol::persona::limits;
use keyhaven_storage::Timestamp;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// Whether a version is kept that was the newest one from `written` until before `superseded`.
pub(super) fn is_kept(written: Timestamp, superseded: Timestamp, now: Timestamp) -> bool {
    stood_at_a_mark(written, superseded, HOUR, now.minus(limits::VERSIONS_HOURLY))
        || stood_at_a_mark(written, superseded, DAY, now.minus(limits::VERSIONS_DAILY))
}

/// Whether a multiple of `every` lies in the time, none before the one that `oldest` follows.
fn stood_at_a_mark(written: Timestamp, superseded: Timestamp, every: i64, oldest: Timestamp) -> bool {
    let since_mark = written.0.rem_euclid(every);
    let first = if since_mark == 0 {
        written.0
    } else {
        written.0.saturating_sub(since_mark).saturating_add(every)
    };
    let oldest = oldest.0.saturating_sub(oldest.0.rem_euclid(every));
    first.max(oldest) < superseded.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noon of day 1000.
    const NOW: Timestamp = Timestamp(1000 * DAY + 12 * HOUR);

    fn kept(from: i64, to: i64) -> bool {
        is_kept(Timestamp(NOW.0 + from), Timestamp(NOW.0 + to), NOW)
    }

    #[test]
    fn what_stood_at_the_beginning_of_an_hour_is_kept_for_a_day() {
        assert!(kept(-3 * HOUR - 5, -3 * HOUR + 5));
        assert!(kept(-3 * HOUR, -3 * HOUR + 1), "from the mark on");
        assert!(!kept(-3 * HOUR + 1, -2 * HOUR), "gone at the next mark");
        assert!(kept(-24 * HOUR, -24 * HOUR + 1));
        assert!(!kept(-25 * HOUR, -25 * HOUR + 1));
    }

    #[test]
    fn what_stood_at_the_beginning_of_a_day_is_kept_for_thirty() {
        let midnight = -12 * HOUR;
        assert!(kept(midnight - 30 * DAY, midnight - 30 * DAY + 1));
        assert!(!kept(midnight - 31 * DAY, midnight - 31 * DAY + 1));
        assert!(!kept(midnight - 30 * DAY + 1, midnight - 29 * DAY));
    }

    #[test]
    fn what_stood_for_long_is_kept_however_long_ago_it_was_written() {
        assert!(kept(-400 * DAY, -1));
        assert!(kept(-400 * DAY, -29 * DAY));
        assert!(!kept(-400 * DAY, -31 * DAY));
    }

    #[test]
    fn what_never_stood_is_not_kept() {
        assert!(!kept(-12 * HOUR, -12 * HOUR));
        assert!(!kept(-12 * HOUR, -13 * HOUR), "a clock that was put back");
    }
}
