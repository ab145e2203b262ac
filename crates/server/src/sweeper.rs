//! Removes what is over: old versions, accounts whose time has come, sessions, codes and links.
//!
//! Nothing waits for it: what is over counts as over from its time on, swept or not.

mod leap;

use std::{fmt, time::Duration};

use keyhaven_storage::{StorageError, Swept};

use crate::{
    app_state::{ClockRef, StoreRef},
    mail::MailSignal,
    sweeper::leap::Doubt,
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
        let mut doubt = Doubt::default();
        loop {
            match self.sweep(&mut doubt).await {
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
    async fn sweep(&self, doubt: &mut Doubt) -> Result<Swept, StorageError> {
        let mut total = Swept::default();
        let last = self.store.last_sweep().await?;
        if !self.leaps && !doubt.allows(last, self.clock.now()) {
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
}
