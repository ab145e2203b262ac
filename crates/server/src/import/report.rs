//! What came of an import, for people and as JSON.

use std::fmt;

use serde::Serialize;

use super::names::Layout;

/// Why something was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// Its name is not text.
    NameUnreadable,
    /// Neither a file nor a folder where one belongs: a link, say.
    NotAFile,
    /// A file where the original has none.
    NotOfTheLayout,
    /// Objects without the account that they belong to: its `user.json` is not there.
    NoUserFile,
    /// The file could not be read.
    Unreadable,
    /// `user.json` does not parse, or is too long.
    UserFileUnreadable,
    /// The password hash does not parse.
    HashUnreadable,
    /// The password hash is of another function or length.
    HashOfAnotherMethod,
    /// The password hash names no iterations, or more than are computed.
    HashTooSlow,
    /// The name of the folder is no address.
    AddressUnusable,
    /// Other folders are named after other spellings of this address. Only their owner knows which account is the one.
    SeveralSpellings,
    /// The address has an account here that is not this one, or is not any more.
    HasAnAccount,
    /// The id is not one that can be asked for.
    IdUnusable,
    /// Nothing is in it.
    Empty,
    /// Longer than an object may be.
    TooLong,
    /// Other bytes are stored here under its id.
    DiffersFromStored,
    /// The account has no room left.
    QuotaExceeded,
    /// The account was changed while it was imported.
    AccountChanged,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NameUnreadable => "its name is not text",
            Self::NotAFile => "it is neither a file nor a folder",
            Self::NotOfTheLayout => "it is no part of a dump",
            Self::NoUserFile => "there are objects and no user.json: was the whole of it copied?",
            Self::Unreadable => "it cannot be read",
            Self::UserFileUnreadable => "its user.json cannot be read",
            Self::HashUnreadable => "its password hash cannot be read",
            Self::HashOfAnotherMethod => "its password hash is of another method",
            Self::HashTooSlow => "its password hash names no iterations, or more than are computed",
            Self::AddressUnusable => "its name is not an address",
            Self::SeveralSpellings => {
                "there are several spellings of this address, and only its owner knows which to take"
            }
            Self::HasAnAccount => "the address has another account here, or its owner has signed in since",
            Self::IdUnusable => "its name cannot be an id",
            Self::Empty => "it is empty",
            Self::TooLong => "it is longer than an object may be",
            Self::DiffersFromStored => "other bytes are stored under its id",
            Self::QuotaExceeded => "the account has no room left",
            Self::AccountChanged => "the account was changed meanwhile",
        })
    }
}

/// One thing that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The account's folder, as it is named in the dump.
    pub folder: String,
    /// The file, where it is about one object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// Why.
    pub reason: Reason,
}

/// What came of an import. It names addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What the dump was read as.
    pub layout: Layout,
    /// Nothing was written.
    pub dry_run: bool,
    /// Accounts in the dump.
    pub accounts_found: u64,
    /// Accounts that were made, or would be.
    pub accounts_created: u64,
    /// Accounts of an earlier run.
    pub accounts_there_already: u64,
    /// Objects in the accounts that were taken.
    pub objects_found: u64,
    /// Objects that were written, or would be.
    pub objects_written: u64,
    /// Objects that stood here with the same bytes.
    pub objects_there_already: u64,
    /// Bytes of the objects that were written, or would be.
    pub bytes_written: u64,
    /// Objects whose content type the dump does not have.
    pub content_types_told: u64,
    /// What was left out.
    pub left_out: Vec<LeftOut>,
}

impl Report {
    pub(super) fn new(layout: Layout, dry_run: bool) -> Self {
        Self {
            layout,
            dry_run,
            accounts_found: 0,
            accounts_created: 0,
            accounts_there_already: 0,
            objects_found: 0,
            objects_written: 0,
            objects_there_already: 0,
            bytes_written: 0,
            content_types_told: 0,
            left_out: Vec::new(),
        }
    }

    pub(super) fn leave_out(&mut self, folder: &str, object: Option<&str>, reason: Reason) {
        self.left_out.push(LeftOut {
            folder: folder.to_owned(),
            object: object.map(str::to_owned),
            reason,
        });
    }
}
