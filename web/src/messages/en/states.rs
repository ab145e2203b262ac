//! The states of an account in words: what is so, what can be done now, and until when.

use super::numbers;

pub(crate) const UNCONFIRMED_TITLE: &str = "Confirm your address.";
pub(crate) const RESEND: &str = "Send the letter again";
pub(crate) const CONFIRMED_MEANWHILE: &str = "I have confirmed it";
pub(crate) const CONFIRMATION_SENT: &str = "The letter is on its way. It may take a few minutes.";

pub(crate) const DISPUTED_TITLE: &str = "Your old password was put back. Somebody else knows another one.";
pub(crate) const DECIDE_TITLE: &str = "Decide with your recovery code";
pub(crate) const DECIDE_LEAD: &str = "The password that signed you in stays, and the other one is gone.";
pub(crate) const DECIDE: &str = "Decide with my code";
pub(crate) const DECIDED: &str =
    "It is decided: the account is yours, and the other password opens nothing any more.";

pub(crate) const FROZEN_TITLE: &str = "This account is frozen.";
pub(crate) const FROZEN_NEXT: &str =
    "If somebody else may know your password, change it right after lifting.";
pub(crate) const FROZEN_WAIT: &str = "The freeze ends by itself. Sign in again then.";
pub(crate) const LIFT: &str = "Lift the freeze";
pub(crate) const LIFTED: &str = "The freeze is lifted.";

pub(crate) const DELETED_TITLE: &str = "This account is being deleted.";
pub(crate) const TAKE_BACK: &str = "Take the deletion back";
pub(crate) const TAKEN_BACK: &str = "The deletion is taken back. Everything stays.";

pub(crate) const UNPROVEN_TITLE: &str = "The password was reset by e-mail.";
pub(crate) const UNPROVEN: &str = "Sign in again to open your backup.";

pub(crate) const UNKNOWN_TITLE: &str = "This account is in a state that this page does not know.";
pub(crate) const UNKNOWN: &str = "Reload the page to get its newest version.";

pub(crate) const READ_ONLY: &str =
    "Nothing can be stored, replaced or deleted now. What is stored can be restored at any time.";
pub(crate) const SETTINGS_WAIT_TITLE: &str = "Nothing here can be changed now.";
pub(crate) const SETTINGS_WAIT: &str = "That goes for password, recovery code, address and account. The page with your personas says why, and how it ends.";

pub(crate) fn unconfirmed(address: &str, until: Option<&str>) -> String {
    let until = match until {
        Some(until) => {
            format!("An account that nobody confirms is removed on {until}, with everything in it.")
        }
        None => "An account that nobody confirms is removed after a week.".to_owned(),
    };
    format!(
        "We sent a letter to {address}. Open its link and click there. {until} Until then there is room for 1 MiB."
    )
}

pub(crate) fn disputed(until: Option<&str>) -> String {
    let time = match until {
        Some(until) => {
            format!("If nobody types it, the password that is in force now stays from {until} on.")
        }
        None => "If nobody types it, the password that is in force now stays.".to_owned(),
    };
    format!(
        "The last proven password was put back in force. The recovery code decides whose account this is. {time}"
    )
}

pub(crate) fn frozen(until: Option<&str>) -> String {
    let ends = match until {
        Some(until) => format!("It ends by itself on {until}."),
        None => "It stays so until somebody who can open the backup lifts it.".to_owned(),
    };
    format!(
        "A link in a letter, or the operator, froze this account. Nothing can be changed, and no new password can be set \
         by mail. {ends}"
    )
}

pub(crate) fn frozen_wait(until: &str) -> String {
    format!("The freeze ends by itself on {until}. Sign in again then.")
}

pub(crate) fn deleted(until: Option<&str>) -> String {
    match until {
        Some(until) => format!(
            "Everything in it is removed on {until}. Until then you can restore it, or keep the account."
        ),
        None => {
            "Everything in it will be removed. Until then you can restore it, or keep the account.".to_owned()
        }
    }
}

pub(crate) const VERSIONS: &str = "Versions";
pub(crate) const VERSION_RESTORE: &str = "Put this version back";
pub(crate) const VERSION_PRESENT: &str = "The present version";
pub(crate) const VERSION_EARLIER: &str = "An earlier version";
pub(crate) const VERSION_DELETED: &str = "Deleted then";
pub(crate) const VERSIONS_LEAD: &str =
    "Putting a version back stores it as the newest. What is there now stays in this list.";
pub(crate) const VERSIONS_WAIT: &str = "No version can be put back now.";

pub(crate) fn versions_of(name: &str) -> String {
    format!("Versions of ‘{name}’")
}

pub(crate) fn version_facts(written: &str, sealed_bytes: Option<u64>) -> String {
    match sealed_bytes {
        Some(bytes) => format!("{written} · {} encrypted", numbers::size(bytes)),
        None => written.to_owned(),
    }
}

pub(crate) fn version_restored(name: &str) -> String {
    format!("The earlier version of ‘{name}’ was opened, checked, and stored as the newest.")
}

pub(crate) fn version_damaged(name: &str) -> String {
    format!("This version of ‘{name}’ was not put back. Nothing was changed.")
}
