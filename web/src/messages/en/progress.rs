//! What is going on, and how far it is.

use keyhaven_client::progress::{Count, Doing, Progress};

use super::numbers;
use crate::components::ProgressView;

pub(crate) const LABEL: &str = "Progress";
pub(crate) const CANCEL: &str = "Cancel";
pub(crate) const ONE_MOMENT: &str = "One moment";

const DERIVING_WHY: &str = "This takes a second on purpose: it makes guessing your password expensive. A telephone may take a few seconds.";

/// The words for the progress of a flow.
pub(crate) fn describe(progress: Progress) -> ProgressView {
    let counted = [
        progress.items.map(|count| {
            format!(
                "{} of {}",
                numbers::count(count.done),
                numbers::counted(count.total, "persona", "personas")
            )
        }),
        progress
            .bytes
            .map(|count| format!("{} of {}", numbers::size(count.done), numbers::size(count.total))),
    ];
    ProgressView {
        doing: doing(progress.doing).to_owned(),
        why: (progress.doing == Doing::DerivingKey).then(|| DERIVING_WHY.to_owned()),
        share: share(progress.items, progress.bytes),
        counted: counted.into_iter().flatten().collect::<Vec<_>>().join(" · "),
    }
}

/// Items are worth a thousand steps each, and bytes move within the present one.
fn share(items: Option<Count>, bytes: Option<Count>) -> Option<(u64, u64)> {
    const STEPS: u64 = 1_000;
    let within = bytes
        .filter(|count| count.total > 0)
        .map(|count| count.done.saturating_mul(STEPS) / count.total);
    match items {
        Some(items) => {
            let total = items.total.saturating_mul(STEPS);
            let done = items
                .done
                .saturating_mul(STEPS)
                .saturating_add(within.unwrap_or(0));
            Some((done.min(total), total))
        }
        None => within.map(|done| (done, STEPS)),
    }
}

fn doing(doing: Doing) -> &'static str {
    match doing {
        Doing::AskingServer => "Asking the server",
        Doing::DerivingKey => "Deriving your keys from the password",
        Doing::CreatingAccount => "Creating your account",
        Doing::SigningIn => "Signing in",
        Doing::AskingForLink => "Asking for the link",
        Doing::SettingPassword => "Setting the new password",
        Doing::OpeningBackupKey => "Opening your backup",
        Doing::WritingKeyRecord => "Saving how your backup opens",
        Doing::ReadingList => "Reading your list",
        Doing::Packing => "Packing the folder",
        Doing::Sealing => "Encrypting on this device",
        Doing::Sending => "Sending what was encrypted",
        Doing::Fetching => "Fetching what is stored",
        Doing::Opening => "Decrypting and checking on this device",
        Doing::Deleting => "Updating your list",
        Doing::Sessions => "Reading where you are signed in",
        _ => ONE_MOMENT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_move_within_an_item() {
        let half = Some(Count { done: 50, total: 100 });
        assert_eq!(
            share(Some(Count { done: 1, total: 4 }), half),
            Some((1_500, 4_000))
        );
        assert_eq!(share(None, half), Some((500, 1_000)));
        assert_eq!(share(None, None), None);
        assert_eq!(
            share(Some(Count { done: 4, total: 4 }), half),
            Some((4_000, 4_000))
        );
    }

    #[test]
    fn a_derivation_says_why_it_is_slow() {
        assert!(describe(Progress::of(Doing::DerivingKey)).why.is_some());
        assert!(describe(Progress::of(Doing::Sending)).why.is_none());
    }
}
