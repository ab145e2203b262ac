//! Accounts that open for nobody any more: out of their address at once, removed by the sweeper later.

use keyhaven_protocol::{
    address::Address,
    base64url,
    persona::{AccountId, AccountState},
};
use keyhaven_storage::{Notice, Timestamp};
use sqlx::SqliteConnection;

use super::state;
use crate::{address_changes, columns, failure::Failure, links, mail::notices, resets, sessions};

const RECORD: &str = "account";

/// Takes its address from an account and ends everything that leads into it, also what was authenticated a moment ago.
/// It is removed after `until`.
pub(crate) async fn archive(
    connection: &mut SqliteConnection,
    id: AccountId,
    until: Timestamp,
) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE accounts
         SET address = $2, address_as_typed = '', archived_until = $3, generation_lead = generation_lead + 1
         WHERE account_id = $1",
    )
    .bind(id.as_bytes().as_slice())
    // No address has this form: there is no @ in it.
    .bind(base64url::encode(id.as_bytes()))
    .bind(until.0)
    .execute(&mut *connection)
    .await?;
    sessions::end_all(connection, id).await?;
    resets::void_all(connection, id).await?;
    address_changes::void(connection, id).await?;
    links::void_all(connection, id).await
}

/// Retires what still holds an address that nobody has any more.
pub(super) async fn retire_of_address(
    connection: &mut SqliteConnection,
    address: &Address,
    now: Timestamp,
) -> Result<(), Failure> {
    let id: Option<Vec<u8>> = sqlx::query_scalar("SELECT account_id FROM accounts WHERE address = $1")
        .bind(address.normalised())
        .fetch_optional(&mut *connection)
        .await?;
    let Some(id) = id else { return Ok(()) };
    retire(
        connection,
        AccountId::from_bytes(columns::fixed(&id, RECORD)?),
        now,
    )
    .await
}

/// Removes an account that is past its time. The owner of a deleted one is told that it is gone.
pub(crate) async fn retire(
    connection: &mut SqliteConnection,
    id: AccountId,
    now: Timestamp,
) -> Result<(), Failure> {
    let row: Option<(String, String, String)> =
        sqlx::query_as("SELECT state, address, address_as_typed FROM accounts WHERE account_id = $1")
            .bind(id.as_bytes().as_slice())
            .fetch_optional(&mut *connection)
            .await?;
    remove(connection, id, now).await?;
    if let Some((state, normalised, as_typed)) = row
        && state::parse(&state)? == AccountState::Deleted
    {
        let address = columns::address(&normalised, &as_typed, RECORD)?;
        notices::queue_to(connection, &address, None, Notice::AccountRemoved, now).await?;
    }
    Ok(())
}

/// Removes an account: its keys and what signs in with this transaction, the rest, which nobody can reach any more, by
/// the next sweeps, so that a large account does not hold up the writer.
pub(crate) async fn remove(
    connection: &mut SqliteConnection,
    id: AccountId,
    now: Timestamp,
) -> Result<(), Failure> {
    archive(connection, id, now).await?;
    for statement in [
        "DELETE FROM key_records WHERE account_id = $1",
        "DELETE FROM proven_credentials WHERE account_id = $1",
        "DELETE FROM wraps WHERE account_id = $1",
        "UPDATE accounts SET credential_hash = '' WHERE account_id = $1",
    ] {
        sqlx::query(statement)
            .bind(id.as_bytes().as_slice())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
