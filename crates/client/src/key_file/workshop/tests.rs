use core::num::NonZeroU32;
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use keyhaven_core::job::{Answer, Job, software};
use keyhaven_core::matrix::exported_session::{Input, SessionReader};
use keyhaven_core::matrix::key_file::{Limits, Rounds, SealedKeyFile, SessionList, seal};
use keyhaven_core::matrix::passphrase::Passphrase;
use serde_json::{Value, json};

use super::super::messages::*;
use super::super::source::{Sink, Source};
use super::{NewFile, Plan, Workshop};
use crate::engine::Engine;

mod plain;
mod together;
mod written;

const PASSPHRASE: &str = "correct horse";

fn block_on<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
}

/// The engine of the core, which counts what it was asked for.
#[derive(Default)]
struct Counting {
    derivations: Cell<u64>,
}

impl Engine for Counting {
    async fn answer(&self, mut job: Job) -> Answer {
        if let Job::Pbkdf2(job) = &mut job {
            self.derivations
                .set(self.derivations.get() + u64::from(job.rounds.get()));
            // What is written here is opened here, and rounds are not what these tests are about.
            job.rounds = NonZeroU32::MIN;
        }
        software::answer(job)
    }
}

/// Not random, which nothing here depends on.
struct Zeros;

impl rand_core::TryRng for Zeros {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Self::Error> {
        destination.fill(0);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Zeros {}

/// A file that may change while it is open.
#[derive(Debug, Clone)]
struct File(Rc<RefCell<Vec<u8>>>);

impl File {
    fn of(bytes: Vec<u8>) -> Self {
        Self(Rc::new(RefCell::new(bytes)))
    }
}

impl Source for File {
    fn len(&self) -> u64 {
        self.0.borrow().len() as u64
    }

    async fn read(&self, at: u64, len: usize) -> Result<Vec<u8>, Fault> {
        let bytes = self.0.borrow();
        let rest = bytes.get(usize::try_from(at).unwrap()..).unwrap_or_default();
        Ok(rest[..rest.len().min(len)].to_vec())
    }
}

#[derive(Debug, Default)]
struct Written(Vec<Vec<u8>>);

impl Sink for Written {
    type File = File;

    fn write(&mut self, file: usize, text: Vec<u8>) -> Result<(), Fault> {
        self.0.resize(self.0.len().max(file + 1), Vec::new());
        self.0[file].extend(text);
        Ok(())
    }

