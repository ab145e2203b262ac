//! What is due in the queue: taken, put off, ended.

use core::time::Duration;

use keyhaven_storage::{MailJob, MailOutcome, Timestamp};
use sqlx::SqliteConnection;

use super::{
    job::JobRow,
    words::{address_hash, count_word, counted_as, parse_request},
};
use crate::failure::Failure;

/// How long a job is put aside that this build cannot read: another build may.
const PUT_ASIDE: Duration = Duration::from_secs(24 * 60 * 60);

/// What is due first.
pub(super) enum Due {
    Nothing,
    Job(Box<MailJob>),
    /// Something that does not parse: damage, or a newer build queued it.
    Unreadable(i64),
}

pub(super) async fn next_due(connection: &mut SqliteConnection, now: Timestamp) -> Result<Due, Failure> {
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

pub(super) async fn claim(
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

pub(super) async fn postpone(
    connection: &mut SqliteConnection,
    id: i64,
    due: Timestamp,
) -> Result<(), Failure> {
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

pub(super) async fn finish(
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
