//! What a worker does with key files. Nothing in here is shown: it is told in [`super::messages`].

use std::rc::Rc;

use keyhaven_core::job::{Job, Pbkdf2Job};
use keyhaven_core::matrix::collection::{Collection, FileSessions};
use keyhaven_core::matrix::key_file::{Authenticated, Header, Keys, Limits};
use keyhaven_core::matrix::passphrase::Passphrase;
use keyhaven_core::matrix::recognition::{HEAD_BYTES, Other, Recognised, TAIL_BYTES, recognise};
use zeroize::Zeroizing;

use super::messages::{
    FOUND_MAX, Fault, Found, FoundSession, Looked, Opened, Progress, Room, SKIPPED_MAX, Skipped, Work,
};
use super::plain;
use super::reading::{Known, Reading, authenticate};
use super::source::Source;
use crate::engine::{self, Engine};

pub use super::saving::Plan;

/// Rounds by which it is found out how fast this device is.
pub const SAMPLE_ROUNDS: core::num::NonZeroU32 = core::num::NonZeroU32::new(50_000).unwrap();
/// Most rounds of a file that is tried with other forms of what was typed: each costs a derivation.
const ROUNDS_FOR_FORMS: u32 = 1_000_000;

/// Whether 32 bytes are a point of Ed25519.
pub type IsPoint = fn(&[u8; 32]) -> bool;

/// The files that are open, and what is in them together.
#[derive(Debug)]
pub struct Workshop<S> {
    collection: Collection,
    files: Vec<Rc<OpenFile<S>>>,
}

/// A file that was read once.
#[derive(Debug)]
pub(super) struct OpenFile<S> {
    pub(super) source: S,
    pub(super) file: Known,
}

/// A file that was read, on its way into the workshop.
#[derive(Debug)]
pub struct NewFile<S> {
    open: OpenFile<S>,
    sessions: FileSessions,
    /// What was left out, up to [`SKIPPED_MAX`].
    pub skipped: Vec<Skipped>,
    skipped_count: u64,
}

impl<S> Default for Workshop<S> {
    fn default() -> Self {
        Self {
            collection: Collection::new(),
            files: Vec::new(),
        }
    }
}

impl<S> Workshop<S> {
    /// Takes a file in.
    pub fn add(&mut self, file: NewFile<S>) -> Opened {
        let added = self.collection.add(file.sessions);
        self.files.push(Rc::new(file.open));
        Opened {
            new: added.new,
            better: added.better,
            known: added.known,
            skipped: file.skipped_count,
            total: self.collection.len() as u64,
        }
    }

    /// Every room of everything that is open.
    #[must_use]
    pub fn rooms(&self) -> Vec<Room> {
        let rooms = self.collection.rooms();
        rooms
            .into_iter()
            .map(|room| Room {
                number: room.room,
                id: room.id.to_owned(),
                sessions: room.sessions,
                lowest: room.lowest_index,
                highest: room.highest_index,
            })
            .collect()
    }

    /// Which sessions have `wanted` in their id, or in the key of the device that sent them.
    #[must_use]
    pub fn search(&self, wanted: String) -> Found {
        let search = self.collection.search(&wanted, FOUND_MAX);
        let first = search.first.into_iter().map(|found| FoundSession {
            room_id: found.room_id.to_owned(),
            session_id: found.session_id,
            sender_key: found.sender_key,
            first_index: found.first_index,
        });
        Found {
            first: first.collect(),
            sessions: search.sessions,
            wanted,
        }
    }

    pub(super) const fn collection(&self) -> &Collection {
        &self.collection
    }

    pub(super) fn files(&self) -> &[Rc<OpenFile<S>>] {
        &self.files
    }
}

/// What a file is. What a derivation takes is left at 0.
///
/// # Errors
/// [`Fault::Unreadable`].
pub async fn look(source: &impl Source) -> Result<Looked, Fault> {
    Ok(match recognise_source(source).await? {
        Recognised::KeyFile(header) => Looked::KeyFile {
            rounds: header.rounds().get(),
            derivation_ms: 0,
        },
        Recognised::Refused(error) => Looked::Refused(error.into()),
        Recognised::Other(other) => other.into(),
    })
}

