//! Restoring: every item is fetched, held against the inventory, opened and verified, and named with what came of it.

use core::{cell::Cell, time::Duration};

use keyhaven_core::{archive::ContentSum, inventory::InventoryEntry, job::JobError, order};
use keyhaven_protocol::persona::ObjectId;
use zeroize::Zeroizing;

use super::{
    done::{FileVersion, RestoredFile, VaultDone},
    input::Selection,
    restore_one::{Checked, CheckedFile, check_named, check_unnamed},
    work::Outcome,
};
use crate::{
    host::Host,
    kept::Kept,
    persona::{
        Unlocked,
        contents::{Contents, kind_of, read_contents},
        item::{CountedAgainst, ItemId, ItemKind},
        restore_report::{Damage, Finding, RestoreItem, RestoreReport},
    },
    problem::{Problem, ProblemKind, RetryReason},
    progress::{Count, Doing, Progress, Report},
    transport::Transferred,
};

/// How often a busy server is waited for during one restore, and how long at most: who asks for more is told as busy.
pub(super) const WAITS_MAX: usize = 2;
const WAIT_MAX: Duration = Duration::from_secs(30);
/// Where it is busy and does not say for how long.
const WAIT_UNSAID: Duration = Duration::from_secs(2);

/// One item to fetch.
pub(super) struct Target {
    id: ItemId,
    name: String,
    kind: ItemKind,
    media_type: String,
    entry: Option<InventoryEntry>,
}

impl From<InventoryEntry> for Target {
    fn from(entry: InventoryEntry) -> Self {
        Self {
            id: entry.id().into(),
            name: entry.name().to_owned(),
            kind: kind_of(&entry),
            media_type: entry.media_type().to_owned(),
            entry: Some(entry),
        }
    }
}

