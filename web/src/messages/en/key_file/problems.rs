//! What went wrong with a key file, and where something belongs that is none.

use keyhaven_client::key_file::messages::{Fault, Other};

use super::numbers;
use crate::messages::Problem;

const NOT_SENT: &str = "Nothing left this device, and the file is as it was.";
const LOOK_FOR_COPY: &str =
    "Look for another copy, or export the keys again on a device that is still signed in.";

/// Why something did not work.
pub(crate) fn fault(fault: Fault) -> Problem {
    let (what, next) = match fault {
        Fault::NotAKeyFile => return other(Other::Unknown),
        Fault::Incomplete => return incomplete(),
        Fault::DamagedText { offset } => {
            return Problem {
                what: format!(
                    "This key file is damaged at character {}. The passphrase is not the problem.",
                    numbers::count(offset + 1)
                ),
                safe: NOT_SENT.to_owned(),
                next: LOOK_FOR_COPY.to_owned(),
            };
        }
        Fault::DamagedHeader => (
            "The beginning of this key file is damaged. The passphrase is not the problem.",
            LOOK_FOR_COPY,
        ),
        Fault::Version { .. } => (
            "This key file is of a newer kind than this page knows.",
            "Import it with the messenger that exported it.",
        ),
        Fault::TooManyRounds { .. } => (
            "Opening this file would take very long.",
            "Choose it again, and say that you want to open it all the same.",
        ),
        Fault::WrongPassphrase => (
            "This passphrase does not open the file.",
            "Show what you typed, and check capitals and spaces. If you are sure of it, the file is damaged: look for another copy.",
        ),
        Fault::Changed => (
            "The file has changed since you chose it.",
            "Close everything, wait until nothing writes to the file any more, and choose it again.",
        ),
        Fault::NotSessions => (
            "The passphrase is right, but there are no message keys in the file.",
            LOOK_FOR_COPY,
        ),
        Fault::Unreadable => (
            "Your browser could not read the file.",
            "It may have been moved, or be on a drive that is gone. Choose it again.",
        ),
        Fault::NotAsWritten => {
            return Problem::new(
                "The new file did not have what it should when it was opened again, so you cannot save it.",
                "The keys are still open here, and the files that you chose are as they were.",
                "Try again. If it comes back, close other tabs and programs, or use another browser.",
            );
        }
        Fault::Passphrase => ("This is too long for a passphrase.", "Type the passphrase alone."),
        Fault::OutOfMemory => (
            "This device has not enough free memory.",
            "Close other tabs and programs, then try again.",
        ),
        Fault::Engine => (
            "Something in this page failed.",
            "Reload the page and try again. If it comes back, tell whoever runs this site.",
        ),
    };
    Problem::new(what, NOT_SENT, next)
}

fn incomplete() -> Problem {
    Problem::new(
        "This file is incomplete: its end is missing. The passphrase is not the problem.",
        NOT_SENT,
        "Look for another copy, or download it again.",
    )
}

/// What something is that is no key file, and where it belongs.
pub(crate) fn other(other: Other) -> Problem {
    let (what, next) = match other {
        Other::Empty => (
            "There is nothing in it.",
            "Choose the file that your messenger exported.",
        ),
        Other::RecoveryKey => (
            "This is a recovery key of your messenger, not a key file.",
            "Type it in your messenger, where it asks for the recovery key or security key. It opens the backup on your messenger’s server.",
        ),
        Other::RecoveryCode => (
            "This is a Keyhaven recovery code, not a key file.",
            "Use it on the page for personas: it opens your Keyhaven backup.",
        ),
        Other::Json => (
            "This is data of another kind (JSON), not a key file.",
            "A key file begins with “BEGIN MEGOLM SESSION DATA”. Look for “Export keys” in your messenger’s settings.",
        ),
        Other::Zip => (
            "This is a zip, not a key file.",
            "If it is a persona that Keyhaven saved, store it on the page for personas. If a key file is inside, unpack it first.",
        ),
        Other::SealedObject => (
            "This is a persona as the server stores it. It opens only with its account.",
            "Sign in on the page for personas, and restore it there.",
        ),
        Other::Unknown => (
            "This is not a key file.",
            "A key file is text that begins with “BEGIN MEGOLM SESSION DATA”. Look for “Export keys” in your messenger’s settings.",
        ),
    };
    Problem::new(what, NOT_SENT, next)
}

/// Several files, or a folder.
pub(crate) fn one_file_only() -> Problem {
    Problem::new(
        "These are several files.",
        NOT_SENT,
        "Choose one key file. Once it is open, you can add the others one by one.",
    )
}
