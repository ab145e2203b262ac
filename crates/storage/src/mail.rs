//! The queue of mails to make: a request is written for every address, known or not, and looked up when it is sent.
//!
//! Two things are queued. A *request* is what any stranger can cause: one of a kind waits for an address at a time, and
//! the queue takes no more of them when it is full. A *notice* is queued by the store itself, in the transaction of
//! what it tells. It is never refused, and merged only with one that tells the same of the same second. An account
//! whose address nobody confirmed gets none but those that confirm: its address may be anybody's.

use keyhaven_protocol::{address::Address, persona::AccountId};

use crate::{Notice, StorageError, Timestamp};

/// Requests that may wait: what some minutes of an attack leave. Notices are not among them.
pub const QUEUE_MAX_REQUESTS: usize = 10_000;

/// What anybody can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailRequest {
    /// Somebody asked for a reset link.
    Reset,
    /// Somebody signed up with an address that has an account, where sign-up does not say so itself.
    SignUpAttempt,
    /// Somebody signed up with this address, or asked for the letter again: it has the code that confirms. Also queued
    /// by the sign-up itself.
    Confirm,
}

/// What letters to an address are counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailCount {
    /// Those of one kind of request.
    Request(MailRequest),
    /// Those of changes of address, asked for or found taken: whoever has an account can name anybody's address.
    AddressChange,
}

impl From<MailRequest> for MailCount {
    fn from(request: MailRequest) -> Self {
        Self::Request(request)
    }
}

/// What a mail is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailSubject {
    /// Asked for by anybody.
    Request(MailRequest),
    /// It happened, and its owner is told.
    Notice(Notice),
}

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueRequest {
    /// It waits to be sent.
    Queued,
    /// One of its kind waits for this address already; nothing was added.
    Waiting,
    /// [`QUEUE_MAX_REQUESTS`] wait; nothing was added.
    Full,
}

/// A mail to make now.
#[derive(Debug, Clone)]
pub struct MailJob {
    /// Names the job to [`MailQueue::finish_mail`] and [`MailQueue::postpone_mail`].
    pub id: i64,
    /// Where to.
    pub address: Address,
    /// What about.
    pub subject: MailSubject,
    /// Whose a notice is. By now the account may be gone or have another address. Absent for a request, whose address
    /// is looked up when it is sent.
    pub account: Option<AccountId>,
    /// When it was asked for, or when it happened.
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
    ) -> Result<QueueRequest, StorageError>;

    /// The job that has been due longest, leased until `lease`: another caller gets it only after that, and until then
    /// no other job for its address, so that what was sent to an address is counted before the next is looked at.
    ///
    /// # Errors
    /// The backend failed.
    async fn claim_mail(&self, now: Timestamp, lease: Timestamp) -> Result<Option<MailJob>, StorageError>;

    /// How many mails of this count went to the address since then, by [`Self::finish_mail`] with `sent`.
    ///
    /// # Errors
    /// The backend failed.
    async fn mails_sent_since(
        &self,
        address: &Address,
        count: MailCount,
        since: Timestamp,
    ) -> Result<u32, StorageError>;

    /// Takes a job off the queue, and remembers for a day what went out of what is counted.
    ///
    /// # Errors
    /// The backend failed.
    async fn finish_mail(&self, id: i64, outcome: MailOutcome, now: Timestamp) -> Result<(), StorageError>;

    /// Puts a job back until `due`, with one more attempt counted. A request of its kind that came for the address in
    /// the meantime is merged with it.
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
