//! The inventory: what the client knows of its own objects, so that "12 of 12" is a checked fact.
//!
//! It is sealed like any object, under the reserved id [`INVENTORY_OBJECT_ID`], with a counter of its own. Its content
//! is canonical JSON ([`Inventory::to_bytes`]); [`mod@compare`] holds it against what a server has.

mod canonical;
mod compare;
mod entry;
mod sealed;

use std::collections::BTreeMap;

use keyhaven_protocol::persona::ObjectId;

pub use compare::{Evidence, InventoryReport, ItemReport, ItemState, ServerObject, compare};
pub use entry::{EntryError, InventoryEntry, InventoryEntryFields, MEDIA_TYPE_MAX_BYTES, NAME_MAX_BYTES};
pub use sealed::{OpenInventoryError, SealInventoryError, open_inventory, seal_inventory};

/// Most objects of one inventory.
pub const ENTRIES_MAX: usize = 10_000;
/// Longest serialised inventory: with padding, header and file it stays below the wire's 2 MiB.
pub const INVENTORY_MAX_BYTES: usize = 1_900_000;

/// The id of the inventory itself: the first 16 bytes of SHA-256("keyhaven/inventory/1").
pub const INVENTORY_OBJECT_ID: ObjectId = ObjectId::from_bytes([
    0xbe, 0x99, 0x4b, 0x1d, 0x1c, 0x72, 0xe7, 0xf7, 0xb7, 0x02, 0xe1, 0x82, 0xd6, 0xe7, 0xb7, 0x70,
]);

/// Why an inventory is not read, or not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InventoryError {
    /// Written by a newer version of this software.
    #[error("version {found} of the inventory is not known")]
    Version {
        /// As written.
        found: u32,
    },
    /// Not an inventory, or not in its one spelling.
    #[error("this is not an inventory in its canonical form")]
    Malformed,
    /// One entry is not what an entry may be.
    #[error("entry {index} of the inventory is refused")]
    Entry {
        /// Index of the entry, from 0.
        index: usize,
        /// What is wrong with it.
        source: EntryError,
    },
    /// More than [`ENTRIES_MAX`] entries, or more than [`INVENTORY_MAX_BYTES`].
    #[error("the inventory is too large")]
    TooLarge,
}

/// All objects of an account, as the client wrote them.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Inventory {
    counter: u64,
    entries: BTreeMap<ObjectId, InventoryEntry>,
}

impl Inventory {
    /// Of an account that has no object yet; counter 0, which is never written.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How often the inventory was written.
    #[must_use]
    pub const fn counter(&self) -> u64 {
        self.counter
    }

    /// The entries, ordered by id.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &InventoryEntry> {
        self.entries.values()
    }

    /// How many objects there should be.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there should be none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry of one object.
    #[must_use]
    pub fn entry(&self, id: &ObjectId) -> Option<&InventoryEntry> {
        self.entries.get(id)
    }

    /// The counter that the next write of `id` carries: one more than the last, 1 for a new object.
    #[must_use]
    pub fn next_counter(&self, id: &ObjectId) -> u64 {
        self.entries.get(id).map_or(1, |entry| entry.counter() + 1)
    }

    /// The next version of the inventory, with `entry` new or in the place of its former version.
    ///
    /// # Errors
    /// [`InventoryError::TooLarge`].
    pub fn with_entry(&self, entry: InventoryEntry) -> Result<Self, InventoryError> {
        self.with_entries([entry])
    }

    /// The next version of the inventory, with several entries at once.
    ///
    /// # Errors
    /// [`InventoryError::TooLarge`].
    pub fn with_entries(
        &self,
        entries: impl IntoIterator<Item = InventoryEntry>,
    ) -> Result<Self, InventoryError> {
        let mut next = self.next();
        for entry in entries {
            next.entries.insert(entry.id(), entry);
            if next.entries.len() > ENTRIES_MAX {
                return Err(InventoryError::TooLarge);
            }
        }
        // Said now, and not when an object is sealed already.
        next.to_bytes()?;
        Ok(next)
    }

    /// The same entries with at least this counter, for a next version above one that was seen elsewhere.
    #[must_use]
    pub fn raised_to(&self, counter: u64) -> Self {
        Self {
            counter: self.counter.max(counter),
            entries: self.entries.clone(),
        }
    }

    /// The next version of the inventory, without one object.
    #[must_use]
    pub fn without_entry(&self, id: &ObjectId) -> Self {
        let mut next = self.next();
        next.entries.remove(id);
        next
    }

    /// The same entries, none of them under a later backup key than `generation`. An inventory that is sealed under an
    /// earlier key cannot know of a later one: whoever has only the earlier key wrote what it says of it.
    #[must_use]
    pub fn under(mut self, generation: u32) -> Self {
        for entry in self.entries.values_mut() {
            entry.set_generation(entry.generation().min(generation));
        }
        self
    }

    /// Corrects under which backup key this version of an object is sealed. Of another version nothing is.
    pub fn correct_generation(&mut self, id: &ObjectId, counter: u64, generation: u32) {
        if let Some(entry) = self
            .entries
            .get_mut(id)
            .filter(|entry| entry.counter() == counter)
        {
            entry.set_generation(generation);
        }
    }

    fn next(&self) -> Self {
        Self {
            counter: self.counter + 1,
            entries: self.entries.clone(),
        }
    }
}

/// Names and ids of what a person keeps are theirs: `Debug` shows the numbers only.
impl core::fmt::Debug for Inventory {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Inventory")
            .field("counter", &self.counter)
            .field("entries", &self.entries.len())
            .finish_non_exhaustive()
    }
}
