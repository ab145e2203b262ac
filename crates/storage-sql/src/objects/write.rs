//! What may be written, in the order in which it is refused: author, state, version of the inventory, existence,
//! quota.

use bytes::Bytes;
use keyhaven_protocol::persona::{AccountId, AccountState, limits, objects::SEALED_MEDIA_TYPE};
use keyhaven_storage::{Precondition, WriteObject};
use sqlx::SqliteConnection;

use super::{
    Kind,
    standing::{Standing, Terms, count_addition, standing},
    versions::{self, Content, Stored},
};
use crate::failure::Failure;

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
    NotAllowed(AccountState),
    VersionConflict,
    NotFound,
    QuotaExceeded,
}

impl<Version> From<Refusal> for WriteObject<Version> {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::SignedOut => Self::SignedOut,
            Refusal::NotAllowed(state) => Self::NotAllowed(state),
            Refusal::VersionConflict => Self::VersionConflict,
            Refusal::NotFound => Self::NotFound,
            Refusal::QuotaExceeded => Self::QuotaExceeded,
        }
    }
}

pub(super) async fn object(
    connection: &mut SqliteConnection,
    terms: Terms,
    id: String,
    content: Content,
) -> Result<WriteObject<()>, Failure> {
    let Some(standing) = standing(connection, terms).await? else {
        return Ok(Refusal::SignedOut.into());
    };
    let account = terms.author.account;
    let stored = versions::find(connection, account, Kind::Object, &id).await?;
    // An id with versions, be it deleted, is not new: what it shows would change.
    if !standing.state.may_change() && (stored.is_some() || standing.state == AccountState::Deleted) {
        return Ok(Refusal::NotAllowed(standing.state).into());
    }
    if !standing.has_room(terms, content.len())
        || !standing.may_add(content.len())
        || !has_place(connection, account, stored).await?
    {
        return Ok(Refusal::QuotaExceeded.into());
    }
    if !standing.state.may_change() {
        count_addition(connection, account, content.len()).await?;
    }
    let version = versions::next_version(stored);
    versions::add_content(
        connection,
        account,
        Kind::Object,
        &id,
        version,
        content,
        terms.now,
    )
    .await?;
    Ok(WriteObject::Written(()))
}

pub(super) async fn deletion(
    connection: &mut SqliteConnection,
    terms: Terms,
    id: String,
) -> Result<WriteObject<()>, Failure> {
    let Some(standing) = standing(connection, terms).await? else {
        return Ok(Refusal::SignedOut.into());
    };
    if !standing.state.may_change() {
        return Ok(Refusal::NotAllowed(standing.state).into());
    }
    match versions::find(connection, terms.author.account, Kind::Object, &id).await? {
        Some(stored) if !stored.deleted => {
            versions::add_deletion(connection, stored, terms.now).await?;
            Ok(WriteObject::Written(()))
        }
        _ => Ok(Refusal::NotFound.into()),
    }
}

pub(super) async fn object_and_inventory(
    connection: &mut SqliteConnection,
    terms: Terms,
    id: String,
    content: Content,
    inventory: InventoryWrite,
) -> Result<WriteObject<u64>, Failure> {
    let standing = match standing_for(connection, terms, &inventory).await? {
        Ok(standing) => standing,
        Err(refusal) => return Ok(refusal.into()),
    };
    let account = terms.author.account;
    let stored = versions::find(connection, account, Kind::Object, &id).await?;
    let added = content.len().saturating_add(inventory.len());
    if !standing.has_room(terms, added) || !has_place(connection, account, stored).await? {
        return Ok(Refusal::QuotaExceeded.into());
    }
    let version = versions::next_version(stored);
    versions::add_content(
        connection,
        account,
        Kind::Object,
        &id,
        version,
        content,
        terms.now,
    )
    .await?;
    Ok(WriteObject::Written(
        replace_inventory(connection, terms, inventory).await?,
    ))
}

pub(super) async fn deletion_and_inventory(
    connection: &mut SqliteConnection,
    terms: Terms,
    id: String,
    inventory: InventoryWrite,
) -> Result<WriteObject<u64>, Failure> {
    let stored = match find_for_cleaning(connection, terms, &id, &inventory, Shown::Listed).await? {
        Ok(stored) => stored,
        Err(refusal) => return Ok(refusal.into()),
    };
    versions::add_deletion(connection, stored, terms.now).await?;
    Ok(WriteObject::Written(
        replace_inventory(connection, terms, inventory).await?,
    ))
}

pub(super) async fn undeletion_and_inventory(
    connection: &mut SqliteConnection,
    terms: Terms,
    id: String,
    inventory: InventoryWrite,
) -> Result<WriteObject<u64>, Failure> {
    let stored = match find_for_cleaning(connection, terms, &id, &inventory, Shown::Deleted).await? {
        Ok(stored) => stored,
        Err(refusal) => return Ok(refusal.into()),
    };
    versions::undelete(connection, stored).await?;
    Ok(WriteObject::Written(
        replace_inventory(connection, terms, inventory).await?,
    ))
}

/// Whether an id is on the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Listed,
    Deleted,
}

/// The id that a deletion or undelete is for, if it may go ahead.
async fn find_for_cleaning(
    connection: &mut SqliteConnection,
    terms: Terms,
    id: &str,
    inventory: &InventoryWrite,
    wanted: Shown,
) -> Result<Result<Stored, Refusal>, Failure> {
    let standing = match standing_for(connection, terms, inventory).await? {
        Ok(standing) => standing,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let stored = versions::find(connection, terms.author.account, Kind::Object, id).await?;
    let shown = |stored: &Stored| {
        if stored.deleted {
            Shown::Deleted
        } else {
            Shown::Listed
        }
    };
    let Some(stored) = stored.filter(|stored| shown(stored) == wanted) else {
        return Ok(Err(Refusal::NotFound));
    };
    Ok(if standing.may_clean_up(terms, inventory.len()) {
        Ok(stored)
    } else {
        Err(Refusal::QuotaExceeded)
    })
}

/// Whether an id that is there, or one more, is within `OBJECTS_MAX`.
async fn has_place(
    connection: &mut SqliteConnection,
    account: AccountId,
    stored: Option<Stored>,
) -> Result<bool, Failure> {
    Ok(stored.is_some() || versions::count(connection, account).await? < limits::OBJECTS_MAX)
}

/// The standing of an account that may replace its inventory by this one.
async fn standing_for(
    connection: &mut SqliteConnection,
    terms: Terms,
    inventory: &InventoryWrite,
) -> Result<Result<Standing, Refusal>, Failure> {
    let Some(standing) = standing(connection, terms).await? else {
        return Ok(Err(Refusal::SignedOut));
    };
    if !standing.state.may_change() {
        return Ok(Err(Refusal::NotAllowed(standing.state)));
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

/// Only after [`standing_for`] has found that the condition holds: it says which version is replaced.
async fn replace_inventory(
    connection: &mut SqliteConnection,
    terms: Terms,
    inventory: InventoryWrite,
) -> Result<u64, Failure> {
    let version = match inventory.precondition {
        Precondition::Absent => 1,
        Precondition::Version(replaced) => replaced.saturating_add(1),
    };
    versions::add_content(
        connection,
        terms.author.account,
        Kind::Inventory,
        "",
        i64::try_from(version).map_err(|_| Failure::Damaged("inventory"))?,
        inventory.content,
        terms.now,
    )
    .await?;
    Ok(version)
}
