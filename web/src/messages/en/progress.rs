//! What is going on, and how far it is.

use keyhaven_client::progress::{Count, Doing, Progress};

use super::numbers;
use crate::components::ProgressView;

pub(crate) const LABEL: &str = "Progress";
pub(crate) const CANCEL: &str = "Cancel";
pub(crate) const ONE_MOMENT: &str = "One moment";

const DERIVING_WHY: &str = "This takes a second on purpose: it makes guessing your password expensive. A telephone may take a few seconds.";

/// How much longer it takes.
pub(crate) fn left(seconds: u64) -> String {
    match seconds {
        0..=1 => "About a second left".to_owned(),
        2..=10 => format!("About {seconds} seconds left"),
        11..=90 => format!("About {} seconds left", seconds.next_multiple_of(5)),
        _ => format!("About {} minutes left", numbers::count(seconds.div_ceil(60))),
    }
}

/// The words for the progress of a flow.
pub(crate) fn describe(progress: Progress) -> ProgressView {
    // A browser does not say how much of a request has left: there is a size, and no end in sight.
    if let (Doing::Sending, Some(Count { done: 0, total })) = (progress.doing, progress.bytes) {
        return ProgressView {
            counted: numbers::size(total),
            ..ProgressView::of(doing(progress.doing))
        };
    }
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
        why: (progress.doing == Doing::DerivingKey).then(|| DERIVING_WHY.to_owned()),
        share: share(progress),
        counted: counted.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        ..ProgressView::of(doing(progress.doing))
    }
}

/// Steps of one item.
const STEPS: u64 = 1_000;
/// Of those, what is behind an item that was fetched and has to be opened yet: the line is slower than the device.
const FETCHED: u64 = 900;

/// Done and total in steps. Items are worth [`STEPS`] each, and bytes move within the present one; where the bytes are
/// those of all items, they alone count.
fn share(progress: Progress) -> Option<(u64, u64)> {
    let within = progress
        .bytes
        .filter(|count| count.total > 0)
        .map(|count| count.done.saturating_mul(STEPS) / count.total);
    let items = progress.items.filter(|_| progress.doing != Doing::SealingAgain);
    let Some(items) = items else {
        return within.map(|done| (done, STEPS));
    };
    let within = within.unwrap_or(0);
    let within = match progress.doing {
        Doing::Fetching => within * FETCHED / STEPS,
        Doing::Opening => FETCHED + within * (STEPS - FETCHED) / STEPS,
        _ => within,
    };
    let total = items.total.saturating_mul(STEPS);
    Some((
        items.done.saturating_mul(STEPS).saturating_add(within).min(total),
        total,
    ))
}

fn doing(doing: Doing) -> &'static str {
    match doing {
        Doing::AskingServer => "Asking the server",
        Doing::DerivingKey => "Deriving your keys from the password",
        Doing::CreatingAccount => "Creating your account",
        Doing::SigningIn => "Signing in",
        Doing::AskingForLink => "Asking for the link",
        Doing::PuttingPasswordBack => "Putting your old password back",
        Doing::Confirming => "Confirming",
        Doing::Freezing => "Freezing your account",
        Doing::ChangingAccount => "Changing your account",
        Doing::ReadingVersions => "Looking for earlier versions",
        Doing::SealingAgain => "Sealing your personas again",
        Doing::SettingPassword => "Setting the new password",
        Doing::RenewingKeys => "Renewing how your password is protected",
        Doing::OpeningBackupKey => "Opening your backup",
        Doing::WritingKeyRecord => "Saving how your backup opens",
        Doing::ReadingList => "Reading your list",
        Doing::Packing => "Packing the folder",
        Doing::Sealing => "Encrypting on this device",
        Doing::Sending => "Sending what was encrypted",
        Doing::WaitingForServer => "The server is busy: waiting a moment",
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
    fn while_everything_is_sealed_again_the_bytes_of_all_personas_count() {
        let progress = Progress::of(Doing::SealingAgain)
            .with_items(Some(Count { done: 3, total: 4 }))
            .with_bytes(Some(Count { done: 1, total: 10 }));
        assert_eq!(share(progress), Some((100, STEPS)), "the fourth is the large one");
        assert_eq!(describe(progress).counted, "3 of 4 personas · 1 byte of 10 bytes");
    }

    #[test]
    fn bytes_move_within_an_item_and_never_back() {
        let half = Some(Count { done: 50, total: 100 });
        let all = Some(Count {
            done: 100,
            total: 100,
        });
        let one_of_four = Some(Count { done: 1, total: 4 });
        let of = |doing, items, bytes| share(Progress::of(doing).with_items(items).with_bytes(bytes));
        let found = [
            of(Doing::Fetching, one_of_four, None),
            of(Doing::Fetching, one_of_four, half),
            of(Doing::Fetching, one_of_four, all),
            of(Doing::Opening, one_of_four, None),
            of(Doing::Opening, one_of_four, half),
            of(Doing::Opening, one_of_four, all),
        ];
        let done = found.map(|share| {
            share.map_or(0, |(done, total)| {
                assert_eq!(total, 4_000);
                done
            })
        });
        assert_eq!(done, [1_000, 1_450, 1_900, 1_900, 1_950, 2_000]);
        assert_eq!(of(Doing::Sealing, None, half), Some((500, 1_000)));
        assert_eq!(of(Doing::Sealing, None, None), None);
        let done = Some(Count { done: 4, total: 4 });
        assert_eq!(of(Doing::Fetching, done, half), Some((4_000, 4_000)));
    }

    #[test]
    fn a_request_on_its_way_has_a_size_and_no_end_in_sight() {
        let bytes = |done| {
            Some(Count {
                done,
                total: 2_097_152,
            })
        };
        let sending = |done| describe(Progress::of(Doing::Sending).with_bytes(bytes(done)));
        assert_eq!((sending(0).share, sending(0).counted.as_str()), (None, "2 MB"));
        assert_eq!(sending(2_097_152).share, Some((1_000, 1_000)));
    }

    #[test]
    fn what_is_left_is_rounded_up() {
        assert_eq!(
            [left(0), left(7), left(11), left(90), left(91)],
            [
                "About a second left",
                "About 7 seconds left",
                "About 15 seconds left",
                "About 90 seconds left",
                "About 2 minutes left"
            ]
        );
    }

    #[test]
    fn a_derivation_says_why_it_is_slow() {
        assert!(describe(Progress::of(Doing::DerivingKey)).why.is_some());
        assert!(describe(Progress::of(Doing::Sending)).why.is_none());
    }
}
