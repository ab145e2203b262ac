//! Accounts that open for nobody any more: out of their address at once, removed by the sweeper later.

use keyhaven_protocol::{address::Address, base64url, persona::AccountId};
use keyhaven_storage::Timestamp;
use sqlx::SqliteConnection;

use crate::{address_changes, columns, failure::Failure, links, resets, sessions};

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

/// Archives what still holds an address, until now: for an account that is past its time.
pub(super) async fn archive_of_address(
    connection: &mut SqliteConnection,
    address: &Address,
    now: Timestamp,
) -> Result<(), Failure> {
    let id: Option<Vec<u8>> = sqlx::query_scalar("SELECT account_id FROM accounts WHERE address = $1")
        .bind(address.normalised())
        .fetch_optional(&mut *connection)
        .await?;
    let Some(id) = id else { return Ok(()) };
    let id = AccountId::from_bytes(columns::fixed(&id, "account")?);
    archive(connection, id, now).await
}
