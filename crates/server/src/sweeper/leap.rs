//! A clock that leaps ahead is not believed at once: what it says is over would be gone for good.

use std::time::Duration;

use keyhaven_storage::{SweepDoubt, Timestamp};

/// A sweep that comes later than this after the one before was not only late.
const LEAP: Duration = Duration::from_hours(48);
/// A clock that goes on from where it leapt to is believed after this time, by a clock that nobody sets and that goes while
/// a server runs. Whoever looks after the machine has until then to set it right.
const DOUBT: Duration = Duration::from_hours(24);

/// What is thought of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It goes as ever.
    Believed,
    /// It leapt, and is back where it ought to be.
    SetRight,
    /// It leapt, and was watched for long enough since.
    GoneOn,
    /// It leapt since it was looked at last.
    Leapt(SweepDoubt),
    /// It leapt before, and must be watched for longer.
    Watched(SweepDoubt),
}

/// What to think of a clock that says `now`, when the sweep before was at `last`, this doubt stands, and the server has
/// run for `awake` since the doubt was noted: over a restart nothing.
pub(super) fn judge(
    last: Option<Timestamp>,
    standing: Option<SweepDoubt>,
    now: Timestamp,
    awake: Duration,
) -> Verdict {
    let leapt = last.is_some_and(|last| leaps(last, now));
    match standing {
        None if !leapt => Verdict::Believed,
        Some(_) if !leapt => Verdict::SetRight,
        Some(standing) if !leaps(standing.seen, now) => {
            let watched = standing.watched.saturating_add(awake);
            if watched >= DOUBT {
                Verdict::GoneOn
            } else {
                Verdict::Watched(SweepDoubt { seen: now, watched })
            }
        }
        _ => Verdict::Leapt(SweepDoubt {
            seen: now,
            watched: Duration::ZERO,
        }),
    }
}

fn leaps(from: Timestamp, to: Timestamp) -> bool {
    to > from.plus(LEAP)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAST: Timestamp = Timestamp(1_795_219_200);
    const SECOND: Duration = Duration::from_secs(1);

    fn later(hours: u64) -> Timestamp {
        LAST.plus(Duration::from_hours(hours))
    }

    fn doubt(hours: u64, watched: Duration) -> SweepDoubt {
        SweepDoubt {
            seen: later(hours),
            watched,
        }
    }

    #[test]
    fn a_first_sweep_and_one_that_is_late_are_believed() {
        let judge = |last, now| judge(last, None, now, Duration::ZERO);
        assert_eq!(judge(None, later(0)), Verdict::Believed);
        assert_eq!(judge(Some(LAST), later(48)), Verdict::Believed);
        let set_back = judge(Some(later(72)), later(0));
        assert_eq!(set_back, Verdict::Believed);
        let leapt = judge(Some(LAST), later(48).plus(SECOND));
        assert!(matches!(leapt, Verdict::Leapt(_)), "{leapt:?}");
    }

    #[test]
    fn a_leap_is_believed_when_the_clock_was_watched_for_a_day_whoever_restarts_meanwhile() {
        let leapt = judge(Some(LAST), None, later(8_760), Duration::from_hours(99));
        assert_eq!(leapt, Verdict::Leapt(doubt(8_760, Duration::ZERO)));
        // Two days between restarts, of which the server ran for six hours.
        let mut standing = doubt(8_760, Duration::ZERO);
        for start in 1..=3 {
            let began = later(8_760 + 48 * start);
            let Verdict::Watched(noted) = judge(Some(LAST), Some(standing), began, Duration::ZERO) else {
                panic!("it is watched");
            };
            assert_eq!(
                noted.watched, standing.watched,
                "what it did not run does not count"
            );
            let six = Duration::from_hours(6);
            let Verdict::Watched(noted) = judge(Some(LAST), Some(noted), began.plus(SECOND), six) else {
                panic!("it is watched");
            };
            standing = noted;
        }
        assert_eq!(standing.watched, Duration::from_hours(18));
        let now = later(8_760 + 150);
        let six = Duration::from_hours(6);
        let nearly = judge(Some(LAST), Some(standing), now, six.saturating_sub(SECOND));
        assert!(matches!(nearly, Verdict::Watched(_)), "{nearly:?}");
        assert_eq!(judge(Some(LAST), Some(standing), now, six), Verdict::GoneOn);
    }

    #[test]
    fn a_clock_that_is_set_right_is_believed_at_once() {
        let standing = doubt(8_760, DOUBT / 2);
        let right = judge(Some(LAST), Some(standing), later(12), DOUBT);
        assert_eq!(right, Verdict::SetRight);
    }

    #[test]
    fn a_clock_that_leaps_on_is_doubted_from_there() {
        let standing = doubt(100, DOUBT.saturating_sub(SECOND));
        let on = judge(Some(LAST), Some(standing), later(8_760), DOUBT);
        assert_eq!(on, Verdict::Leapt(doubt(8_760, Duration::ZERO)));
    }
}
