//! What a person sees once the backup is open.

use keyhaven_client::persona::flows::vault::{NotSealedAgain, UnsealedItem};

use super::{numbers, problems};

pub(crate) const PAGE: &str = "Account";
pub(crate) const TITLE: &str = "Your personas";
pub(crate) const EMPTY: &str =
    "Nothing is stored yet. Store your first persona: a file, a zip or a folder with your keys.";
pub(crate) const EMPTY_BUT_DELETED: &str = "Nothing is stored now. What was deleted can be brought back.";
pub(crate) const STORE: &str = "Store a persona";
pub(crate) const FILE: &str = "File";
pub(crate) const FOLDER: &str = "Folder";
pub(crate) const RESTORE: &str = "Restore";
pub(crate) const DELETE: &str = "Delete";
pub(crate) const SETTINGS: &str = "Account and security";
pub(crate) const SIGN_OUT: &str = "Sign out";
pub(crate) const BACK_HOME: &str = "Your personas";

pub(crate) const NAME_TITLE: &str = "Store this persona?";
pub(crate) const NAME_LABEL: &str = "Name";
pub(crate) const NAME_HINT: &str = "Only you see it: it is encrypted too.";
pub(crate) const NAME_MISSING: &str = "Give it a name that you will know again.";
pub(crate) const NAME_LONG: &str = "Too long: use a shorter name.";
pub(crate) const STORE_SUBMIT: &str = "Encrypt and store";
pub(crate) const REPLACE: &str = "Store it in place of the one with the same name";
pub(crate) const REPLACE_HINT: &str = "The one before stays under its versions for a while.";

pub(crate) const CHANGE_PASSWORD: &str = "Change the password";
pub(crate) const CHANGE_HINT: &str = "When someone may know it, or you want a better one.";
pub(crate) const CHANGE_LEAD: &str = "Everything stored stays as it is. All other sessions are signed out.";
pub(crate) const CURRENT_PASSWORD: &str = "Password you have now";
pub(crate) const CHANGE_SUBMIT: &str = "Change the password";
pub(crate) const CHANGED: &str = "Your password is changed. All other sessions were signed out.";
pub(crate) const NEW_CODE: &str = "New recovery code";
pub(crate) const NEW_CODE_HINT: &str = "When the one you have is lost, or somebody has seen it.";
pub(crate) const NEW_CODE_LEAD: &str = "What happened to the one you have? As soon as you have confirmed the new one, the old one opens nothing any more.";
pub(crate) const CODE_LOST: &str = "It is lost";
pub(crate) const CODE_LOST_HINT: &str = "You get a new code. Everything stored stays as it is.";
pub(crate) const CODE_SEEN: &str = "Somebody has seen the code";
pub(crate) const CODE_SEEN_HINT: &str =
    "You get a new code and a new key, and everything stored is sealed again under that key.";
pub(crate) const CODE_SEEN_LEAD: &str = "You get a new code and a new key, and everything stored is sealed again under that key. All other sessions are signed out.";
pub(crate) const CODE_SEEN_KEPT: &str = "What was read stays read";
pub(crate) const CODE_SEEN_KEPT_HINT: &str = "Who has opened your backup with the old code may have kept what was in it. From now on the old code and the old key open nothing new.";
pub(crate) const CODE_SEEN_CODE: &str = "The recovery code that somebody has seen";
pub(crate) const CODE_SEEN_PASSWORD_HINT: &str = "It opens the new key, too, and stays what it is.";
pub(crate) const CODE_SEEN_SUBMIT: &str = "Make a new code and a new key";
pub(crate) const KEEP_OLD_CODE: &str = "Keep the code I have";
pub(crate) const CODE_CHANGED: &str = "Your new recovery code is in force. The old one opens nothing any more. If you still have it, keep it for 14 days: so long it settles disputes.";
pub(crate) const CODE_AND_KEY_CHANGED: &str =
    "Your new recovery code and your new key are in force. The old code opens nothing any more.";
