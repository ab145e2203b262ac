//! What may be written, in the order in which it is refused: author, state, version of the inventory, existence,
//! quota.

use bytes::Bytes;
use keyhaven_protocol::persona::{AccountId, AccountState, limits, objects::SEALED_MEDIA_TYPE};
use keyhaven_storage::{Precondition, WriteObject};
use sqlx::SqliteConnection;

use super::{
    Kind,
    adding::{self, Addition, Content},
    standing::{Standing, Terms, count_addition, standing},
    versions::{self, Stored},
};
use crate::{failure::Failure, writer::Settled};

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

    /// What to store, and its number. Its condition, once it holds, says which version it replaces.
    fn addition(self) -> Result<(u64, Addition<'static>), Failure> {
        let version = match self.precondition {
            Precondition::Absent => 1,
            Precondition::Version(replaced) => replaced.saturating_add(1),
        };
        let addition = Addition {
            kind: Kind::Inventory,
            id: "",
            version: i64::try_from(version).map_err(|_| Failure::Damaged("inventory"))?,
            content: self.content,
        };
        Ok((version, addition))
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

/// What came of a write, and whether it is settled. What was refused has written nothing.
type Written<Version> = Result<(WriteObject<Version>, Settled), Failure>;

fn refused<Version>(why: Refusal) -> Written<Version> {
    Ok((why.into(), Settled::Yes))
}

pub(super) async fn object(
    connection: &mut SqliteConnection,
    terms: Terms,
    id: String,
    content: Content,
) -> Written<()> {
    let Some(standing) = standing(connection, terms, &id).await? else {
        return refused(Refusal::SignedOut);
    };
    let account = terms.author.account;
    let stored = standing.object;
    // An id with versions, be it deleted, is not new: what it shows would change.
    if !standing.state.may_change() && (stored.is_some() || standing.state == AccountState::Deleted) {
        return refused(Refusal::NotAllowed(standing.state));
    }
    if !standing.has_room(terms, content.len())
        || !standing.may_add(content.len())
        || !has_place(connection, account, stored).await?
    {
        return refused(Refusal::QuotaExceeded);
    }
    if !standing.state.may_change() {
        count_addition(connection, account, content.len()).await?;
    }
    let addition = Addition {
        kind: Kind::Object,
        id: &id,
        version: versions::next_version(stored),
        content,
    };
    let settled = adding::add(connection, account, addition, terms.now).await?;
    Ok((WriteObject::Written(()), settled))
}

pub(super) async fn deletion(
    connection: &mut SqliteConnection,
    terms: Terms,
    id: String,
) -> Result<WriteObject<()>, Failure> {
    let Some(standing) = standing(connection, terms, &id).await? else {
        return Ok(Refusal::SignedOut.into());
    };
    if !standing.state.may_change() {
        return Ok(Refusal::NotAllowed(standing.state).into());
    }
    match standing.object {
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
) -> Written<u64> {
    let standing = match standing_for(connection, terms, &id, &inventory).await? {
        Ok(standing) => standing,
        Err(refusal) => return refused(refusal),
    };
    let account = terms.author.account;
    let stored = standing.object;
    let added = content.len().saturating_add(inventory.len());
    if !standing.has_room(terms, added) || !has_place(connection, account, stored).await? {
        return refused(Refusal::QuotaExceeded);
    }
    let object = Addition {
        kind: Kind::Object,
        id: &id,
        version: versions::next_version(stored),
        content,
    };
    let (version, inventory) = inventory.addition()?;
    let settled = adding::add_both(connection, account, object, inventory, terms.now).await?;
    Ok((WriteObject::Written(version), settled))
}

pub(super) async fn deletion_and_inventory(
    connection: &mut SqliteConnection,
    terms: Terms,
    id: String,
    inventory: InventoryWrite,
) -> Written<u64> {
    let stored = match find_for_cleaning(connection, terms, &id, &inventory, Shown::Listed).await? {
        Ok(stored) => stored,
        Err(refusal) => return refused(refusal),
    };
    versions::add_deletion(connection, stored, terms.now).await?;
    replace_inventory(connection, terms, inventory).await
}

pub(super) async fn undeletion_and_inventory(
    connection: &mut SqliteConnection,
    terms: Terms,
    id: String,
    inventory: InventoryWrite,
) -> Written<u64> {
    let stored = match find_for_cleaning(connection, terms, &id, &inventory, Shown::Deleted).await? {
        Ok(stored) => stored,
        Err(refusal) => return refused(refusal),
    };
    versions::undelete(connection, stored).await?;
    replace_inventory(connection, terms, inventory).await
}

pub(super) async fn inventory_alone(
    connection: &mut SqliteConnection,
    terms: Terms,
    inventory: InventoryWrite,
) -> Written<u64> {
    // No object has the empty id: of the account's standing, what it has under an id does not matter here.
    let standing = match standing_for(connection, terms, "", &inventory).await? {
        Ok(standing) => standing,
        Err(refusal) => return refused(refusal),
    };
    if !standing.may_clean_up(terms, inventory.len()) {
        return refused(Refusal::QuotaExceeded);
    }
    replace_inventory(connection, terms, inventory).await
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
    let standing = match standing_for(connection, terms, id, inventory).await? {
        Ok(standing) => standing,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let shown = |stored: &Stored| {
        if stored.deleted {
            Shown::Deleted
        } else {
            Shown::Listed
        }
    };
    let Some(stored) = standing.object.filter(|stored| shown(stored) == wanted) else {
        return Ok(Err(Refusal::NotFound));
    };
    if wanted == Shown::Deleted && !versions::has_content(connection, stored).await? {
        return Ok(Err(Refusal::NotFound));
    }
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
    id: &str,
    inventory: &InventoryWrite,
) -> Result<Result<Standing, Refusal>, Failure> {
    let Some(standing) = standing(connection, terms, id).await? else {
        return Ok(Err(Refusal::SignedOut));
    };
    if !standing.state.may_change() {
        return Ok(Err(Refusal::NotAllowed(standing.state)));
    }
    let matches = match (inventory.precondition, standing.inventory) {
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

/// Only after [`standing_for`] has found that the condition holds. The last step of a write.
async fn replace_inventory(
    connection: &mut SqliteConnection,
    terms: Terms,
    inventory: InventoryWrite,
) -> Written<u64> {
    let (version, addition) = inventory.addition()?;
    let settled = adding::add(connection, terms.author.account, addition, terms.now).await?;
    Ok((WriteObject::Written(version), settled))
}
