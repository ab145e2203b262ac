//! The mail queue.

use core::time::Duration;

use keyhaven_protocol::address::Address;
use keyhaven_storage::{
    MailJob, MailOutcome, MailQueue, MailRequest, MailSubject, QueueRequest, StorageError, Timestamp,
    mail::QUEUE_MAX_REQUESTS,
};
use sha2::{Digest as _, Sha256};
use sqlx::{FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use crate::{SqliteStore, columns, failure::Failure};

const RECORD: &str = "mail job";
/// The longest time that anybody counts sent mails over.
const SENT_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

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
        let mut connection = self.readers.acquire().await.map_err(Failure::Sql)?;
        let due = next_due(&mut connection, now).await?;
        drop(connection);
        if due.is_none() {
            return Ok(None);
        }
        self.writer
            .run(0, move |connection| Box::pin(claim(connection, now, lease)))
            .await
    }

    async fn mails_sent_since(
        &self,
        address: &Address,
        request: MailRequest,
        since: Timestamp,
    ) -> Result<u32, StorageError> {
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM mails_sent WHERE address_hash = $1 AND sent_at >= $2 AND request = $3",
        )
        .bind(address_hash(address.normalised()))
        .bind(since.0)
        .bind(word(MailSubject::Request(request))?)
        .fetch_one(&self.readers)
        .await
        .map_err(Failure::Sql)?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
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

async fn request(
    connection: &mut SqliteConnection,
    address: &Address,
    request: MailRequest,
    now: Timestamp,
) -> Result<QueueRequest, Failure> {
    let subject = MailSubject::Request(request);
    let waiting: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM mail_queue WHERE address = $1 AND request = $2 AND claimed = 0",
    )
    .bind(address.normalised())
    .bind(word(subject)?)
    .fetch_one(&mut *connection)
    .await?;
    if waiting > 0 {
        return Ok(QueueRequest::Waiting);
    }
    // Notices are not counted: whoever causes them must not be able to keep others from asking.
    let requests: i64 = sqlx::query_scalar("SELECT count(*) FROM mail_queue WHERE request <> $1")
        .bind(word(MailSubject::PasswordChanged)?)
        .fetch_one(&mut *connection)
        .await?;
    if usize::try_from(requests).map_or(true, |requests| requests >= QUEUE_MAX_REQUESTS) {
        return Ok(QueueRequest::Full);
    }
    add(connection, address, subject, now).await?;
    Ok(QueueRequest::Queued)
}

/// Queues the notice that the password of an address changed: part of each change of the credential, so that there is
/// none without it.
pub(crate) async fn queue_notice(
    connection: &mut SqliteConnection,
    address: &Address,
    now: Timestamp,
) -> Result<(), Failure> {
    add(connection, address, MailSubject::PasswordChanged, now).await
}

async fn add(
    connection: &mut SqliteConnection,
    address: &Address,
    subject: MailSubject,
    now: Timestamp,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO mail_queue (address, address_as_typed, request, requested_at, due_at, attempts, claimed)
         VALUES ($1, $2, $3, $4, $4, 0, 0)",
    )
    .bind(address.normalised())
    .bind(address.as_typed())
    .bind(word(subject)?)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

async fn next_due(connection: &mut SqliteConnection, now: Timestamp) -> Result<Option<MailJob>, Failure> {
    let row: Option<JobRow> = sqlx::query_as(
        "SELECT job_id, address, address_as_typed, request, requested_at, attempts FROM mail_queue AS job
         WHERE due_at <= $1 AND NOT EXISTS (
             SELECT 1 FROM mail_queue AS other
             WHERE other.address = job.address AND other.claimed = 1 AND other.due_at > $1
         )
         ORDER BY due_at, job_id LIMIT 1",
    )
    .bind(now.0)
    .fetch_optional(connection)
    .await?;
    row.map(MailJob::try_from).transpose()
}

async fn claim(
    connection: &mut SqliteConnection,
    now: Timestamp,
    lease: Timestamp,
) -> Result<Option<MailJob>, Failure> {
    let Some(job) = next_due(connection, now).await? else {
        return Ok(None);
    };
    sqlx::query("UPDATE mail_queue SET due_at = $2, claimed = 1 WHERE job_id = $1")
        .bind(job.id)
        .bind(lease.0)
        .execute(connection)
        .await?;
    Ok(Some(job))
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
    if matches!(parse(&word)?, MailSubject::Request(_)) {
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
    if !matches!(parse(&word)?, MailSubject::Request(_)) {
        return Ok(());
    }
    sqlx::query("DELETE FROM mails_sent WHERE sent_at < $1")
        .bind(now.minus(SENT_KEPT).0)
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO mails_sent (address_hash, request, sent_at) VALUES ($1, $2, $3)")
        .bind(address_hash(&address))
        .bind(word)
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

/// The word of a subject in its column; one that this build cannot store is refused.
fn word(subject: MailSubject) -> Result<&'static str, Failure> {
    match subject {
        MailSubject::Request(MailRequest::Reset) => Ok("reset"),
        MailSubject::Request(MailRequest::SignUpAttempt) => Ok("sign_up_attempt"),
        MailSubject::PasswordChanged => Ok("password_changed"),
        _ => Err(Failure::Damaged(RECORD)),
    }
}

/// The subject of a word.
fn parse(word: &str) -> Result<MailSubject, Failure> {
    match word {
        "reset" => Ok(MailSubject::Request(MailRequest::Reset)),
        "sign_up_attempt" => Ok(MailSubject::Request(MailRequest::SignUpAttempt)),
        "password_changed" => Ok(MailSubject::PasswordChanged),
        _ => Err(Failure::Damaged(RECORD)),
    }
}

struct JobRow {
    job_id: i64,
    address: String,
    address_as_typed: String,
    request: String,
    requested_at: i64,
    attempts: i64,
}

impl FromRow<'_, SqliteRow> for JobRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            job_id: row.try_get("job_id")?,
            address: row.try_get("address")?,
            address_as_typed: row.try_get("address_as_typed")?,
            request: row.try_get("request")?,
            requested_at: row.try_get("requested_at")?,
            attempts: row.try_get("attempts")?,
        })
    }
}

impl TryFrom<JobRow> for MailJob {
    type Error = Failure;

    fn try_from(row: JobRow) -> Result<Self, Failure> {
        Ok(Self {
            id: row.job_id,
            address: columns::address(&row.address, &row.address_as_typed, RECORD)?,
            subject: parse(&row.request)?,
            requested_at: Timestamp(row.requested_at),
            attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
        })
    }
}
