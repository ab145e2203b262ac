//! What a page shows and hears while the backup is open.

use keyhaven_core::archive::ContentSum;
use keyhaven_protocol::persona::ObjectId;
use zeroize::Zeroizing;

use super::super::access::CodeProblem;
use crate::{
    host::UnixSeconds,
    kept::Kept,
    persona::{Account, Damage, Item, ItemId, ItemKind, Listing, Remembered, RestoreReport, TypedText},
    problem::Problem,
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
    /// that is not known. [`VaultInput::SealAgain`] goes on.
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
    /// Hears every [`VaultInput`].
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
    /// stored may be older than it was, or gone. Nothing is stored or deleted before [`VaultInput::AcceptOlder`].
    WentBack {
        /// Counter of what this device has seen.
        remembered: u64,
        /// Counter of what the server shows; 0 for none.
        found: u64,
    },
    /// The inventory does not open. What is there can be restored, counted against the server's list only; nothing can
    /// be stored or deleted, so that nothing is lost. [`VaultInput::FindEarlierList`] looks for a way out.
    InventoryDamaged,
    /// A newer version of this client wrote the inventory. What is there can be restored, counted against the server's list
    /// only; nothing can be stored or deleted here.
    InventoryNewer,
}

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
    /// It is deleted. [`VaultInput::BringBack`] brings it back.
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
    /// The deletion was sent and could not be seen. [`VaultInput::BringBack`] brings back what it may have deleted.
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
    /// The newest earlier inventory that opens, which [`VaultInput::PutListBack`] puts in the place of the damaged one;
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
    /// then stays so, and [`VaultInput::SealAgain`] goes on.
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
    /// Something earlier. Hears [`VaultInput::RestoreVersion`].
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

/// What the person does.
#[derive(Debug)]
pub enum VaultInput {
    /// Reads the list again.
    Refresh,
    /// Stores a file as a new persona.
    Store(NewFile),
    /// Stores a folder as a new persona.
    StoreFolder(Folder),
    /// Stores a file in the place of a persona that is there; the version before is kept by the server for a while.
    Replace {
        /// In whose place.
        id: ObjectId,
        /// The file.
        file: NewFile,
    },
    /// Restores.
    Restore(Selection),
    /// Deletes.
    Delete(ObjectId),
    /// Asks what is deleted and still kept.
    ListDeleted,
    /// Brings back what was deleted, whoever deleted it.
    BringBack(Selection),
    /// Looks for the newest inventory before a damaged one that opens.
    FindEarlierList,
    /// Writes it in the place of the damaged one.
    PutListBack(u64),
    /// Goes on with the older list that the server shows. The next that is stored is above every one that was seen, so that
    /// what is missing from it stays missing.
    AcceptOlder,
    /// Lifts the freeze: the backup key, which is at hand, proves who asks.
    Lift,
    /// Decides a dispute with the recovery code, in any of its written forms.
    Decide(TypedText),
    /// Takes the deletion of the account back.
    TakeDeletionBack,
    /// Asks for the letter that confirms the sign-up once more.
    ResendConfirmation,
    /// Asks which versions of a persona are kept.
    ListVersions(ObjectId),
    /// Fetches an earlier version, opens and checks it, and stores it as the newest. What is there now stays as a version.
    RestoreVersion {
        /// Of which persona.
        id: ObjectId,
        /// Which.
        number: u64,
    },
    /// Seals every persona again under the backup key in force, or goes on with it.
    SealAgain,
    /// Clears what the last choice came to, and wipes restored files that nobody else holds.
    Dismiss,
    /// Ends the session and the flow.
    SignOut,
}

/// What to restore, or to bring back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Everything.
    All,
    /// One item.
    One(ItemId),
}

/// A file to store. `Debug` shows the length.
pub struct NewFile {
    /// To be shown in the list.
    pub name: String,
    /// As the browser names it; `application/octet-stream` if it does not.
    pub media_type: String,
    /// Its bytes.
    pub content: Zeroizing<Vec<u8>>,
}

/// A folder to store: packed into one zip archive. `Debug` shows counts.
pub struct Folder {
    /// To be shown in the list.
    pub name: String,
    /// Paths relative to the folder, with forward slashes, and the bytes of each file.
    pub files: Vec<(String, Zeroizing<Vec<u8>>)>,
}

impl core::fmt::Debug for NewFile {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("NewFile")
            .field("content_bytes", &self.content.len())
            .finish_non_exhaustive()
    }
}

impl core::fmt::Debug for Folder {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Folder")
            .field("files", &self.files.len())
            .finish_non_exhaustive()
    }
}
