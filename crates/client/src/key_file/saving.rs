//! Writing what is open anew: its files are read once more, and each session goes into the file that it belongs to.

use std::collections::BTreeMap;
use std::rc::Rc;

use keyhaven_core::job::Job;
use keyhaven_core::matrix::collection::{Chosen, RoomNumber};
use keyhaven_core::matrix::exported_session::BatchEntry;
use keyhaven_core::matrix::key_file::{KeyFileWriter, Rounds};
use keyhaven_core::matrix::passphrase::Passphrase;
use rand_core::CryptoRng;

use super::messages::{Extent, Fault, Progress, SPLIT_MAX, Saved, Work};
use super::reading::Reading;
use super::source::{Sink, Source};
use super::workshop::{OpenFile, Workshop};
use crate::engine::{self, Engine};

/// What is to be written. It stays as it is, whatever is opened meanwhile.
#[derive(Debug)]
pub struct Plan<S> {
    /// What to take of which file.
    from: Vec<(Rc<OpenFile<S>>, Chosen)>,
    to: Targets,
}

/// Which files are written.
#[derive(Debug)]
enum Targets {
    One(Option<String>),
    /// The id of each room, by its number.
    EachRoom(BTreeMap<RoomNumber, String>),
}

/// Files in the making.
struct Writers {
    writers: Vec<(Saved, KeyFileWriter)>,
    /// Which file a room goes to; where it has none, to the first.
    by_room: BTreeMap<RoomNumber, usize>,
}

impl<S: Source> Plan<S> {
    /// What `extent` is of everything that is open; at most [`SPLIT_MAX`] rooms are parted.
    #[must_use]
    pub fn of(workshop: &Workshop<S>, extent: Extent) -> Option<Self> {
        let rooms = workshop.rooms();
        let (only, to) = match extent {
            Extent::All => (None, Targets::One(None)),
            Extent::Room(number) => {
                let room = rooms.into_iter().find(|room| room.number == number)?;
                (Some(number), Targets::One(Some(room.id)))
            }
            Extent::EachRoom if rooms.len() > SPLIT_MAX => return None,
            Extent::EachRoom => {
                let rooms = rooms.into_iter().map(|room| (room.number, room.id));
                (None, Targets::EachRoom(rooms.collect()))
            }
        };
        let from = (0..).zip(workshop.files());
        let from = from.map(|(number, file)| (Rc::clone(file), workshop.collection().chosen(number, only)));
        // What gives nothing is not read.
        let from = from.filter(|(_, chosen)| !chosen.is_empty()).collect();
        Some(Self { from, to })
    }

    /// Writes the files, under one passphrase and a salt of its own each.
    ///
    /// # Errors
    /// [`Fault`]; what was written until then is of no use.
    pub async fn write(
        self,
        typed: &str,
        rng: &mut (impl CryptoRng + ?Sized),
        sink: &mut impl Sink,
        engine: &impl Engine,
        on_progress: &dyn Fn(Progress),
    ) -> Result<Vec<Saved>, Fault> {
        let passphrase = Passphrase::parse(typed).map_err(|_| Fault::Passphrase)?;
        let mut writers = Writers::begin(self.to, &passphrase, rng, engine, on_progress).await?;
        let total: u64 = self.from.iter().map(|(file, _)| file.source.len()).sum();
        let mut before = 0;
        for (file, chosen) in &self.from {
            let mut reading = Reading::begin(&file.source, &file.file, engine);
            while let Some(batch) = reading.next().await? {
                // Only what was checked when the file was opened is among the chosen.
                let batch = batch.dangerous_without_points();
                for entry in batch.entries() {
                    if let Some(room) = chosen.room_of(entry.index()) {
                        writers.push(room, &entry, sink, engine).await?;
                    }
                }
                on_progress(Progress {
                    work: Work::Writing,
                    done: before + reading.done(),
                    total,
                });
            }
            before += file.source.len();
        }
        writers.finish(sink, engine).await
    }
}

impl Writers {
    async fn begin(
        targets: Targets,
        passphrase: &Passphrase,
        rng: &mut (impl CryptoRng + ?Sized),
        engine: &impl Engine,
        on_progress: &dyn Fn(Progress),
    ) -> Result<Self, Fault> {
        let (ids, by_room) = match targets {
            Targets::One(id) => (vec![id], BTreeMap::new()),
            Targets::EachRoom(rooms) => {
                let by_room = rooms.keys().copied().zip(0..).collect();
                (rooms.into_values().map(Some).collect(), by_room)
            }
        };
        let total = ids.len() as u64;
        let mut writers = Vec::with_capacity(ids.len());
        for (done, room_id) in (0..).zip(ids) {
            on_progress(Progress {
                work: Work::Deriving,
                done,
                total,
            });
            let begun = KeyFileWriter::begin(passphrase, Rounds::default(), rng);
            let saved = Saved { room_id, sessions: 0 };
            writers.push((saved, engine::run(begun, engine, &|_| {}).await?));
        }
        Ok(Self { writers, by_room })
    }

    async fn push(
        &mut self,
        room: RoomNumber,
        entry: &BatchEntry<'_>,
        sink: &mut impl Sink,
        engine: &impl Engine,
    ) -> Result<(), Fault> {
        let at = self.by_room.get(&room).copied().unwrap_or_default();
        let Some((saved, writer)) = self.writers.get_mut(at) else {
            return Err(Fault::Engine);
        };
        writer.push(entry);
        saved.sessions += 1;
        while let Some(job) = writer.next_job() {
            writer.take_answer(engine.answer(Job::AesCtr(job)).await)?;
            sink.write(at, writer.take_text())?;
        }
        Ok(())
    }

    async fn finish(self, sink: &mut impl Sink, engine: &impl Engine) -> Result<Vec<Saved>, Fault> {
        let mut files = Vec::with_capacity(self.writers.len());
        for (at, (saved, writer)) in self.writers.into_iter().enumerate() {
            let rest = engine::run(writer.finish(), engine, &|_| {}).await?;
            sink.write(at, rest)?;
            files.push(saved);
        }
        Ok(files)
    }
}
