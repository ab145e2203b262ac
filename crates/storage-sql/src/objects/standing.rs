//! What an account may do and how much of it, at the moment of a write.

use keyhaven_protocol::persona::{AccountId, AccountState, limits};
use keyhaven_storage::{Author, Timestamp};
use sqlx::SqliteConnection;

use crate::{accounts, authors, columns, failure::Failure};

/// Who writes, when, and how much there may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub(super) author: Author,
    pub(super) quota_bytes: u64,
    pub(super) now: Timestamp,
}

/// What an account may do and how much it has stored, while the author is signed in to it.
pub(super) struct Standing {
    pub(super) state: AccountState,
    used_bytes: u64,
    /// Added since the reset that made it unproven; of no meaning while it is active.
    unproven_bytes: u64,
    unproven_objects: u64,
}

impl Standing {
    pub(super) fn has_room(&self, terms: Terms, added: usize) -> bool {
        fits(self.used_bytes, added, terms.quota_bytes)
    }

    /// Room for the inventory that comes with a deletion or undelete.
    pub(super) fn may_clean_up(&self, terms: Terms, added: usize) -> bool {
        let most = terms.quota_bytes.saturating_add(limits::CLEANUP_RESERVE_BYTES);
        fits(self.used_bytes, added, most)
    }

    /// Whether a new id of this length may be added, as far as the state goes.
    pub(super) fn may_add(&self, added: usize) -> bool {
        self.state == AccountState::Active
            || (self.unproven_objects < limits::UNPROVEN_ADDED_OBJECTS
                && fits(self.unproven_bytes, added, limits::UNPROVEN_ADDED_BYTES))
    }
}

fn fits(used: u64, added: usize, most: u64) -> bool {
    u64::try_from(added).is_ok_and(|added| used.saturating_add(added) <= most)
}

/// Counts what an unproven account adds.
pub(super) async fn count_addition(
    connection: &mut SqliteConnection,
    account: AccountId,
    added: usize,
) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE accounts
         SET unproven_bytes = unproven_bytes + $2, unproven_objects = unproven_objects + 1
         WHERE account_id = $1",
    )
    .bind(account.as_bytes().as_slice())
    .bind(i64::try_from(added).map_err(|_| Failure::Damaged("account"))?)
    .execute(connection)
    .await?;
    Ok(())
}

/// The standing of the author's account; `None` for one who is signed in no more. One statement, because each is a way
/// to the connection's thread and back, and the writer goes it for every write.
pub(super) async fn standing(
    connection: &mut SqliteConnection,
    author: Author,
) -> Result<Option<Standing>, Failure> {
    let row: Option<(i64, Option<i64>, String, i64, i64, i64)> = sqlx::query_as(
        "SELECT a.credential_epoch, s.created_at, a.state, a.used_bytes, a.unproven_bytes, a.unproven_objects
         FROM accounts a
         LEFT JOIN sessions s ON s.account_id = a.account_id AND s.session_id = $2
         WHERE a.account_id = $1",
    )
    .bind(author.account.as_bytes().as_slice())
    .bind(authors::session(&author))
    .fetch_optional(connection)
    .await?;
    let row = row.filter(|(epoch, opened_at, ..)| authors::is_current(author, *epoch, *opened_at));
    row.map(|(_, _, state, used_bytes, unproven_bytes, unproven_objects)| {
        Ok(Standing {
            state: accounts::parse_state(&state)?,
            used_bytes: columns::unsigned(used_bytes, "account")?,
            unproven_bytes: columns::unsigned(unproven_bytes, "account")?,
            unproven_objects: columns::unsigned(unproven_objects, "account")?,
        })
    })
    .transpose()
}
