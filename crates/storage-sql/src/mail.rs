//! The mail queue.

mod due;
mod job;
pub(crate) mod notices;
mod words;

use keyhaven_protocol::{address::Address, persona::AccountId};
use keyhaven_storage::{
    ChangeId, MailCount, MailJob, MailOutcome, MailQueue, MailRequest, QueueRequest, StorageError, Timestamp,
    mail::QUEUE_MAX_REQUESTS,
};
use sqlx::SqliteConnection;

use self::{
    due::{Due, claim, finish, next_due, postpone},
    words::{address_hash, count_word, word},
};
use crate::{SqliteStore, failure::Failure};

const RECORD: &str = "mail job";

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
