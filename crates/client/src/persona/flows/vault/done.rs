//! What a choice came to, as a page shows it.

use keyhaven_core::archive::ContentSum;
use keyhaven_protocol::persona::ObjectId;

use super::super::access::CodeProblem;
use crate::{
    host::UnixSeconds,
    kept::Kept,
    persona::{Damage, Item, ItemId, ItemKind, RestoreReport},
    problem::Problem,
};

/// What the last choice came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VaultDone {
    /// It is stored, and the server's list says so.
    Stored {
        /// Which.
        id: ObjectId,
        /// Its name.
        name: String,
    },
    /// What was asked for was fetched, checked and opened, item by item.
    Restored {
        /// What came of each item.
        report: RestoreReport,
        /// What came back whole, to be saved.
        files: Vec<RestoredFile>,
    },
    /// It is deleted. [`VaultInput::BringBack`](super::VaultInput::BringBack) brings it back.
    Deleted {
        /// Which.
        id: ObjectId,
        /// Its name.
        name: String,
    },
    /// What the list did not name is deleted.
    DeletedUnnamed {
        /// The text of its id.
        name: String,
    },
    /// The deletion was sent and could not be seen. [`VaultInput::BringBack`](super::VaultInput::BringBack) brings back what it may have deleted.
    DeletionUnseen {
        /// Which.
        id: ObjectId,
        /// Its name.
        name: String,
        /// Why it could not be seen, and what is known of it.
        problem: Problem,
    },
    /// It is back.
    Undeleted {
        /// Which.
        id: ObjectId,
        /// Its name.
        name: String,
    },
    /// What is deleted and still kept, the last first: as the newest inventory named it that did, and without a length of the
    /// content where none is known to have.
    DeletedList(Vec<Item>),
    /// Of several, what was deleted is back, as far as it came; or the one that was asked for is not.
    BroughtBack {
        /// How many are in the list again.
        back: u64,
        /// Of how many.
        total: u64,
        /// Names of those whose bytes are gone, or not what was stored.
        left: Vec<String>,
        /// What the others met; they are still kept.
        problem: Option<Problem>,
    },
    /// The newest earlier inventory that opens, which [`VaultInput::PutListBack`](super::VaultInput::PutListBack) puts in the place of the damaged one;
    /// `None` if there is none.
    EarlierList(Option<EarlierList>),
    /// It is the inventory now, held against what the server has.
    ListPutBack(EarlierList),
    /// The freeze is lifted, and all links that freeze are void.
    Lifted,
    /// The recovery code decided the dispute: the other password is gone.
    Decided,
    /// The recovery code did not decide it. Nothing was changed.
    CodeFails(CodeProblem),
    /// The deletion of the account is taken back.
    DeletionTakenBack,
    /// The letter that confirms the sign-up is on its way again.
    ConfirmationSent,
    /// Which versions of a persona the server keeps.
    Versions {
        /// Which.
        id: ObjectId,
        /// Its name.
        name: String,
        /// Newest first.
        versions: Vec<Version>,
    },
    /// An earlier version was fetched, opened, checked, and stored as the newest.
    VersionRestored {
        /// Of which.
        id: ObjectId,
        /// Its name.
        name: String,
    },
    /// An earlier version came and is not what was stored. Nothing was changed.
    VersionDamaged {
        /// Of which.
        name: String,
        /// What is wrong with it.
        damage: Damage,
    },
    /// After a new backup key: what is sealed under it now.
    SealedAgain(SealedAgainReport),
    /// The work was stopped. What had been sent by then may be stored: the list was read again, unless it was
    /// only being read.
    Stopped,
    /// It did not work. The problem says what became of it.
    Failed(Problem),
}

/// What came of sealing again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedAgainReport {
    /// How many personas the server has of those that the inventory names.
    pub total: u64,
    /// How many of them are sealed under the present backup key.
    pub sealed: u64,
    /// Those that were tried and are not, by name.
    pub left: Vec<UnsealedItem>,
    /// What ended the work before everything was tried, or the server not showing what it said it had stored. What was sealed again by
    /// then stays so, and [`VaultInput::SealAgain`](super::VaultInput::SealAgain) goes on.
    pub broken_off: Option<Problem>,
}

/// A persona that was not sealed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsealedItem {
    /// As the person named it.
    pub name: String,
    /// Why.
    pub why: NotSealedAgain,
}

/// Why a persona was not sealed again. What is stored of it was left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotSealedAgain {
    /// What the server has is not what the inventory names, or no key of this backup opens it.
    Damaged,
    /// It was not fetched or not stored.
    Problem(Problem),
}

impl From<Problem> for NotSealedAgain {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// An earlier inventory, held against the server's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarlierList {
    /// Names it in inputs.
    pub number: u64,
    /// When it was written, by the server's clock.
    pub written: UnixSeconds,
    /// How many personas it names.
    pub named: u64,
    /// How many of those the server lists as they were stored.
    pub intact: u64,
    /// How many of those it does not list; the rest are other versions.
    pub missing: u64,
    /// How many it lists beside them.
    pub extra: u64,
}

/// A version of a persona, as the server lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// Names it in inputs.
    pub number: u64,
    /// When it was written, by the server's clock.
    pub written: UnixSeconds,
    /// What it holds.
    pub content: VersionStanding,
}

/// What a listed version holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionStanding {
    /// What the list of personas names.
    Present {
        /// As the server stores it.
        sealed_bytes: u64,
    },
    /// Something earlier. Hears [`VaultInput::RestoreVersion`](super::VaultInput::RestoreVersion).
    Earlier {
        /// As the server stores it.
        sealed_bytes: u64,
    },
    /// Nothing: the persona was deleted then.
    Deleted,
}

/// A file that came back whole. Copies share the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoredFile {
    /// Which item it was.
    pub id: ItemId,
    /// As the person named it. Not a safe file name: whoever saves it cleans it.
    pub name: String,
    /// A folder comes as a zip archive.
    pub kind: ItemKind,
    /// As it was stored.
    pub media_type: String,
    /// Whether it is the version that the inventory names.
    pub version: FileVersion,
    /// Length and check sum of the content, for an archive of several.
    pub sum: ContentSum,
    /// Byte for byte what was stored, in the keeping of the host.
    pub content: Kept,
}

/// Whether a restored file is the version that the inventory names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileVersion {
    /// It is.
    Current,
    /// An older one, because the server has no other.
    Older,
    /// A newer one: the inventory is older than the file.
    Newer,
    /// The inventory does not name it.
    Unlisted,
    /// There is no inventory that could tell.
    Unknown,
}
