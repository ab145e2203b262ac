//! The sessions of several files together, each once: where it lies and what decides between its copies. The keys
//! themselves stay in the files, so that a collection of a hundred thousand sessions takes some megabytes.
//!
//! Of two copies the better one is kept, by the rule that
//! [key backups](https://spec.matrix.org/v1.19/client-server-api/#backup-algorithm-mmegolm_backupv1curve25519-aes-sha2)
//! have for replacing a key: one whose origin is known before one that is `untrusted`; then the one that begins earlier;
//! then the one that fewer devices passed on. If all of that is equal, the one that was there first stays.

mod search;

use std::collections::BTreeMap;

use crate::matrix::exported_session::{Batch, BatchEntry};

pub use search::{Found, Search};

/// Which file a copy is in: the order in which files were added, from 0.
pub type FileNumber = u32;
/// Which room: the order in which rooms were met, from 0.
pub type RoomNumber = u32;

/// Which device: the order in which devices were met, from 0.
type SenderNumber = u32;

/// The sessions of one or more files, each once.
#[derive(Debug, Default)]
pub struct Collection {
    rooms: Vec<String>,
    numbers: BTreeMap<String, RoomNumber>,
    /// Devices that sent sessions: few, beside the sessions.
    senders: Vec<[u8; 32]>,
    sender_numbers: BTreeMap<[u8; 32], SenderNumber>,
    /// By room, and by public key within it.
    copies: BTreeMap<(RoomNumber, [u8; 32]), Place>,
    files: FileNumber,
}

/// The copy that is kept.
#[derive(Debug, Clone, Copy)]
struct Place {
    file: FileNumber,
    index: u64,
    sender: SenderNumber,
    rank: Rank,
}

/// What decides: the less, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    untrusted: bool,
    first_index: u32,
    forwarded: u32,
}

/// The sessions of one file, on their way into a collection.
#[derive(Debug, Default)]
pub struct FileSessions {
    collection: Collection,
    /// The same session again in the same file.
    repeated: u64,
}

/// What a file brought to a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Added {
    /// Sessions that were not there before.
    pub new: u64,
    /// Better copies of sessions that were.
    pub better: u64,
    /// Copies that are no better, those within the file included.
    pub known: u64,
}

/// One room of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomSummary<'collection> {
    /// Its number.
    pub room: RoomNumber,
    /// Its id.
    pub id: &'collection str,
    /// How many sessions.
    pub sessions: u64,
    /// The lowest first index of them.
    pub lowest_index: u32,
    /// The highest first index of them.
    pub highest_index: u32,
}

/// The sessions of one file that are taken out of it again: by its place in the file, with its room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen(Vec<(u64, RoomNumber)>);

impl FileSessions {
    /// Without sessions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the good sessions of a batch.
    pub fn add(&mut self, batch: &Batch) {
        for entry in batch.entries() {
            self.add_one(&entry);
        }
    }

    fn add_one(&mut self, entry: &BatchEntry<'_>) {
        // A session of a batch has them.
        let Some(facts) = entry.facts() else { return };
        let place = Place {
            file: 0,
            index: entry.index(),
            sender: self.collection.number_of_sender(facts.sender_key),
            rank: Rank {
                untrusted: facts.untrusted,
                first_index: entry.first_index(),
                forwarded: facts.forwarded,
            },
        };
        let room = self.collection.number_of(&facts.room_id);
        if self.collection.put((room, *entry.public_key()), place) != Put::New {
            self.repeated += 1;
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Put {
    New,
    Better,
    Known,
}

impl Collection {
    /// Without files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a file, as the one with the next number.
    pub fn add(&mut self, file: FileSessions) -> Added {
        let number = self.files;
        self.files += 1;
        let mut added = Added {
            known: file.repeated,
            ..Added::default()
        };
        let FileSessions {
            collection: other, ..
        } = file;
        let rooms: Vec<RoomNumber> = other.rooms.iter().map(|id| self.number_of(id)).collect();
        let senders: Vec<_> = other
            .senders
            .iter()
            .map(|key| self.number_of_sender(*key))
            .collect();
        for ((room, public_key), place) in other.copies {
            // Every room and device of it was given its number.
            let Some(room) = usize::try_from(room).ok().and_then(|room| rooms.get(room)) else {
                continue;
            };
            let sender = usize::try_from(place.sender).ok();
            let Some(sender) = sender.and_then(|sender| senders.get(sender)) else {
                continue;
            };
            let place = Place {
                file: number,
                sender: *sender,
                ..place
            };
            let counted = match self.put((*room, public_key), place) {
                Put::New => &mut added.new,
                Put::Better => &mut added.better,
                Put::Known => &mut added.known,
            };
            *counted += 1;
        }
        added
    }

    fn number_of(&mut self, id: &str) -> RoomNumber {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let number = RoomNumber::try_from(self.rooms.len()).unwrap_or(RoomNumber::MAX);
        self.rooms.push(id.to_owned());
        self.numbers.insert(id.to_owned(), number);
        number
    }

    fn number_of_sender(&mut self, key: [u8; 32]) -> SenderNumber {
        let next = SenderNumber::try_from(self.senders.len()).unwrap_or(SenderNumber::MAX);
        let number = *self.sender_numbers.entry(key).or_insert(next);
        if number == next {
            self.senders.push(key);
        }
        number
    }

    fn put(&mut self, key: (RoomNumber, [u8; 32]), place: Place) -> Put {
        match self.copies.get_mut(&key) {
            None => {
                self.copies.insert(key, place);
                Put::New
            }
            Some(kept) if place.rank < kept.rank => {
                *kept = place;
                Put::Better
            }
            Some(_) => Put::Known,
        }
    }

    /// How many sessions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.copies.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.copies.is_empty()
    }

    /// Every room that has sessions, in the order in which rooms were met.
    pub fn rooms(&self) -> Vec<RoomSummary<'_>> {
        let mut rooms: Vec<RoomSummary<'_>> = Vec::with_capacity(self.rooms.len());
        for ((room, _), place) in &self.copies {
            let index = place.rank.first_index;
            match rooms.last_mut().filter(|last| last.room == *room) {
                Some(last) => {
                    last.sessions += 1;
                    last.lowest_index = last.lowest_index.min(index);
                    last.highest_index = last.highest_index.max(index);
                }
                None => rooms.push(RoomSummary {
                    room: *room,
                    id: self.id_of(*room),
                    sessions: 1,
                    lowest_index: index,
                    highest_index: index,
                }),
            }
        }
        rooms
    }

    fn id_of(&self, room: RoomNumber) -> &str {
        let at = usize::try_from(room).ok();
        at.and_then(|at| self.rooms.get(at)).map_or("", String::as_str)
    }

    /// What of `file` belongs to this collection: of all rooms, or of one.
    #[must_use]
    pub fn chosen(&self, file: FileNumber, only: Option<RoomNumber>) -> Chosen {
        let first = only.unwrap_or(0);
        let last = only.unwrap_or(RoomNumber::MAX);
        let range = self.copies.range((first, [0; 32])..=(last, [u8::MAX; 32]));
        let of_file = range.filter(|(_, place)| place.file == file);
        let mut places: Vec<_> = of_file.map(|((room, _), place)| (place.index, *room)).collect();
        places.sort_unstable();
        Chosen(places)
    }
}

impl Chosen {
    /// The room of the session at this place of the file, if it is one of the chosen.
    #[must_use]
    pub fn room_of(&self, index: u64) -> Option<RoomNumber> {
        let found = self.0.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        self.0.get(found).map(|(_, room)| *room)
    }

    /// How many sessions were chosen.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none was, so that the file need not be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests;
