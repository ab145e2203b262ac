//! Writing what is open anew: its files are read once more, and each session goes into the file that it belongs to. Only
//! what reads back as it was meant is handed out.

use std::collections::BTreeMap;
use std::rc::Rc;

use keyhaven_core::job::Job;
use keyhaven_core::matrix::collection::{Chosen, RoomNumber};
use keyhaven_core::matrix::exported_session::{BatchEntry, Tally};
use keyhaven_core::matrix::key_file::{KeyFileWriter, Rounds};
use keyhaven_core::matrix::passphrase::Passphrase;
use rand_core::CryptoRng;

use super::messages::{Extent, Fault, Progress, Room, SPLIT_MAX, Saved, Work};
use super::naming::{self, Names};
use super::reading::Reading;
use super::rereading::{self, Meant};
use super::source::{Sink, Source};
use super::workshop::{OpenFile, Workshop};
use crate::engine::{self, Engine};

/// What is to be written. It stays as it is, whatever is opened meanwhile.
#[derive(Debug)]
pub struct Plan<S> {
    /// What to take of which file.
    from: Vec<(Rc<OpenFile<S>>, Chosen)>,
    /// What each file is to have.
    to: Vec<Saved>,
    /// Which file a room goes to; where it has none, to the first.
    by_room: BTreeMap<RoomNumber, usize>,
}

/// Files in the making.
struct Writers {
    writers: Vec<Writing>,
    by_room: BTreeMap<RoomNumber, usize>,
}

struct Writing {
    to: Saved,
    writer: KeyFileWriter,
    /// Of what went in.
    tally: Tally,
}

impl<S: Source> Plan<S> {
    /// What `extent` is of everything that is open; at most [`SPLIT_MAX`] rooms are parted.
    #[must_use]
    pub fn of(workshop: &Workshop<S>, extent: Extent) -> Option<Self> {
        let rooms = workshop.rooms();
        let (mut only, mut by_room) = (None, BTreeMap::new());
        let mut names = Names::default();
        let mut of_room = |room: Room| Saved {
            name: names.give(&room.id),
            room_id: Some(room.id),
            sessions: room.sessions,
        };
        let to = match extent {
            Extent::All => {
                let sessions = rooms.iter().map(|room| room.sessions).sum();
                vec![Saved {
                    name: naming::of_all(),
                    room_id: None,
                    sessions,
                }]
            }
            Extent::Room(number) => {
                only = Some(number);
                let room = rooms.into_iter().find(|room| room.number == number)?;
                vec![of_room(room)]
            }
            Extent::EachRoom if rooms.len() > SPLIT_MAX => return None,
            Extent::EachRoom => {
                by_room = rooms.iter().map(|room| room.number).zip(0..).collect();
                rooms.into_iter().map(of_room).collect()
            }
        };
        let from = (0..).zip(workshop.files());
        let from = from.map(|(number, file)| (Rc::clone(file), workshop.collection().chosen(number, only)));
        // What gives nothing is not read.
        let from = from.filter(|(_, chosen)| !chosen.is_empty()).collect();
        Some(Self { from, to, by_room })
    }

    /// Writes the files, under one passphrase and a salt of its own each, and reads every one again.
    ///
    /// # Errors
    /// [`Fault::NotAsWritten`] if a file has anything else than it should, and other [`Fault`]s; what was written until
    /// then is of no use, and is not given.
    pub async fn write<K: Sink>(
        self,
        typed: &str,
        rng: &mut (impl CryptoRng + ?Sized),
        mut sink: K,
        engine: &impl Engine,
        on_progress: &dyn Fn(Progress),
    ) -> Result<Vec<(Saved, K::File)>, Fault> {
        let passphrase = Passphrase::parse(typed).map_err(|_| Fault::Passphrase)?;
        let total: u64 = self.from.iter().map(|(file, _)| file.source.len()).sum();
        let mut writers =
            Writers::begin(self.to, self.by_room, &passphrase, rng, engine, on_progress).await?;
        let mut before = 0;
        for (file, chosen) in &self.from {
            let mut reading = Reading::begin(&file.source, &file.file, engine);
            while let Some(batch) = reading.next().await? {
                // Only what was checked when the file was opened is among the chosen.
                let batch = batch.dangerous_without_points();
                for entry in batch.entries() {
                    if let Some(room) = chosen.room_of(entry.index()) {
                        writers.push(room, &entry, &mut sink, engine).await?;
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
        let meant = writers.finish(&mut sink, engine).await?;
        rereading::check(meant, sink.into_files()?, engine, on_progress).await
    }
}

impl Writers {
    async fn begin(
        to: Vec<Saved>,
        by_room: BTreeMap<RoomNumber, usize>,
        passphrase: &Passphrase,
        rng: &mut (impl CryptoRng + ?Sized),
        engine: &impl Engine,
        on_progress: &dyn Fn(Progress),
    ) -> Result<Self, Fault> {
        let total = to.len() as u64;
        let mut writers = Vec::with_capacity(to.len());
        for (done, to) in (0..).zip(to) {
            on_progress(Progress {
                work: Work::Deriving,
                done,
                total,
            });
            let begun = KeyFileWriter::begin(passphrase, Rounds::default(), rng);
            writers.push(Writing {
                to,
                writer: engine::run(begun, engine, &|_| {}).await?,
                tally: Tally::new(),
            });
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
        let Some(Writing { writer, tally, .. }) = self.writers.get_mut(at) else {
            return Err(Fault::Engine);
        };
        tally.add(entry);
        writer.push(entry);
        while let Some(job) = writer.next_job() {
            writer.take_answer(engine.answer(Job::AesCtr(job)).await)?;
            sink.write(at, writer.take_text())?;
        }
        Ok(())
    }

    async fn finish(self, sink: &mut impl Sink, engine: &impl Engine) -> Result<Vec<Meant>, Fault> {
        let mut meant = Vec::with_capacity(self.writers.len());
        for (at, Writing { to, writer, tally }) in self.writers.into_iter().enumerate() {
            let keys = writer.keys();
            let rest = engine::run(writer.finish(), engine, &|_| {}).await?;
            sink.write(at, rest)?;
            meant.push(Meant {
                saved: to,
                total: tally.total(),
                keys,
            });
        }
        Ok(meant)
    }
}
