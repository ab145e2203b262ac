//! Sealing every persona again under the backup key in force, after it took the place of another.
//!
//! One persona is one write, and every write leaves everything open: what is sealed again opens with the present key,
//! what is not yet with a former one. The inventory, which is written with each persona, says which are which. So it
//! can be broken off anywhere, and goes on with what is left.

use core::cell::Cell;

use keyhaven_core::inventory::{Inventory, InventoryEntry, InventoryEntryFields, ItemState};
use keyhaven_protocol::persona::ObjectId;
use zeroize::Zeroizing;

use super::{
    done::{NotSealedAgain, SealedAgainReport, UnsealedItem, VaultDone},
    restore::{Target, WAITS_MAX, restore_one},
    sealing::{inventory_problem, seal_entry, seal_next},
    work::Outcome,
};
use crate::{
    host::Host,
    persona::{
        Unlocked,
        api::InventoryCondition,
        contents::{Contents, read_contents},
        item::CountedAgainst,
        key_record::CONFLICTS_MAX,
        restore_report::Finding,
    },
    problem::{Effect, Problem, ProblemKind, ServerFault},
    progress::{Count, Doing, Progress, Report},
};

/// The inventory as it was read or written last.
type Present = (Inventory, InventoryCondition);

/// Seals everything again that the server has and the inventory names under another key than the present one. A problem
/// with one persona is that persona's; one that every further persona would meet ends the work.
pub(super) async fn seal_again(
    unlocked: &Unlocked,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Outcome, Problem> {
    let before = read_contents(unlocked, host, report).await?;
    let Some(mut count) = before.sealing_again(unlocked) else {
        return Ok(Outcome::Read(before, None));
    };
    let entries = before.unsealed(unlocked);
    let mut present = match before.writable(unlocked) {
        Ok(present) => present,
        // Why not stands beside the list.
        Err(problem) => return Ok(Outcome::Read(before, Some(VaultDone::Failed(problem)))),
    };
    let found = present.1;
    let mut bytes = Count {
        done: 0,
        total: entries
            .iter()
            .fold(0, |sum, entry| entry.sealed_len().saturating_add(sum)),
    };
    let mut left = Vec::new();
    let mut broken_off = None;
    let waits_left = Cell::new(WAITS_MAX);
    for entry in &entries {
        let progress = Progress::of(Doing::SealingAgain).with_items(Some(count));
        report(progress.with_bytes(Some(bytes)));
        match seal_one(unlocked, &mut present, entry.id(), &waits_left, host).await {
            Ok(()) => count.done += 1,
            Err(NotSealedAgain::Problem(problem)) if problem.kind == ProblemKind::SignInAgain => {
                return Err(problem);
            }
            Err(NotSealedAgain::Problem(problem)) if ends_the_rest(&problem) => {
                broken_off = Some(problem);
                break;
            }
            Err(why) => left.push(UnsealedItem {
                name: entry.name().to_owned(),
                why,
            }),
        }
        bytes.done = entry.sealed_len().saturating_add(bytes.done);
    }
    // Something was written before that, whatever the last thing was that failed.
    let effect = if present.1 == found {
        Effect::None
    } else {
        Effect::Open
    };
    // Whatever was answered: what is there now decides.
    let after = read_contents(unlocked, host, report).await;
    let trouble = match &after {
        Ok(after) => {
            count = after.sealing_again(unlocked).unwrap_or(Count {
                done: count.total,
                ..count
            });
            let written = (present.0.counter(), unlocked.backup_keys().generation());
            (!shows(after, &entries, written)).then(|| ServerFault::Foreign.into())
        }
        Err(problem) if problem.kind == ProblemKind::SignInAgain => return Err(problem.clone()),
        Err(problem) => Some(problem.clone()),
    };
    let done = VaultDone::SealedAgain(SealedAgainReport {
        total: count.total,
        sealed: count.done,
        left,
        broken_off: broken_off.or(trouble).map(|problem| problem.at_least(effect)),
    });
    Ok(match after {
        Ok(after) => Outcome::Read(after, Some(done)),
        Err(_) => Outcome::Done(done),
    })
}

/// Whether the server has what it said it had stored of these, under the key of this generation and up to this
/// inventory.
fn shows(after: &Contents, entries: &[InventoryEntry], (counter, generation): (u64, u32)) -> bool {
    let is_there = |(entry, state): &(InventoryEntry, ItemState)| {
        let tried = entries.binary_search_by_key(&entry.id(), InventoryEntry::id);
        *state == ItemState::Intact || tried.is_err() || entry.generation() != generation
    };
    after.mark().counter >= counter && after.entries().iter().all(is_there)
}

/// Leaves one persona sealed under the present key: as another device wrote it meanwhile, or sealed again here.
async fn seal_one(
    unlocked: &Unlocked,
    present: &mut Present,
    id: ObjectId,
    waits_left: &Cell<usize>,
    host: &impl Host,
) -> Result<(), NotSealedAgain> {
    let generation = unlocked.backup_keys().generation();
    let mut was_lost = false;
    for _ in 0..CONFLICTS_MAX {
        let (inventory, condition) = present;
        let entry = inventory.entry(&id);
        let Some(entry) = entry.filter(|entry| entry.generation() != generation).cloned() else {
            // Written or deleted meanwhile, from another device; or written here, and the answer was lost.
            return Ok(());
        };
        let written = match fetch(unlocked, &entry, waits_left, host).await? {
            None => Err(ProblemKind::ReadAgain.into()),
            Some(content) => {
                let fields = InventoryEntryFields {
                    id,
                    name: entry.name().to_owned(),
                    media_type: entry.media_type().to_owned(),
                    counter: inventory.next_counter(&id),
                    sealed_len: 0,
                    sealed_sha256: [0; 32],
                    content_len: entry.content_len(),
                    modified_at: entry.modified_at(),
                    generation: 0,
                };
                let (sealed_again, bytes) = seal_entry(unlocked, fields, content, host, &|_| {}).await?;
                let next = inventory.with_entry(sealed_again).map_err(inventory_problem)?;
                let sealed_inventory = seal_next(unlocked, &next, host).await?;
                let session = unlocked.session();
                let signed_in = unlocked.signed_in(host, &session);
                signed_in
                    .put_object(&id, &bytes, &sealed_inventory, *condition, &|_| {})
                    .await
                    .map(|version| (next, InventoryCondition::Version(version)))
            }
        };
        match written {
            Ok(next) => {
                *present = next;
                return Ok(());
            }
            // Another device wrote, or the answer was lost: what is there now decides, in the next round. A connection
            // that breaks again is none.
            Err(problem)
                if problem.kind == ProblemKind::ReadAgain
                    || (problem.effect != Effect::None && !was_lost) =>
            {
                was_lost = problem.effect != Effect::None;
                let now = read_contents(unlocked, host, &|_| {}).await;
                *present = now.map_err(|_| problem)?.writable(unlocked)?;
            }
            Err(problem) => return Err(problem.into()),
        }
    }
    Err(Problem::from(ProblemKind::ReadAgain).into())
}

/// The content of a persona that the inventory names; `None` if it was written or deleted after the inventory was read.
async fn fetch(
    unlocked: &Unlocked,
    entry: &InventoryEntry,
    waits_left: &Cell<usize>,
    host: &impl Host,
) -> Result<Option<Zeroizing<Vec<u8>>>, NotSealedAgain> {
    let target = Target::from(entry.clone());
    let against = CountedAgainst::Inventory;
    let checked = restore_one(unlocked, &target, against, waits_left, host, &|_| {}).await;
    match (checked.finding, checked.file) {
        (Finding::Restored { .. }, Some(file)) => Ok(Some(file.content)),
        (Finding::Newer { .. } | Finding::Missing, _) => Ok(None),
        (Finding::NotFetched(problem), _) => Err(problem.into()),
        _ => Err(NotSealedAgain::Damaged),
    }
}

/// Whether every further persona would meet the same problem.
const fn ends_the_rest(problem: &Problem) -> bool {
    matches!(
        problem.kind,
        ProblemKind::Retry(_)
            | ProblemKind::Blocked
            | ProblemKind::UnlockFirst
            | ProblemKind::Disputed
            | ProblemKind::Frozen
            | ProblemKind::Deleted
            | ProblemKind::QuotaExceeded
    )
}
