//! What went wrong, in three parts: what happened, what is safe, what to do next.

use std::time::Duration;

use keyhaven_client::problem::{
    Effect, InputFault, Problem as ClientProblem, ProblemKind, RetryReason, ServerFault,
};
use keyhaven_core::job::JobError;

use super::{account, numbers};
use crate::browser::config::ConfigError;
use crate::messages::Problem;

const UNCHANGED: &str = "Nothing was changed.";
const STILL_STORED: &str = "What is stored is still there.";
const STATE_ENDS: &str =
    "Nothing can be changed now. Sign in again: the page with your personas says how this ends.";
const NOT_AGAIN: &str = "Look in a minute.";
const REPORT: &str = "Reload the page and try again. If it comes back, tell whoever runs this site.";

/// What was asked for, where it has words of its own for what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Anything else.
    Other,
    /// An account.
    NewAccount,
    /// Another password.
    NewPassword,
    /// The old password back in force.
    OldPassword,
    /// Another recovery code in place of one.
    Code,
    /// The end of the account.
    Removal,
    /// Everything sealed again, one persona after the other.
    SealingAgain,
}

/// The words for a problem of a flow.
pub(crate) fn describe(problem: &ClientProblem) -> Problem {
    describe_of(problem, Deed::Other)
}

/// The words for a problem of a flow that was asked for this.
pub(crate) fn describe_of(problem: &ClientProblem, deed: Deed) -> Problem {
    let mut words = kind(&problem.kind);
    if let Some(safe) = became(problem.effect, deed) {
        safe.clone_into(&mut words.safe);
    }
    if problem.effect == Effect::Done && matches!(problem.kind, ProblemKind::Retry(_)) {
        NOT_AGAIN.clone_into(&mut words.next);
    }
    if let Some(id) = &problem.request_id {
        words.next = format!("{} (Request {id})", words.next);
    }
    words
}

/// What became of it, where that is not what the problem says by itself.
fn became(effect: Effect, deed: Deed) -> Option<&'static str> {
    Some(match (effect, deed) {
        (Effect::None, _) => return None,
        (_, Deed::Code) => {
            "One of the two recovery codes opens your backup: keep both until this page has said which."
        }
        (Effect::Open, Deed::Other) => "It may have been done: look before you do it again.",
        (Effect::Done, Deed::Other) => "It was done. Only the look at it afterwards failed.",
        (Effect::Open, Deed::NewAccount) => {
            "Your account may be there: try again with the same address and password."
        }
        (Effect::Done, Deed::NewAccount) => "Your account is there: sign in with this password.",
        (Effect::Open, Deed::NewPassword) => "Either password may be in force: try the new one first.",
        (Effect::Done, Deed::NewPassword) => "Your new password is in force: sign in with it.",
        (Effect::Open, Deed::OldPassword) => "Either password may be in force: try the old one first.",
        (Effect::Done, Deed::OldPassword) => "Your old password is in force again: sign in with it.",
        (_, Deed::SealingAgain) => "What was sealed again by then stays so, and the rest opens as before.",
        (Effect::Open, Deed::Removal) => "Your account may be deleted: sign in to see.",
        (Effect::Done, Deed::Removal) => {
            "Your account is deleted. Sign in to see until when it can be taken back."
        }
    })
}

