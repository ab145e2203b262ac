//! Removes what is over: old versions, accounts whose time has come, sessions, codes and links.
//!
//! Nothing waits for it: what is over counts as over from its time on, swept or not.

mod leap;

use std::{fmt, time::Duration};

use keyhaven_storage::{AccountStates, StorageError, SweepDoubt, Swept};
use tokio::time::Instant;

use crate::{
    app_state::{ClockRef, StoreRef},
    mail::MailSignal,
    sweeper::leap::{Verdict, judge},
};

/// Between rounds, so that whoever waits to write comes first.
const BREATH: Duration = Duration::from_millis(50);

/// Sweeps every few minutes.
pub struct Sweeper {
    /// What is swept.
    pub store: StoreRef,
    /// The time.
    pub clock: ClockRef,
    /// Woken when something was swept: removals are told by mail.
    pub signal: MailSignal,
    /// Whether the clock may leap, as one for development does; any other is doubted for a day.
    pub leaps: bool,
    /// The pause between the end of one sweep and the next.
    pub every: Duration,
}

impl fmt::Debug for Sweeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sweeper")
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}

impl Sweeper {
    /// Works until the task is dropped: it ends by a panic alone. A store that fails is tried again next time; one that
    /// has stopped is left alone, since the process ends then.
    pub async fn run(self) {
        let mut watching = Watching::default();
        loop {
            match self.sweep(&mut watching).await {
                Ok(swept) if swept == Swept::default() => {}
                Ok(swept) => {
                    let Swept {
                        versions,
                        objects,
                        accounts,
                        expired,
                        ..
                    } = swept;
                    tracing::info!(versions, objects, accounts, expired, "swept");
                    self.signal.wake();
                }
                Err(StorageError::Stopped) => return std::future::pending().await,
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "sweeping failed");
                }
            }
            tokio::time::sleep(self.every).await;
        }
    }

    /// Rounds until nothing is left; none while the clock is in doubt.
    async fn sweep(&self, watching: &mut Watching) -> Result<Swept, StorageError> {
        let mut total = Swept::default();
        if !self.leaps && !self.believes_the_clock(watching).await? {
            return Ok(total);
        }
        loop {
            let round = self.store.sweep(self.clock.now()).await?;
            total.versions = total.versions.saturating_add(round.versions);
            total.objects = total.objects.saturating_add(round.objects);
            total.accounts = total.accounts.saturating_add(round.accounts);
            total.expired = total.expired.saturating_add(round.expired);
            if !round.more {
                return Ok(total);
            }
            tokio::time::sleep(BREATH).await;
        }
    }

    /// Whether what the clock says is over may be removed. A doubt is noted in the store: with restarts once a day a day
    /// would never pass otherwise.
    async fn believes_the_clock(&self, watching: &mut Watching) -> Result<bool, StorageError> {
        let last = self.store.last_sweep().await?;
        let standing = self.store.sweep_doubt().await?;
        let now = self.clock.now();
        let doubt = match judge(last, standing, now, watching.awake()) {
            Verdict::Believed => return Ok(true),
            Verdict::SetRight => {
                tracing::info!("the clock was set right, and sweeping goes on");
                return Ok(true);
            }
            Verdict::GoneOn => {
                tracing::warn!("the clock leapt ahead a day ago and is believed now");
                return Ok(true);
            }
            Verdict::Leapt(doubt) => {
                tracing::error!("the clock leapt ahead, and nothing is swept for a day");
                doubt
            }
            Verdict::Watched(doubt) => doubt,
        };
        watching.note(&*self.store, doubt).await?;
        Ok(false)
    }
}

/// Since when the clock is watched beyond what the doubt that stands counts already.
#[derive(Debug, Default)]
struct Watching(Option<Instant>);

impl Watching {
    fn awake(&self) -> Duration {
        self.0.map(|since| since.elapsed()).unwrap_or_default()
    }

    async fn note(&mut self, store: &dyn AccountStates, doubt: SweepDoubt) -> Result<(), StorageError> {
        let noted = Instant::now();
        store.note_sweep_doubt(doubt).await?;
        self.0 = Some(noted);
        Ok(())
    }
}
