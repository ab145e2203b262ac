//! The pending change of address of an account.

use keyhaven_protocol::persona::AccountId;
use sqlx::SqliteConnection;

use crate::{
    failure::Failure,
    keys::wraps::{self, Slot},
};

/// Drops the pending change of address, if there is one, with the links that would confirm it: part of each change of
/// credential, key record or state.
pub(crate) async fn void(connection: &mut SqliteConnection, account: AccountId) -> Result<(), Failure> {
    sqlx::query("DELETE FROM address_changes WHERE account_id = $1")
        .bind(account.as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
    wraps::remove(connection, account, Slot::AddressChange).await
}
