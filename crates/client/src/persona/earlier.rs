//! The inventories before the present one: what they name, and the newest that opens.

use keyhaven_core::inventory::{Inventory, InventoryEntry};
use keyhaven_protocol::persona::{ObjectId, ObjectView};

use super::{
    api::StoredVersion,
    contents::{Book, Contents, open_book},
    unlocked::Unlocked,
};
use crate::{
    host::Host,
    problem::Problem,
    progress::{Doing, Progress, Report},
};

/// Most that are fetched for one question: each may have 2 MiB.
const READS_MAX: usize = 64;

/// Those that were not read yet, newest first.
struct Unread {
    versions: Vec<StoredVersion>,
    reads_left: usize,
}

impl Unread {
    async fn list(unlocked: &Unlocked, contents: &Contents, host: &impl Host) -> Result<Self, Problem> {
        let session = unlocked.session();
        let kept = unlocked.signed_in(host, &session).versions(None).await?;
        let mut versions = kept.unwrap_or_default();
        versions.retain(|kept| Some(kept.version) != contents.list.inventory_version);
        Ok(Self {
            versions,
            reads_left: READS_MAX,
        })
    }

    /// Takes one out and reads it; `None` if it is kept no more, or does not open.
    async fn read(
        &mut self,
        position: usize,
        unlocked: &Unlocked,
        host: &impl Host,
        report: Report<'_>,
    ) -> Result<Option<(Inventory, StoredVersion)>, Problem> {
        report(Progress::of(Doing::ReadingVersions));
        let version = self.versions.remove(position);
        self.reads_left -= 1;
        let session = unlocked.session();
        let number = Some(version.version);
        let Some(stored) = unlocked.signed_in(host, &session).inventory(number).await? else {
            return Ok(None);
        };
        Ok(match open_book(unlocked, stored, host).await? {
            Book::Open { inventory, .. } => Some((inventory, version)),
            Book::Absent | Book::Damaged | Book::Newer => None,
        })
    }
}

/// The newest that opens.
pub(super) async fn newest(
    unlocked: &Unlocked,
    contents: &Contents,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Option<(Inventory, StoredVersion)>, Problem> {
    let mut unread = Unread::list(unlocked, contents, host).await?;
    while unread.reads_left > 0 && !unread.versions.is_empty() {
        let found = unread.read(0, unlocked, host, report).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// A deleted object that can be brought back.
pub(super) struct Deleted {
    pub(super) id: ObjectId,
    pub(super) object: ObjectView,
    /// Of the very version that comes back, else the newest that was found.
    pub(super) entry: Option<InventoryEntry>,
}

impl Deleted {
    /// The entry, if it describes the version that comes back.
    pub(super) fn known(&self) -> Option<&InventoryEntry> {
        let entry = self.entry.as_ref();
        entry.filter(|entry| *entry.sealed_sha256() == self.object.sha256.0)
    }

    /// Takes over what the inventory says of it, if that is better than what is known.
    fn learn(&mut self, inventory: &Inventory) {
        if self.known().is_none()
            && let Some(entry) = inventory.entry(&self.id)
        {
            let former = self.entry.replace(entry.clone());
            if self.known().is_none()
                && former
                    .as_ref()
                    .is_some_and(|former| former.counter() > entry.counter())
            {
                self.entry = former;
            }
        }
    }
}

/// Looks up what deleted objects were, the last first.
///
/// The inventory from just before a deletion names what was deleted, and all that was deleted after it: so the earliest
/// deletion leads, and whatever is not found yet takes turns. Read for an object are the inventories that were written
/// while it lay there as it was deleted, and the one before, which may have its name. For these times the server's word is
/// taken: where it is wrong, an object has no name until it is opened.
pub(super) async fn look_up(
    unlocked: &Unlocked,
    contents: &Contents,
    deleted: &mut [Deleted],
    host: &impl Host,
    report: Report<'_>,
) -> Result<(), Problem> {
    if let Book::Open { inventory, .. } = &contents.book {
        deleted.iter_mut().for_each(|one| one.learn(inventory));
    }
    let mut unread = Unread::list(unlocked, contents, host).await?;
    let kept: Vec<i64> = unread.versions.iter().map(|kept| kept.written.0).collect();
    while unread.reads_left > 0 {
        let may_name = |one: &Deleted| {
            let object = &one.object;
            let before = kept.iter().copied().find(|written| *written < object.modified_at);
            let since = before.unwrap_or(i64::MIN);
            let until = object.deleted_at.unwrap_or(i64::MAX);
            let find = |from: i64, to: i64| {
                let mut versions = unread.versions.iter();
                versions.position(|kept| (from..=to).contains(&kept.written.0))
            };
            // The one of the same second is usually that of the deletion, which names it no more.
            find(since, until.saturating_sub(1)).or_else(|| find(until, until))
        };
        let unknown = deleted.iter().rev().filter(|one| one.known().is_none());
        let positions: Vec<usize> = unknown.filter_map(may_name).collect();
        let turn = (READS_MAX - unread.reads_left) % positions.len().max(1);
        let Some(position) = positions.get(turn) else {
            break;
        };
        let read = unread.read(*position, unlocked, host, report).await?;
        if let Some((inventory, _)) = read {
            deleted.iter_mut().for_each(|one| one.learn(&inventory));
        }
    }
    Ok(())
}
