//! Key files: opening, looking inside, putting together, writing anew.

mod problems;

use keyhaven_client::key_file::messages::{
    FoundSession, Opened, Other, Progress, ROUNDS_UNASKED, Room, SPLIT_MAX, SkipReason, Skipped, Work,
};

pub(crate) use self::problems::{fault, one_file_only, other};
use super::{numbers, progress};
use crate::components::ProgressView;

pub(crate) const PAGE: &str = "Key file";
pub(crate) const TITLE: &str = "Open a key file";
pub(crate) const LEAD: &str = "A key file has the message keys that your messenger exported, locked with a passphrase. Nothing of it leaves this device.";
pub(crate) const ANOTHER_TITLE: &str = "Add another key file";
pub(crate) const ANOTHER_LEAD: &str =
    "Keys that are in several files are kept once, and the better copy of each.";
pub(crate) const DROP_HINT: &str =
    "Drop the key file here, or choose it. Often it is called “element-keys.txt”.";
pub(crate) const PASTE: &str = "I have it as text to paste";
pub(crate) const PASTE_LABEL: &str = "The text, from its first line to its last";
pub(crate) const PASTE_BUTTON: &str = "Look at this text";
pub(crate) const PASTED_NAME: &str = "Pasted text";

pub(crate) const PASSPHRASE_TITLE: &str = "Type its passphrase";
pub(crate) const PASSPHRASE: &str = "Passphrase of the file";
pub(crate) const PASSPHRASE_HINT: &str =
    "You chose it when you exported the keys. It is not the password of your account, nor your recovery key.";
pub(crate) const PASSPHRASE_MISSING: &str = "Type the passphrase of the file.";
pub(crate) const OPEN: &str = "Open file";
pub(crate) const OTHER_FILE: &str = "Choose another file";
pub(crate) const OPEN_ALL_THE_SAME: &str = "Open it all the same";
pub(crate) const KIND: &str = "Key file";

pub(crate) const PLAIN_KIND: &str = "Message keys without a lock (JSON)";
pub(crate) const PLAIN_TITLE: &str = "These message keys have no lock";
pub(crate) const PLAIN_WARNING: &str = "Not encrypted: anyone who has this file can read your messages.";
pub(crate) const PLAIN_NEXT: &str = "Some tools export keys like this, and messengers do not take them. Open it, save the keys as a new key file with a passphrase, and then delete this one, from the trash too.";
pub(crate) const PLAIN_OPENED: &str = "A file that is open here is not encrypted.";
pub(crate) const PLAIN_OPENED_NEXT: &str = "Save the keys as a new key file. Once it is where you keep it, delete the one without a lock: anyone who has it can read your messages.";

pub(crate) const ROOMS: &str = "Rooms";
pub(crate) const SEARCH: &str = "Search";
pub(crate) const SEARCH_HINT: &str =
    "A part of a room’s id; or four characters or more of a session id or of a sender’s key.";
pub(crate) const NOTHING_FOUND: &str =
    "Nothing found: no room id, session id or sender’s key has this in it.";
pub(crate) const NO_ROOM_FOUND: &str =
    "No room has this in its id. Type at least four characters to search session ids and senders’ keys too.";
pub(crate) const FOUND_KEYS: &str = "Message keys that were found";
pub(crate) const NO_ROOMS: &str = "There is no message key in it that can be used.";
pub(crate) const MORE: &str = "Show more rooms";
pub(crate) const SAVE_ROOM: &str = "Save";
pub(crate) const SAVE: &str = "Save as a new key file";
pub(crate) const ADD: &str = "Add another key file";
pub(crate) const CLOSE: &str = "Close and forget";
pub(crate) const SKIPPED: &str = "See which and why";
pub(crate) const SKIPPED_REST_OK: &str = "All others were checked and can be used.";
pub(crate) const BACK: &str = "Back to the keys";

pub(crate) const EXTENT: &str = "How many files?";
pub(crate) const NEW_PASSPHRASE: &str = "New passphrase";
pub(crate) const NEW_PASSPHRASE_HINT: &str =
    "For the new file alone. Four or five unrelated words are easy to remember and hard to guess.";
pub(crate) const REPEAT_PASSPHRASE: &str = "New passphrase again";
pub(crate) const NEW_PASSPHRASE_MISSING: &str = "Choose a passphrase.";
pub(crate) const PASSPHRASE_SHORT: &str = "Too short: use at least 10 characters.";
pub(crate) const PASSPHRASE_WEAK: &str = "Too easy to guess. Add another word or two.";
pub(crate) const PASSPHRASES_DIFFER: &str = "The two passphrases are not the same. Show them to compare.";
pub(crate) const ONE: &str = "One file with everything";
pub(crate) const WRITE: &str = "Seal the keys";
pub(crate) const FORGOTTEN_TITLE: &str = "Without this passphrase nobody can open the file.";
pub(crate) const FORGOTTEN: &str = "Write it down, or keep it in a password manager.";

