//! What came back, item by item.

use std::fmt::Write as _;

use keyhaven_client::persona::{Damage, Finding, RestoreItem, RestoreReport};

use super::{account, numbers, problems};
use crate::components::{Outcome, ResultItem};

pub(crate) const COMPLETE_TITLE: &str = "Everything came back.";
pub(crate) const COMPLETE: &str = "Each one was compared with your own encrypted list, which the server cannot write, and every byte was checked.";
pub(crate) const INCOMPLETE_TITLE: &str = "Something did not come back.";
pub(crate) const INCOMPLETE: &str = "Save what did. What did not is named below, with the reason. Nothing was changed on the server; try again later, \
     and tell whoever runs this site.";
pub(crate) const LIST_ONLY_TITLE: &str = "All that the server listed came back.";
pub(crate) const OLDER: &str = "older";
pub(crate) const NEWER: &str = "newer";
pub(crate) const UNLISTED: &str = "not on the list";

/// What became of one item.
pub(crate) fn item(item: &RestoreItem) -> ResultItem {
    let (outcome, reason) = finding(&item.finding);
    ResultItem {
        outcome,
        name: item.name.clone(),
        reason,
        file: None,
    }
}

fn finding(finding: &Finding) -> (Outcome, String) {
    match finding {
        Finding::Restored { content_bytes } => (
            Outcome::Good,
            format!("{}: {}", account::RESTORED_ITEM, numbers::size(*content_bytes)),
        ),
        Finding::Extra { content_bytes } => (
            Outcome::Note,
            format!(
                "Restored ({}), but your list does not name it. Another device may just have stored it; if not, do not \
                 trust it.",
                numbers::size(*content_bytes)
            ),
        ),
        Finding::Missing => (
            Outcome::Bad,
            "Your list names it, but the server does not have it.".to_owned(),
        ),
        Finding::Stale { found, expected } => (
            Outcome::Bad,
            format!(
                "Only an older version came back (number {found}); your list names number {expected}. It is whole, and saved \
                 with “older” in its name."
            ),
        ),
        Finding::Newer { found, expected } => (
            Outcome::Note,
            format!(
                "A newer version came back (number {found}) than your list names (number {expected}). It is whole. Another \
                 device may just have stored it."
            ),
        ),
        Finding::UnnamedUnreadable(damage) => (
            Outcome::Note,
            format!(
                "Your list does not name it, and it does not open. {}",
                damaged(*damage)
            ),
        ),
        Finding::Damaged(damage) => (Outcome::Bad, damaged(*damage)),
        Finding::NotFetched(problem) => {
            let problem = problems::describe(problem);
            (
                Outcome::Bad,
                format!("Not fetched; it may be whole. {} {}", problem.what, problem.next),
            )
        }
    }
}

pub(crate) fn damaged(damage: Damage) -> String {
    match damage {
        Damage::Length { found, expected } => format!(
            "The server has {} where your list names {}. It was not used.",
            numbers::counted(found, "byte", "bytes"),
            numbers::counted(expected, "byte", "bytes")
        ),
        Damage::Hash => "What the server has is not what you stored. It was not used.".to_owned(),
        Damage::Truncated => "It is incomplete: its end is missing. It was not used.".to_owned(),
        Damage::OtherContent => "It opens, but is not what your list describes. It was not used.".to_owned(),
        Damage::OtherObject => "The server has something else in its place. It was not used.".to_owned(),
        Damage::NewerFormat => {
            "It was stored by a newer version of Keyhaven. Restore it with that version.".to_owned()
        }
        Damage::NotSealed => {
            "It was stored by another program and is not encrypted by Keyhaven. It was not used.".to_owned()
        }
        _ => "It was altered: it does not open with your key. It was not used.".to_owned(),
    }
}

/// The whole report as a text file.
pub(crate) fn as_text(report: &RestoreReport) -> String {
    let mut text = account::restored(report.restored() as u64, report.expected() as u64);
    text.push_str("\n\n");
    for found in &report.items {
        let words = item(found);
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}\n  {}", words.name, words.reason);
    }
    text
}