fn kind(kind: &ProblemKind) -> Problem {
    match kind {
        ProblemKind::Retry(reason) => retry(*reason),
        ProblemKind::SignInAgain => Problem::new(
            "Your session has ended.",
            STILL_STORED,
            "Sign in again. Sessions end after 15 minutes without use, and when the password is changed.",
        ),
        ProblemKind::UnlockFirst => Problem::new(
            "Your backup is locked since the password was reset by e-mail.",
            "Nothing can be changed or deleted while it is locked.",
            "Open it with your recovery code or your old password first.",
        ),
        ProblemKind::Disputed => Problem::new(super::states::DISPUTED_TITLE, STILL_STORED, STATE_ENDS),
        ProblemKind::Frozen => Problem::new("This account is frozen.", STILL_STORED, STATE_ENDS),
        ProblemKind::FrozenBeforeSetUp { .. } => Problem::new(
            super::states::FROZEN_TITLE,
            "Nothing is stored in it yet.",
            super::states::FROZEN_WAIT,
        ),
        ProblemKind::Deleted => Problem::new("This account is being deleted.", STILL_STORED, STATE_ENDS),
        ProblemKind::Input(fault) => input(*fault),
        ProblemKind::ReadAgain => Problem::new(
            "Another device changed something at the same time.",
            "What the other device stored is kept.",
            "Look at the list as it is now, then try again.",
        ),
        ProblemKind::ListWentBack => {
            Problem::new(account::WENT_BACK_TITLE, UNCHANGED, "Decide beside the list.")
        }
        ProblemKind::SetUpElsewhere => Problem::new(
            "This sign-up was finished on another device first.",
            "The account is safe. The code that was shown here opens nothing: throw it away.",
            "Sign in. The recovery code that counts is the one that the other device showed.",
        ),
        ProblemKind::Gone => Problem::new(
            "This is no longer there.",
            UNCHANGED,
            "Look at the list as it is now.",
        ),
        ProblemKind::QuotaExceeded => Problem::new(
            "Your account has no room left.",
            "Nothing was dropped to make room.",
            "Earlier versions and deleted personas take room too. Confirm your address if you have not yet, or ask whoever runs this server for more.",
        ),
        ProblemKind::Blocked => Problem::new(
            "Your browser did not let this page talk to the server.",
            UNCHANGED,
            "An extension or a network filter may block it. Try a private window or another network.",
        ),
        ProblemKind::Device(error) => device(*error),
        ProblemKind::Server(fault) => server(*fault),
        ProblemKind::Report { .. } => {
            Problem::new("The server refused what this page sent.", UNCHANGED, REPORT)
        }
        _ => unexpected(),
    }
}

fn retry(reason: RetryReason) -> Problem {
    match reason {
        RetryReason::Offline => Problem::new(
            "The server could not be reached.",
            STILL_STORED,
            "Check your connection and try again. If only this site fails, it may be down for a moment.",
        ),
        RetryReason::TimedOut => Problem::new(
            "The server did not answer in time.",
            STILL_STORED,
            "Try again in a minute.",
        ),
        RetryReason::Stopped => Problem::new("You stopped it.", UNCHANGED, "Start again whenever you like."),
        RetryReason::Busy { after } => Problem {
            what: "The server has more to do than it can take on.".to_owned(),
            safe: UNCHANGED.to_owned(),
            next: wait(after),
        },
        RetryReason::RateLimited { after } => Problem {
            what: "There were too many tries in a short time.".to_owned(),
            safe: "This protects your account from guessing. Nothing was changed.".to_owned(),
            next: wait(after),
        },
        RetryReason::ServerFailed => {
            Problem::new("The server failed.", STILL_STORED, "Try again in a minute.")
        }
        _ => unexpected(),
    }
}

fn wait(after: Option<Duration>) -> String {
    match after.map(|after| after.as_secs()) {
        Some(seconds) if seconds > 90 => {
            format!(
                "Try again in {}.",
                numbers::counted(seconds.div_ceil(60), "minute", "minutes")
            )
        }
        Some(seconds) if seconds > 0 => {
            format!("Try again in {}.", numbers::counted(seconds, "second", "seconds"))
        }
        _ => "Try again in a minute.".to_owned(),
    }
}

