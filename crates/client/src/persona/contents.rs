//! What the server has, held against the inventory.

use std::collections::BTreeMap;

use keyhaven_core::{
    inventory::{
        Evidence, INVENTORY_OBJECT_ID, Inventory, InventoryEntry, InventoryError, InventoryReport, ItemState,
        OpenInventoryError, ServerObject, compare,
    },
    object::{HeaderError, OpenError, file::FileError},
    order,
};
use keyhaven_protocol::persona::{ObjectId, ObjectView};
use sha2::{Digest as _, Sha256};

use super::{
    api::{InventoryCondition, ServerList, StoredInventory},
    item::{CountedAgainst, Deletion, FOLDER_MEDIA_TYPE, Item, ItemId, ItemKind, Listing, Standing},
    opening::open_stored_inventory,
    remembered::InventoryMark,
    unlocked::Unlocked,
};
use crate::{
    host::{Host, UnixSeconds},
    problem::{Problem, ProblemKind, ServerFault},
    progress::{Count, Doing, Progress, Report},
};

/// How often list and inventory are read again when a write came between the two.
const READS_MAX: usize = 4;

/// Read at one moment: the server's list and the inventory that belongs to it.
#[derive(Debug, Clone)]
pub(super) struct Contents {
    pub(super) book: Book,
    pub(super) list: ServerList,
}

/// The inventory, as far as there is one.
#[derive(Debug, Clone)]
pub(super) enum Book {
    /// None was written yet.
    Absent,
    /// It opened.
    Open {
        inventory: Inventory,
        version: u64,
        /// See [`InventoryMark::hash`].
        hash: u64,
    },
    /// It does not open with any key of this backup.
    Damaged,
    /// A newer version of this client wrote it.
    Newer,
}

impl Book {
    const fn inventory(&self) -> Option<&Inventory> {
        match self {
            Self::Open { inventory, .. } => Some(inventory),
            Self::Absent | Self::Damaged | Self::Newer => None,
        }
    }
}

