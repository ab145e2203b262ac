//! What was deleted: listed by name, and brought back.

use keyhaven_core::inventory::{INVENTORY_OBJECT_ID, InventoryEntry, InventoryEntryFields};
use keyhaven_protocol::persona::{ObjectId, ObjectView};
use sha2::{Digest as _, Sha256};

use super::{
    done::VaultDone, input::Selection, remove, restore::fetch, restore_one::open_unnamed,
    sealing::entry_problem, store::holds, work::Outcome,
};
use crate::{
    host::Host,
    persona::{
        Unlocked,
        contents::{Contents, deleted_item, read_contents},
        earlier::{self, Deleted},
    },
    problem::{Effect, Problem, ProblemKind},
    progress::{Count, Progress, Report},
};

/// Lists what can be brought back, or brings back what was chosen of it, one after the other: each is in list and
/// inventory afterwards, or is named.
pub(super) async fn deleted(
    unlocked: &Unlocked,
    chosen: Option<&Selection>,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Outcome, Problem> {
    let mut contents = read_contents(unlocked, host, report).await?;
    if chosen.is_some() {
        // Before anything is fetched: it could not be written.
        contents.writable(unlocked)?;
    }
    let session = unlocked.session();
    let listed = unlocked.signed_in(host, &session).deleted().await?;
    let ours = |object: ObjectView| {
        // What a client of the original wire named and deleted, that client brings back.
        let id: ObjectId = object.id.parse().ok()?;
        let is_chosen = match chosen {
            Some(Selection::One(one)) => one.as_str() == object.id,
            Some(Selection::All) | None => id != INVENTORY_OBJECT_ID,
        };
        is_chosen.then_some(Deleted {
            id,
            object,
            entry: None,
        })
    };
    let mut found: Vec<Deleted> = listed.into_iter().filter_map(ours).collect();
    if !found.is_empty() {
        earlier::look_up(unlocked, &contents, &mut found, host, report).await?;
    }
    let (total, mut back, mut left, mut last, mut problem) = (found.len() as u64, 0, Vec::new(), None, None);
    match chosen {
        None => {
            let item = |one: &Deleted| deleted_item(one.entry.as_ref(), &one.object);
            let items = found.iter().map(item).collect();
            return Ok(Outcome::Read(contents, Some(VaultDone::DeletedList(items))));
        }
        Some(Selection::One(id)) if found.is_empty() => {
            let entry = id.object_id().and_then(|id| contents.entry(&id));
            let entry = entry.filter(|entry| holds(&contents, entry));
            last = Some(entry.ok_or(ProblemKind::Gone)?);
        }
        Some(_) => {}
    }
    for (done, one) in (0..).zip(found) {
        let report_item = |progress: Progress| report(progress.with_items(Some(Count { done, total })));
        match bring_back(unlocked, &one, host, &report_item).await {
            Ok(Some((after, entry))) => {
                contents = after;
                back += 1;
                last = Some(entry);
            }
            Ok(None) => left.push(name(&one)),
            Err(other) => {
                let known = if back > 0 { Effect::Open } else { Effect::None };
                problem = Some(other.at_least(known));
                break;
            }
        }
    }
    let done = match (problem, last) {
        (Some(problem), _) if back == 0 || problem.kind == ProblemKind::SignInAgain => return Err(problem),
        (None, Some(entry)) if total < 2 => VaultDone::Undeleted {
            id: entry.id(),
            name: entry.name().to_owned(),
        },
        (problem, _) => VaultDone::BroughtBack {
            back,
            total,
            left,
            problem,
        },
    };
    Ok(Outcome::Read(contents, Some(done)))
}

/// Under the entry that it had; where that is not known, after it was fetched and opened. `None` for what is gone, or is not
/// what was stored.
async fn bring_back(
    unlocked: &Unlocked,
    deleted: &Deleted,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Option<(Contents, InventoryEntry)>, Problem> {
    let entry = match deleted.known() {
        Some(entry) => entry.clone(),
        None => {
            let number = Some(deleted.object.version);
            let Some(bytes) = fetch(unlocked, &deleted.id, number, host, report).await? else {
                return Ok(None);
            };
            let opened = open_unnamed(unlocked, deleted.id, &bytes, host, report).await?;
            let Ok(opened) = opened else {
                return Ok(None);
            };
            let media_type = deleted.entry.as_ref().map(InventoryEntry::media_type);
            let entry = InventoryEntry::new(InventoryEntryFields {
                id: deleted.id,
                name: name(deleted),
                media_type: media_type.unwrap_or("application/octet-stream").to_owned(),
                counter: opened.counter,
                sealed_len: bytes.len() as u64,
                sealed_sha256: Sha256::digest(&bytes).into(),
                content_len: opened.content.len() as u64,
                modified_at: u64::try_from(deleted.object.modified_at).unwrap_or(0),
                generation: opened.generation,
            });
            entry.map_err(entry_problem)?
        }
    };
    match remove::undelete(unlocked, &entry, host, report).await {
        Ok(after) => Ok(Some((after, entry))),
        Err(problem) if problem.kind == ProblemKind::Gone => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// The name that it had, else the beginning of its id.
fn name(deleted: &Deleted) -> String {
    match &deleted.entry {
        Some(entry) => entry.name().to_owned(),
        None => deleted.object.id.chars().take(8).collect(),
    }
}
