//! The one spelling of an inventory: JSON without white space, fields in this order, entries by ascending id.
//!
//! ```json
//! {"format":"keyhaven/inventory","version":1,"counter":3,"entries":[{"id":"…","name":"Work","media_type":"application/zip","counter":1,"sealed_len":4488,"sealed_sha256":"…","content_len":812,"modified_at":1795262400}]}
//! ```

use core::cmp::Ordering;
use std::collections::BTreeMap;

use keyhaven_protocol::{base64url::B64, persona::ObjectId};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{
    ENTRIES_MAX, INVENTORY_MAX_BYTES, Inventory, InventoryEntry, InventoryEntryFields, InventoryError,
};

const FORMAT: &str = "keyhaven/inventory";
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Document {
    format: String,
    version: u32,
    counter: u64,
    entries: Vec<DocumentEntry>,
}

#[derive(Serialize, Deserialize)]
struct DocumentEntry {
    id: ObjectId,
    name: String,
    media_type: String,
    counter: u64,
    sealed_len: u64,
    sealed_sha256: B64<32>,
    content_len: u64,
    modified_at: u64,
    /// Absent for the first backup key, so that who never had another writes what was written before there were others.
    #[serde(default, skip_serializing_if = "is_first")]
    generation: u32,
}

/// By reference, as serde asks.
const fn is_first(generation: &u32) -> bool {
    *generation == 0
}

/// The part that every version of the document has.
#[derive(Deserialize)]
struct Preamble {
    format: String,
    version: u32,
}

impl Inventory {
    /// The canonical bytes.
    ///
    /// # Errors
    /// [`InventoryError::TooLarge`].
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, InventoryError> {
        let entries = self.entries().map(DocumentEntry::from).collect();
        let document = Document {
            format: FORMAT.to_owned(),
            version: VERSION,
            counter: self.counter,
            entries,
        };
        let bytes = serde_json::to_vec(&document)
            .map(Zeroizing::new)
            .map_err(|_| InventoryError::Malformed)?;
        if bytes.len() > INVENTORY_MAX_BYTES {
            Err(InventoryError::TooLarge)
        } else {
            Ok(bytes)
        }
    }

    /// Reads the canonical bytes, and no other spelling of the same inventory.
    ///
    /// # Errors
    /// [`InventoryError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, InventoryError> {
        if bytes.len() > INVENTORY_MAX_BYTES {
            return Err(InventoryError::TooLarge);
        }
        let preamble: Preamble = serde_json::from_slice(bytes).map_err(|_| InventoryError::Malformed)?;
        if preamble.format != FORMAT {
            return Err(InventoryError::Malformed);
        }
        if preamble.version != VERSION {
            return Err(InventoryError::Version {
                found: preamble.version,
            });
        }
        let document: Document = serde_json::from_slice(bytes).map_err(|_| InventoryError::Malformed)?;
        let inventory = Self::try_from(document)?;
        // Duplicate fields, white space, other escapes and numbers like 1e3 all parse; none of them is written.
        if inventory.to_bytes()?.as_slice() == bytes {
            Ok(inventory)
        } else {
            Err(InventoryError::Malformed)
        }
    }
}

impl TryFrom<Document> for Inventory {
    type Error = InventoryError;

    fn try_from(document: Document) -> Result<Self, InventoryError> {
        if document.entries.len() > ENTRIES_MAX {
            return Err(InventoryError::TooLarge);
        }
        let mut entries: BTreeMap<ObjectId, InventoryEntry> = BTreeMap::new();
        for (index, entry) in document.entries.into_iter().enumerate() {
            let entry = InventoryEntry::new(entry.into())
                .map_err(|source| InventoryError::Entry { index, source })?;
            if entries
                .last_key_value()
                .is_some_and(|(last, _)| last.cmp(&entry.id()) != Ordering::Less)
            {
                return Err(InventoryError::Malformed);
            }
            entries.insert(entry.id(), entry);
        }
        Ok(Self {
            counter: document.counter,
            entries,
        })
    }
}

impl From<&InventoryEntry> for DocumentEntry {
    fn from(entry: &InventoryEntry) -> Self {
        Self {
            id: entry.id(),
            name: entry.name().to_owned(),
            media_type: entry.media_type().to_owned(),
            counter: entry.counter(),
            sealed_len: entry.sealed_len(),
            sealed_sha256: B64(*entry.sealed_sha256()),
            content_len: entry.content_len(),
            modified_at: entry.modified_at(),
            generation: entry.generation(),
        }
    }
}

impl From<DocumentEntry> for InventoryEntryFields {
    fn from(entry: DocumentEntry) -> Self {
        Self {
            id: entry.id,
            name: entry.name,
            media_type: entry.media_type,
            counter: entry.counter,
            sealed_len: entry.sealed_len,
            sealed_sha256: entry.sealed_sha256.0,
            content_len: entry.content_len,
            modified_at: entry.modified_at,
            generation: entry.generation,
        }
    }
}
