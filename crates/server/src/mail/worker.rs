//! Takes jobs off the queue, a few at a time, and makes the mail then. What cannot be sent now is tried again, with
//! other codes.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use keyhaven_protocol::{
    address::Address,
    base64url,
    persona::{
        AccountState,
        limits::{RESET_MAILS_PER_DAY, RESET_MAILS_PER_HOUR},
    },
};
use keyhaven_storage::{
    Account, Addressee, MailCount, MailJob, MailOutcome, MailSubject, Notice, StorageError, Timestamp,
};
use lettre::message::Mailbox;
use tokio::task::JoinSet;

use super::{
    Delivery, DeliveryError, House, Letter, MailSignal,
    letters::{self, Rendered},
    mailbox::mailbox,
    news::{NewsDesk, NewsError},
    occasion::News,
    patience::{Fault, Next, after_failure},
};
use crate::{
    app_state::{ClockRef, StoreRef},
    config::BaseUrl,
    metrics::Metrics,
    random::{self, RandomError},
};

/// Letters that are delivered at the same time: one slow mail server must not hold up the letters of others.
const LANES: usize = 4;
/// The longest a delivery may take before it counts as failed and its lane goes on.
const DELIVERY_MAX: Duration = Duration::from_secs(60);
/// How long a claimed job stays with its lane; longer than any delivery may take.
const LEASE: Duration = Duration::from_secs(120);
/// The pause before looking again for jobs that have become due.
const ROUND: Duration = Duration::from_secs(5);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Sends what is queued.
#[derive(Clone)]
pub struct MailWorker {
    /// The queue and the accounts.
    pub store: StoreRef,
    /// The time.
    pub clock: ClockRef,
    /// Where letters go.
    pub delivery: Arc<dyn Delivery>,
    /// Where links point.
    pub base_url: BaseUrl,
    /// Whom letters are from.
    pub from: Mailbox,
    /// Name, language and looks of letters.
    pub house: House,
    /// Woken by handlers.
    pub signal: MailSignal,
    /// Counts letters that were given up.
    pub metrics: Metrics,
}

impl fmt::Debug for MailWorker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailWorker")
            .field("delivery", &self.delivery)
            .finish_non_exhaustive()
    }
}