/// Restores what was selected. Problems with one item are that item's; the others are still tried.
pub(super) async fn restore(
    unlocked: &Unlocked,
    selection: &Selection,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Outcome, Problem> {
    let contents = read_contents(unlocked, host, report).await?;
    let targets = targets(&contents, selection);
    if targets.is_empty() && matches!(selection, Selection::One(_)) {
        return Err(ProblemKind::Gone.into());
    }
    let counted_against = contents.counted_against();
    let total = targets.len() as u64;
    let (mut items, mut files) = (Vec::with_capacity(targets.len()), Vec::new());
    let mut broken_off: Option<Problem> = None;
    let waits_left = Cell::new(WAITS_MAX);
    for (done, target) in (0..).zip(targets) {
        let report_item = |progress: Progress| report(progress.with_items(Some(Count { done, total })));
        let checked = match &broken_off {
            Some(problem) => Checked::without_file(Finding::NotFetched(problem.clone())),
            None => {
                restore_one(
                    unlocked,
                    &target,
                    counted_against,
                    &waits_left,
                    host,
                    &report_item,
                )
                .await
            }
        };
        if let Finding::NotFetched(problem) = &checked.finding
            && ends_the_rest(problem)
        {
            broken_off = Some(problem.clone());
        }
        let mut finding = checked.finding;
        if let Some(CheckedFile { content, version }) = checked.file {
            let sum = ContentSum::of(&content);
            match host.keep(content) {
                Some(content) => files.push(restored_file(&target, sum, content, version)),
                // It came, and this device does not hold it: that is not restored.
                None => finding = Finding::NotFetched(JobError::OutOfMemory.into()),
            }
        }
        items.push(RestoreItem {
            id: target.id,
            name: target.name,
            finding,
        });
    }
    report(Progress::of(Doing::Opening).with_items(Some(Count { done: total, total })));
    let done = VaultDone::Restored {
        report: RestoreReport {
            counted_against,
            items,
        },
        files,
    };
    Ok(Outcome::Read(contents, Some(done)))
}

fn targets(contents: &Contents, selection: &Selection) -> Vec<Target> {
    let mut targets: Vec<Target> = contents
        .entries()
        .into_iter()
        .map(|(entry, _)| entry.into())
        .collect();
    targets.extend(contents.unnamed().into_iter().map(|object| Target {
        id: ItemId::new(object.id.clone()),
        name: object.id.clone(),
        kind: ItemKind::File,
        media_type: "application/octet-stream".to_owned(),
        entry: None,
    }));
    if let Selection::One(id) = selection {
        targets.retain(|target| target.id == *id);
    }
    order::sort(&mut targets, |one, other| {
        (&one.name, &one.id) < (&other.name, &other.id)
    });
    targets
}

/// Fetches one item and checks it.
pub(super) async fn restore_one(
    unlocked: &Unlocked,
    target: &Target,
    counted_against: CountedAgainst,
    waits_left: &Cell<usize>,
    host: &impl Host,
    report: Report<'_>,
) -> Checked {
    let Some(id) = target.id.object_id() else {
        // Stored by a client of the original wire: not sealed, and not readable on this one.
        return Checked::without_file(unreadable(counted_against, Damage::NotSealed));
    };
    // A broken connection is worth one more try before the rest is given up.
    let mut tries_left = 1_usize;
    let fetched = loop {
        let fetched = fetch(unlocked, &id, None, host, report).await;
        let Err(problem) = &fetched else { break fetched };
        if is_connection(problem) {
            match tries_left.checked_sub(1) {
                Some(left) => tries_left = left,
                None => break fetched,
            }
        } else {
            match (asked_to_wait(problem), waits_left.get().checked_sub(1)) {
                (Some(wait), Some(left)) => {
                    waits_left.set(left);
                    report(Progress::of(Doing::WaitingForServer));
                    host.pause(wait).await;
                }
                _ => break fetched,
            }
        }
    };
    let bytes = match fetched {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Checked::without_file(Finding::Missing),
        Err(problem) => return Checked::without_file(Finding::NotFetched(problem)),
    };
    match &target.entry {
        Some(entry) => check_named(unlocked, entry, &bytes, host, report).await,
        None => check_unnamed(unlocked, id, &bytes, counted_against, host, report).await,
    }
}

/// What an object that no inventory names and that does not open is called.
pub(super) const fn unreadable(counted_against: CountedAgainst, damage: Damage) -> Finding {
    match counted_against {
        CountedAgainst::Inventory => Finding::UnnamedUnreadable(damage),
        CountedAgainst::ServerListOnly => Finding::Damaged(damage),
    }
}

/// The bytes of an object, or of this version of it.
pub(super) async fn fetch(
    unlocked: &Unlocked,
    id: &ObjectId,
    version: Option<u64>,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Option<Zeroizing<Vec<u8>>>, Problem> {
    report(Progress::of(Doing::Fetching));
    let fetching = |transferred: Transferred| {
        let count = |total| Count {
            done: transferred.done_bytes.min(total),
            total,
        };
        report(Progress::of(Doing::Fetching).with_bytes(transferred.total_bytes.map(count)));
    };
    let session = unlocked.session();
    let signed_in = unlocked.signed_in(host, &session);
    signed_in.object(id, version, &fetching).await
}

fn restored_file(target: &Target, sum: ContentSum, content: Kept, version: FileVersion) -> RestoredFile {
    RestoredFile {
        id: target.id.clone(),
        name: target.name.clone(),
        kind: target.kind,
        media_type: target.media_type.clone(),
        version,
        sum,
        content,
    }
}

/// How long a busy server wants to be left alone, if that is worth waiting for.
fn asked_to_wait(problem: &Problem) -> Option<Duration> {
    match problem.kind {
        ProblemKind::Retry(RetryReason::Busy { after } | RetryReason::RateLimited { after }) => {
            Some(after.unwrap_or(WAIT_UNSAID)).filter(|wait| *wait <= WAIT_MAX)
        }
        _ => None,
    }
}

const fn is_connection(problem: &Problem) -> bool {
    matches!(
        problem.kind,
        ProblemKind::Retry(RetryReason::Offline | RetryReason::TimedOut)
    )
}

/// Whether every further item would meet the same problem.
const fn ends_the_rest(problem: &Problem) -> bool {
    is_connection(problem) || matches!(problem.kind, ProblemKind::SignInAgain | ProblemKind::Blocked)
}
