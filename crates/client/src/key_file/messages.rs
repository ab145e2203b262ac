//! What the page and its worker say to each other. Files and passphrases travel beside these, never in them.

use serde::{Deserialize, Serialize};

/// Most lines of a list in one message, so that no message takes the page long.
pub const LINES_MAX: usize = 2_000;
/// Most sessions that are left out by name; of more, only the number is told.
pub const SKIPPED_MAX: usize = 10_000;
/// Most sessions that a search names; of more, only the number is told.
pub const FOUND_MAX: usize = 50;
/// Fewest characters by which sessions are searched for: fewer are in nearly all of them.
pub const WANTED_MIN: usize = 4;
/// Most rooms that are written to a file each: each file takes a derivation of its own.
pub const SPLIT_MAX: usize = 1_000;
/// How often the passphrase of a file that is written is hashed.
pub const WRITTEN_ROUNDS: u32 = 500_000;
/// Most rounds that are derived without asking the person.
pub const ROUNDS_UNASKED: u32 = 10_000_000;

/// What the page asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// What is this? With the file.
    Look,
    /// Open it. With the file and its passphrase.
    Open {
        /// Most rounds to derive.
        max_rounds: u32,
    },
    /// Open it, which nothing protects. With the file.
    OpenPlain,
    /// Write what is open anew. With the passphrase of what is written.
    Save(Extent),
    /// Which sessions have this in their id, or in the key of the device that sent them?
    Search(String),
    /// Do no more of what was asked last.
    Stop,
}

/// What of the open files is written, and into how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Extent {
    /// Everything into one file.
    All,
    /// The sessions of one room.
    Room(u32),
    /// Each room into a file of its own.
    EachRoom,
}

/// What the worker tells. A file that was written travels beside [`Reply::Saved`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// What the file is.
    Looked(Looked),
    /// How far it is.
    Progress(Progress),
    /// Some of the rooms of everything that is open; the first of them begin a new list.
    Rooms(Vec<Room>),
    /// Some of what was left out of the file that was opened last.
    Skipped(Vec<Skipped>),
    /// What was searched for.
    Found(Found),
    /// The file is open, and everything about it was told.
    Opened(Opened),
    /// Files were written, in this order, and each was read again: it has what it says. Behind the files of several
    /// rooms comes one zip of all of them, unless they are too large for one.
    Saved(Vec<Saved>),
    /// It did not work. What was open before still is.
    Failed(Fault),
    /// It was stopped. What was open before still is.
    Stopped,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Looked {
    /// A key file.
    KeyFile {
        /// How often its passphrase is hashed.
        rounds: u32,
        /// About how many milliseconds that takes on this device.
        derivation_ms: u32,
    },
    /// A list of sessions that nothing protects.
    Plain {
        /// About how many milliseconds a derivation of [`WRITTEN_ROUNDS`] takes on this device.
        derivation_ms: u32,
    },
    /// A key file that no passphrase opens.
    Refused(Fault),
    /// Something else.
    Other(Other),
}

/// What is no key file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Other {
    /// Nothing.
    Empty,
    /// A recovery key of Matrix.
    RecoveryKey,
    /// A recovery code of ours.
    RecoveryCode,
    /// Other JSON.
    Json,
    /// A zip.
    Zip,
    /// A persona as it is stored.
    SealedObject,
    /// None of these.
    Unknown,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Work {
    /// Hashing a passphrase.
    Deriving,
    /// Reading the file for the first time: is it the right passphrase, and is every byte as it was written?
    Checking,
    /// Reading it for the second time.
    Reading,
    /// Writing.
    Writing,
    /// Reading what was written.
    Verifying,
}

/// How far it is. Nothing is known of a derivation before it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done.
    pub work: Work,
    /// Bytes, or derivations, that are done.
    pub done: u64,
    /// Of so many.
    pub total: u64,
}

/// One room of everything that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Its number.
    pub number: u32,
    /// Its id.
    pub id: String,
    /// How many sessions.
    pub sessions: u64,
    /// The lowest first index of them.
    pub lowest: u32,
    /// The highest first index of them.
    pub highest: u32,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Found {
    /// What was searched for.
    pub wanted: String,
    /// How many sessions.
    pub sessions: u64,
    /// The first of them, at most [`FOUND_MAX`].
    pub first: Vec<FoundSession>,
}

/// One session that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundSession {
    /// Its room.
    pub room_id: String,
    /// Its id.
    pub session_id: String,
    /// The key of the device that is said to have sent it.
    pub sender_key: String,
    /// The first message that it opens.
    pub first_index: u32,
}

/// One session that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Its place in the list, from 0.
    pub index: u64,
    /// The room, if it could be read.
    pub room_id: Option<String>,
    /// The session id, if it could be read.
    pub session_id: Option<String>,
    /// Why.
    pub reason: SkipReason,
}

/// Why a session was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SkipReason {
    /// The list ends within it.
    CutOff,
    /// Something follows the list.
    BehindTheList,
    /// Longer than a session can be.
    TooLong,
    /// Not readable at all.
    NotASession,
    /// This field is missing.
    Missing(String),
    /// This field stands twice.
    Twice(String),
    /// This field is not what it must be.
    Wrong(String),
    /// Of another algorithm.
    Algorithm,
    /// The key itself is damaged.
    SessionKey,
    /// The id belongs to another key.
    OtherSessionId,
    /// The public key is none.
    NotAPoint,
}

/// What a file brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Opened {
    /// Sessions that were not there before.
    pub new: u64,
    /// Better copies of sessions that were.
    pub better: u64,
    /// Copies that are no better.
    pub known: u64,
    /// Sessions that were left out.
    pub skipped: u64,
    /// Sessions that are there now, of all files.
    pub total: u64,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The name to save it by: plain letters, and another one than that of every other file, on every system.
    pub name: String,
    /// The room that it is of, if it is of one.
    pub room_id: Option<String>,
    /// How many sessions are in it.
    pub sessions: u64,
}

/// Why something did not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Fault {
    /// This is another kind of file.
    #[error("not a key file")]
    NotAKeyFile,
    /// The last line is missing.
    #[error("the file is incomplete")]
    Incomplete,
    /// Something in the text is not of a key file.
    #[error("the text is damaged at byte {offset}")]
    DamagedText {
        /// Where, from 0.
        offset: u64,
    },
    /// What stands before the keys makes no sense.
    #[error("the header is damaged")]
    DamagedHeader,
    /// Another version of the format.
    #[error("version {found} is not known")]
    Version {
        /// As written.
        found: u8,
    },
    /// More rounds than were allowed.
    #[error("{rounds} rounds are too many")]
    TooManyRounds {
        /// As written.
        rounds: u32,
    },
    /// The passphrase is another one, or the file is damaged. The format cannot tell.
    #[error("the passphrase is another one, or the file is damaged")]
    WrongPassphrase,
    /// The file is another one than a moment ago.
    #[error("the file has changed")]
    Changed,
    /// It opened, and there is no list of sessions in it.
    #[error("there are no sessions in it")]
    NotSessions,
    /// The browser cannot read the file any more.
    #[error("the file cannot be read")]
    Unreadable,
    /// What was written does not read back as it was meant. It is not handed out.
    #[error("what was written is not what it should be")]
    NotAsWritten,
    /// A passphrase that is none.
    #[error("the passphrase is empty or too long")]
    Passphrase,
    /// The device has no room for more.
    #[error("out of memory")]
    OutOfMemory,
    /// Something that should not happen.
    #[error("the engine failed")]
    Engine,
}
