//! Choosing and storing files.

use super::numbers;
use crate::browser::files::PickError;
use crate::messages::Problem;

pub(crate) const CHOOSE_FILE: &str = "Choose a file";
pub(crate) const CHOOSE_FOLDER: &str = "Choose a folder";
pub(crate) const NOT_SENT: &str = "Nothing was sent, and what is stored is unchanged.";

pub(crate) fn drop_hint(max: u64) -> String {
    format!(
        "Drop a file, a zip or a whole folder here, or choose one. It is encrypted on this device before it is sent. Up to {}.",
        numbers::size(max)
    )
}

/// Files that were picked and cannot be used.
pub(crate) fn pick_problem(error: PickError) -> Problem {
    match error {
        PickError::Unreadable => unreadable(),
        PickError::TooMany => too_many(),
    }
}

fn unreadable() -> Problem {
    Problem::new(
        "Your browser could not read one of the files.",
        NOT_SENT,
        "It may be open in another program, or have been moved. Close it there and choose again.",
    )
}

fn too_many() -> Problem {
    Problem::new(
        "There are more than 10,000 files in this folder.",
        NOT_SENT,
        "Put them into one zip file and store that, or choose a smaller folder.",
    )
}

pub(crate) fn too_large(bytes: u64, max: u64) -> Problem {
    Problem {
        what: format!(
            "This is {}. One persona can have {} once it is encrypted.",
            numbers::size(bytes),
            numbers::size(max)
        ),
        safe: NOT_SENT.to_owned(),
        next: "Store the parts you need one by one, or leave out large pictures and videos.".to_owned(),
    }
}

pub(crate) fn empty() -> Problem {
    Problem::new(
        "This file is empty.",
        NOT_SENT,
        "Choose the file that has your keys.",
    )
}
