//! The queue of mails to make: a request is written for every address, known or not, and looked up when it is sent.

use keyhaven_protocol::address::Address;

use crate::{StorageError, Timestamp};

/// What a mail is about. Further kinds come with their operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MailRequest {
    /// Somebody asked for a reset link.
    Reset,
    /// Somebody signed up with an address that has an account, where sign-up does not say so itself.
    SignUpAttempt,
    /// The password was changed or reset.
    PasswordChanged,
}

/// A mail to make now.
#[derive(Debug, Clone)]
pub struct MailJob {
    /// Names the job to [`MailQueue::finish_mail`] and [`MailQueue::postpone_mail`].
    pub id: i64,
    /// Where to.
    pub address: Address,
    /// What about.
    pub request: MailRequest,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// How often sending failed.
    pub attempts: u32,
}

/// The mail queue.
#[async_trait::async_trait]
pub trait MailQueue: Send + Sync {
    /// Asks for a mail. Costs the same for every address.
    ///
    /// # Errors
    /// The backend failed.
    async fn request_mail(
        &self,
        address: &Address,
        request: MailRequest,
        now: Timestamp,
    ) -> Result<(), StorageError>;

    /// The oldest job that is due, leased until `lease`: another caller gets it only after that.
    ///
    /// # Errors
    /// The backend failed.
    async fn claim_mail(&self, now: Timestamp, lease: Timestamp) -> Result<Option<MailJob>, StorageError>;

    /// How many mails of this kind went to the address since then, by [`Self::finish_mail`] with `sent`.
    ///
    /// # Errors
    /// The backend failed.
    async fn mails_sent_since(
        &self,
        address: &Address,
        request: MailRequest,
        since: Timestamp,
    ) -> Result<u32, StorageError>;

    /// Takes a job off the queue, and remembers for a day that a mail was sent.
    ///
    /// # Errors
    /// The backend failed.
    async fn finish_mail(&self, id: i64, outcome: MailOutcome, now: Timestamp) -> Result<(), StorageError>;

    /// Puts a job back until `due`, with one more attempt counted.
    ///
    /// # Errors
    /// The backend failed.
    async fn postpone_mail(&self, id: i64, due: Timestamp) -> Result<(), StorageError>;
}

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailOutcome {
    /// A mail went out.
    Sent,
    /// None did: no such account, too many in the hour, or given up.
    Dropped,
}
