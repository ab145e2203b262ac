//! How far the worker is, in words, with what is left. Of a derivation nothing is heard before it is over, so the clock
//! is compared with how long it should take.

use keyhaven_client::key_file::messages::{Progress, Work};
use keyhaven_client::progress::{Doing, Progress as FlowProgress};

use crate::components::ProgressView;
use crate::messages::key_file as text;
use crate::pages::pace::Pace;

/// Parts of a derivation: fine enough for a bar.
const PARTS: u64 = 1_000;

/// What is heard of work, and when it began.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Waiting {
    pace: Pace,
    /// The derivation that goes on.
    derivation: Option<Derivation>,
}

#[derive(Debug, Clone, Copy)]
struct Derivation {
    progress: Progress,
    began_ms: f64,
    /// How long it should take.
    takes_ms: u32,
}

impl Waiting {
    /// What to show now that this was heard.
    pub(super) fn hear(&mut self, progress: Progress, takes_ms: u32, now_ms: f64) -> ProgressView {
        if progress.work == Work::Deriving {
            // Another one of the same passphrase begins anew.
            self.derivation = Some(Derivation {
                progress,
                began_ms: now_ms,
                takes_ms,
            });
            return self.look(now_ms).unwrap_or_else(|| text::work(progress));
        }
        self.derivation = None;
        let share = Some((progress.done, progress.total));
        let stretch = FlowProgress::of(match progress.work {
            Work::Deriving => Doing::DerivingKey,
            Work::Checking | Work::Verifying => Doing::Opening,
            Work::Reading => Doing::ReadingList,
            Work::Writing => Doing::Sealing,
        });
        let left = self.pace.seconds_left(stretch, share, now_ms);
        ProgressView {
            share,
            left: left.map(text::left),
            ..text::work(progress)
        }
    }

    /// What to show of a derivation that goes on; `None` if there is none.
    pub(super) fn look(&self, now_ms: f64) -> Option<ProgressView> {
        let Derivation {
            progress,
            began_ms,
            takes_ms,
        } = self.derivation?;
        let takes = f64::from(takes_ms.max(1));
        let passed = ((now_ms - began_ms) / takes).clamp(0.0, 0.99);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of the parts of few derivations"
        )]
        let within = (passed * PARTS as f64) as u64;
        let done = progress.done * PARTS + within;
        let total = progress.total * PARTS;
        let left_parts = total.saturating_sub(done);
        let left_ms = left_parts * u64::from(takes_ms) / PARTS;
        Some(ProgressView {
            share: Some((done, total)),
            left: Some(text::left(left_ms.div_ceil(1_000))),
            ..text::work(progress)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(work: Work, done: u64, total: u64) -> Progress {
        Progress { work, done, total }
    }

    #[test]
    fn a_derivation_goes_by_the_clock_and_never_says_that_it_is_over() {
        let mut waiting = Waiting::default();
        let view = waiting.hear(heard(Work::Deriving, 0, 1), 20_000, 1_000.0);
        assert_eq!(
            (view.share, view.left.as_deref()),
            (Some((0, 1_000)), Some("About 20 seconds left"))
        );
        let view = waiting.look(11_000.0).unwrap();
        assert_eq!(
            (view.share, view.left.as_deref()),
            (Some((500, 1_000)), Some("About 10 seconds left"))
        );
        assert_eq!(waiting.look(90_000.0).unwrap().share, Some((990, 1_000)));
        let checking = waiting.hear(heard(Work::Checking, 1, 10), 20_000, 91_000.0);
        assert_eq!(checking.share, Some((1, 10)));
        assert!(waiting.look(92_000.0).is_none());
    }

    #[test]
    fn several_derivations_are_one_stretch() {
        let mut waiting = Waiting::default();
        waiting.hear(heard(Work::Deriving, 3, 4), 2_000, 0.0);
        assert_eq!(waiting.look(1_000.0).unwrap().share, Some((3_500, 4_000)));
    }

    #[test]
    fn what_is_left_follows_the_pace_of_each_reading() {
        let mut waiting = Waiting::default();
        waiting.hear(heard(Work::Checking, 0, 100), 0, 0.0);
        let view = waiting.hear(heard(Work::Checking, 50, 100), 0, 4_000.0);
        assert_eq!(view.left.as_deref(), Some("About 4 seconds left"));
        let view = waiting.hear(heard(Work::Reading, 10, 100), 0, 8_000.0);
        assert_eq!(view.left, None, "another pace");
    }
}
