//! A clock that leaps ahead is not believed at once: what it says is over would be gone for good.

use std::time::Duration;

use keyhaven_storage::Timestamp;
use tokio::time::Instant;

/// A sweep that comes later than this after the one before was not only late.
const LEAP: Duration = Duration::from_hours(48);
/// A clock that goes on from where it leapt to is believed after this time, by a clock that nobody sets. Whoever looks
/// after the machine has until then to set it right.
const DOUBT: Duration = Duration::from_hours(24);

/// Since when the clock is doubted, if it is.
#[derive(Debug, Default)]
pub(super) struct Doubt {
    held: Option<Held>,
}

#[derive(Debug)]
struct Held {
    since: Instant,
    /// What the clock said last.
    seen: Timestamp,
}

impl Doubt {
    /// Whether `now` is believed, when the sweep before was at `last`.
    pub(super) fn allows(&mut self, last: Option<Timestamp>, now: Timestamp) -> bool {
        if !last.is_some_and(|last| leaps(last, now)) {
            if self.held.take().is_some() {
                tracing::info!("the clock was set right, and sweeping goes on");
            }
            return true;
        }
        match &mut self.held {
            Some(held) if !leaps(held.seen, now) => {
                held.seen = now;
                if held.since.elapsed() < DOUBT {
                    return false;
                }
                tracing::warn!("the clock leapt ahead a day ago and is believed now");
                self.held = None;
                true
            }
            _ => {
                tracing::error!("the clock leapt ahead, and nothing is swept for a day");
                self.held = Some(Held {
                    since: Instant::now(),
                    seen: now,
                });
                false
            }
        }
    }
}

fn leaps(from: Timestamp, to: Timestamp) -> bool {
    to > from.plus(LEAP)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAST: Option<Timestamp> = Some(Timestamp(1_795_219_200));

    fn later(hours: u64) -> Timestamp {
        LAST.unwrap().plus(Duration::from_hours(hours))
    }

    #[test]
    fn a_first_sweep_and_one_that_is_late_are_believed() {
        let mut doubt = Doubt::default();
        assert!(doubt.allows(None, later(0)));
        assert!(doubt.allows(LAST, later(48)));
        assert!(
            doubt.allows(later(72).into(), later(0)),
            "a clock that was set back"
        );
        assert!(!doubt.allows(LAST, later(49)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_leap_is_believed_when_the_clock_has_gone_on_from_there_for_a_day() {
        let mut doubt = Doubt::default();
        assert!(!doubt.allows(LAST, later(8_760)));
        tokio::time::advance(DOUBT - Duration::from_secs(1)).await;
        assert!(!doubt.allows(LAST, later(8_783)));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(doubt.allows(LAST, later(8_784)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_is_set_right_and_leaps_again_is_doubted_for_a_whole_day_again() {
        let mut doubt = Doubt::default();
        assert!(!doubt.allows(LAST, later(8_760)));
        tokio::time::advance(DOUBT / 2).await;
        assert!(doubt.allows(LAST, later(12)));
        assert!(!doubt.allows(LAST, later(8_760)));
        tokio::time::advance(DOUBT - Duration::from_secs(1)).await;
        assert!(!doubt.allows(LAST, later(8_784)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_leaps_on_is_doubted_from_there() {
        let mut doubt = Doubt::default();
        assert!(!doubt.allows(LAST, later(100)));
        tokio::time::advance(DOUBT - Duration::from_secs(1)).await;
        assert!(!doubt.allows(LAST, later(8_760)));
        tokio::time::advance(DOUBT - Duration::from_secs(1)).await;
        assert!(!doubt.allows(LAST, later(8_783)));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(doubt.allows(LAST, later(8_784)));
    }
}
