//! What a person does while the backup is open.

use keyhaven_protocol::persona::ObjectId;
use zeroize::Zeroizing;

use crate::persona::{ItemId, TypedText};

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
