//! Whether the author of a write is still signed in.

use keyhaven_storage::{Author, SignedInBy};
use sqlx::SqliteConnection;

use crate::failure::Failure;

/// Asked in the transaction of the write, where nothing changes the answer any more.
pub(crate) async fn is_signed_in(connection: &mut SqliteConnection, author: Author) -> Result<bool, Failure> {
    let account = author.account.as_bytes().as_slice();
    let epoch: Option<i64> =
        sqlx::query_scalar("SELECT credential_epoch FROM accounts WHERE account_id = $1")
            .bind(account)
            .fetch_optional(&mut *connection)
            .await?;
    if epoch.and_then(|epoch| u64::try_from(epoch).ok()) != Some(author.credential_epoch) {
        return Ok(false);
    }
    let SignedInBy::Session(session) = author.signed_in_by else {
        return Ok(true);
    };
    let open: Option<i64> =
        sqlx::query_scalar("SELECT created_at FROM sessions WHERE account_id = $1 AND session_id = $2")
            .bind(account)
            .bind(session.as_bytes().as_slice())
            .fetch_optional(connection)
            .await?;
    Ok(open.is_some())
}
