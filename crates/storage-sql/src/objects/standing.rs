//! What an account may do and how much of it, at the moment of a write.

use keyhaven_protocol::persona::{AccountId, AccountState, limits};
use keyhaven_storage::{Author, Timestamp};
use sqlx::{FromRow as _, Row as _, SqliteConnection};

use super::{Kind, versions::Stored};
use crate::{accounts::state::StateColumns, authors, columns, failure::Failure};

const RECORD: &str = "account";

/// Who writes, when, and how much there may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub(super) author: Author,
    pub(super) quota_bytes: u64,
    pub(super) now: Timestamp,
}

/// What an account may do and what it has stored, while the author is signed in to it.
pub(super) struct Standing {
    pub(super) state: AccountState,
    /// The id that was asked for, if it was ever written.
    pub(super) object: Option<Stored>,
    /// The inventory, if one was ever written.
    pub(super) inventory: Option<Stored>,
    used_bytes: u64,
    /// Added since it may not overwrite; of no meaning while it may.
    unproven_bytes: u64,
    unproven_objects: u64,
}

impl Standing {
    pub(super) fn has_room(&self, terms: Terms, added: usize) -> bool {
        fits(self.used_bytes, added, self.quota_bytes(terms))
    }

    /// Room for the inventory that comes with a deletion or undelete. Somebody whose address nobody confirmed has none
    /// beside the quota: confirming makes room.
    pub(super) fn may_clean_up(&self, terms: Terms, added: usize) -> bool {
        let reserve = match self.state {
            AccountState::Unconfirmed => 0,
            _ => limits::CLEANUP_RESERVE_BYTES,
        };
        fits(
            self.used_bytes,
            added,
            self.quota_bytes(terms).saturating_add(reserve),
        )
    }

    /// Whether a new id of this length may be added, as far as the state goes.
    pub(super) fn may_add(&self, added: usize) -> bool {
        self.state.may_change()
            || (self.unproven_objects < limits::UNPROVEN_ADDED_OBJECTS
                && fits(self.unproven_bytes, added, limits::UNPROVEN_ADDED_BYTES))
    }

    fn quota_bytes(&self, terms: Terms) -> u64 {
        match self.state {
            AccountState::Unconfirmed => terms.quota_bytes.min(limits::UNCONFIRMED_QUOTA_BYTES),
            _ => terms.quota_bytes,
        }
    }
}

fn fits(used: u64, added: usize, most: u64) -> bool {
    u64::try_from(added).is_ok_and(|added| used.saturating_add(added) <= most)
}

/// Counts what an account adds that may not overwrite.
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

/// The standing of the author's account, with what it has under an id; `None` for one who is signed in no more. One
/// statement, because each is a way to the connection's thread and back, and the writer goes it for every write.
pub(super) async fn standing(
    connection: &mut SqliteConnection,
    terms: Terms,
    id: &str,
) -> Result<Option<Standing>, Failure> {
    let row = sqlx::query(
        "SELECT a.credential_epoch + a.generation_lead AS credential_generation, s.created_at AS session_opened_at,
                a.state, a.state_until, a.frozen_at, a.archived_until, a.calm_since, k.version AS key_record_version,
                a.used_bytes, a.unproven_bytes, a.unproven_objects,
                o.object_key, o.last_version, o.deleted,
                i.object_key AS inventory_key, i.last_version AS inventory_version, i.deleted AS inventory_deleted
         FROM accounts a
         LEFT JOIN sessions s ON s.account_id = a.account_id AND s.session_id = $2
         LEFT JOIN key_records k ON k.account_id = a.account_id
         LEFT JOIN objects o ON o.account_id = a.account_id AND o.kind = $3 AND o.object_id = $4
         LEFT JOIN objects i ON i.account_id = a.account_id AND i.kind = $5 AND i.object_id = ''
         WHERE a.account_id = $1",
    )
    .bind(terms.author.account.as_bytes().as_slice())
    .bind(authors::session(&terms.author))
    .bind(Kind::Object.word())
    .bind(id)
    .bind(Kind::Inventory.word())
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (generation, opened_at) = (
        row.try_get("credential_generation")?,
        row.try_get("session_opened_at")?,
    );
    if !authors::is_current(terms.author, generation, opened_at) {
        return Ok(None);
    }
    let Some(in_force) = StateColumns::from_row(&row)?.in_force(terms.now)? else {
        return Ok(None);
    };
    let stored = |[key, last_version, deleted]: [&str; 3]| -> Result<_, Failure> {
        let (key, last_version, deleted) = (
            row.try_get(key)?,
            row.try_get(last_version)?,
            row.try_get(deleted)?,
        );
        Ok(Stored::of_row(key, last_version, deleted))
    };
    Ok(Some(Standing {
        state: in_force.state,
        object: stored(["object_key", "last_version", "deleted"])?,
        inventory: stored(["inventory_key", "inventory_version", "inventory_deleted"])?,
        used_bytes: columns::unsigned(row.try_get("used_bytes")?, RECORD)?,
        unproven_bytes: columns::unsigned(row.try_get("unproven_bytes")?, RECORD)?,
        unproven_objects: columns::unsigned(row.try_get("unproven_objects")?, RECORD)?,
    }))
}
