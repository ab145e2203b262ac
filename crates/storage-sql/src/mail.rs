//! The mail queue.

mod job;
pub(crate) mod notices;

use core::time::Duration;

use keyhaven_protocol::{address::Address, persona::AccountId};
use keyhaven_storage::{
    ChangeId, MailCount, MailJob, MailOutcome, MailQueue, MailRequest, QueueRequest, StorageError, Timestamp,
    mail::QUEUE_MAX_REQUESTS,
};
use sha2::{Digest as _, Sha256};
use sqlx::SqliteConnection;

use self::job::JobRow;
use crate::{SqliteStore, failure::Failure};

const RECORD: &str = "mail job";
/// How long a job is put aside that this build cannot read: another build may.
const PUT_ASIDE: Duration = Duration::from_secs(24 * 60 * 60);

#[async_trait::async_trait]
impl MailQueue for SqliteStore {
    async fn request_mail(
        &self,
        address: &Address,
        request: MailRequest,
        now: Timestamp,
    ) -> Result<QueueRequest, StorageError> {
        let address = address.clone();
        self.writer
            .run(0, move |connection| {
                Box::pin(async move { self::request(connection, &address, request, now).await })
            })
            .await
    }

    async fn claim_mail(&self, now: Timestamp, lease: Timestamp) -> Result<Option<MailJob>, StorageError> {
        // Workers ask often and mostly in vain: only a job that is there costs a write.
        let mut reader = self.readers.acquire().await.map_err(Failure::Sql)?;
        let due = next_due(reader.connection().map_err(Failure::Sql)?, now).await;
        if matches!(reader.done(due)?, Due::Nothing) {
            return Ok(None);
        }
        self.writer
            .run(0, move |connection| Box::pin(claim(connection, now, lease)))
            .await
    }

    async fn mails_sent_since(
        &self,
        address: &Address,
        count: MailCount,
        since: Timestamp,
    ) -> Result<u32, StorageError> {
        let mut reader = self.readers.acquire().await.map_err(Failure::Sql)?;
        let counted = sqlx::query_scalar(
            "SELECT count(*) FROM mails_sent WHERE address_hash = $1 AND sent_at >= $2 AND request = $3",
        )
        .bind(address_hash(address.normalised()))
        .bind(since.0)
        .bind(count_word(count))
        .fetch_one(reader.connection().map_err(Failure::Sql)?)
        .await;
        let counted: i64 = reader.done(counted.map_err(Failure::Sql))?;
        Ok(u32::try_from(counted).unwrap_or(u32::MAX))
    }

    async fn finish_mail(&self, id: i64, outcome: MailOutcome, now: Timestamp) -> Result<(), StorageError> {
        self.writer
            .run(0, move |connection| {
                Box::pin(finish(connection, id, outcome, now))
            })
            .await
    }

    async fn postpone_mail(&self, id: i64, due: Timestamp) -> Result<(), StorageError> {
        self.writer
            .run(0, move |connection| Box::pin(postpone(connection, id, due)))
            .await
    }
}

/// Queues what somebody asked for, within a bound.
pub(crate) async fn request(
    connection: &mut SqliteConnection,
    address: &Address,
    request: MailRequest,
    now: Timestamp,
) -> Result<QueueRequest, Failure> {
    if is_waiting(connection, address, request).await? {
        return Ok(QueueRequest::Waiting);
    }
    // Notices are not counted: whoever causes them must not be able to keep others from asking.
    let requests: i64 = sqlx::query_scalar("SELECT count(*) FROM mail_queue WHERE request IN ($1, $2, $3)")
        .bind(word(MailRequest::Reset))
        .bind(word(MailRequest::SignUpAttempt))
        .bind(word(MailRequest::Confirm))
        .fetch_one(&mut *connection)
        .await?;
    if usize::try_from(requests).map_or(true, |requests| requests >= QUEUE_MAX_REQUESTS) {
        return Ok(QueueRequest::Full);
    }
    add(connection, address, Row::of(request), now).await?;
    Ok(QueueRequest::Queued)
}

/// Queues what a change in the store asks for by itself, in its transaction, however many wait: there is a row of the
/// change for each. One of its kind that waits for the address serves for it.
pub(crate) async fn queue_request(
    connection: &mut SqliteConnection,
    address: &Address,
    request: MailRequest,
    now: Timestamp,
) -> Result<(), Failure> {
    if is_waiting(connection, address, request).await? {
        return Ok(());
    }
    add(connection, address, Row::of(request), now).await
}

async fn is_waiting(
    connection: &mut SqliteConnection,
    address: &Address,
    request: MailRequest,
) -> Result<bool, Failure> {
    let waiting: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM mail_queue WHERE address = $1 AND request = $2 AND claimed = 0",
    )
    .bind(address.normalised())
    .bind(word(request))
    .fetch_one(connection)
    .await?;
    Ok(waiting > 0)
}

/// What a job is about, beside address and time.
struct Row {
    word: &'static str,
    account: Option<AccountId>,
    details: Details,
}

impl Row {
    fn of(request: MailRequest) -> Self {
        Self {
            word: word(request),
            account: None,
            details: Details::default(),
        }
    }
}

/// What the letters of some notices need.
#[derive(Default)]
struct Details {
    address_from: Option<Address>,
    address_to: Option<Address>,
    change: Option<ChangeId>,
    until_at: Option<Timestamp>,
}

