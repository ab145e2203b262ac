//! Links of letters that confirm or freeze, by the SHA-256 of their code.

use keyhaven_protocol::persona::AccountId;
use sqlx::SqliteConnection;

use crate::failure::Failure;

/// Voids every link of an account.
pub(crate) async fn void_all(connection: &mut SqliteConnection, account: AccountId) -> Result<(), Failure> {
    sqlx::query("DELETE FROM links WHERE account_id = $1")
        .bind(account.as_bytes().as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

/// Voids the links that freeze: part of each lift, since whoever lifted has proven the backup key, and whoever reads the
/// mailbox could else freeze for ever.
pub(crate) async fn void_freezing(
    connection: &mut SqliteConnection,
    account: AccountId,
) -> Result<(), Failure> {
    sqlx::query("DELETE FROM links WHERE account_id = $1 AND kind = $2")
        .bind(account.as_bytes().as_slice())
        .bind("freeze")
        .execute(connection)
        .await?;
    Ok(())
}
