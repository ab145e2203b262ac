//! The way out when the inventory does not open: an earlier one in its place.

use keyhaven_core::inventory::{Inventory, ItemState};

use super::{
    done::{EarlierList, VaultDone},
    sealing::{inventory_problem, seal_next},
    store::see,
    work::Outcome,
};
use crate::{
    host::Host,
    persona::{
        Unlocked,
        api::{InventoryCondition, StoredVersion},
        contents::{Book, Contents, read_contents},
        earlier,
    },
    problem::{Problem, ProblemKind},
    progress::{Doing, Progress, Report},
};

/// How far the counter is raised at most for the inventories after the one that is put back, whose number only the server
/// tells.
const SKIPPED_MAX: u64 = 1 << 32;

/// Looks for the newest earlier inventory that opens. With a number, that one is written as the next version, above every one
/// that was ever seen.
pub(super) async fn repair(
    unlocked: &Unlocked,
    number: Option<u64>,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Outcome, Problem> {
    let before = read_contents(unlocked, host, report).await?;
    if !matches!(before.book, Book::Damaged) {
        // It opens meanwhile, or there is none: another device was here.
        return Err(ProblemKind::ReadAgain.into());
    }
    let found = earlier::newest(unlocked, &before, host, report).await?;
    let (inventory, version) = match (found, number) {
        (Some(found), Some(number)) if found.1.version == number => found,
        (_, Some(_)) => return Err(ProblemKind::ReadAgain.into()),
        (found, None) => {
            let found = found.map(|(inventory, version)| against(&inventory, &version, &before));
            return Ok(Outcome::Read(before, Some(VaultDone::EarlierList(found))));
        }
    };
    let present = before.list.inventory_version.unwrap_or_default();
    let skipped = present.saturating_sub(version.version).min(SKIPPED_MAX);
    let seen = unlocked
        .inventory_seen()
        .counter
        .max(inventory.counter() + skipped);
    let next = inventory.raised_to(seen).with_entries([]);
    let next = next.map_err(inventory_problem)?;
    let sealed = seal_next(unlocked, &next, host).await?;
    report(Progress::of(Doing::Sending));
    let session = unlocked.session();
    let condition = InventoryCondition::Version(present);
    let signed_in = unlocked.signed_in(host, &session);
    let written = signed_in.put_inventory(sealed, condition).await;
    let is_done =
        |after: &Contents| matches!(&after.book, Book::Open { inventory, .. } if *inventory == next);
    let after = see(unlocked, written, next.counter(), &is_done, host, report).await?;
    let list = against(&next, &version, &after);
    Ok(Outcome::Read(after, Some(VaultDone::ListPutBack(list))))
}

fn against(inventory: &Inventory, version: &StoredVersion, contents: &Contents) -> EarlierList {
    let report = contents.held_against(inventory);
    let count = |wanted: &dyn Fn(ItemState) -> bool| {
        report.items.iter().filter(|item| wanted(item.state)).count() as u64
    };
    EarlierList {
        number: version.version,
        written: version.written,
        named: report.items.len() as u64,
        intact: count(&|state| state == ItemState::Intact),
        missing: count(&|state| state == ItemState::Missing),
        extra: report.extra.len() as u64,
    }
}
