//! What an account holds, as a list to show.

use keyhaven_protocol::persona::ObjectId;

use crate::host::UnixSeconds;

/// What the account holds. Plain data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// In order of name.
    pub items: Vec<Item>,
    /// What the count was checked against.
    pub counted_against: CountedAgainst,
}

/// What a count was checked against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedAgainst {
    /// The sealed inventory, which the server cannot write: "12 of 12" is a checked fact.
    Inventory,
    /// The server's own list only, because there is no inventory that opens: the server could have left something out.
    ServerListOnly,
}

/// One persona.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Names it in inputs.
    pub id: ItemId,
    /// As the person named it; the id's text where no inventory tells the name.
    pub name: String,
    /// A file or a folder.
    pub kind: ItemKind,
    /// Media type of the content, as it was stored.
    pub media_type: String,
    /// Bytes of the content, where an inventory tells.
    pub content_bytes: Option<u64>,
    /// Bytes that the server stores; those of the inventory where the server has none.
    pub sealed_bytes: u64,
    /// When it was stored, by the clock of the device that did.
    pub modified: UnixSeconds,
    /// Whether server and inventory agree.
    pub standing: Standing,
    /// Of one that is deleted.
    pub deletion: Option<Deletion>,
}

/// The two times of a deletion, by the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deletion {
    /// When it was deleted.
    pub at: UnixSeconds,
    /// Until when the server keeps it at least.
    pub kept_until: UnixSeconds,
}

/// Names an object in a list: 22 characters of ours, or any text of the original wire.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(String);

impl ItemId {
    /// Of a text that the server listed.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of a sealed object; `None` for an object that a client of the original wire stored.
    #[must_use]
    pub fn object_id(&self) -> Option<ObjectId> {
        self.0.parse().ok()
    }
}

impl From<ObjectId> for ItemId {
    fn from(id: ObjectId) -> Self {
        Self(id.to_string())
    }
}

/// What a persona was stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// One file, given back byte for byte.
    File,
    /// A folder, given back as a zip archive.
    Folder,
}

/// Whether the server's list and the inventory agree about an item. What the server really has is only known after it
/// was fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They agree; or there is no inventory to ask.
    Listed,
    /// The inventory names it and the server does not list it.
    Missing,
    /// The server lists it and the inventory does not name it.
    Extra,
    /// The server lists other bytes than the inventory names: an older version, or a damaged one.
    Differs,
}

/// The media type that a folder is stored under: a zip archive that this client made of it.
pub const FOLDER_MEDIA_TYPE: &str = "application/vnd.keyhaven.folder+zip";
