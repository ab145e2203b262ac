//! Deleting, and bringing back what was deleted.

use keyhaven_core::inventory::{Inventory, InventoryEntry};
use keyhaven_protocol::persona::ObjectId;

use super::{
    done::VaultDone,
    sealing::{inventory_problem, seal_next},
    store::{holds, see},
    work::Outcome,
};
use crate::{
    host::Host,
    persona::{
        Unlocked,
        contents::{Book, Contents, read_contents},
        item::CountedAgainst,
        key_record::CONFLICTS_MAX,
    },
    problem::{Effect, Problem, ProblemKind},
    progress::{Doing, Progress, Report},
};

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Delete,
    Undelete,
}

/// Deletes a persona that the inventory names, or what the server lists beside it. The server keeps its versions for a
/// while.
pub(super) async fn delete(
    unlocked: &Unlocked,
    id: ObjectId,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Outcome, Problem> {
    let before = read_contents(unlocked, host, report).await?;
    let (inventory, _) = before.writable(unlocked)?;
    let entry = inventory.entry(&id).cloned();
    let name = id.to_string();
    let is_listed = || before.list.objects.iter().any(|object| object.id == name);
    // Without an inventory everything is unnamed: the first one would make strangers of all the others.
    if entry.is_none() && (before.counted_against() != CountedAgainst::Inventory || !is_listed()) {
        return Err(ProblemKind::Gone.into());
    }
    // What is not named stays out of the inventory, which is written in its next version as it is.
    let next = |inventory: &Inventory| match (inventory.entry(&id), &entry) {
        (Some(_), Some(_)) | (None, None) => Ok(inventory.without_entry(&id)),
        (None, Some(_)) => Err(ProblemKind::Gone.into()),
        // Another device has just taken it into the list: it is a stranger no more.
        (Some(_), None) => Err(ProblemKind::ReadAgain.into()),
    };
    let is_done = |after: &Contents| is_gone(after, id);
    let written = write(unlocked, (Change::Delete, id), &next, &is_done, host, report).await;
    match (written, entry) {
        (Ok(after), Some(entry)) => {
            let name = entry.name().to_owned();
            Ok(Outcome::Read(after, Some(VaultDone::Deleted { id, name })))
        }
        (Ok(after), None) => Ok(Outcome::Read(after, Some(VaultDone::DeletedUnnamed { name }))),
        // The way back must not depend on the look at what was done.
        (Err(problem), Some(entry)) if problem.effect != Effect::None => {
            let name = entry.name().to_owned();
            Ok(Outcome::Done(VaultDone::DeletionUnseen { id, name, problem }))
        }
        (Err(problem), _) => Err(problem),
    }
}

/// Brings back a persona that was deleted, under this entry.
pub(super) async fn undelete(
    unlocked: &Unlocked,
    entry: &InventoryEntry,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Contents, Problem> {
    let next = |inventory: &Inventory| inventory.with_entry(entry.clone()).map_err(inventory_problem);
    let change = (Change::Undelete, entry.id());
    let is_done = |after: &Contents| holds(after, entry);
    write(unlocked, change, &next, &is_done, host, report).await
}

/// One for all changes, since each would be a copy of all of it in what people load.
async fn write(
    unlocked: &Unlocked,
    (change, id): (Change, ObjectId),
    next: &dyn Fn(&Inventory) -> Result<Inventory, Problem>,
    is_done: &dyn Fn(&Contents) -> bool,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Contents, Problem> {
    for _ in 0..CONFLICTS_MAX {
        let before = read_contents(unlocked, host, report).await?;
        if change == Change::Undelete && is_done(&before) {
            return Ok(before);
        }
        let (inventory, condition) = before.writable(unlocked)?;
        let next = next(&inventory)?;
        let sealed = seal_next(unlocked, &next, host).await?;
        report(Progress::of(Doing::Deleting));
        let session = unlocked.session();
        let signed_in = unlocked.signed_in(host, &session);
        let written = match change {
            Change::Delete => signed_in.delete_object(&id, sealed, condition).await,
            Change::Undelete => signed_in.undelete_object(&id, sealed, condition).await,
        };
        match written {
            Err(problem) if problem.kind == ProblemKind::ReadAgain => {}
            written => return see(unlocked, written, next.counter(), is_done, host, report).await,
        }
    }
    Err(ProblemKind::ReadAgain.into())
}

/// Whether neither inventory nor server's list has it.
fn is_gone(contents: &Contents, id: ObjectId) -> bool {
    let Book::Open { inventory, .. } = &contents.book else {
        return false;
    };
    let text = id.to_string();
    inventory.entry(&id).is_none() && contents.list.objects.iter().all(|object| object.id != text)
}