async fn recognise_source(source: &impl Source) -> Result<Recognised, Fault> {
    let len = source.len();
    let head = source.read(0, HEAD_BYTES).await?;
    let tail_at = len.saturating_sub(TAIL_BYTES as u64);
    let tail = source.read(tail_at, TAIL_BYTES).await?;
    Ok(recognise(&head, &tail, len))
}

/// Derives from nothing in particular, [`SAMPLE_ROUNDS`] times.
///
/// # Errors
/// The engine's.
pub async fn derive_sample(engine: &impl Engine) -> Result<(), Fault> {
    let job = Job::Pbkdf2(Pbkdf2Job {
        passphrase: Zeroizing::new(b"sample".to_vec()),
        salt: vec![0; 16],
        rounds: SAMPLE_ROUNDS,
        len: 64,
    });
    engine.answer(job).await?;
    Ok(())
}

/// Opens a file: derives its keys, authenticates all of it, and only then reads what is in it.
///
/// Where what was typed has other forms (Unicode, white space around it), and a derivation is cheap, these are tried too.
///
/// # Errors
/// [`Fault`].
pub async fn open<S: Source>(
    source: S,
    typed: &str,
    max_rounds: u32,
    is_point: IsPoint,
    engine: &impl Engine,
    on_progress: &dyn Fn(Progress),
) -> Result<NewFile<S>, Fault> {
    let header = match recognise_source(&source).await? {
        Recognised::KeyFile(header) => header,
        Recognised::Refused(error) => return Err(error.into()),
        Recognised::Other(_) => return Err(Fault::NotAKeyFile),
    };
    let mut forms = engine::run(Passphrase::forms(typed), engine, &|_| {}).await?;
    if header.rounds().get() > ROUNDS_FOR_FORMS {
        forms.truncate(1);
    }
    let limits = Limits { max_rounds };
    let mut tried = Err(Fault::WrongPassphrase);
    for form in &forms {
        tried = try_one(&source, header, form, limits, engine, on_progress).await;
        if !matches!(tried, Err(Fault::WrongPassphrase)) {
            break;
        }
    }
    read_sessions(source, Known::Locked(tried?), is_point, engine, on_progress).await
}

/// Opens a list of sessions that nothing protects. Its sessions are looked at as those of a key file are.
///
/// # Errors
/// [`Fault::NotAKeyFile`] if it is none, [`Fault::Unreadable`], or [`Fault::Changed`] if it changes meanwhile.
pub async fn open_plain<S: Source>(
    source: S,
    is_point: IsPoint,
    engine: &impl Engine,
    on_progress: &dyn Fn(Progress),
) -> Result<NewFile<S>, Fault> {
    match recognise_source(&source).await? {
        Recognised::Other(Other::Sessions) => {}
        _ => return Err(Fault::NotAKeyFile),
    }
    let pieces = plain::note(&source, on_progress).await?;
    read_sessions(source, Known::Plain(pieces), is_point, engine, on_progress).await
}

async fn try_one(
    source: &impl Source,
    header: Header,
    passphrase: &Passphrase,
    limits: Limits,
    engine: &impl Engine,
    on_progress: &dyn Fn(Progress),
) -> Result<Authenticated, Fault> {
    on_progress(Progress {
        work: Work::Deriving,
        done: 0,
        total: 1,
    });
    let keys = engine::run(Keys::derive(header, passphrase, &limits), engine, &|_| {}).await?;
    authenticate(source, keys, on_progress).await
}

async fn read_sessions<S: Source>(
    source: S,
    file: Known,
    is_point: IsPoint,
    engine: &impl Engine,
    on_progress: &dyn Fn(Progress),
) -> Result<NewFile<S>, Fault> {
    let mut sessions = FileSessions::new();
    let (mut skipped, mut skipped_count) = (Vec::new(), 0);
    let mut reading = Reading::begin(&source, &file, engine);
    let total = source.len();
    while let Some(batch) = reading.next().await? {
        let good: Vec<bool> = batch.public_keys().map(is_point).collect();
        let batch = batch.with_points(&good);
        sessions.add(&batch);
        skipped_count += batch.skipped().len() as u64;
        let room = SKIPPED_MAX - skipped.len();
        skipped.extend(batch.skipped().iter().take(room).map(Skipped::from));
        on_progress(Progress {
            work: Work::Reading,
            done: reading.done(),
            total,
        });
    }
    Ok(NewFile {
        open: OpenFile { source, file },
        sessions,
        skipped,
        skipped_count,
    })
}

#[cfg(test)]
mod tests;