    fn into_files(self) -> Result<Vec<File>, Fault> {
        Ok(self.0.into_iter().map(File::of).collect())
    }
}

fn session(room: &str, id: u16, index: u32) -> Value {
    let mut key = [7; 165];
    key[0] = 1;
    key[1..5].copy_from_slice(&index.to_be_bytes());
    key[133..135].copy_from_slice(&id.to_be_bytes());
    json!({
        "algorithm": "m.megolm.v1.aes-sha2",
        "room_id": room,
        "sender_key": STANDARD_NO_PAD.encode([3; 32]),
        "session_key": STANDARD_NO_PAD.encode(key),
    })
}

fn key_file(sessions: &[Value]) -> File {
    key_file_under(PASSPHRASE, &Value::from(sessions.to_vec()).to_string())
}

/// A key file of the good sessions of a list; derived with one round, whatever it says: see [`Counting`].
fn key_file_under(passphrase: &str, list: &str) -> File {
    let mut reader = SessionReader::new();
    reader.push(list.as_bytes());
    let mut all = SessionList::new();
    while let Some(batch) = reader.next_batch(1_000, Input::Over).unwrap() {
        all.push_batch(&batch.dangerous_without_points());
    }
    let passphrase = Passphrase::parse(passphrase).unwrap();
    let rounds = Rounds::new(Rounds::FLOOR).unwrap();
    let step = seal(all, &passphrase, rounds, &mut Zeros);
    File::of(block_on(crate::engine::run(step, &Counting::default(), &|_| {})).unwrap())
}

fn opened(workshop: &mut Workshop<File>, file: &File) -> Opened {
    let new = open(file, PASSPHRASE, &Counting::default());
    workshop.add(new.unwrap())
}

fn open(file: &File, typed: &str, engine: &Counting) -> Result<NewFile<File>, Fault> {
    block_on(super::open(
        file.clone(),
        typed,
        ROUNDS_UNASKED,
        |_| true,
        engine,
        &|_| {},
    ))
}

/// A session by its room, id and first index.
type Named = (String, u16, u32);

/// What is written, and the sessions in each file as room, id and first index.
fn saved(workshop: &Workshop<File>, extent: Extent) -> (Vec<Saved>, Vec<Vec<Named>>) {
    let plan = Plan::of(workshop, extent).unwrap();
    let (engine, written) = (Counting::default(), Written::default());
    let told = block_on(plan.write("new passphrase", &mut Zeros, written, &engine, &|_| {}));
    let files = told.unwrap().into_iter();
    files
        .map(|(saved, file)| (saved, sessions_in(&file.0.borrow())))
        .unzip()
}

fn sessions_in(text: &[u8]) -> Vec<Named> {
    let sealed = SealedKeyFile::parse(text).unwrap();
    assert_eq!(sealed.header().rounds().get(), 500_000);
    let passphrase = Passphrase::parse("new passphrase").unwrap();
    let step = sealed.open(&passphrase, &Limits::default());
    let mut file = block_on(crate::engine::run(step, &Counting::default(), &|_| {})).unwrap();
    let mut found = Vec::new();
    while let Some(batch) = file.next_batch(1_000).unwrap() {
        let batch = batch.dangerous_without_points();
        assert_eq!(batch.skipped(), []);
        for entry in batch.entries() {
            let [high, low, ..] = *entry.public_key();
            let room = entry.facts().unwrap().room_id;
            found.push((room, u16::from_be_bytes([high, low]), entry.first_index()));
        }
    }
    found
}

fn named(sessions: &[(&str, u16, u32)]) -> Vec<Named> {
    let owned = sessions
        .iter()
        .map(|(room, id, index)| ((*room).to_owned(), *id, *index));
    owned.collect()
}

#[test]
fn a_file_is_counted_room_by_room_and_what_is_bad_in_it_is_named() {
    let mut bad = session("!b:x", 3, 0);
    bad["sender_key"] = json!(5);
    let list = json!([
        session("!a:x", 1, 4),
        bad,
        session("!a:x", 2, 90),
        session("!b:x", 4, 7)
    ]);
    // Written as it stands: a list of ours would have left it out.
    let file = key_file_with(&list.to_string());
    let mut workshop = Workshop::default();
    let new = open(&file, PASSPHRASE, &Counting::default()).unwrap();
    let left = Skipped {
        index: 1,
        room_id: Some("!b:x".to_owned()),
        session_id: None,
        reason: SkipReason::Wrong("sender_key".to_owned()),
    };
    assert_eq!(new.skipped, [left]);
    let expected = Opened {
        new: 3,
        skipped: 1,
        total: 3,
        ..Opened::default()
    };
    assert_eq!(workshop.add(new), expected);
    let room = |number, id: &str, sessions, lowest, highest| Room {
        number,
        id: id.to_owned(),
        sessions,
        lowest,
        highest,
    };
    assert_eq!(
        workshop.rooms(),
        [room(0, "!a:x", 2, 4, 90), room(1, "!b:x", 1, 7, 7)]
    );
}

/// A key file of any plaintext.
fn key_file_with(list: &str) -> File {
    use keyhaven_core::job::{AesCtrJob, AesKey, CounterWidth, HmacJob, HmacKey, Pbkdf2Job};
    let (salt, iv) = ([5; 16], [0; 16]);
    let mut keys = software::answer(Job::Pbkdf2(Pbkdf2Job {
        passphrase: zeroize::Zeroizing::new(PASSPHRASE.as_bytes().to_vec()),
        salt: salt.to_vec(),
        rounds: NonZeroU32::MIN,
        len: 64,
    }))
    .unwrap();
    let (cipher, mac) = keys.split_at_mut(32);
    let text = software::answer(Job::AesCtr(AesCtrJob {
        key: AesKey::take_bytes(cipher.try_into().unwrap()).into(),
        counter: iv,
        width: CounterWidth::Bits64,
        text: zeroize::Zeroizing::new(list.as_bytes().to_vec()),
    }))
    .unwrap();
    let mut bytes = [&[1][..], &salt, &iv, &100_000_u32.to_be_bytes(), &text].concat();
    let tag = software::answer(Job::Hmac(HmacJob {
        key: HmacKey::take_bytes(mac.try_into().unwrap()).into(),
        text: bytes.clone().into(),
    }))
    .unwrap();
    bytes.extend_from_slice(&tag);
    let body = STANDARD_NO_PAD.encode(&bytes);
    let text = format!("-----BEGIN MEGOLM SESSION DATA-----\n{body}\n-----END MEGOLM SESSION DATA-----\n");
    File::of(text.into_bytes())
}

#[test]
fn several_files_are_written_as_one_with_the_better_copy_of_each_session() {
    let mut workshop = Workshop::default();
    let first = key_file(&[
        session("!a:x", 1, 5),
        session("!b:x", 2, 5),
        session("!a:x", 3, 5),
    ]);
    let second = key_file(&[
        session("!b:x", 2, 1),
        session("!a:x", 1, 9),
        session("!c:x", 4, 0),
    ]);
    let opened_first = opened(&mut workshop, &first);
    assert_eq!((opened_first.new, opened_first.total), (3, 3));
    let opened_second = opened(&mut workshop, &second);
    let expected = Opened {
        new: 1,
        better: 1,
        known: 1,
        skipped: 0,
        total: 4,
    };
    assert_eq!(opened_second, expected);
    let (told, files) = saved(&workshop, Extent::All);
    assert_eq!(
        told,
        [Saved {
            name: "message-keys.txt".to_owned(),
            room_id: None,
            sessions: 4
        }]
    );
    let all = named(&[("!a:x", 1, 5), ("!a:x", 3, 5), ("!b:x", 2, 1), ("!c:x", 4, 0)]);
    assert_eq!(files, [all]);
}

#[test]
fn each_room_is_written_to_a_file_of_its_own_and_one_room_alone() {
    let mut workshop = Workshop::default();
    opened(
        &mut workshop,
        &key_file(&[
            session("!b:x", 1, 5),
            session("!a:x", 2, 5),
            session("!b:x", 3, 1),
        ]),
    );
    opened(&mut workshop, &key_file(&[session("!a:x", 4, 2)]));
    let (told, files) = saved(&workshop, Extent::EachRoom);
    let file = |room: &str, sessions| Saved {
        name: format!("message-keys {}.txt", room.replace(':', "_")),
        room_id: Some(room.to_owned()),
        sessions,
    };
    assert_eq!(told, [file("!b:x", 2), file("!a:x", 2)]);
    let b = named(&[("!b:x", 1, 5), ("!b:x", 3, 1)]);
    let a = named(&[("!a:x", 2, 5), ("!a:x", 4, 2)]);
    assert_eq!(files, [b.clone(), a]);
    let (told, files) = saved(&workshop, Extent::Room(0));
    assert_eq!((told, files), (vec![file("!b:x", 2)], vec![b]));
    assert!(
        Plan::of(&workshop, Extent::Room(2)).is_none(),
        "there is no such room"
    );
}

#[test]
fn a_large_file_is_read_and_written_in_pieces() {
    let sessions: Vec<_> = (0..6_000)
        .map(|id| session(&format!("!{}:x", id % 7), id, u32::from(id)))
        .collect();
    let file = key_file(&sessions);
    assert!(file.len() > 3 * 1024 * 1024);
    let mut workshop = Workshop::default();
    assert_eq!(opened(&mut workshop, &file).new, 6_000);
    let (_, files) = saved(&workshop, Extent::All);
    let expected: Vec<_> = (0..6_000)
        .map(|id: u16| (format!("!{}:x", id % 7), id, u32::from(id)))
        .collect();
    assert_eq!(files, [expected]);
}

#[test]
fn another_form_of_the_passphrase_is_tried_and_a_wrong_one_is_called_wrong() {
    let list = json!([session("!a:x", 1, 5)]).to_string();
    let composed = key_file_under("p\u{e4}ss", &list);
    let engine = Counting::default();
    assert!(
        open(&composed, " pa\u{308}ss", &engine).is_ok(),
        "another keyboard, and a space too many"
    );
    let engine = Counting::default();
    assert_eq!(
        open(&composed, "pass", &engine).unwrap_err(),
        Fault::WrongPassphrase
    );
    assert_eq!(engine.derivations.get(), 100_000, "there is one form of it");
    assert_eq!(open(&composed, "", &engine).unwrap_err(), Fault::Passphrase);
}

#[test]
fn more_rounds_than_allowed_are_refused_before_anything_is_derived() {
    let file = key_file(&[session("!a:x", 1, 5)]);
    let engine = Counting::default();
    let refused = block_on(super::open(file, PASSPHRASE, 99_999, |_| true, &engine, &|_| {}));
    assert_eq!(refused.unwrap_err(), Fault::TooManyRounds { rounds: 100_000 });
    assert_eq!(engine.derivations.get(), 0);
}

#[test]
fn a_file_that_changed_since_it_was_opened_is_not_written_from() {
    let file = key_file(&[session("!a:x", 1, 5)]);
    let mut workshop = Workshop::default();
    opened(&mut workshop, &file);
    let other = key_file(&[session("!a:x", 2, 5)]);
    *file.0.borrow_mut() = other.0.take();
    let plan = Plan::of(&workshop, Extent::All).unwrap();
    let told = block_on(plan.write(
        "new",
        &mut Zeros,
        Written::default(),
        &Counting::default(),
        &|_| {},
    ));
    assert_eq!(told.err(), Some(Fault::Changed));
}

#[test]
fn what_a_file_is_is_told_without_its_passphrase() {
    let file = key_file(&[session("!a:x", 1, 5)]);
    let looked = |bytes: Vec<u8>| block_on(super::look(&File::of(bytes)));
    let whole = file.0.take();
    let expected = Looked::KeyFile {
        rounds: 100_000,
        derivation_ms: 0,
    };
    assert_eq!(looked(whole.clone()), Ok(expected));
    assert_eq!(
        looked(whole[..whole.len() - 40].to_vec()),
        Ok(Looked::Refused(Fault::Incomplete))
    );
    assert_eq!(looked(b"{}".to_vec()), Ok(Looked::Other(Other::Json)));
}

#[test]
fn what_cannot_be_a_point_is_left_out_and_not_written_anew() {
    let file = key_file(&[session("!a:x", 1, 5), session("!a:x", 2, 5)]);
    let is_point = |key: &[u8; 32]| key[1] != 1;
    let new = block_on(super::open(
        file,
        PASSPHRASE,
        ROUNDS_UNASKED,
        is_point,
        &Counting::default(),
        &|_| {},
    ));
    let new = new.unwrap();
    assert_eq!(
        new.skipped.first().map(|left| &left.reason),
        Some(&SkipReason::NotAPoint)
    );
    let mut workshop = Workshop::default();
    workshop.add(new);
    assert_eq!(saved(&workshop, Extent::All).1, [named(&[("!a:x", 2, 5)])]);
}

#[test]
fn a_search_names_the_first_and_counts_all() {
    let mut workshop = Workshop::default();
    let sessions: Vec<_> = (0..FOUND_MAX + 1)
        .map(|id| session("!a:x", u16::try_from(id).unwrap(), 5))
        .collect();
    opened(&mut workshop, &key_file(&sessions));
    let sender_key = STANDARD_NO_PAD.encode([3; 32]);
    let found = workshop.search(sender_key.clone());
    assert_eq!(
        (found.wanted, found.sessions, found.first.len()),
        (sender_key.clone(), FOUND_MAX as u64 + 1, FOUND_MAX)
    );
    let mut id = [7; 32];
    id[..2].copy_from_slice(&9_u16.to_be_bytes());
    let session_id = STANDARD_NO_PAD.encode(id);
    let found = workshop.search(session_id.clone());
    let expected = FoundSession {
        room_id: "!a:x".to_owned(),
        session_id,
        sender_key,
        first_index: 5,
    };
    assert_eq!((found.sessions, found.first), (1, vec![expected]));
}
