//! What may be written, in the order in which it is refused: author, state, version of the inventory, existence,
//! quota.

use bytes::Bytes;
use keyhaven_protocol::persona::{AccountId, AccountState, limits, objects::SEALED_MEDIA_TYPE};
use keyhaven_storage::{Author, DeleteObject, Precondition, Timestamp, WriteObject};
use sqlx::SqliteConnection;

use super::{
    Kind,
    versions::{self, Content},
};
use crate::{accounts, authors, columns, failure::Failure};

/// Who writes, when, and how much there may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub(super) author: Author,
    pub(super) quota_bytes: u64,
    pub(super) now: Timestamp,
}

/// A new inventory and what it replaces.
#[derive(Debug)]
pub(super) struct InventoryWrite {
    content: Content,
    precondition: Precondition,
}

impl InventoryWrite {
    pub(super) async fn new(bytes: Bytes, precondition: Precondition) -> Self {
        Self {
            content: Content::new(SEALED_MEDIA_TYPE, bytes).await,
            precondition,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.content.len()
    }
}

/// Why nothing is written.
#[derive(Debug, Clone, Copy)]
enum Refusal {
    SignedOut,
    Unproven,
    VersionConflict,
    QuotaExceeded,
}

impl From<Refusal> for WriteObject {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::SignedOut => Self::SignedOut,
            Refusal::Unproven => Self::Unproven,
            Refusal::VersionConflict => Self::VersionConflict,
            Refusal::QuotaExceeded => Self::QuotaExceeded,
        }
    }
}

impl From<Refusal> for DeleteObject {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::SignedOut => Self::SignedOut,
            Refusal::Unproven => Self::Unproven,
            Refusal::VersionConflict => Self::VersionConflict,
            Refusal::QuotaExceeded => Self::QuotaExceeded,
        }
    }
}

pub(super) async fn object(
    connection: &mut SqliteConnection,
    terms: Terms,
    id: &str,
    content: Content,
) -> Result<WriteObject, Failure> {
    let Some(standing) = standing(connection, terms.author).await? else {
        return Ok(Refusal::SignedOut.into());
    };
    let stored = versions::find(connection, terms.author.account, Kind::Object, id).await?;
    // An id with versions, be it deleted, is not new: what it shows would change.
    if stored.is_some() && standing.state != AccountState::Active {
        return Ok(Refusal::Unproven.into());
    }
    if !standing.has_room(terms, content.len())
        || !standing.may_add(content.len())
        || (stored.is_none()
            && versions::count(connection, terms.author.account).await? >= limits::OBJECTS_MAX)
    {
        return Ok(Refusal::QuotaExceeded.into());
    }
    if standing.state != AccountState::Active {
        count_addition(connection, terms.author.account, content.len()).await?;
    }
    versions::add_content(
        connection,
        terms.author.account,
        Kind::Object,
        id,
        content,
        terms.now,
    )
    .await?;
    Ok(WriteObject::Written(None))
}

pub(super) async fn deletion(
    connection: &mut SqliteConnection,
    terms: Terms,
    id: &str,
) -> Result<DeleteObject, Failure> {
    let Some(standing) = standing(connection, terms.author).await? else {
        return Ok(Refusal::SignedOut.into());
    };
    if standing.state != AccountState::Active {
        return Ok(Refusal::Unproven.into());
    }
    match versions::find(connection, terms.author.account, Kind::Object, id).await? {
        Some(stored) if !stored.deleted => {
            versions::add_deletion(connection, stored, terms.now).await?;
            Ok(DeleteObject::Deleted(None))
        }
        _ => Ok(DeleteObject::NotFound),
    }
}

pub(super) async fn object_and_inventory(
    connection: &mut SqliteConnection,
    terms: Terms,
    id: &str,
    content: Content,
    inventory: InventoryWrite,
) -> Result<WriteObject, Failure> {
    let standing = match standing_for(connection, terms, &inventory).await? {
        Ok(standing) => standing,
        Err(refusal) => return Ok(refusal.into()),
    };
    let stored = versions::find(connection, terms.author.account, Kind::Object, id).await?;
    if !standing.has_room(terms, content.len().saturating_add(inventory.len()))
        || (stored.is_none()
            && versions::count(connection, terms.author.account).await? >= limits::OBJECTS_MAX)
    {
        return Ok(Refusal::QuotaExceeded.into());
    }
    versions::add_content(
        connection,
        terms.author.account,
        Kind::Object,
        id,
        content,
        terms.now,
    )
    .await?;
    Ok(WriteObject::Written(Some(
        replace_inventory(connection, terms, inventory).await?,
    )))
}

