//! What a page shows while the backup is open.

use super::done::VaultDone;
use crate::{
    persona::{Account, Listing, Remembered},
    progress::{Count, Progress},
};

/// What to show. Plain data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultView {
    /// The account.
    pub account: Account,
    /// What it holds; absent until it was read for the first time.
    pub listing: Option<Listing>,
    /// What the person should know about the list, beside it.
    pub notices: Vec<Notice>,
    /// How many of the personas that the server has are sealed under the backup key in force; absent where all are, or where
    /// that is not known. [`VaultInput::SealAgain`](super::VaultInput::SealAgain) goes on.
    pub sealing_again: Option<Count>,
    /// Whether work is done now.
    pub activity: Activity,
    /// How many deleted personas the server says it still keeps.
    pub deleted: u64,
    /// What the last choice came to.
    pub done: Option<VaultDone>,
    /// Most bytes that a file, or a packed folder, can have. Said before starting.
    pub content_max_bytes: u64,
    /// To keep on this device, so that it notices a server that goes back in time. Absent until the list was read.
    pub remember: Option<Remembered>,
}

/// Whether work is done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// Hears every [`VaultInput`](super::VaultInput).
    Idle,
    /// Can be stopped.
    Working {
        /// How far. Absent for the moment before the first report.
        progress: Option<Progress>,
    },
}

/// What the person should know about the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The server shows an older inventory than this device has seen, or another one with the same counter: what was
    /// stored may be older than it was, or gone. Nothing is stored or deleted before [`VaultInput::AcceptOlder`](super::VaultInput::AcceptOlder).
    WentBack {
        /// Counter of what this device has seen.
        remembered: u64,
        /// Counter of what the server shows; 0 for none.
        found: u64,
    },
    /// The inventory does not open. What is there can be restored, counted against the server's list only; nothing can
    /// be stored or deleted, so that nothing is lost. [`VaultInput::FindEarlierList`](super::VaultInput::FindEarlierList) looks for a way out.
    InventoryDamaged,
    /// A newer version of this client wrote the inventory. What is there can be restored, counted against the server's list
    /// only; nothing can be stored or deleted here.
    InventoryNewer,
}
