//! Tells the worker that something was queued, so that mail does not wait for its next round.

use std::sync::Arc;

use keyhaven_protocol::address::Address;
use keyhaven_storage::{MailRequest, Store, Timestamp};
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

    /// Queues the notice that a password changed. The change itself is done and stays done, so a failure to queue is
    /// logged and not answered.
    pub(crate) async fn notify_password_changed(&self, store: &dyn Store, address: &Address, now: Timestamp) {
        match store
            .request_mail(address, MailRequest::PasswordChanged, now)
            .await
        {
            Ok(()) => self.wake(),
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a notice was not queued"
                );
            }
        }
    }
}