pub(super) async fn deletion_and_inventory(
    connection: &mut SqliteConnection,
    terms: Terms,
    id: &str,
    inventory: InventoryWrite,
) -> Result<DeleteObject, Failure> {
    let standing = match standing_for(connection, terms, &inventory).await? {
        Ok(standing) => standing,
        Err(refusal) => return Ok(refusal.into()),
    };
    let stored = versions::find(connection, terms.author.account, Kind::Object, id).await?;
    let Some(stored) = stored.filter(|stored| !stored.deleted) else {
        return Ok(DeleteObject::NotFound);
    };
    if !standing.may_clean_up(terms, inventory.len()) {
        return Ok(Refusal::QuotaExceeded.into());
    }
    versions::add_deletion(connection, stored, terms.now).await?;
    Ok(DeleteObject::Deleted(Some(
        replace_inventory(connection, terms, inventory).await?,
    )))
}

pub(super) async fn undeletion_and_inventory(
    connection: &mut SqliteConnection,
    terms: Terms,
    id: &str,
    inventory: InventoryWrite,
) -> Result<WriteObject, Failure> {
    let standing = match standing_for(connection, terms, &inventory).await? {
        Ok(standing) => standing,
        Err(refusal) => return Ok(refusal.into()),
    };
    let stored = versions::find(connection, terms.author.account, Kind::Object, id).await?;
    let Some(stored) = stored.filter(|stored| stored.deleted) else {
        return Ok(WriteObject::NotFound);
    };
    if !standing.may_clean_up(terms, inventory.len()) {
        return Ok(Refusal::QuotaExceeded.into());
    }
    versions::undelete(connection, stored).await?;
    Ok(WriteObject::Written(Some(
        replace_inventory(connection, terms, inventory).await?,
    )))
}

/// What an account may do and how much it has stored, while the author is signed in to it.
struct Standing {
    state: AccountState,
    used_bytes: u64,
    /// Added since the reset that made it unproven; of no meaning while it is active.
    unproven_bytes: u64,
    unproven_objects: u64,
}

impl Standing {
    fn has_room(&self, terms: Terms, added: usize) -> bool {
        fits(self.used_bytes, added, terms.quota_bytes)
    }

    /// Room for the inventory that comes with a deletion or undelete.
    fn may_clean_up(&self, terms: Terms, added: usize) -> bool {
        let most = terms.quota_bytes.saturating_add(limits::CLEANUP_RESERVE_BYTES);
        fits(self.used_bytes, added, most)
    }

    /// Whether a new id of this length may be added, as far as the state goes.
    fn may_add(&self, added: usize) -> bool {
        self.state == AccountState::Active
            || (self.unproven_objects < limits::UNPROVEN_ADDED_OBJECTS
                && fits(self.unproven_bytes, added, limits::UNPROVEN_ADDED_BYTES))
    }
}

fn fits(used: u64, added: usize, most: u64) -> bool {
    u64::try_from(added).is_ok_and(|added| used.saturating_add(added) <= most)
}

async fn count_addition(
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

async fn standing(connection: &mut SqliteConnection, author: Author) -> Result<Option<Standing>, Failure> {
    if !authors::is_signed_in(connection, author).await? {
        return Ok(None);
    }
    let row: Option<(String, i64, i64, i64)> = sqlx::query_as(
        "SELECT state, used_bytes, unproven_bytes, unproven_objects FROM accounts WHERE account_id = $1",
    )
    .bind(author.account.as_bytes().as_slice())
    .fetch_optional(connection)
    .await?;
    row.map(|(state, used_bytes, unproven_bytes, unproven_objects)| {
        Ok(Standing {
            state: accounts::parse_state(&state)?,
            used_bytes: columns::unsigned(used_bytes, "account")?,
            unproven_bytes: columns::unsigned(unproven_bytes, "account")?,
            unproven_objects: columns::unsigned(unproven_objects, "account")?,
        })
    })
    .transpose()
}

/// The standing of an account that may replace its inventory by this one.
async fn standing_for(
    connection: &mut SqliteConnection,
    terms: Terms,
    inventory: &InventoryWrite,
) -> Result<Result<Standing, Refusal>, Failure> {
    let Some(standing) = standing(connection, terms.author).await? else {
        return Ok(Err(Refusal::SignedOut));
    };
    if standing.state != AccountState::Active {
        return Ok(Err(Refusal::Unproven));
    }
    let stored = versions::find(connection, terms.author.account, Kind::Inventory, "").await?;
    let matches = match (inventory.precondition, stored) {
        (Precondition::Absent, None) => true,
        (Precondition::Version(expected), Some(stored)) => {
            u64::try_from(stored.last_version).is_ok_and(|version| version == expected)
        }
        (Precondition::Absent, Some(_)) | (Precondition::Version(_), None) => false,
    };
    Ok(if matches {
        Ok(standing)
    } else {
        Err(Refusal::VersionConflict)
    })
}

async fn replace_inventory(
    connection: &mut SqliteConnection,
    terms: Terms,
    inventory: InventoryWrite,
) -> Result<u64, Failure> {
    let version = versions::add_content(
        connection,
        terms.author.account,
        Kind::Inventory,
        "",
        inventory.content,
        terms.now,
    )
    .await?;
    columns::unsigned(version, "inventory")
}