pub(crate) const UNSEALED: &str = "What is not sealed again yet opens for you as before, and for anyone who has the old key and gets at it. It can be broken off at any time and goes on later.";
pub(crate) const SEAL_AGAIN: &str = "Seal my personas again";
pub(crate) const SEAL_AGAIN_SIGN_IN: &str =
    "Sign in once more to have your personas sealed again under your new key.";
const UNSEALED_DAMAGED: &str = "it is damaged, and left as it is";
pub(crate) const CODE_KEPT: &str =
    "The recovery code that you had stays in force. The new one opens nothing: throw it away.";

pub(crate) fn former_code(until: &str) -> String {
    format!(
        "Until {until} the recovery code before the present one settles disputes. If you did not make the present one, change your password."
    )
}

pub(crate) const SETTLE_CODE: &str = "See which code opens my backup";
pub(crate) const CHECK_CODE: &str = "Do you still have your recovery code?";
pub(crate) const CHECK_CODE_HINT: &str = "Better to find out today than on the day you need it.";
pub(crate) const CHECK_CODE_LEAD: &str =
    "Type it once. It opens your backup on this device and changes nothing; the code itself is sent nowhere.";
pub(crate) const CHECK_SUBMIT: &str = "Check my code";
pub(crate) const CHECK_GOOD_TITLE: &str = "This code opens your backup.";
pub(crate) const CHECK_GOOD: &str = "Put it back where it was. Check again in a few months.";
pub(crate) const SETTINGS_SIGN_IN: &str =
    "To change who gets in, sign in once more. This page knows nothing of the one you came from.";
pub(crate) const CHANGE_ADDRESS: &str = "Change the address";
pub(crate) const CHANGE_ADDRESS_HINT: &str = "Both addresses have to confirm it.";
pub(crate) const CHANGE_ADDRESS_LEAD: &str = "Password and recovery code stay. We send a letter to both addresses, and nothing changes until both are confirmed.";
pub(crate) const NEW_ADDRESS: &str = "New e-mail address";
pub(crate) const PASSWORD_AGAIN_HINT: &str =
    "Everything made from it has to be made anew for the new address.";
pub(crate) const CHANGE_ADDRESS_SUBMIT: &str = "Send the two letters";
pub(crate) const CHANGE_ADDRESS_CANCEL: &str = "Keep my address";
pub(crate) const ADDRESS_CANCELLED: &str = "The change of address is taken back. Your address stays.";
pub(crate) const CONFIRMED: &str = "confirmed";
pub(crate) const WAITS: &str = "waits for a click in its letter";

pub(crate) const DELETE_ACCOUNT: &str = "Delete the account";
pub(crate) const DELETE_ACCOUNT_HINT: &str = "With everything in it. You have 30 days to take it back.";
pub(crate) const DELETE_ACCOUNT_LEAD: &str = "Everything stored is removed after 30 days. Until then sign in to restore it, or to take the deletion back. Save what you need first.";
pub(crate) const DELETE_NOW: &str = "Remove it at once instead";
pub(crate) const DELETE_NOW_HINT: &str = "That needs your recovery code, and nothing brings it back.";
pub(crate) const DELETE_ACCOUNT_SUBMIT: &str = "Delete my account";
pub(crate) const DELETE_ACCOUNT_TITLE: &str = "Delete this account and everything in it?";
pub(crate) const DELETE_LATER_BODY: &str =
    "It is removed after 30 days. Until then you can sign in and take it back.";
pub(crate) const DELETE_NOW_BODY: &str =
    "It is removed at once, with every persona and every version. Nobody can bring it back.";
pub(crate) const ACCOUNT_REMOVED: &str = "Your account and everything in it are removed.";

