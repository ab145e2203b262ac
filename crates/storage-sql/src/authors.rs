//! Whether an author is still signed in.

use keyhaven_storage::{Author, SignedInBy};
use sqlx::SqliteConnection;

use crate::failure::Failure;

/// Asked in the transaction of the read or write, where nothing changes the answer any more.
pub(crate) async fn is_signed_in(connection: &mut SqliteConnection, author: Author) -> Result<bool, Failure> {
    let Ok(epoch) = i64::try_from(author.credential_epoch) else {
        return Ok(false);
    };
    let session = match &author.signed_in_by {
        SignedInBy::Password => None,
        SignedInBy::Session(id) => Some(id.as_bytes().as_slice()),
    };
    let signed_in: i64 = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM accounts WHERE account_id = $1 AND credential_epoch = $2)
            AND ($3 IS NULL OR EXISTS (SELECT 1 FROM sessions WHERE account_id = $1 AND session_id = $3))",
    )
    .bind(author.account.as_bytes().as_slice())
    .bind(epoch)
    .bind(session)
    .fetch_one(connection)
    .await?;
    Ok(signed_in != 0)
}
