//! The inventory against what a server has: each difference by name.

use std::collections::BTreeMap;

use keyhaven_protocol::persona::ObjectId;
use sha2::{Digest as _, Sha256};

use super::{INVENTORY_OBJECT_ID, Inventory, InventoryEntry};
use crate::{
    object::{Header, file},
    order,
};

/// One object as a server lists or delivers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerObject {
    /// The id on the wire: of ours, or any text.
    pub id: String,
    /// Length of the stored bytes.
    pub sealed_len: u64,
    /// What is known of the bytes.
    pub evidence: Evidence,
}

/// Where knowledge of stored bytes comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The server's list, which claims a SHA-256 or none.
    Listed {
        /// As claimed.
        sha256: Option<[u8; 32]>,
    },
    /// The bytes themselves.
    Seen {
        /// Of the bytes.
        sha256: [u8; 32],
        /// As their header says, if they have one. Bytes with the right hash need no proof of it.
        counter: Option<u64>,
    },
}

/// How one item of the inventory stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ItemState {
    /// Length and hash are those of the inventory.
    Intact,
    /// The length is that of the inventory, and the server lists no hash: only fetching it will tell.
    Unchecked,
    /// The server does not have it.
    Missing,
    /// The server has an older version than the inventory.
    Stale {
        /// The counter found.
        found: u64,
    },
    /// The server has a newer version than the inventory: a write whose inventory did not follow, or an old inventory.
    Newer {
        /// The counter found.
        found: u64,
    },
    /// The server has other bytes than were stored, and they are no other version either.
    Damaged,
    /// The server lists other bytes than were stored; fetching them will tell whether they are old, new or damaged.
    Different,
}

/// One item of the inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemReport {
    /// What the inventory knows of it.
    pub entry: InventoryEntry,
    /// How it stands.
    pub state: ItemState,
}

/// The whole comparison.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InventoryReport {
    /// Each entry of the inventory, ordered by id.
    pub items: Vec<ItemReport>,
    /// Ids that the server has and the inventory does not, in order.
    pub extra: Vec<String>,
}

impl ServerObject {
    /// What stored bytes are in fact, whatever a list says of them.
    #[must_use]
    pub fn of_file(id: &str, bytes: &[u8]) -> Self {
        let header = file::parse(bytes)
            .ok()
            .and_then(|sealed| Header::parse(sealed).ok());
        let counter = header.map(|(header, _)| header.context().counter);
        let sha256 = Sha256::digest(bytes).into();
        Self {
            id: id.to_owned(),
            sealed_len: bytes.len() as u64,
            evidence: Evidence::Seen { sha256, counter },
        }
    }
}

impl InventoryReport {
    /// How many items are [`ItemState::Intact`].
    #[must_use]
    pub fn intact(&self) -> usize {
        self.items
            .iter()
            .filter(|item| item.state == ItemState::Intact)
            .count()
    }

    /// Whether every item is intact and nothing is extra.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.extra.is_empty() && self.intact() == self.items.len()
    }
}

/// Holds `inventory` against `objects`. The inventory's own object is left out; where an id is listed twice, the first
/// is taken and the other is extra.
#[must_use]
pub fn compare(inventory: &Inventory, objects: &[ServerObject]) -> InventoryReport {
    let mut found: BTreeMap<ObjectId, &ServerObject> = BTreeMap::new();
    let mut extra = Vec::new();
    for object in objects {
        match object.id.parse::<ObjectId>() {
            Ok(INVENTORY_OBJECT_ID) => {}
            Ok(id) if inventory.entry(&id).is_some() && !found.contains_key(&id) => {
                found.insert(id, object);
            }
            Ok(_) | Err(_) => extra.push(object.id.clone()),
        }
    }
    order::sort(&mut extra, |one, other| one < other);
    let items = inventory
        .entries()
        .map(|entry| ItemReport {
            entry: entry.clone(),
            state: state(entry, found.get(&entry.id()).copied()),
        })
        .collect();
    InventoryReport { items, extra }
}

fn state(entry: &InventoryEntry, object: Option<&ServerObject>) -> ItemState {
    let Some(object) = object else {
        return ItemState::Missing;
    };
    let same_len = object.sealed_len == entry.sealed_len();
    match object.evidence {
        Evidence::Listed { sha256: Some(sha256) } if same_len && sha256 == *entry.sealed_sha256() => {
            ItemState::Intact
        }
        Evidence::Listed { sha256: None } if same_len => ItemState::Unchecked,
        Evidence::Listed { .. } => ItemState::Different,
        Evidence::Seen { sha256, .. } if same_len && sha256 == *entry.sealed_sha256() => ItemState::Intact,
        Evidence::Seen {
            counter: Some(found), ..
        } if found < entry.counter() => ItemState::Stale { found },
        Evidence::Seen {
            counter: Some(found), ..
        } if found > entry.counter() => ItemState::Newer { found },
        Evidence::Seen { .. } => ItemState::Damaged,
    }
}
