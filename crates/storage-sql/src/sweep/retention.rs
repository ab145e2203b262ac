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

/// When a version that was the newest one from `written` until before `superseded` is kept no longer, if it ever was by
/// this rule.
pub(crate) fn kept_until(written: Timestamp, superseded: Timestamp) -> Option<Timestamp> {
    let hourly = last_mark(written, superseded, HOUR)
        .map(|mark| mark.plus(limits::VERSIONS_HOURLY).0.saturating_add(HOUR));
    let daily = last_mark(written, superseded, DAY)
        .map(|mark| mark.plus(limits::VERSIONS_DAILY).0.saturating_add(DAY));
    hourly.max(daily).map(Timestamp)
}

/// The last multiple of `every` in the time.
fn last_mark(written: Timestamp, superseded: Timestamp, every: i64) -> Option<Timestamp> {
    let last = superseded.0.saturating_sub(1);
    let mark = last.saturating_sub(last.rem_euclid(every));
    (mark >= written.0).then_some(Timestamp(mark))
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

    /// The two say the same in their own ways.
    #[test]
    fn a_version_is_kept_until_it_is_not() {
        let step = 50 * 60 + 7;
        for written in [0, 1, HOUR - 1, HOUR, 11 * HOUR + 59 * 60, 12 * HOUR] {
            for stood in [0, 1, 30 * 60, HOUR, 13 * HOUR, 3 * DAY + 1] {
                let (from, to) = (Timestamp(NOW.0 + written), Timestamp(NOW.0 + written + stood));
                let until = kept_until(from, to);
                for later in (0..35 * DAY).step_by(usize::try_from(step).unwrap()) {
                    let now = Timestamp(to.0 + later);
                    let said = until.is_some_and(|until| now < until);
                    assert_eq!(is_kept(from, to, now), said, "{written} {stood} {later}");
                }
                if let Some(until) = until {
                    assert!(is_kept(from, to, Timestamp(until.0 - 1)) && !is_kept(from, to, until));
                }
            }
        }
    }

    #[test]
    fn what_never_stood_is_not_kept() {
        assert!(!kept(-12 * HOUR, -12 * HOUR));
        assert!(!kept(-12 * HOUR, -13 * HOUR), "a clock that was put back");
    }
}
