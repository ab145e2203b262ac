//! Earlier versions of a persona: which there are, and one of them as the newest.

use keyhaven_core::inventory::InventoryEntry;
use keyhaven_protocol::persona::ObjectId;

use super::{
    restore_one::check_unnamed,
    store::{self, Place},
    view::{NewFile, VaultDone, Version, VersionStanding},
    work::Outcome,
};
use crate::{
    host::Host,
    persona::{
        Finding, Unlocked,
        api::StoredVersion,
        contents::{Contents, read_contents},
        item::CountedAgainst,
    },
    problem::{Problem, ProblemKind},
    progress::{Count, Doing, Progress, Report},
    transport::Transferred,
};

/// Which versions the server keeps of a persona that the inventory names.
pub(super) async fn list(
    unlocked: &Unlocked,
    id: ObjectId,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Outcome, Problem> {
    let contents = read_contents(unlocked, host, report).await?;
    let entry = entry(&contents, id)?;
    report(Progress::of(Doing::ReadingVersions));
    let session = unlocked.session();
    let stored = unlocked.signed_in(host, &session).versions(&id).await?;
    let versions = stored.ok_or(ProblemKind::Gone)?;
    let versions = versions.iter().map(|stored| version(stored, &entry)).collect();
    let name = entry.name().to_owned();
    Ok(Outcome::Read(
        contents,
        Some(VaultDone::Versions { id, name, versions }),
    ))
}

/// Fetches a version, opens and checks it, and stores its content as the newest, under the name that the persona has now.
pub(super) async fn restore(
    unlocked: &Unlocked,
    id: ObjectId,
    number: u64,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Outcome, Problem> {
    let contents = read_contents(unlocked, host, report).await?;
    let entry = entry(&contents, id)?;
    // Before anything is fetched: it could not be stored.
    contents.writable(unlocked)?;
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
    let fetched = signed_in.object_version(&id, number, &fetching).await?;
    let bytes = fetched.ok_or(ProblemKind::Gone)?;
    let name = entry.name().to_owned();
    let checked = check_unnamed(unlocked, id, &bytes, CountedAgainst::ServerListOnly, host, report).await;
    let content = match (checked.finding, checked.file) {
        (_, Some(file)) => file.content,
        (Finding::Damaged(damage), None) => {
            let damaged = VaultDone::VersionDamaged { name, damage };
            return Ok(Outcome::Read(contents, Some(damaged)));
        }
        (Finding::NotFetched(problem), None) => return Err(problem),
        (_, None) => return Err(ProblemKind::Gone.into()),
    };
    let file = NewFile {
        name: name.clone(),
        media_type: entry.media_type().to_owned(),
        content,
    };
    Ok(
        match store::store(unlocked, file, Place::Of(id), host, report).await? {
            Outcome::Read(after, Some(VaultDone::Stored { .. })) => {
                Outcome::Read(after, Some(VaultDone::VersionRestored { id, name }))
            }
            other => other,
        },
    )
}

fn entry(contents: &Contents, id: ObjectId) -> Result<InventoryEntry, Problem> {
    let mut entries = contents.entries().into_iter().map(|(entry, _)| entry);
    entries
        .find(|entry| entry.id() == id)
        .ok_or_else(|| ProblemKind::Gone.into())
}

fn version(stored: &StoredVersion, entry: &InventoryEntry) -> Version {
    Version {
        number: stored.version,
        written: stored.written,
        content: match stored.content {
            None => VersionStanding::Deleted,
            Some(content) if content.sealed_sha256 == *entry.sealed_sha256() => VersionStanding::Present {
                sealed_bytes: content.sealed_bytes,
            },
            Some(content) => VersionStanding::Earlier {
                sealed_bytes: content.sealed_bytes,
            },
        },
    }
}