pub(crate) const SESSIONS: &str = "Where you are signed in";
pub(crate) const SESSIONS_HINT: &str = "See every open session, and end it.";
pub(crate) const SESSION_HERE: &str = "This session";
pub(crate) const SESSION_OTHER: &str = "Another session";
pub(crate) const END_SESSION: &str = "End";
pub(crate) const SIGN_OUT_ALL: &str = "Sign out everywhere";
pub(crate) const SIGN_OUT_ALL_TITLE: &str = "Sign out everywhere?";
pub(crate) const SIGN_OUT_ALL_BODY: &str =
    "Every session ends, this one too. What is stored stays, and you sign in again with your password.";

pub(crate) const CHECKED_LIST_ONLY: &str =
    "There was no list of your own to compare with, so this was checked against the server’s list only.";
pub(crate) const RESTORED_ITEM: &str = "Restored and checked";

pub(crate) const STANDING_MISSING: &str = "the server does not list it";
pub(crate) const STANDING_EXTRA: &str = "not in your own list";
pub(crate) const STANDING_DIFFERS: &str = "the server lists another version";
pub(crate) const STOPPED_TITLE: &str = "You stopped it.";
pub(crate) const STOPPED: &str =
    "What had been sent by then may be stored. The list shows what is there now.";
pub(crate) const WENT_BACK_TITLE: &str = "The server does not show what this device has seen last.";
pub(crate) const WENT_BACK: &str = "Something that you stored may be missing or old. Do not delete other copies, and tell \
     whoever runs this site. Until you decide, nothing is stored or deleted; what is listed can be restored.";
pub(crate) const ACCEPT_OLDER: &str = "Go on with this list";
pub(crate) const INVENTORY_NEWER_TITLE: &str = "A newer version of Keyhaven wrote the list of your personas.";
pub(crate) const INVENTORY_NEWER: &str = "Reload the page to get its newest version. This one can restore, and stores nothing, so that nothing is lost.";
pub(crate) const INVENTORY_DAMAGED_TITLE: &str = "The list of your personas is damaged.";
pub(crate) const INVENTORY_DAMAGED: &str = "Your personas themselves may be whole: restore them now. Until this is repaired nothing can be stored or \
     deleted, so that nothing is lost.";
pub(crate) const FIND_EARLIER: &str = "Look for an earlier list";
pub(crate) const NO_EARLIER_TITLE: &str = "No earlier list opens.";
pub(crate) const NO_EARLIER: &str =
    "Nothing was changed. Restore what is listed, save it, and tell whoever runs this site.";
pub(crate) const DELETED: &str = "Deleted";
pub(crate) const DELETED_LEAD: &str = "Kept for 30 days, whoever deleted it.";
pub(crate) const DELETED_NONE: &str = "There is nothing that this page can bring back.";
pub(crate) const DELETED_WAIT: &str = "Nothing can be brought back now.";
pub(crate) const BRING_BACK: &str = "Bring back";
pub(crate) const UNNAMED: &str = "Name unknown";
pub(crate) const UNKNOWN_NOTICE_TITLE: &str =
    "There is something about this list that this page cannot explain.";
pub(crate) const UNKNOWN_NOTICE: &str = "Reload the page to get its newest version.";

pub(crate) fn signed_in_as(address: &str) -> String {
    format!("Signed in as {address}")
}

pub(crate) fn address_waits(new: &str) -> String {
    format!("Your account moves to {new} when both addresses have confirmed it.")
}

pub(crate) fn address_waits_until(until: &str) -> String {
    format!("The letters are good until {until}. Until then everything stays as it is.")
}

pub(crate) fn address_side(address: &str, confirmed: bool) -> String {
    format!("{address}: {}", if confirmed { CONFIRMED } else { WAITS })
}

pub(crate) fn account_deleted(date: &str) -> String {
    format!(
        "Your account is removed on {date}. Until then sign in on the page with your personas to take it back."
    )
}

pub(crate) fn used(used: u64, quota: u64) -> String {
    format!(
        "{} of {} used, earlier versions included",
        numbers::size(used),
        numbers::size(quota)
    )
}

pub(crate) fn stored_on(date: &str) -> String {
    format!("stored {date}")
}