pub(crate) const ZIP_NAME: &str = "message-keys by room.zip";
pub(crate) const ZIP_LIST: &str = "The zip has a key file for each room, and the list “rooms.csv” of which file is of which room. The list is not locked: it names your rooms.";
pub(crate) const EACH: &str = "Each room by itself";
pub(crate) const LIST_FILE_NAME: &str = "keyhaven-unread-keys.txt";

pub(crate) fn facts(kind: &str, bytes: u64, date: Option<&str>) -> String {
    let size = numbers::size(bytes);
    match date {
        Some(date) => format!("{kind} · {size} · {date}"),
        None => format!("{kind} · {size}"),
    }
}

/// What opening costs, in words.
pub(crate) fn cost(rounds: u32, derivation_ms: u32) -> String {
    format!(
        "The passphrase is hashed {} times, which takes {} on this device. That is on purpose: it makes guessing expensive.",
        numbers::count(u64::from(rounds)),
        takes(derivation_ms)
    )
}

fn takes(milliseconds: u32) -> String {
    match milliseconds.div_ceil(1_000) {
        0 | 1 => "less than a second".to_owned(),
        seconds @ 2..=90 => format!("about {seconds} seconds"),
        seconds @ 91..=5_400 => format!("about {} minutes", seconds.div_ceil(60)),
        seconds => format!("about {} hours", seconds.div_ceil(3_600)),
    }
}

pub(crate) fn expensive_title(derivation_ms: u32) -> String {
    format!("Opening this file would take {}.", takes(derivation_ms))
}

pub(crate) fn expensive(rounds: u32) -> String {
    format!(
        "Its passphrase would be hashed {} times. Messengers write files with some hundred thousand, and this page asks \
         above {}. The file may have been made to keep your device busy. You can cancel at any time.",
        numbers::count(u64::from(rounds)),
        numbers::count(u64::from(ROUNDS_UNASKED))
    )
}

pub(crate) fn keys(number: u64) -> String {
    numbers::counted(number, "message key", "message keys")
}

fn rooms(number: u64) -> String {
    numbers::counted(number, "room", "rooms")
}

pub(crate) fn opened_title(total: u64, room_count: u64) -> String {
    format!("{} from {}.", keys(total), rooms(room_count))
}

pub(crate) fn skipped_title(number: u64) -> String {
    format!("{} could not be read.", numbers::count(number))
}

/// What a file brought to those that were open before.
pub(crate) fn added(opened: Opened) -> String {
    format!(
        "{} new, {} better than before, {} already there.",
        numbers::count(opened.new),
        numbers::count(opened.better),
        numbers::count(opened.known)
    )
}

pub(crate) const ADDED: &str = "The file was added.";

pub(crate) fn room_facts(room: &Room) -> String {
    let (lowest, highest) = (u64::from(room.lowest), u64::from(room.highest));
    if lowest == highest {
        return format!("{} · from index {}", keys(room.sessions), numbers::count(lowest));
    }
    format!(
        "{} · from index {} (oldest) to {} (newest)",
        keys(room.sessions),
        numbers::count(lowest),
        numbers::count(highest)
    )
}

pub(crate) fn save_room(id: &str) -> String {
    format!("Save the keys of {id}")
}

/// How many rooms match, and how many keys, if keys were searched.
pub(crate) fn found(number: usize, all: usize, keys_found: Option<u64>) -> String {
    let found = format!("{} of {}", numbers::count(number as u64), rooms(all as u64));
    match keys_found {
        Some(number) => format!("{found} · {}", keys(number)),
        None => found,
    }
}

pub(crate) fn keys_shown(shown: usize, all: u64) -> String {
    format!(
        "The first {} of {} are shown.",
        numbers::count(shown as u64),
        keys(all)
    )
}

pub(crate) fn key_facts(key: &FoundSession) -> String {
    let FoundSession {
        room_id,
        sender_key,
        first_index,
        ..
    } = key;
    let index = numbers::count(u64::from(*first_index));
    format!("{room_id} · from index {index} · sender’s key {sender_key}")
}

/// `file` where there are several.
pub(crate) fn skipped_name(skipped: &Skipped, file: Option<&str>) -> String {
    let number = numbers::count(skipped.index + 1);
    let key = match file {
        Some(file) => format!("Key {number} of {file}"),
        None => format!("Key {number}"),
    };
    match (&skipped.room_id, &skipped.session_id) {
        (Some(room), Some(session)) => format!("{key}: {room}, session {session}"),
        (Some(room), None) => format!("{key}: {room}"),
        (None, Some(session)) => format!("{key}: session {session}"),
        (None, None) => key,
    }
}

