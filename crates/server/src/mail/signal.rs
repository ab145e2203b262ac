//! Tells the worker that something was queued, so that mail does not wait for its next round.

use std::sync::Arc;

use keyhaven_protocol::address::Address;
use keyhaven_storage::{MailRequest, QueueRequest, StorageError, Store, Timestamp, mail::QUEUE_MAX_REQUESTS};
use tokio::sync::Notify;

/// Wakes the mail worker.
#[derive(Debug, Clone, Default)]
pub struct MailSignal(Arc<Notify>);

impl MailSignal {
    /// There may be something to send.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    /// Returns after the next [`Self::wake`], or the one that came since the last time.
    pub async fn woken(&self) {
        self.0.notified().await;
    }

    /// Queues what somebody asked for. That the queue is full is told to the operator and not to whoever asks: the
    /// answer is the same for every address.
    ///
    /// # Errors
    /// The store failed.
    pub(crate) async fn request(
        &self,
        store: &dyn Store,
        address: &Address,
        request: MailRequest,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        self.requested(store.request_mail(address, request, now).await?);
        Ok(())
    }

    /// Something was queued, or not: see [`Self::request`].
    pub(crate) fn requested(&self, queued: QueueRequest) {
        match queued {
            // The worker is woken for nothing where one waits: requests are alike to whoever sends them.
            QueueRequest::Queued | QueueRequest::Waiting => self.wake(),
            QueueRequest::Full => {
                tracing::warn!(
                    requests = QUEUE_MAX_REQUESTS,
                    "the mail queue is full: a request for a mail was dropped"
                );
            }
        }
    }
}