pub(crate) fn restore_all(count: usize) -> String {
    match count {
        1 => "Restore it".to_owned(),
        count => format!("Restore all {}", numbers::count(count as u64)),
    }
}

pub(crate) fn deleted_count(count: u64) -> String {
    format!("{DELETED} ({})", numbers::count(count))
}

pub(crate) fn deleted_facts(size: u64, [deleted, until]: &[String; 2]) -> String {
    format!("{} · deleted {deleted} · kept until {until}", numbers::size(size))
}

pub(crate) fn bring_all_back(count: usize) -> String {
    format!("Bring all {} back", numbers::count(count as u64))
}

pub(crate) fn brought_back(back: u64, total: u64) -> String {
    format!("{} of {} are back.", numbers::count(back), numbers::count(total))
}

pub(crate) fn left(names: &[String]) -> String {
    format!("Gone, or not as stored, and so not back: {}.", names.join(", "))
}

pub(crate) fn earlier_list(written: &str) -> String {
    format!("The list of {written} opens.")
}

pub(crate) fn put_list_back(written: &str) -> String {
    format!("Put the list of {written} back")
}

pub(crate) fn list_put_back(written: &str) -> String {
    format!("The list of {written} is back.")
}

pub(crate) fn list_facts(named: u64, intact: u64, missing: u64, extra: u64) -> String {
    let [named, intact, missing, extra] = [named, intact, missing, extra].map(numbers::count);
    format!(
        "Of {named} that it names, {intact} are listed as they were stored and {missing} are missing. \
         {extra} that it does not name stay listed."
    )
}

pub(crate) fn undo(name: &str) -> String {
    format!("Bring ‘{name}’ back")
}

pub(crate) fn stored(name: &str) -> String {
    format!("‘{name}’ is stored, and was checked with the server.")
}

pub(crate) fn deleted(name: &str) -> String {
    format!("‘{name}’ is deleted. You can bring it back for 30 days.")
}

pub(crate) fn deleted_unnamed(name: &str) -> String {
    format!("‘{name}’ is deleted. Your own list did not name it.")
}

pub(crate) fn delete_unnamed_body(name: &str) -> String {
    format!("‘{name}’ is not in your own list. You can bring it back for 30 days.")
}

pub(crate) fn undeleted(name: &str) -> String {
    format!("‘{name}’ is back.")
}

pub(crate) fn delete_title(name: &str) -> String {
    format!("Delete ‘{name}’?")
}

pub(crate) fn delete_body(name: &str) -> String {
    format!("‘{name}’ leaves your list. You can bring it back for 30 days.")
}

pub(crate) fn delete_confirm(name: &str) -> String {
    format!("Delete ‘{name}’")
}

pub(crate) fn restored(good: u64, all: u64) -> String {
    format!(
        "{} of {} restored and checked.",
        numbers::count(good),
        numbers::counted(all, "persona", "personas")
    )
}

pub(crate) fn former_code_decides(until: &str) -> String {
    format!("Until {until}, type the recovery code from before your newest one: that one decides.")
}

pub(crate) fn sealed_again(sealed: u64, all: u64) -> String {
    format!(
        "{} of {} sealed again under your new key.",
        numbers::count(sealed),
        numbers::counted(all, "persona", "personas")
    )
}

pub(crate) fn unsealed(item: &UnsealedItem) -> String {
    let why = match &item.why {
        NotSealedAgain::Damaged => UNSEALED_DAMAGED.to_owned(),
        NotSealedAgain::Problem(problem) => problems::describe(problem).what,
    };
    format!("‘{}’: {why}", item.name)
}

pub(crate) fn session_facts(created: &str, used: &str) -> String {
    format!("Signed in {created} · last used {used}")
}

pub(crate) fn end_session(created: &str) -> String {
    format!("End the session of {created}")
}

pub(crate) fn files_count(files: u64, bytes: u64) -> String {
    format!(
        "{}, {}",
        numbers::counted(files, "file", "files"),
        numbers::size(bytes)
    )
}
