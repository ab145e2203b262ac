//! Storing: seal, write object and inventory together, see that they are there.

use keyhaven_core::{
    archive::{self, ArchivePath},
    inventory::{InventoryEntry, InventoryEntryFields},
    normal_form::ReadError,
};
use keyhaven_protocol::persona::ObjectId;
use rand_core::Rng as _;
use zeroize::Zeroizing;

use super::{
    done::VaultDone,
    input::{Folder, NewFile},
    sealing::{CONTENT_MAX_BYTES, inventory_problem, seal_entry, seal_next, sent},
    work::Outcome,
};
use crate::{
    engine,
    host::Host,
    persona::{
        Unlocked,
        contents::{Book, Contents, read_contents},
        item::FOLDER_MEDIA_TYPE,
        key_record::CONFLICTS_MAX,
    },
    problem::{Effect, InputFault, Problem, ProblemKind, ServerFault},
    progress::{Doing, Progress, Report},
};

/// Where a file goes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// A persona of its own.
    New,
    /// In the place of this one.
    Of(ObjectId),
}

/// Stores `file`. Its counter and the inventory follow what is there, however often somebody else writes in between.
pub(super) async fn store(
    unlocked: &Unlocked,
    file: NewFile,
    place: Place,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Outcome, Problem> {
    let content_bytes = file.content.len() as u64;
    must_fit(content_bytes)?;
    let id = match place {
        Place::New => draw_object_id(host),
        Place::Of(id) => id,
    };
    for _ in 0..CONFLICTS_MAX {
        let before = read_contents(unlocked, host, report).await?;
        let (inventory, condition) = before.writable(unlocked)?;
        if matches!(place, Place::Of(_)) && inventory.entry(&id).is_none() {
            return Err(ProblemKind::Gone.into());
        }
        let fields = InventoryEntryFields {
            id,
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            counter: inventory.next_counter(&id),
            sealed_len: 0,
            sealed_sha256: [0; 32],
            content_len: content_bytes,
            modified_at: u64::try_from(host.now().0).unwrap_or_default(),
            generation: 0,
        };
        let content = Zeroizing::new(file.content.to_vec());
        let (entry, sealed) = seal_entry(unlocked, fields, content, host, report).await?;
        let next = inventory.with_entry(entry.clone()).map_err(inventory_problem)?;
        let sealed_inventory = seal_next(unlocked, &next, host).await?;

        report(Progress::of(Doing::Sending));
        let sending = |transferred| report(Progress::of(Doing::Sending).with_bytes(sent(transferred)));
        let session = unlocked.session();
        let signed_in = unlocked.signed_in(host, &session);
        let written = signed_in
            .put_object(&id, &sealed, &sealed_inventory, condition, &sending)
            .await;
        match written {
            Err(problem) if problem.kind == ProblemKind::ReadAgain => {}
            written => {
                let is_done = |after: &Contents| holds(after, &entry);
                let after = see(unlocked, written, next.counter(), &is_done, host, report).await?;
                let done = VaultDone::Stored {
                    id,
                    name: entry.name().to_owned(),
                };
                return Ok(Outcome::Read(after, Some(done)));
            }
        }
    }
    Err(ProblemKind::ReadAgain.into())
}

/// Looks at what is there after a write of the inventory with this counter. Whatever was answered, or not: what is
/// there now decides.
///
/// # Errors
/// With what became of the write as far as it is known.
pub(super) async fn see(
    unlocked: &Unlocked,
    written: Result<u64, Problem>,
    counter: u64,
    is_done: &dyn Fn(&Contents) -> bool,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Contents, Problem> {
    let (effect, unanswered) = match written {
        Ok(_) => (Effect::Done, None),
        Err(problem) if problem.effect == Effect::None => return Err(problem),
        Err(problem) => (problem.effect, Some(problem)),
    };
    let problem = match read_contents(unlocked, host, report).await {
        Ok(after) if is_done(&after) => return Ok(after),
        // Another device wrote over it before it could be seen here.
        Ok(after) if after.mark().counter > counter => {
            Problem::from(ProblemKind::ReadAgain).at_least(Effect::Open)
        }
        // Answered, and not to be seen: whatever that is, it is not known to be done.
        Ok(_) => Problem::from(ServerFault::Foreign).at_least(Effect::Open),
        Err(problem) => problem.at_least(effect),
    };
    Err(unanswered.unwrap_or(problem))
}

/// A folder as one file.
pub(super) async fn pack(folder: Folder, host: &impl Host) -> Result<NewFile, Problem> {
    if folder.files.is_empty() {
        return Err(InputFault::FolderRefused.into());
    }
    // Packed they are longer, so nothing is copied for a folder that cannot be stored.
    must_fit(folder.files.iter().map(|(_, content)| content.len() as u64).sum())?;
    let reading = ArchivePath::read_all(folder.files.iter().map(|(path, _)| path.as_str()));
    let paths = engine::run(reading, host.engine(), &|_| {})
        .await
        .map_err(|error| match error {
            ReadError::Refused(_) => Problem::from(InputFault::FolderRefused),
            ReadError::Job(error) => error.into(),
        })?;
    let contents = folder.files.iter().map(|(_, content)| content.as_slice());
    let files: Vec<_> = paths.into_iter().zip(contents).collect();
    let content = archive::write(&files).map_err(|_| InputFault::FolderRefused)?;
    Ok(NewFile {
        name: folder.name,
        media_type: FOLDER_MEDIA_TYPE.to_owned(),
        content,
    })
}

/// Refuses what does not fit, before anything is done with it.
const fn must_fit(content_bytes: u64) -> Result<(), InputFault> {
    if content_bytes > CONTENT_MAX_BYTES {
        return Err(InputFault::TooLarge {
            content_bytes,
            max_bytes: CONTENT_MAX_BYTES,
        });
    }
    Ok(())
}

/// Whether inventory and server's list both have exactly this version.
pub(super) fn holds(contents: &Contents, entry: &InventoryEntry) -> bool {
    let Book::Open { inventory, .. } = &contents.book else {
        return false;
    };
    let id = entry.id().to_string();
    let listed = contents.list.objects.iter().any(|object| {
        object.id == id && object.size == entry.sealed_len() && object.sha256.0 == *entry.sealed_sha256()
    });
    listed && inventory.entry(&entry.id()) == Some(entry)
}

fn draw_object_id(host: &impl Host) -> ObjectId {
    let mut bytes = [0; ObjectId::LEN];
    host.with_rng(|rng| rng.fill_bytes(&mut bytes));
    ObjectId::from_bytes(bytes)
}
