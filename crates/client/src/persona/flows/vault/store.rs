//! Storing: seal, write object and inventory together, see that they are there.

use keyhaven_core::inventory::Inventory;
use keyhaven_core::{
    archive::{self, ArchivePath, WriteArchiveError},
    inventory::{
        EntryError, InventoryEntry, InventoryEntryFields, InventoryError, SealInventoryError, seal_inventory,
    },
    normal_form::ReadError,
    object::{ObjectContext, SealError, file::FILE_OVERHEAD_MAX_BYTES, seal_file, sealed_len},
};
use keyhaven_protocol::persona::{ObjectId, limits::OBJECT_MAX_BYTES};
use rand_core::Rng as _;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{
    view::{Folder, NewFile, VaultDone},
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
    progress::{Count, Doing, Progress, Report},
    transport::{Direction, Transferred},
};

/// Most bytes of content whose sealed file stays within the wire's bound.
pub const CONTENT_MAX_BYTES: u64 = content_max_bytes();

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
    if content_bytes > CONTENT_MAX_BYTES {
        return Err(InputFault::TooLarge {
            content_bytes,
            max_bytes: CONTENT_MAX_BYTES,
        }
        .into());
    }
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
        let (entry, sealed) = seal(unlocked, &file, id, inventory.next_counter(&id), host, report).await?;
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

/// Looks at what is there after a write of the inventory with this counter. Whatever was answered, or not: what is there
/// now decides.
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
        Ok(after) if after.counter() > counter => {
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
    let reading = ArchivePath::read_all(folder.files.iter().map(|(path, _)| path.as_str()));
    let paths = engine::run(reading, host.engine(), &|_| {})
        .await
        .map_err(|error| match error {
            ReadError::Refused(_) => Problem::from(InputFault::FolderRefused),
            ReadError::Job(error) => error.into(),
        })?;
    let contents = folder.files.iter().map(|(_, content)| content.as_slice());
    let files: Vec<_> = paths.into_iter().zip(contents).collect();
    let content = archive::write(&files).map_err(|error| match error {
        WriteArchiveError::TooLarge => {
            let content_bytes = folder.files.iter().map(|(_, content)| content.len() as u64).sum();
            InputFault::TooLarge {
                content_bytes,
                max_bytes: CONTENT_MAX_BYTES,
            }
        }
        _ => InputFault::FolderRefused,
    })?;
    Ok(NewFile {
        name: folder.name,
        media_type: FOLDER_MEDIA_TYPE.to_owned(),
        content,
    })
}

/// The sealed form of an inventory that is about to be written.
pub(super) async fn seal_next(
    unlocked: &Unlocked,
    next: &Inventory,
    host: &impl Host,
) -> Result<Vec<u8>, Problem> {
    let sealing = host.with_rng(|rng| seal_inventory(&unlocked.backup_key, unlocked.account_id(), next, rng));
    engine::run(sealing, host.engine(), &|_| {})
        .await
        .map_err(|error| match error {
            SealInventoryError::Inventory(error) => inventory_problem(error),
            SealInventoryError::Seal(error) => seal_problem(error),
            _ => InputFault::TooMany.into(),
        })
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

async fn seal(
    unlocked: &Unlocked,
    file: &NewFile,
    id: ObjectId,
    counter: u64,
    host: &impl Host,
    report: Report<'_>,
) -> Result<(InventoryEntry, Vec<u8>), Problem> {
    let mut fields = InventoryEntryFields {
        id,
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        counter,
        sealed_len: 0,
        sealed_sha256: [0; 32],
        content_len: file.content.len() as u64,
        modified_at: u64::try_from(host.now().0).unwrap_or_default(),
        generation: 0,
    };
    // Before the work, so that a name that cannot be listed costs nothing.
    InventoryEntry::new(fields.clone()).map_err(entry_problem)?;
    let context = ObjectContext {
        account_id: unlocked.account_id(),
        object_id: id,
        counter,
    };
    let content = Zeroizing::new(file.content.to_vec());
    let sealing = host.with_rng(|rng| seal_file(&unlocked.backup_key, context, content, rng));
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
    Ok((InventoryEntry::new(fields).map_err(entry_problem)?, sealed))
}

fn sent(transferred: Transferred) -> Option<Count> {
    match (transferred.direction, transferred.total_bytes) {
        (Direction::Up, Some(total)) => Some(Count {
            done: transferred.done_bytes.min(total),
            total,
        }),
        _ => None,
    }
}

fn draw_object_id(host: &impl Host) -> ObjectId {
    let mut bytes = [0; ObjectId::LEN];
    host.with_rng(|rng| rng.fill_bytes(&mut bytes));
    ObjectId::from_bytes(bytes)
}

fn entry_problem(error: EntryError) -> Problem {
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
        SealError::TooLong { len } => InputFault::TooLarge {
            content_bytes: len,
            max_bytes: CONTENT_MAX_BYTES,
        }
        .into(),
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
