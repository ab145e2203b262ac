//! Takes requests off the queue, one at a time, and makes the mail then: the account is looked up when the mail is
//! sent, a code is made for this attempt only, and what cannot be sent now is tried again with another code.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use keyhaven_protocol::{
    address::Address,
    base64url,
    persona::{
        ResetCode, ResetCodeKind,
        limits::{RESET_MAILS_PER_DAY, RESET_MAILS_PER_HOUR},
    },
};
use keyhaven_storage::{Account, CredentialKind, MailJob, MailOutcome, MailRequest, StorageError, Timestamp};
use lettre::message::Mailbox;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{
    Delivery, DeliveryError, Letter, MailSignal,
    letters::{self, Words},
};
use crate::{
    app_state::{ClockRef, StoreRef},
    config::BaseUrl,
    random::{self, RandomError},
};

/// How long a claimed job stays with this worker; longer than any delivery may take.
const LEASE: Duration = Duration::from_secs(120);
/// The pause before looking again for jobs that have become due.
const ROUND: Duration = Duration::from_secs(5);
/// Attempts before a mail is given up: about an hour and a half with the pauses below.
const ATTEMPTS_MAX: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_secs(30);
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
    /// Woken by handlers.
    pub signal: MailSignal,
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
    #[error("the letter did not go out")]
    Delivery(#[from] DeliveryError),
    #[error("no randomness for a code")]
    Random(#[from] RandomError),
}

impl MailWorker {
    /// Works until the task is dropped. A store that has stopped is left alone: the process ends then.
    pub async fn run(self) {
        loop {
            match self.send_one().await {
                Ok(Progress::One) => {}
                Ok(Progress::Nothing) => {
                    // Whichever comes first; a time-out means only that it is time to look again.
                    let _elapsed = tokio::time::timeout(ROUND, self.signal.woken()).await;
                }
                Err(StorageError::Stopped) => return,
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
        match self.send(&job, now).await {
            Ok(outcome) => self.store.finish_mail(job.id, outcome, now).await?,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    attempts = job.attempts.saturating_add(1),
                    "a mail did not go out"
                );
                if job.attempts.saturating_add(1) >= ATTEMPTS_MAX {
                    self.store.finish_mail(job.id, MailOutcome::Dropped, now).await?;
                } else {
                    let pause = FIRST_PAUSE.saturating_mul(1_u32 << job.attempts.min(10));
                    self.store.postpone_mail(job.id, now.plus(pause)).await?;
                }
            }
        }
        Ok(Progress::One)
    }

    async fn send(&self, job: &MailJob, now: Timestamp) -> Result<MailOutcome, SendError> {
        let Some(account) = self.store.account_by_address(&job.address, now).await? else {
            return Ok(MailOutcome::Dropped);
        };
        if self.is_over_the_limit(&account.address, job.request, now).await? {
            return Ok(MailOutcome::Dropped);
        }
        // To the account's own address, never to the text that somebody asked with.
        let Some(to) = mailbox(&account.address) else {
            tracing::warn!("an address cannot be mailed to");
            return Ok(MailOutcome::Dropped);
        };
        let Some(words) = self.words(job, &account, now).await? else {
            return Ok(MailOutcome::Dropped);
        };
        let id = base64url::encode(&random::generate::<18>()?);
        let letter = Letter {
            from: self.from.clone(),
            to,
            subject: words.subject,
            body: words.body,
            written_at: UNIX_EPOCH + Duration::from_secs(u64::try_from(now.0).unwrap_or(0)),
            message_id: format!("{id}@{}", self.base_url.host()),
        };
        self.delivery.deliver(letter).await?;
        Ok(MailOutcome::Sent)
    }

    /// The words for a request; `None` for a kind that this version does not know.
    async fn words(
        &self,
        job: &MailJob,
        account: &Account,
        now: Timestamp,
    ) -> Result<Option<Words>, SendError> {
        let address = account.address.as_typed();
        Ok(Some(match job.request {
            MailRequest::Reset => {
                let kind = match account.credential.kind {
                    CredentialKind::Derived(_) => ResetCodeKind::Derived,
                    CredentialKind::Typed => ResetCodeKind::Typed,
                };
                let code = ResetCode::new(kind, random::generate()?);
                let text = Zeroizing::new(code.expose_text());
                let hash = Sha256::digest(text.as_bytes()).into();
                self.store.add_reset_code(account.id, hash, now).await?;
                letters::reset(&self.base_url, address, &code, job.requested_at)
            }
            MailRequest::SignUpAttempt => letters::sign_up_attempt(&self.base_url, address, job.requested_at),
            MailRequest::PasswordChanged => {
                letters::password_changed(&self.base_url, address, job.requested_at)
            }
            _ => return Ok(None),
        }))
    }

    async fn is_over_the_limit(
        &self,
        address: &Address,
        request: MailRequest,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        let in_hour = self
            .store
            .mails_sent_since(address, request, now.minus(HOUR))
            .await?;
        let in_day = self
            .store
            .mails_sent_since(address, request, now.minus(DAY))
            .await?;
        Ok(in_hour >= RESET_MAILS_PER_HOUR || in_day >= RESET_MAILS_PER_DAY)
    }
}

/// Whether there was something to do.
enum Progress {
    One,
    Nothing,
}

/// As it was typed at sign-up, since the case of the part before the `@` is the mail server's affair; else as it is
/// compared.
fn mailbox(address: &Address) -> Option<Mailbox> {
    let typed = address
        .as_typed()
        .parse()
        .or_else(|_| address.normalised().parse());
    Some(Mailbox::new(None, typed.ok()?))
}
