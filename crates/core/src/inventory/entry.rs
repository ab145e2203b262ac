//! One object in the inventory.

use core::fmt;

use keyhaven_protocol::persona::ObjectId;

use super::INVENTORY_OBJECT_ID;
use crate::object::CONTENT_MAX_BYTES;

/// Longest display name in bytes.
pub const NAME_MAX_BYTES: usize = 255;
/// Longest media type in bytes.
pub const MEDIA_TYPE_MAX_BYTES: usize = 127;
/// Largest number that JSON carries everywhere without loss: 2^53 − 1.
const NUMBER_MAX: u64 = (1 << 53) - 1;

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// The id of the inventory itself.
    #[error("the id is reserved for the inventory")]
    ReservedId,
    /// Empty, longer than [`NAME_MAX_BYTES`], or with a control character.
    #[error("the name is empty, too long, or has a control character")]
    Name,
    /// Empty, longer than [`MEDIA_TYPE_MAX_BYTES`], or not visible ASCII.
    #[error("the media type is empty, too long, or not ASCII")]
    MediaType,
    /// A counter of 0, or a number beyond its bound.
    #[error("a number is out of its bounds")]
    Number,
}

/// The fields of an [`InventoryEntry`], before they are checked.
#[derive(Clone, PartialEq, Eq)]
pub struct InventoryEntryFields {
    /// The object.
    pub id: ObjectId,
    /// What the person calls it.
    pub name: String,
    /// What the content is, to name the file by when it is restored.
    pub media_type: String,
    /// The counter in the object's header; the first is 1.
    pub counter: u64,
    /// Length of the stored file in bytes.
    pub sealed_len: u64,
    /// SHA-256 of the stored file.
    pub sealed_sha256: [u8; 32],
    /// Length of the content in bytes.
    pub content_len: u64,
    /// When it was written: seconds since 1970-01-01 UTC, by the clock of the device.
    pub modified_at: u64,
    /// Which backup key of the account it is sealed under: 0 for the first. Where to begin, and what is told about
    /// sealing again; whether that key opens it is for its tags to say.
    pub generation: u32,
}

/// One object in the inventory, checked.
#[derive(Clone, PartialEq, Eq)]
pub struct InventoryEntry(InventoryEntryFields);

impl InventoryEntry {
    /// Checks the fields.
    ///
    /// # Errors
    /// [`EntryError`] names the first that is refused.
    pub fn new(fields: InventoryEntryFields) -> Result<Self, EntryError> {
        if fields.id == INVENTORY_OBJECT_ID {
            return Err(EntryError::ReservedId);
        }
        let name = &fields.name;
        if name.is_empty() || name.len() > NAME_MAX_BYTES || name.chars().any(char::is_control) {
            return Err(EntryError::Name);
        }
        let media_type = &fields.media_type;
        if media_type.is_empty()
            || media_type.len() > MEDIA_TYPE_MAX_BYTES
            || !media_type
                .bytes()
                .all(|byte| byte == b' ' || byte.is_ascii_graphic())
        {
            return Err(EntryError::MediaType);
        }
        let numbers_are_good = (1..=NUMBER_MAX).contains(&fields.counter)
            && fields.sealed_len <= NUMBER_MAX
            && fields.content_len <= CONTENT_MAX_BYTES
            && fields.modified_at <= NUMBER_MAX;
        if numbers_are_good {
            Ok(Self(fields))
        } else {
            Err(EntryError::Number)
        }
    }

    /// The object.
    #[must_use]
    pub const fn id(&self) -> ObjectId {
        self.0.id
    }

    /// What the person calls it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// What the content is.
    #[must_use]
    pub fn media_type(&self) -> &str {
        &self.0.media_type
    }

    /// The counter in the object's header.
    #[must_use]
    pub const fn counter(&self) -> u64 {
        self.0.counter
    }

    /// Length of the stored file in bytes.
    #[must_use]
    pub const fn sealed_len(&self) -> u64 {
        self.0.sealed_len
    }

    /// SHA-256 of the stored file.
    #[must_use]
    pub const fn sealed_sha256(&self) -> &[u8; 32] {
        &self.0.sealed_sha256
    }

    /// Length of the content in bytes.
    #[must_use]
    pub const fn content_len(&self) -> u64 {
        self.0.content_len
    }

    /// Seconds since 1970-01-01 UTC, by the clock of the device that wrote it.
    #[must_use]
    pub const fn modified_at(&self) -> u64 {
        self.0.modified_at
    }

    /// Which backup key of the account it is said to be sealed under: 0 for the first.
    #[must_use]
    pub const fn generation(&self) -> u32 {
        self.0.generation
    }

    pub(super) const fn set_generation(&mut self, generation: u32) {
        self.0.generation = generation;
    }
}

impl fmt::Debug for InventoryEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for InventoryEntryFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InventoryEntry")
            .field("id", &self.id)
            .field("counter", &self.counter)
            .field("sealed_len", &self.sealed_len)
            .finish_non_exhaustive()
    }
}