pub(crate) fn skip_reason(reason: &SkipReason) -> String {
    match reason {
        SkipReason::CutOff => {
            "The list of keys ends in the middle of it. Whatever came after is missing too.".to_owned()
        }
        SkipReason::BehindTheList => {
            "Something follows the end of the list of keys. It was not used.".to_owned()
        }
        SkipReason::TooLong => "It is longer than any message key.".to_owned(),
        SkipReason::NotASession => "It is no message key, or it is damaged.".to_owned(),
        SkipReason::Missing(field) => format!("Its field “{field}” is missing."),
        SkipReason::Twice(field) => {
            format!("Its field “{field}” stands there twice, and it cannot be told which is right.")
        }
        SkipReason::Wrong(field) => format!("Its field “{field}” is not what it must be."),
        SkipReason::Algorithm => "It is of a kind that no messenger here uses.".to_owned(),
        SkipReason::SessionKey => "The key itself is damaged.".to_owned(),
        SkipReason::OtherSessionId => "It belongs to other messages than it says.".to_owned(),
        SkipReason::NotAPoint => "The key itself is damaged: no message could be checked with it.".to_owned(),
    }
}

pub(crate) fn skipped_shown(shown: usize, all: u64) -> String {
    format!(
        "The first {} of {} are shown. The saved list has {}.",
        numbers::count(shown as u64),
        numbers::count(all),
        if all > keyhaven_client::key_file::messages::SKIPPED_MAX as u64 {
            "the first 10,000"
        } else {
            "all"
        }
    )
}

pub(crate) fn save_title(number: u64) -> String {
    format!("Seal {} anew", keys(number))
}

pub(crate) fn one_file_each(room_count: usize) -> String {
    format!("One file for each of {}", rooms(room_count as u64))
}

pub(crate) fn too_many_rooms() -> String {
    format!(
        "More than {} cannot be parted at once. Save rooms one by one instead.",
        rooms(SPLIT_MAX as u64)
    )
}

pub(crate) fn saved_title(number: u64, files: usize) -> String {
    match files {
        1 => format!("{} sealed in a new file.", keys(number)),
        files => format!(
            "{} sealed in {} new files.",
            keys(number),
            numbers::count(files as u64)
        ),
    }
}

/// What was found out about what was written, and what to do with it.
pub(crate) const fn saved_lead(files: usize) -> &'static str {
    match files {
        1 => {
            "It was opened again, and every key in it is right. Save it now: this page keeps nothing. Then import it in your messenger with the new passphrase."
        }
        _ => {
            "Each was opened again, and every key in it is right. Save them now: this page keeps nothing. Then import them in your messenger with the new passphrase."
        }
    }
}

/// What is being done.
pub(crate) fn work(doing: Progress) -> ProgressView {
    let words = match doing.work {
        Work::Deriving => "Hashing the passphrase",
        Work::Checking => "Checking the file",
        Work::Reading => "Reading the keys",
        Work::Writing => "Sealing the keys",
        Work::Verifying => "Opening what was written, to check it",
    };
    let counted = match doing.work {
        Work::Deriving if doing.total < 2 => String::new(),
        Work::Deriving => format!(
            "{} of {} files",
            numbers::count(doing.done),
            numbers::count(doing.total)
        ),
        _ => format!("{} of {}", numbers::size(doing.done), numbers::size(doing.total)),
    };
    ProgressView {
        why: (doing.work == Work::Deriving).then(|| DERIVING_WHY.to_owned()),
        counted,
        ..ProgressView::of(words)
    }
}

const DERIVING_WHY: &str = "This takes a while on purpose: it makes guessing the passphrase expensive.";

pub(crate) const LOOKING: &str = "Looking at the file";
pub(crate) use progress::left;

/// Whether the page for personas is where it belongs.
pub(crate) const fn belongs_to_personas(other: Other) -> bool {
    matches!(other, Other::RecoveryCode | Other::Zip | Other::SealedObject)
}

pub(crate) const TO_PERSONAS: &str = "Go to my personas";

/// What was left out, as a text file: each with its file where there are several.
pub(crate) fn list<'a>(skipped: impl Iterator<Item = (&'a Skipped, Option<&'a str>)>) -> String {
    let lines = skipped.map(|(skipped, file)| {
        let name = skipped_name(skipped, file);
        format!("{name}\n  {}\n", skip_reason(&skipped.reason))
    });
    lines.collect()
}

#[cfg(test)]
mod tests;
