//! A job of the queue from its row.

use keyhaven_protocol::{address::Address, persona::AccountId};
use keyhaven_storage::{ChangeId, MailJob, MailSubject, Timestamp};
use sqlx::{FromRow, Row as _, sqlite::SqliteRow};

use super::{Details, RECORD, notices, words::parse_request};
use crate::{columns, failure::Failure};

/// Columns of `mail_queue`.
pub(super) struct JobRow {
    job_id: i64,
    address: String,
    address_as_typed: String,
    request: String,
    account_id: Option<Vec<u8>>,
    address_from: Option<String>,
    address_to: Option<String>,
    change_id: Option<i64>,
    until_at: Option<i64>,
    requested_at: i64,
    attempts: i64,
}

impl JobRow {
    /// Names the job, also where the rest of it cannot be read.
    pub(super) const fn id(&self) -> i64 {
        self.job_id
    }
}

impl FromRow<'_, SqliteRow> for JobRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            job_id: row.try_get("job_id")?,
            address: row.try_get("address")?,
            address_as_typed: row.try_get("address_as_typed")?,
            request: row.try_get("request")?,
            account_id: row.try_get("account_id")?,
            address_from: row.try_get("address_from")?,
            address_to: row.try_get("address_to")?,
            change_id: row.try_get("change_id")?,
            until_at: row.try_get("until_at")?,
            requested_at: row.try_get("requested_at")?,
            attempts: row.try_get("attempts")?,
        })
    }
}

impl TryFrom<JobRow> for MailJob {
    type Error = Failure;

    fn try_from(row: JobRow) -> Result<Self, Failure> {
        let account = row.account_id.map(|id| columns::fixed(&id, RECORD)).transpose()?;
        let details = Details {
            address_from: row.address_from.map(parse_address).transpose()?,
            address_to: row.address_to.map(parse_address).transpose()?,
            change: row.change_id.map(ChangeId),
            until_at: row.until_at.map(Timestamp),
        };
        Ok(Self {
            id: row.job_id,
            address: columns::address(&row.address, &row.address_as_typed, RECORD)?,
            subject: match parse_request(&row.request) {
                Some(request) => MailSubject::Request(request),
                None => MailSubject::Notice(notices::parse(&row.request, details)?),
            },
            account: account.map(AccountId::from_bytes),
            requested_at: Timestamp(row.requested_at),
            attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
        })
    }
}

fn parse_address(as_typed: String) -> Result<Address, Failure> {
    Address::parse(&as_typed).map_err(|_| Failure::Damaged(RECORD))
}
