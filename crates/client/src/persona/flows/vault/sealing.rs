//! Sealing under the backup key in force: a persona with its entry of the inventory, and the inventory itself.

use keyhaven_core::{
    inventory::{
        EntryError, Inventory, InventoryEntry, InventoryEntryFields, InventoryError, SealInventoryError,
        seal_inventory,
    },
    object::{ObjectContext, SealError, file::FILE_OVERHEAD_MAX_BYTES, seal_file, sealed_len},
};
use keyhaven_protocol::persona::limits::OBJECT_MAX_BYTES;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::{
    engine,
    host::Host,
    persona::Unlocked,
    problem::{InputFault, Problem, ProblemKind, ServerFault},
    progress::{Count, Doing, Progress, Report},
    transport::{Direction, Transferred},
};

/// Most bytes of content whose sealed file stays within the wire's bound.
pub const CONTENT_MAX_BYTES: u64 = content_max_bytes();

/// The sealed file of `content`, and the entry that names it: `fields` with what only sealing tells.
pub(super) async fn seal_entry(
    unlocked: &Unlocked,
    mut fields: InventoryEntryFields,
    content: Zeroizing<Vec<u8>>,
    host: &impl Host,
    report: Report<'_>,
) -> Result<(InventoryEntry, Vec<u8>), Problem> {
    // Before the work, so that a name that cannot be listed costs nothing.
    InventoryEntry::new(fields.clone()).map_err(entry_problem)?;
    let context = ObjectContext {
        account_id: unlocked.account_id(),
        object_id: fields.id,
        counter: fields.counter,
    };
    let keys = unlocked.backup_keys();
    let sealing = host.with_rng(|rng| seal_file(keys.present(), context, content, rng));
    let on_progress = |progress: keyhaven_core::job::Progress| {
        let bytes = Count {
            done: progress.done_bytes,
            total: progress.total_bytes,
        };
        report(Progress::of(Doing::Sealing).with_bytes(Some(bytes)));
    };
    let sealed = engine::run(sealing, host.engine(), &on_progress)
        .await
        .map_err(seal_problem)?;
    fields.sealed_len = sealed.len() as u64;
    fields.sealed_sha256 = Sha256::digest(&sealed).into();
    fields.generation = keys.generation();
    Ok((InventoryEntry::new(fields).map_err(entry_problem)?, sealed))
}

/// The sealed form of an inventory that is about to be written.
pub(super) async fn seal_next(
    unlocked: &Unlocked,
    next: &Inventory,
    host: &impl Host,
) -> Result<Vec<u8>, Problem> {
    let keys = unlocked.backup_keys();
    let sealing = host.with_rng(|rng| seal_inventory(keys.present(), unlocked.account_id(), next, rng));
    engine::run(sealing, host.engine(), &|_| {})
        .await
        .map_err(|error| match error {
            SealInventoryError::Seal(error) => seal_problem(error),
            // It could be written down when it was made.
            _ => InputFault::TooMany.into(),
        })
}

/// How much of a sealed persona has left.
pub(super) fn sent(transferred: Transferred) -> Option<Count> {
    match (transferred.direction, transferred.total_bytes) {
        (Direction::Up, Some(total)) => Some(Count {
            done: transferred.done_bytes.min(total),
            total,
        }),
        _ => None,
    }
}

pub(super) fn entry_problem(error: EntryError) -> Problem {
    match error {
        EntryError::Name | EntryError::MediaType => InputFault::NameRefused.into(),
        // Ids are drawn and numbers counted here; only a clock beyond all bounds gets this far.
        _ => ProblemKind::Device(keyhaven_core::job::JobError::Engine).into(),
    }
}

pub(super) fn inventory_problem(error: InventoryError) -> Problem {
    match error {
        InventoryError::TooLarge => InputFault::TooMany.into(),
        _ => ServerFault::DamagedInventory.into(),
    }
}

fn seal_problem(error: SealError) -> Problem {
    match error {
        SealError::Job(error) => error.into(),
        // What does not fit is refused before it gets here.
        _ => ProblemKind::Device(keyhaven_core::job::JobError::Engine).into(),
    }
}

const fn content_max_bytes() -> u64 {
    let bound = OBJECT_MAX_BYTES as u64;
    let (mut fits, mut too_long) = (0, bound);
    while too_long - fits > 1 {
        let middle = fits + (too_long - fits) / 2;
        if sealed_len(middle) + FILE_OVERHEAD_MAX_BYTES as u64 <= bound {
            fits = middle;
        } else {
            too_long = middle;
        }
    }
    fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_the_longest_content_whose_sealed_file_the_wire_takes() {
        let file_len = |content_bytes| sealed_len(content_bytes) + FILE_OVERHEAD_MAX_BYTES as u64;
        let (most, bound) = (content_max_bytes(), OBJECT_MAX_BYTES as u64);
        assert!(file_len(most) <= bound && file_len(most + 1) > bound, "{most}");
    }
}
