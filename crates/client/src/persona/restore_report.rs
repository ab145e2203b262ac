//! What came back, what did not, and why: item by item, each checked after the fact.

use super::item::{CountedAgainst, ItemId};
use crate::problem::Problem;

/// The result of a restore. Plain data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreReport {
    /// What "all" means: see [`CountedAgainst`].
    pub counted_against: CountedAgainst,
    /// One for each item that was asked for, and for each that the server has and the inventory does not name.
    pub items: Vec<RestoreItem>,
}

/// What came of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreItem {
    /// Which.
    pub id: ItemId,
    /// As the person named it, or the id's text.
    pub name: String,
    /// What came of it.
    pub finding: Finding,
}

/// What came of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Restored. Length and SHA-256 of the sealed bytes are those of the inventory (where there is one), and every byte
    /// of the content was verified.
    Restored {
        /// Bytes of the content.
        content_bytes: u64,
    },
    /// The inventory names it and the server does not have it.
    Missing,
    /// The server has it and the inventory does not name it. It opened and verified, and is not counted.
    Extra {
        /// Bytes of the content.
        content_bytes: u64,
    },
    /// The server has it, the inventory does not name it, and it does not open. It is not counted.
    UnnamedUnreadable(Damage),
    /// The server has an older version than the inventory names. It verified as what it is, and is handed out marked as
    /// older.
    Stale {
        /// The version that the server has.
        found: u64,
        /// The version that the inventory names.
        expected: u64,
    },
    /// The server has a newer version than the inventory names, so the inventory is the older one. It verified as what
    /// it is, and is handed out marked as newer.
    Newer {
        /// The version that the server has.
        found: u64,
        /// The version that the inventory names.
        expected: u64,
    },
    /// What the server has is not what was stored. It was not handed out.
    Damaged(Damage),
    /// It was not fetched, or this device had no room to keep it; it may be whole.
    NotFetched(Problem),
}

/// How an item is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// Another number of bytes than the inventory names.
    Length {
        /// Bytes that came.
        found: u64,
        /// Bytes that the inventory names.
        expected: u64,
    },
    /// The right number of bytes and another SHA-256.
    Hash,
    /// The end is missing.
    Truncated,
    /// Another object, or one of another account, in its place.
    OtherObject,
    /// The right bytes by their hash, and yet not what the inventory describes.
    OtherContent,
    /// Sealed by a newer version of this software.
    NewerFormat,
    /// It does not verify under this backup's key.
    NotAuthentic,
    /// It is no sealed object: stored by another client.
    NotSealed,
}

impl RestoreReport {
    /// How many of the items that were asked for came back whole.
    #[must_use]
    pub fn restored(&self) -> usize {
        self.items
            .iter()
            .filter(|item| matches!(item.finding, Finding::Restored { .. }))
            .count()
    }

    /// How many were asked for: everything but what no inventory names.
    #[must_use]
    pub fn expected(&self) -> usize {
        self.items.iter().filter(|item| item.is_expected()).count()
    }

    /// Whether everything that was asked for came back whole, by an inventory that the server cannot write.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.counted_against == CountedAgainst::Inventory && self.restored() == self.expected()
    }
}

impl RestoreItem {
    /// Whether it counts to "of 12": named by the inventory, or listed by the server where there is none.
    #[must_use]
    pub const fn is_expected(&self) -> bool {
        match self.finding {
            Finding::Extra { .. } | Finding::UnnamedUnreadable(_) => false,
            Finding::Restored { .. }
            | Finding::Missing
            | Finding::Stale { .. }
            | Finding::Newer { .. }
            | Finding::Damaged(_)
            | Finding::NotFetched(_) => true,
        }
    }
}