fn input(fault: InputFault) -> Problem {
    match fault {
        InputFault::AddressRefused => Problem::new(
            "The server does not take this address.",
            UNCHANGED,
            "Check it for typing errors.",
        ),
        InputFault::AddressTaken => Problem::new(
            "There is an account for this address already.",
            UNCHANGED,
            "Sign in. If you forgot the password, get a link by e-mail.",
        ),
        InputFault::WrongCredentials => Problem::new(
            "This address and password do not belong together.",
            UNCHANGED,
            "Check both, also capital letters and the keyboard layout. If somebody else changed your password, you can put the old one back.",
        ),
        InputFault::WrongPassword => Problem::new(
            "This is not the password.",
            UNCHANGED,
            "Check capital letters and the keyboard layout, then type it again.",
        ),
        InputFault::LinkSpent => Problem::new(
            "This link is not good any more.",
            "Your password was not changed by this try.",
            "It works once and for 30 minutes, and it must be whole: mail programs sometimes break a long line. Get a new one.",
        ),
        InputFault::NotTheOldPassword => Problem::new(
            "This is not the last password that opened the backup of this address.",
            UNCHANGED,
            "Check both. If you put it back a moment ago, sign in with it; or use your recovery code.",
        ),
        InputFault::FormerCodeDecides => Problem::new(
            "This code is in force, and cannot do this yet.",
            UNCHANGED,
            "It took the place of another one less than 14 days ago. Until then the code before it does this; your account page says until when.",
        ),
        InputFault::NotTheDecidingCode => Problem::new(
            "The recovery code that you typed is not the one that decides.",
            UNCHANGED,
            "Go back and type the right one. For 14 days after a new code was made without the one before, it is the one before.",
        ),
        InputFault::SameAddress => Problem::new(
            "This is the address that you have already.",
            UNCHANGED,
            "Type the other one.",
        ),
        InputFault::TooLarge {
            content_bytes,
            max_bytes,
        } => super::files::too_large(content_bytes, max_bytes),
        InputFault::TooMany => Problem::new(
            "Your account holds as many personas as it can.",
            UNCHANGED,
            "Delete some that you do not need, or store several as one folder.",
        ),
        InputFault::FolderRefused => Problem::new(
            "This folder cannot be stored as it is.",
            super::files::NOT_SENT,
            "It is empty, or a file in it has a name that other systems cannot read. Put it into a zip file and store that.",
        ),
        InputFault::NameRefused => Problem::new(
            "This name cannot be used.",
            super::files::NOT_SENT,
            "Give it a name of at least one letter and not too many.",
        ),
        _ => unexpected(),
    }
}

fn device(error: JobError) -> Problem {
    match error {
        JobError::OutOfMemory => Problem::new(
            "This device has not enough free memory for this.",
            UNCHANGED,
            "Close other pages and programs and try again, or use another device.",
        ),
        _ => Problem::new("This device could not finish the computation.", UNCHANGED, REPORT),
    }
}

fn server(fault: ServerFault) -> Problem {
    match fault {
        ServerFault::Outdated => Problem::new(
            "The server does not know what this page asks.",
            UNCHANGED,
            "It is of another version, or this page names the wrong server. Tell whoever runs this site.",
        ),
        ServerFault::Kdf(_) => Problem::new(
            "The server asked this page to protect your password badly, so it stopped.",
            "Nothing made from your password was sent.",
            "Do not try again on this network. Tell whoever runs this site.",
        ),
        ServerFault::DamagedKeyRecord => Problem::new(
            "The server’s record of your keys is damaged.",
            "It was not used, and nothing was changed.",
            "Your recovery code may still open your backup. Tell whoever runs this site before you try anything else.",
        ),
        ServerFault::NewerInventory => Problem::new(
            account::INVENTORY_NEWER_TITLE,
            "It was not changed.",
            account::INVENTORY_NEWER,
        ),
        ServerFault::DamagedInventory => Problem::new(
            "The list of your personas does not open with your key: it is damaged, or was replaced.",
            "It was not used. Your personas themselves may be whole.",
            "Restore what the server lists, and tell whoever runs this site.",
        ),
        _ => Problem::new(
            "The server’s answer makes no sense, so nothing of it was used.",
            STILL_STORED,
            "A network filter may have changed it. Try again, or from another network.",
        ),
    }
}

/// The settings beside the app cannot be used.
pub(crate) fn config(error: ConfigError) -> Problem {
    match error {
        ConfigError::Unreachable => retry(RetryReason::Offline),
        ConfigError::Malformed => Problem::new(
            "This page does not know which server to ask.",
            UNCHANGED,
            "Its settings file is wrong. Tell whoever runs this site.",
        ),
    }
}

fn unexpected() -> Problem {
    Problem::new(
        "Something went wrong that this page has no words for.",
        STILL_STORED,
        REPORT,
    )
}
