//! Requests that are turned away: all are counted, and a line in the log tells of many.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

use crate::metrics::Metrics;

/// A line for each would cost more than the answer, and let anybody fill the disk.
const LOGGED_EVERY: Duration = Duration::from_secs(1);

/// Counts them.
#[derive(Debug)]
pub(super) struct TurnedAway {
    metrics: Metrics,
    untold: AtomicU64,
    logged: Mutex<Option<Instant>>,
}

impl TurnedAway {
    pub(super) fn new(metrics: Metrics) -> Self {
        Self {
            metrics,
            untold: AtomicU64::new(0),
            logged: Mutex::new(None),
        }
    }

    pub(super) fn one_more(&self) {
        self.metrics.shed_request();
        self.untold.fetch_add(1, Ordering::Relaxed);
        if self.is_time_to_tell() {
            let turned_away = self.untold.swap(0, Ordering::Relaxed);
            tracing::warn!(
                turned_away,
                "requests are turned away: more came than are worked on at once"
            );
        }
    }

    fn is_time_to_tell(&self) -> bool {
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = logged.is_none_or(|logged| logged.elapsed() >= LOGGED_EVERY);
        if is_time {
            *logged = Some(Instant::now());
        }
        is_time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_second_has_one_line_for_all_who_came_in_it() {
        let turned_away = TurnedAway::new(Metrics::default());
        assert!(turned_away.is_time_to_tell());
        for _ in 0..1_000 {
            assert!(!turned_away.is_time_to_tell());
        }
        tokio::time::advance(LOGGED_EVERY).await;
        assert!(turned_away.is_time_to_tell());
        assert!(!turned_away.is_time_to_tell());
    }
}