async fn add(
    connection: &mut SqliteConnection,
    to: &Address,
    row: Row,
    now: Timestamp,
) -> Result<(), Failure> {
    let Details {
        address_from,
        address_to,
        change,
        until_at,
    } = row.details;
    sqlx::query(
        "INSERT INTO mail_queue (address, address_as_typed, request, account_id, address_from, address_to, change_id,
                                 until_at, requested_at, due_at, attempts, claimed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 0, 0)",
    )
    .bind(to.normalised())
    .bind(to.as_typed())
    .bind(row.word)
    .bind(row.account.map(|account| account.as_bytes().to_vec()))
    .bind(address_from.map(|address| address.as_typed().to_owned()))
    .bind(address_to.map(|address| address.as_typed().to_owned()))
    .bind(change.map(|change| change.0))
    .bind(until_at.map(|until| until.0))
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// What is due first.
enum Due {
    Nothing,
    Job(Box<MailJob>),
    /// Something that does not parse: damage, or a newer build queued it.
    Unreadable(i64),
}

async fn next_due(connection: &mut SqliteConnection, now: Timestamp) -> Result<Due, Failure> {
    let row: Option<JobRow> = sqlx::query_as(
        "SELECT job_id, address, address_as_typed, request, account_id, address_from, address_to, change_id, until_at,
                requested_at, attempts
         FROM mail_queue AS job
         WHERE due_at <= $1 AND NOT EXISTS (
             SELECT 1 FROM mail_queue AS other
             WHERE other.address = job.address AND other.claimed = 1 AND other.due_at > $1
         )
         ORDER BY due_at, job_id LIMIT 1",
    )
    .bind(now.0)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(Due::Nothing) };
    let id = row.id();
    Ok(MailJob::try_from(row).map_or(Due::Unreadable(id), |job| Due::Job(Box::new(job))))
}

async fn claim(
    connection: &mut SqliteConnection,
    now: Timestamp,
    lease: Timestamp,
) -> Result<Option<MailJob>, Failure> {
    let job = loop {
        match next_due(connection, now).await? {
            Due::Nothing => return Ok(None),
            Due::Job(job) => break *job,
            // It must not keep the rest from going out.
            Due::Unreadable(id) => put_aside(connection, id, now).await?,
        }
    };
    sqlx::query("UPDATE mail_queue SET due_at = $2, claimed = 1 WHERE job_id = $1")
        .bind(job.id)
        .bind(lease.0)
        .execute(connection)
        .await?;
    Ok(Some(job))
}

/// Lets a job wait that cannot be read. It stays in the queue, and is counted there.
async fn put_aside(connection: &mut SqliteConnection, id: i64, now: Timestamp) -> Result<(), Failure> {
    sqlx::query("UPDATE mail_queue SET due_at = $2, attempts = attempts + 1, claimed = 0 WHERE job_id = $1")
        .bind(id)
        .bind(now.plus(PUT_ASIDE).0)
        .execute(connection)
        .await?;
    Ok(())
}

async fn postpone(connection: &mut SqliteConnection, id: i64, due: Timestamp) -> Result<(), Failure> {
    let postponed: Option<(String, String)> = sqlx::query_as(
        "UPDATE mail_queue SET due_at = $2, attempts = attempts + 1, claimed = 0 WHERE job_id = $1
         RETURNING address, request",
    )
    .bind(id)
    .bind(due.0)
    .fetch_optional(&mut *connection)
    .await?;
    let Some((address, word)) = postponed else {
        return Ok(());
    };
    if parse_request(&word).is_some() {
        sqlx::query("DELETE FROM mail_queue WHERE address = $1 AND request = $2 AND job_id <> $3")
            .bind(address)
            .bind(word)
            .bind(id)
            .execute(connection)
            .await?;
    }
    Ok(())
}

async fn finish(
    connection: &mut SqliteConnection,
    id: i64,
    outcome: MailOutcome,
    now: Timestamp,
) -> Result<(), Failure> {
    let ended: Option<(String, String)> =
        sqlx::query_as("DELETE FROM mail_queue WHERE job_id = $1 RETURNING address, request")
            .bind(id)
            .fetch_optional(&mut *connection)
            .await?;
    let (Some((address, word)), MailOutcome::Sent) = (ended, outcome) else {
        return Ok(());
    };
    let Some(count) = counted_as(&word) else {
        return Ok(());
    };
    sqlx::query("INSERT INTO mails_sent (address_hash, request, sent_at) VALUES ($1, $2, $3)")
        .bind(address_hash(&address))
        .bind(count_word(count))
        .bind(now.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// SHA-256("keyhaven/storage/mail-sent/1" ‖ normalised address): what is counted by after the address left the queue.
fn address_hash(normalised: &str) -> Vec<u8> {
    Sha256::new()
        .chain_update("keyhaven/storage/mail-sent/1")
        .chain_update(normalised)
        .finalize()
        .to_vec()
}

/// The word of a request in its column.
const fn word(request: MailRequest) -> &'static str {
    match request {
        MailRequest::Reset => "reset",
        MailRequest::SignUpAttempt => "sign_up_attempt",
        MailRequest::Confirm => "confirm",
    }
}

/// The request of a word; `None` for a notice.
fn parse_request(word: &str) -> Option<MailRequest> {
    match word {
        "reset" => Some(MailRequest::Reset),
        "sign_up_attempt" => Some(MailRequest::SignUpAttempt),
        "confirm" => Some(MailRequest::Confirm),
        _ => None,
    }
}

/// The word of a count in its column.
const fn count_word(count: MailCount) -> &'static str {
    match count {
        MailCount::Request(request) => word(request),
        MailCount::AddressChange => "address_change",
    }
}

/// What a letter of this word is counted as once it was sent.
fn counted_as(word: &str) -> Option<MailCount> {
    match parse_request(word) {
        Some(request) => Some(MailCount::Request(request)),
        None => notices::is_of_an_address_change(word).then_some(MailCount::AddressChange),
    }
}