/// Why a mail was not made or did not go out.
#[derive(Debug, thiserror::Error)]
enum SendError {
    #[error("the store failed")]
    Storage(#[from] StorageError),
    #[error("there is no news to tell")]
    News(#[from] NewsError),
    #[error("the letter did not go out")]
    Delivery(#[from] DeliveryError),
    #[error("no randomness for a name")]
    Random(#[from] RandomError),
    #[error("a panic, which the log names beside this")]
    Panicked,
}

impl SendError {
    /// Whether the same letter would fare better another time.
    fn fault(&self) -> Fault {
        match self {
            Self::Delivery(error) => error.fault(),
            Self::Panicked => Fault::Lasting,
            Self::Storage(_) | Self::News(_) | Self::Random(_) => Fault::Passing,
        }
    }
}

impl MailWorker {
    /// Works until the task is dropped: it ends by a panic alone. A store that has stopped is left alone, since the
    /// process ends then.
    pub async fn run(self) {
        let mut lanes = JoinSet::new();
        for _ in 0..LANES {
            lanes.spawn(self.clone().run_lane());
        }
        // With fewer lanes one silent mail server would hold up the letters of others; so the rest ends with the first.
        let _panic = lanes.join_next().await;
    }

    async fn run_lane(self) {
        loop {
            match self.send_one().await {
                Ok(Progress::One) => {}
                Ok(Progress::Nothing) => {
                    // Whichever comes first; a time-out means only that it is time to look again.
                    let _elapsed = tokio::time::timeout(ROUND, self.signal.woken()).await;
                }
                Err(StorageError::Stopped) => return std::future::pending().await,
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "the mail queue failed");
                    tokio::time::sleep(ROUND).await;
                }
            }
        }
    }

    async fn send_one(&self) -> Result<Progress, StorageError> {
        let now = self.clock.now();
        let Some(job) = self.store.claim_mail(now, now.plus(LEASE)).await? else {
            return Ok(Progress::Nothing);
        };
        // There may be more than this one: the next lane looks while this one is busy.
        self.signal.wake();
        let sent = self.send_apart(&job, now).await;
        // Sending may have taken a while.
        let now = self.clock.now();
        match sent {
            Ok(outcome) => self.store.finish_mail(job.id, outcome, now).await?,
            Err(error) => self.fail(&job, &error, now).await?,
        }
        Ok(Progress::One)
    }

    /// Sends in a task of its own: a letter that panics has failed, and neither its lane nor the other letters with it.
    async fn send_apart(&self, job: &MailJob, now: Timestamp) -> Result<MailOutcome, SendError> {
        let mut task = JoinSet::new();
        let (worker, job) = (self.clone(), job.clone());
        task.spawn(async move { worker.send(&job, now).await });
        match task.join_next().await {
            Some(Ok(sent)) => sent,
            Some(Err(_)) | None => Err(SendError::Panicked),
        }
    }

    async fn fail(&self, job: &MailJob, error: &SendError, now: Timestamp) -> Result<(), StorageError> {
        let attempts = job.attempts.saturating_add(1);
        match after_failure(job, error.fault(), now) {
            Next::TryAt(due) => {
                tracing::warn!(
                    error = error as &dyn std::error::Error,
                    attempts,
                    "a mail did not go out"
                );
                self.store.postpone_mail(job.id, due).await
            }
            Next::GiveUp => {
                tracing::error!(
                    error = error as &dyn std::error::Error,
                    attempts,
                    "a mail did not go out and was given up"
                );
                self.metrics.gave_a_mail_up();
                self.store.finish_mail(job.id, MailOutcome::Dropped, now).await
            }
        }
    }

    async fn send(&self, job: &MailJob, now: Timestamp) -> Result<MailOutcome, SendError> {
        let Some((address, news)) = self.news(job, now).await? else {
            return Ok(MailOutcome::Dropped);
        };
        let Some(to) = mailbox(&address) else {
            tracing::error!("an address cannot be mailed to");
            self.metrics.gave_a_mail_up();
            return Ok(MailOutcome::Dropped);
        };
        let Rendered { subject, text, html } = letters::write(&news, &self.house);
        let id = base64url::encode(&random::generate::<18>()?);
        let letter = Letter {
            from: self.from.clone(),
            to,
            subject,
            text,
            html,
            logo: self.house.logo.clone(),
            written_at: UNIX_EPOCH + Duration::from_secs(u64::try_from(now.0).unwrap_or(0)),
            message_id: format!("{id}@{}", self.base_url.host()),
        };
        tokio::time::timeout(DELIVERY_MAX, self.delivery.deliver(letter))
            .await
            .unwrap_or(Err(DeliveryError::TimedOut))?;
        Ok(MailOutcome::Sent)
    }

    /// What to tell whom; `None` where nobody is to be told.
    async fn news(&self, job: &MailJob, now: Timestamp) -> Result<Option<(Address, News)>, SendError> {
        let desk = NewsDesk {
            store: &*self.store,
            base: &self.base_url,
            now,
        };
        match &job.subject {
            MailSubject::Request(request) => {
                let Some(account) = self.store.account_by_address(&job.address, now).await? else {
                    return Ok(None);
                };
                let count = MailCount::Request(*request);
                if self.is_over_the_limit(&account.address, count, now).await? {
                    return Ok(None);
                }
                // To the account's own address, never to the text that somebody asked with.
                let news = desk.of_request(*request, &account, job.requested_at).await?;
                Ok(news.map(|news| (account.address, news)))
            }
            // Notices to an owner are not limited: each stands for a change that somebody proved a right to. They go
            // where the store sent them, also when the account has gone since.
            MailSubject::Notice(notice) => {
                let account = match job.account {
                    Some(id) => self.store.account(id, now).await?,
                    None => None,
                };
                if goes_to_anybody(notice, account.as_ref())
                    && self
                        .is_over_the_limit(&job.address, MailCount::AddressChange, now)
                        .await?
                {
                    return Ok(None);
                }
                let news = desk
                    .of_notice(notice, &job.address, account.as_ref(), job.requested_at)
                    .await?;
                Ok(news.map(|news| (job.address.clone(), news)))
            }
        }
    }

    async fn is_over_the_limit(
        &self,
        address: &Address,
        count: MailCount,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        let in_hour = self
            .store
            .mails_sent_since(address, count, now.minus(HOUR))
            .await?;
        let in_day = self
            .store
            .mails_sent_since(address, count, now.minus(DAY))
            .await?;
        Ok(in_hour >= RESET_MAILS_PER_HOUR || in_day >= RESET_MAILS_PER_DAY)
    }
}

/// Whether nobody has confirmed that the address a notice goes to is the account's. Such letters are limited as what
/// strangers ask for: whoever has an account can name anybody's address.
fn goes_to_anybody(notice: &Notice, account: Option<&Account>) -> bool {
    match notice.addressee() {
        Addressee::Owner => false,
        Addressee::OwnerOrAnybody => {
            account.is_some_and(|account| account.state == AccountState::Unconfirmed)
        }
        Addressee::Anybody => true,
    }
}

/// Whether there was something to do.
enum Progress {
    One,
    Nothing,
}
