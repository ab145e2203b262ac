//! Earlier versions of a persona: which there are, and one of them as the newest.

use keyhaven_core::inventory::InventoryEntry;
use keyhaven_protocol::persona::ObjectId;

use super::{
    done::{VaultDone, Version, VersionStanding},
    input::NewFile,
    restore::fetch,
    restore_one::open_unnamed,
    store::{self, Place},
    work::Outcome,
};
use crate::{
    host::Host,
    persona::{
        Unlocked,
        api::StoredVersion,
        contents::{Contents, read_contents},
    },
    problem::{Problem, ProblemKind},
    progress::{Doing, Progress, Report},
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
    let stored = unlocked.signed_in(host, &session).versions(Some(&id)).await?;
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
    let fetched = fetch(unlocked, &id, Some(number), host, report).await?;
    let bytes = fetched.ok_or(ProblemKind::Gone)?;
    let name = entry.name().to_owned();
    let content = match open_unnamed(unlocked, id, &bytes, host, report).await? {
        Ok(opened) => opened.content,
        Err(damage) => {
            let damaged = VaultDone::VersionDamaged { name, damage };
            return Ok(Outcome::Read(contents, Some(damaged)));
        }
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
