//! Accounts that are past their time, with everything they stored.

use keyhaven_protocol::persona::AccountId;
use keyhaven_storage::{Swept, Timestamp};
use sqlx::SqliteConnection;

use super::Budget;
use crate::{accounts, columns, failure::Failure};

const RECORD: &str = "account";
/// Most accounts that one round retires or removes.
const ACCOUNTS_MAX: i64 = 50;

/// Takes accounts out of their addresses whose time is over.
pub(super) async fn retire(
    connection: &mut SqliteConnection,
    swept: &mut Swept,
    now: Timestamp,
) -> Result<(), Failure> {
    let over: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT account_id FROM accounts
         WHERE state_until <= $1 AND state IN ('unconfirmed', 'deleted') AND archived_until IS NULL LIMIT $2",
    )
    .bind(now.0)
    .bind(ACCOUNTS_MAX)
    .fetch_all(&mut *connection)
    .await?;
    swept.more |= over.len() >= usize::try_from(ACCOUNTS_MAX).unwrap_or(usize::MAX);
    for id in over {
        let id = AccountId::from_bytes(columns::fixed(&id, RECORD)?);
        accounts::retire(connection, id, now).await?;
    }
    Ok(())
}

/// Removes accounts that nobody can reach any more, version by version.
pub(super) async fn remove(
    connection: &mut SqliteConnection,
    budget: &mut Budget,
    swept: &mut Swept,
    now: Timestamp,
) -> Result<(), Failure> {
    for _ in 0..ACCOUNTS_MAX {
        let id: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT account_id FROM accounts WHERE archived_until <= $1 LIMIT 1")
                .bind(now.0)
                .fetch_optional(&mut *connection)
                .await?;
        let Some(id) = id else { return Ok(()) };
        if !remove_versions(connection, budget, &id).await? {
            swept.more = true;
            return Ok(());
        }
        // What is left of it are small rows, which go with it.
        sqlx::query("DELETE FROM accounts WHERE account_id = $1")
            .bind(id)
            .execute(&mut *connection)
            .await?;
        swept.accounts = swept.accounts.saturating_add(1);
    }
    swept.more = true;
    Ok(())
}

/// Whether all versions of an account are gone.
async fn remove_versions(
    connection: &mut SqliteConnection,
    budget: &mut Budget,
    account: &[u8],
) -> Result<bool, Failure> {
    loop {
        let version: Option<(i64, i64, Option<i64>)> = sqlx::query_as(
            "SELECT v.object_key, v.version, v.size
             FROM objects o JOIN object_versions v ON v.object_key = o.object_key
             WHERE o.account_id = $1 LIMIT 1",
        )
        .bind(account)
        .fetch_optional(&mut *connection)
        .await?;
        let Some((key, version, size)) = version else {
            return Ok(true);
        };
        if !budget.pay(size.unwrap_or_default()) {
            return Ok(false);
        }
        super::versions::remove(connection, key, version).await?;
    }
}
