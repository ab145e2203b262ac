//! Entries of a backup, many at a time: they share one private key, so that their key agreements are one computation.

use js_sys::Array;
use keyhaven_core::matrix::{
    backup_entry::{
        Authenticity, BackupOpener, EntryFormatError, OpenEntryError, Place, SessionData, SharedSecret,
    },
    recovery_key::RecoveryKey,
};
use keyhaven_core::wiping::wipe_stack_below;
use keyhaven_curve25519_many::SharedScalar;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use zeroize::Zeroizing;

use super::{batch, passphrase::text, task::Viewer};

/// Opens the entries of one backup.
#[wasm_bindgen]
#[derive(Debug)]
pub struct BackupReader {
    opener: BackupOpener,
    private_key: RecoveryKey,
}

/// Entries that were opened together.
#[wasm_bindgen]
#[derive(Debug)]
pub struct OpenedEntries {
    /// A JSON list.
    sessions: Zeroizing<Vec<u8>>,
    authenticity: Vec<Authenticity>,
    failed: Vec<(u32, EntryFault)>,
}

#[derive(Debug, Clone, Copy)]
enum EntryFault {
    NotAnEntry,
    Closed(OpenEntryError),
}

/// A session as JSON, and what is known of where it comes from.
type Opened = (Zeroizing<Vec<u8>>, Authenticity);

/// One entry: three lines of text.
struct Entry<'text> {
    place: Place<'text>,
    data: Result<SessionData, EntryFormatError>,
}

impl BackupReader {
    /// With copies of the private key, which are wiped with it.
    pub(crate) fn new(private_key: &RecoveryKey) -> Self {
        let reader = Self::with_copies(private_key);
        wipe_stack_below();
        reader
    }

    #[inline(never)]
    fn with_copies(private_key: &RecoveryKey) -> Self {
        // EXPOSE: one copy derives what is the same for all entries, the other one agrees on their secrets.
        let copy = || RecoveryKey::take_bytes(&mut Zeroizing::new(*private_key.expose_secret()));
        Self {
            opener: BackupOpener::new(copy()),
            private_key: copy(),
        }
    }
}

#[wasm_bindgen]
impl BackupReader {
    /// Opens entries: three lines for each, room id, session id and the JSON of `session_data`.
    ///
    /// # Errors
    /// Nothing but a mistake of this package; what stays closed is among the results.
    pub fn open(&self, lines: &[u8]) -> Result<OpenedEntries, JsValue> {
        let opened = self.open_all(&read(text(lines)?));
        wipe_stack_below();
        Ok(opened)
    }

    /// Never a part of its caller, so that all of the stack that it uses is below it.
    #[inline(never)]
    fn open_all(&self, entries: &[Entry<'_>]) -> OpenedEntries {
        let points: Vec<[u8; 32]> = entries.iter().map(Entry::point).collect();
        // EXPOSE: the scalar is wiped at the end, and the stack behind it.
        let secrets = SharedScalar::new(*self.private_key.expose_secret()).shared_secrets(&points);
        let mut opened = OpenedEntries::with_capacity(entries.len());
        for (index, (entry, secret)) in (0..).zip(entries.iter().zip(&secrets)) {
            // EXPOSE: what one crate computes, another takes over. All zeros are refused there.
            let mut bytes = Zeroizing::new(secret.as_ref().map_or([0; 32], |secret| *secret.expose_secret()));
            let result = self.open_one(entry, &SharedSecret::take_bytes(&mut bytes));
            opened.push(index, result);
        }
        opened
    }

    fn open_one(&self, entry: &Entry<'_>, secret: &SharedSecret) -> Result<Opened, EntryFault> {
        let data = entry.data.as_ref().map_err(|_| EntryFault::NotAnEntry)?;
        self.opener
            .open_agreed_as_json(entry.place, data, secret)
            .map_err(EntryFault::Closed)
    }
}

fn read(lines: &str) -> Vec<Entry<'_>> {
    let mut lines = lines.lines();
    let mut entries = Vec::new();
    while let (Some(room_id), Some(session_id), Some(data)) = (lines.next(), lines.next(), lines.next()) {
        entries.push(Entry {
            place: Place { room_id, session_id },
            data: SessionData::parse(data.as_bytes()),
        });
    }
    entries
}

impl Entry<'_> {
    /// Of an entry that is none, some point that nobody looks at.
    fn point(&self) -> [u8; 32] {
        self.data.as_ref().map_or([9; 32], |data| *data.ephemeral())
    }
}

impl OpenedEntries {
    fn with_capacity(entries: usize) -> Self {
        const USUAL_BYTES: usize = 704;
        let mut sessions = Zeroizing::new(Vec::with_capacity(entries * USUAL_BYTES));
        sessions.push(b'[');
        Self {
            sessions,
            authenticity: Vec::with_capacity(entries),
            failed: Vec::new(),
        }
    }

    fn push(&mut self, index: u32, result: Result<Opened, EntryFault>) {
        match result {
            Ok((session, authenticity)) => {
                self.append(&session);
                self.authenticity.push(authenticity);
            }
            Err(fault) => self.failed.push((index, fault)),
        }
    }

    /// Grows by hand: what a `Vec` leaves behind when it grows is not wiped.
    fn append(&mut self, json: &[u8]) {
        // A comma and the closing bracket.
        let needed = self.sessions.len() + json.len() + 2;
        if self.sessions.capacity() < needed {
            let mut grown = Zeroizing::new(Vec::with_capacity(2 * needed));
            grown.extend_from_slice(&self.sessions);
            self.sessions = grown;
        }
        if !self.authenticity.is_empty() {
            self.sessions.push(b',');
        }
        self.sessions.extend_from_slice(json);
    }
}

#[wasm_bindgen]
impl OpenedEntries {
    /// Shows the sessions, one JSON text, to whoever takes it: this thread reads it, or hands it to the one that asked.
    pub fn show(&mut self, viewer: &Viewer) {
        self.sessions.push(b']');
        viewer.fill(&mut self.sessions);
    }

    /// What is known of where each comes from: 0 nothing, 1 the session, 2 the session and its room.
    pub fn authenticity(&self) -> Vec<u8> {
        let known = |authenticity: &Authenticity| match authenticity {
            Authenticity::Session => 1,
            Authenticity::SessionAndRoom => 2,
            _ => 0,
        };
        self.authenticity.iter().map(known).collect()
    }

    /// The others: index, reason, the reason of the session if it is one, and the field, for each.
    pub fn failed(&self) -> Array {
        let values = self.failed.iter().flat_map(|(index, fault)| {
            let (reason, session, field) = fault.reason();
            [JsValue::from(*index), reason.into(), session.into(), field.into()]
        });
        values.collect()
    }
}

impl EntryFault {
    const fn reason(&self) -> (&'static str, Option<&'static str>, Option<&'static str>) {
        let reason = match self {
            Self::NotAnEntry => "not-an-entry",
            Self::Closed(OpenEntryError::NonContributory) => "non-contributory",
            Self::Closed(OpenEntryError::OtherKey) => "other-key",
            Self::Closed(OpenEntryError::BackupMac) => "backup-mac",
            Self::Closed(OpenEntryError::Damaged) => "damaged",
            Self::Closed(OpenEntryError::OtherRoom) => "other-room",
            Self::Closed(OpenEntryError::Session(skip)) => {
                let (session, field) = batch::reason(skip);
                return ("session", Some(session), field);
            }
            Self::Closed(_) => "other",
        };
        (reason, None, None)
    }
}
