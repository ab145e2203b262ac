//! Choosing a new password by a mailed link.

use keyhaven_protocol::persona::ResetCodeKind;

pub(crate) const PAGE: &str = "New password";

pub(crate) const ASK_TITLE: &str = "Get a link to choose a new password";
pub(crate) const ASK_LEAD: &str = "The link lets you sign in again. To read your backup you will also need your recovery code or your old password.";
pub(crate) const SEND: &str = "Send the link";
pub(crate) const SENT_TITLE: &str = "Look into your mailbox.";
pub(crate) const SENT: &str = "If there is an account for this address, we sent a link. It works once, for 30 minutes. Nothing changes until you use it.";
pub(crate) const SENT_HINT: &str =
    "No mail after five minutes? Look into the spam folder, check the address, or try again in an hour.";
pub(crate) const ANOTHER: &str = "Use another address";

pub(crate) const NEVER_TITLE: &str = "This page will never ask for your recovery code or your old password.";
pub(crate) const NEVER: &str = "If a page that a mail led you to does, leave it: it is not ours.";
pub(crate) const SET: &str = "Set the new password";

pub(crate) const DONE_TITLE: &str = "Your new password is set.";
/// Afterwards: what to do with it.
pub(crate) fn done(kind: ResetCodeKind) -> &'static str {
    match kind {
        ResetCodeKind::Derived => {
            "Sign in with it. Your backup is still locked: have your recovery code or your old password at hand."
        }
        ResetCodeKind::Typed => {
            "Sign in with it in the messenger that made this account. This page has nothing more to do."
        }
    }
}
pub(crate) const DONE_SESSIONS: &str =
    "All other sessions were signed out, and we sent a mail about the change.";
pub(crate) const CONTINUE: &str = "Go on to sign in";

pub(crate) fn choose_title(address: &str) -> String {
    format!("Choose a new password for {address}")
}

/// Before the password is chosen: what it will open.
pub(crate) fn choose_lead(kind: ResetCodeKind) -> &'static str {
    match kind {
        ResetCodeKind::Derived => {
            "This lets you sign in again. To read your backup you will also need your recovery code or your old password."
        }
        ResetCodeKind::Typed => {
            "This account was made with a messenger. The new password opens all that the messenger stored here."
        }
    }
}
