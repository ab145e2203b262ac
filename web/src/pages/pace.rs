//! How much longer a piece of work takes, judged by how it went so far.

use keyhaven_client::progress::{Doing, Progress};

/// What is observed before a guess is made.
const OBSERVED_MIN_MS: f64 = 1_000.0;
/// The least part of the whole that has to be done before a guess is made.
const SHARE_MIN: f64 = 0.03;

/// Where a stretch of work began that goes on at one pace.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pace(Option<Start>);

#[derive(Debug, Clone, Copy)]
struct Start {
    doing: Doing,
    counts_items: bool,
    share: f64,
    newest_share: f64,
    at_ms: f64,
}

impl Pace {
    /// The seconds that are left, once that can be told. `share` is done and total of `progress`.
    pub(super) fn seconds_left(
        &mut self,
        progress: Progress,
        share: Option<(u64, u64)>,
        now_ms: f64,
    ) -> Option<u64> {
        let (done, total) = share.filter(|(_, total)| *total > 0)?;
        #[expect(clippy::cast_precision_loss, reason = "a guess needs no more than it has")]
        let share = done as f64 / total as f64;
        let counts_items = progress.items.is_some();
        let start = match self.0 {
            // Items are fetched and opened in turn, so what is done to one of them does not begin a new stretch.
            Some(start)
                if start.newest_share <= share
                    && (start.doing == progress.doing || (counts_items && start.counts_items)) =>
            {
                start
            }
            _ => Start {
                doing: progress.doing,
                counts_items,
                share,
                newest_share: share,
                at_ms: now_ms,
            },
        };
        self.0 = Some(Start {
            newest_share: share,
            ..start
        });
        let (observed_ms, gained) = (now_ms - start.at_ms, share - start.share);
        if observed_ms < OBSERVED_MIN_MS || gained < SHARE_MIN {
            return None;
        }
        let left = (1.0 - share) / gained * observed_ms / 1_000.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "neither negative nor beyond what a person waits for"
        )]
        let left = left.ceil() as u64;
        Some(left)
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_client::progress::Count;

    use super::*;

    fn items(done: u64) -> Progress {
        Progress::of(Doing::Fetching).with_items(Some(Count { done, total: 10 }))
    }

    #[test]
    fn what_is_left_follows_the_pace_so_far() {
        let mut pace = Pace::default();
        assert_eq!(pace.seconds_left(items(0), Some((0, 10)), 0.0), None);
        assert_eq!(
            pace.seconds_left(items(1), Some((1, 10)), 500.0),
            None,
            "too soon"
        );
        assert_eq!(pace.seconds_left(items(2), Some((2, 10)), 4_000.0), Some(16));
        let opening = Progress {
            doing: Doing::Opening,
            ..items(5)
        };
        assert_eq!(pace.seconds_left(opening, Some((5, 10)), 10_000.0), Some(10));
        assert_eq!(pace.seconds_left(items(10), Some((10, 10)), 20_000.0), Some(0));
    }

    #[test]
    fn another_kind_of_work_begins_anew_and_what_cannot_be_counted_has_no_end() {
        let mut pace = Pace::default();
        let sealing = Progress::of(Doing::Sealing);
        assert_eq!(pace.seconds_left(sealing, Some((0, 10)), 0.0), None);
        assert_eq!(pace.seconds_left(sealing, Some((9, 10)), 9_000.0), Some(1));
        let sending = Progress::of(Doing::Sending);
        assert_eq!(pace.seconds_left(sending, Some((0, 10)), 9_100.0), None);
        assert_eq!(pace.seconds_left(sending, None, 20_000.0), None);
        assert_eq!(pace.seconds_left(sending, Some((0, 0)), 20_000.0), None);
    }
}