/// Reads both.
pub(super) async fn read_contents(
    unlocked: &Unlocked,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Contents, Problem> {
    report(Progress::of(Doing::ReadingList));
    let session = unlocked.session();
    let signed_in = unlocked.signed_in(host, &session);
    for _ in 0..READS_MAX {
        let list = signed_in.objects().await?;
        let stored = signed_in.inventory(None).await?;
        if list.inventory_version == stored.as_ref().map(|stored| stored.version) {
            let book = match stored {
                None => Book::Absent,
                Some(stored) => open_book(unlocked, stored, host).await?,
            };
            return Ok(Contents { book, list });
        }
    }
    Err(ProblemKind::ReadAgain.into())
}

/// Opens an inventory, the present one or one before it.
pub(super) async fn open_book(
    unlocked: &Unlocked,
    stored: StoredInventory,
    host: &impl Host,
) -> Result<Book, Problem> {
    match open_stored_inventory(unlocked, &stored.sealed, host).await {
        Ok((inventory, generation)) => Ok(Book::Open {
            inventory: unlocked.corrected(inventory.under(generation)),
            version: stored.version,
            hash: first_bits(&stored.sealed),
        }),
        Err(OpenInventoryError::Open(OpenError::Job(error))) => Err(error.into()),
        Err(
            OpenInventoryError::Inventory(InventoryError::Version { .. })
            | OpenInventoryError::Open(
                OpenError::Header(HeaderError::Version { .. } | HeaderError::Suite { .. })
                | OpenError::File(FileError::Version { .. }),
            ),
        ) => Ok(Book::Newer),
        Err(_) => Ok(Book::Damaged),
    }
}

fn first_bits(sealed: &[u8]) -> u64 {
    let digest = Sha256::digest(sealed);
    let first = digest.first_chunk().copied().unwrap_or_default();
    u64::from_be_bytes(first)
}

impl Contents {
    /// The inventory to write the next version of, and the condition of that write. The next version is above every one
    /// that was seen, so that no device takes it for an older one.
    pub(super) fn writable(&self, unlocked: &Unlocked) -> Result<(Inventory, InventoryCondition), Problem> {
        let (inventory, condition) = match &self.book {
            Book::Absent => (Inventory::new(), InventoryCondition::Absent),
            Book::Open {
                inventory, version, ..
            } => (inventory.clone(), InventoryCondition::Version(*version)),
            // Writing a new one would lose what the one that is there names.
            Book::Damaged => return Err(ServerFault::DamagedInventory.into()),
            Book::Newer => return Err(ServerFault::NewerInventory.into()),
        };
        // So would writing over an older one, and nobody would notice any more.
        if !unlocked.may_follow(self.mark()) {
            return Err(ProblemKind::ListWentBack.into());
        }
        Ok((inventory.raised_to(unlocked.inventory_seen().counter), condition))
    }

    pub(super) const fn counted_against(&self) -> CountedAgainst {
        match self.book.inventory() {
            Some(_) => CountedAgainst::Inventory,
            None => CountedAgainst::ServerListOnly,
        }
    }

    /// What the inventory says of this object.
    pub(super) fn entry(&self, id: &ObjectId) -> Option<InventoryEntry> {
        self.book
            .inventory()
            .and_then(|inventory| inventory.entry(id).cloned())
    }

    /// Which inventory it is.
    pub(super) fn mark(&self) -> InventoryMark {
        match &self.book {
            Book::Open { inventory, hash, .. } => InventoryMark {
                counter: inventory.counter(),
                hash: *hash,
            },
            Book::Absent | Book::Damaged | Book::Newer => InventoryMark::default(),
        }
    }

    /// The entries, with what the server's list says of each.
    pub(super) fn entries(&self) -> Vec<(InventoryEntry, ItemState)> {
        let Book::Open { inventory, .. } = &self.book else {
            return Vec::new();
        };
        let report = self.held_against(inventory);
        report
            .items
            .into_iter()
            .map(|item| (item.entry, item.state))
            .collect()
    }

    /// How many of the personas that the server has are sealed under the backup key in force. `None` where all are.
    pub(super) fn sealing_again(&self, unlocked: &Unlocked) -> Option<Count> {
        let left = self.unsealed(unlocked).len();
        let entries = self.entries();
        let there = entries.iter().filter(|(_, state)| *state != ItemState::Missing);
        let total = there.count();
        (left > 0).then(|| Count {
            done: total.saturating_sub(left) as u64,
            total: total as u64,
        })
    }

    /// Those that are not, as the inventory says. What the server does not have cannot be sealed again.
    pub(super) fn unsealed(&self, unlocked: &Unlocked) -> Vec<InventoryEntry> {
        let generation = unlocked.backup_keys().generation();
        let is_left = |(entry, state): &(InventoryEntry, ItemState)| {
            entry.generation() != generation && *state != ItemState::Missing
        };
        let entries = self.entries().into_iter().filter(is_left);
        entries.map(|(entry, _)| entry).collect()
    }

    /// This inventory against the server's list.
    pub(super) fn held_against(&self, inventory: &Inventory) -> InventoryReport {
        compare(inventory, &self.server_objects())
    }

    /// What the server lists and no entry names: everything, where there is no inventory.
    pub(super) fn unnamed(&self) -> Vec<&ObjectView> {
        let named = self.book.inventory();
        let mut by_id: BTreeMap<&str, &ObjectView> = BTreeMap::new();
        for object in &self.list.objects {
            let id = object.id.parse().ok();
            let is_named = id.is_some_and(|id| {
                id == INVENTORY_OBJECT_ID || named.is_some_and(|inventory| inventory.entry(&id).is_some())
            });
            if !is_named {
                by_id.insert(&object.id, object);
            }
        }
        by_id.into_values().collect()
    }

    pub(super) fn listing(&self) -> Listing {
        let unnamed_standing = match self.counted_against() {
            CountedAgainst::Inventory => Standing::Extra,
            CountedAgainst::ServerListOnly => Standing::Listed,
        };
        let mut items: Vec<Item> = self
            .entries()
            .iter()
            .map(|(entry, state)| named_item(entry, *state))
            .collect();
        items.extend(
            self.unnamed()
                .into_iter()
                .map(|object| unnamed_item(object, unnamed_standing)),
        );
        order::sort(&mut items, |one, other| {
            (&one.name, &one.id) < (&other.name, &other.id)
        });
        Listing {
            items,
            counted_against: self.counted_against(),
        }
    }

    fn server_objects(&self) -> Vec<ServerObject> {
        let object = |object: &ObjectView| ServerObject {
            id: object.id.clone(),
            sealed_len: object.size,
            evidence: Evidence::Listed {
                sha256: Some(object.sha256.0),
            },
        };
        self.list.objects.iter().map(object).collect()
    }
}

fn named_item(entry: &InventoryEntry, state: ItemState) -> Item {
    Item {
        id: entry.id().into(),
        name: entry.name().to_owned(),
        kind: kind_of(entry),
        media_type: entry.media_type().to_owned(),
        content_bytes: Some(entry.content_len()),
        sealed_bytes: entry.sealed_len(),
        modified: UnixSeconds(i64::try_from(entry.modified_at()).unwrap_or(i64::MAX)),
        standing: match state {
            ItemState::Intact | ItemState::Unchecked => Standing::Listed,
            ItemState::Missing => Standing::Missing,
            _ => Standing::Differs,
        },
        deletion: None,
    }
}

/// What was deleted, under the name that an inventory gave it, if one did.
pub(super) fn deleted_item(entry: Option<&InventoryEntry>, object: &ObjectView) -> Item {
    let item = match entry {
        Some(entry) => named_item(entry, ItemState::Missing),
        None => unnamed_item(object, Standing::Extra),
    };
    let times = object.deleted_at.zip(object.kept_until);
    Item {
        deletion: times.map(|(at, kept_until)| Deletion {
            at: UnixSeconds(at),
            kept_until: UnixSeconds(kept_until),
        }),
        ..item
    }
}

fn unnamed_item(object: &ObjectView, standing: Standing) -> Item {
    Item {
        id: ItemId::new(object.id.clone()),
        name: object.id.clone(),
        kind: ItemKind::File,
        media_type: "application/octet-stream".to_owned(),
        content_bytes: None,
        sealed_bytes: object.size,
        modified: UnixSeconds(object.modified_at),
        standing,
        deletion: None,
    }
}

pub(super) fn kind_of(entry: &InventoryEntry) -> ItemKind {
    if entry.media_type() == FOLDER_MEDIA_TYPE {
        ItemKind::Folder
    } else {
        ItemKind::File
    }
}
