//! Whether the author of a write or read is still signed in.

use keyhaven_storage::{Author, SignedInBy};
use sqlx::SqliteConnection;

use crate::failure::Failure;

/// Asked in the transaction of the write, where nothing changes the answer any more.
pub(crate) async fn is_signed_in(connection: &mut SqliteConnection, author: Author) -> Result<bool, Failure> {
    let found: Option<(i64, Option<i64>)> = sqlx::query_as(
        "SELECT a.credential_epoch + a.generation_lead, s.created_at
         FROM accounts a
         LEFT JOIN sessions s ON s.account_id = a.account_id AND s.session_id = $2
         WHERE a.account_id = $1",
    )
    .bind(author.account.as_bytes().as_slice())
    .bind(session(&author))
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some_and(|(generation, opened_at)| is_current(author, generation, opened_at)))
}

/// The session to look for, where the author has one.
pub(crate) fn session(author: &Author) -> Option<&[u8]> {
    match &author.signed_in_by {
        SignedInBy::Session(session) => Some(session.as_bytes().as_slice()),
        _ => None,
    }
}

/// Whether an account with a credential of this generation, and with that session if it was opened, has this author
/// signed in to it.
pub(crate) fn is_current(author: Author, generation: i64, session_opened_at: Option<i64>) -> bool {
    u64::try_from(generation) == Ok(author.credential_generation)
        && (session(&author).is_none() || session_opened_at.is_some())
}
