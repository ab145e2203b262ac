//! Every byte of a small store flipped in turn, and every truncation of its last record: what opens and reads
//! afterwards is an error or the right answer, never a wrong one.
//!
//! Two images: a store that was closed, which is one file, and one that a crash left, where everything stands in the
//! log. A flipped byte in the last transaction of a log looks as if the power had gone while it was written; the state
//! before it is the right answer then, as it is after every such crash. A full campaign flips every byte, an ordinary
//! run one in a hundred, others each time the store's layout changes.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod campaign;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

use bytes::Bytes;
use keyhaven_storage::{
    Accounts as _, Author, Content, ForAuthor, KeyRecords as _, Objects as _, Precondition, Sessions as _,
    StorageError, VersionRecord,
    testing::{
        moves::replace_code,
        samples::{
            NOW, address, author, author_by_session, open_session, sign_up, sign_up_and_reset,
            sign_up_with_keys,
        },
        steps::{delete_sealed, write_sealed},
    },
};
use keyhaven_storage_sql::{SqliteOptions, SqliteStore};
use tempfile::TempDir;

const NAME: &str = "keyhaven.sqlite";
const LOG: &str = "keyhaven.sqlite-wal";
/// In an ordinary run one byte of this many is flipped.
const STRIDE: usize = 101;
const THREADS: usize = 2;
/// A log begins with this.
const LOG_HEADER_BYTES: usize = 32;

/// The files of a store at one moment, with what it answers.
struct Image {
    database: Vec<u8>,
    log: Vec<u8>,
    answers: Vec<String>,
}

impl Image {
    fn lay_out(&self, folder: &Path) -> PathBuf {
        let path = folder.join(NAME);
        fs::write(&path, &self.database).unwrap();
        if self.log.is_empty() {
            let _absent = fs::remove_file(folder.join(LOG));
        } else {
            fs::write(folder.join(LOG), &self.log).unwrap();
        }
        let _absent = fs::remove_file(folder.join("keyhaven.sqlite-shm"));
        path
    }
}

async fn open(path: &Path) -> Result<SqliteStore, keyhaven_storage_sql::OpenError> {
    let mut options = SqliteOptions::default();
    options.readers = 1;
    SqliteStore::open(path, options).await
}

/// Everything that a client can be told, as text.
async fn answers(store: &SqliteStore) -> Result<Vec<String>, StorageError> {
    let mut answers = Vec::new();
    for name in ["carol", "dave", "erin", "nobody"] {
        let account = store
            .account_by_address(&address(&format!("{name}@example.org")), NOW)
            .await?;
        let Some(account) = account else {
            answers.push(format!("no {name}"));
            continue;
        };
        answers.push(format!(
            "{account:?} {} {} {}",
            account.credential.hash,
            account.address.normalised(),
            account.address.as_typed()
        ));
        let author = Author::by_password(&account);
        answers.extend(keys(store, author).await?);
        answers.push(format!("{:?}", store.sessions(author, NOW).await?));
        answers.push(format!("{:?}", store.read_inventory(author, u64::MAX).await?));
        let versions = store.inventory_versions(author, u64::MAX).await?;
        answers.push(format!("{versions:?}"));
        for version in numbers(versions) {
            let inventory = store.read_inventory_version(author, version, u64::MAX).await?;
            answers.push(format!("{inventory:?}"));
        }
        answers.push(format!("{:?}", store.deleted_objects(author, u64::MAX).await?));
        let listed = store.objects(author, u64::MAX).await?;
        answers.push(format!("{listed:?}"));
        for object in listed
            .given()
            .and_then(Content::here)
            .map(|listed| listed.objects)
            .unwrap_or_default()
        {
            answers.push(format!(
                "{:?}",
                store.read_object(author, &object.id, u64::MAX).await?
            ));
            let versions = store.versions(author, &object.id, u64::MAX).await?;
            answers.push(format!("{versions:?}"));
            for version in numbers(versions) {
                let content = store.read_version(author, &object.id, version, u64::MAX).await?;
                answers.push(format!("{content:?}"));
            }
        }
    }
    Ok(answers)
}

/// Every wrap and verifier of an account, byte by byte: as text, wraps tell their lengths alone.
async fn keys(store: &SqliteStore, author: Author) -> Result<Vec<String>, StorageError> {
    let mut keys = Vec::new();
    if let Some(record) = store.key_record(author).await?.given().flatten() {
        keys.push(format!("{record:?}"));
        let former = record.former_code.as_ref().map(|former| &former.code.wrap);
        let wraps = (&record.password, &record.recovery, &record.former_keys, former);
        keys.push(serde_json::to_string(&wraps).unwrap());
    }
    if let Some(proven) = store.proven_credential(author, NOW).await?.given().flatten() {
        keys.push(format!(
            "{} {}",
            proven.hash,
            serde_json::to_string(&proven.wrap).unwrap()
        ));
    }
    Ok(keys)
}

fn numbers(versions: ForAuthor<Content<Vec<VersionRecord>>>) -> Vec<u64> {
    let versions = versions.given().and_then(Content::here).unwrap_or_default();
    versions.into_iter().map(|record| record.version).collect()
}

/// A store of three accounts, with all kinds of rows, deleted and replaced ones too.
async fn filled(path: &Path) -> SqliteStore {
    let store = open(path).await.unwrap();
    let carol = sign_up_with_keys(&store, "carol").await;
    replace_code(&store, carol, 5, NOW).await;
    sign_up_and_reset(&store, "erin").await;
    let dave = sign_up(&store, "dave").await;
    open_session(&store, carol, 1, 1, NOW).await;
    for (step, id) in ["a", "b", "a", "c"].into_iter().enumerate() {
        let bytes = Bytes::from(vec![u8::try_from(step).unwrap(); 700 * (step + 1)]);
        store
            .write_object(author(&store, dave).await, id, "application/zip", bytes, NOW)
            .await
            .unwrap();
    }
    store
        .delete_object(author(&store, dave).await, "b", NOW)
        .await
        .unwrap();
    store
        .write_object_and_inventory(
            author_by_session(carol, 1, 1),
            "work",
            Bytes::from(vec![7; 9_000]),
            Bytes::from_static(b"inventory"),
            Precondition::Absent,
            NOW,
        )
        .await
        .unwrap();
    let (first, again) = (Precondition::Version(1), Precondition::Version(2));
    write_sealed(
        &store,
        carol,
        "work",
        b"again",
        b"inventory of the second write",
        first,
    )
    .await;
    delete_sealed(&store, carol, "work", b"inventory without it", again).await;
    store
}

/// The last record: one more object of dave's.
async fn write_last(store: &SqliteStore) {
    let dave = store
        .account_by_address(&address("dave@example.org"), NOW)
        .await
        .unwrap()
        .unwrap();
    store
        .write_object(
            Author::by_password(&dave),
            "last",
            "text/plain",
            Bytes::from(vec![9; 5_000]),
            NOW,
        )
        .await
        .unwrap();
}

async fn closed_image() -> Image {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(NAME);
    let store = filled(&path).await;
    write_last(&store).await;
    let answers = answers(&store).await.unwrap();
    store.close().await;
    assert!(!folder.path().join(LOG).exists());
    Image {
        database: fs::read(&path).unwrap(),
        log: Vec::new(),
        answers,
    }
}

/// The image that a crash leaves, the answers before the last record, and where that begins in the log.
async fn crashed_image() -> (Image, Vec<String>, usize) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(NAME);
    let store = filled(&path).await;
    let before = answers(&store).await.unwrap();
    let last_at = fs::read(folder.path().join(LOG)).unwrap().len();
    write_last(&store).await;
    let image = Image {
        database: fs::read(&path).unwrap(),
        log: fs::read(folder.path().join(LOG)).unwrap(),
        answers: answers(&store).await.unwrap(),
    };
    store.close().await;
    assert_ne!(before, image.answers);
    (image, before, last_at)
}

/// What came of opening and reading.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Error,
    Right,
    /// As it was before the last record.
    Before,
}

async fn outcome(path: &Path, right: &[String], before: Option<&[String]>, what: &str) -> Outcome {
    let Ok(store) = open(path).await else {
        return Outcome::Error;
    };
    let read = answers(&store).await;
    store.close().await;
    match read {
        Err(_) => Outcome::Error,
        Ok(read) if read == right => Outcome::Right,
        Ok(read) if before.is_some_and(|before| read == before) => Outcome::Before,
        Ok(read) => {
            let differs = read.iter().zip(right).find(|(read, right)| read != right);
            panic!(
                "{what}: a wrong answer: {differs:?}, {} of {} answers",
                read.len(),
                right.len()
            )
        }
    }
}

/// Runs `damage` for each position on a few threads, each with a folder of its own, and returns how many were errors.
fn try_all<D>(positions: &[usize], damage: D) -> usize
where
    D: AsyncFn(&Path, usize) -> Outcome + Sync,
{
    let errors = AtomicUsize::new(0);
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                let folder = TempDir::new().unwrap();
                while let Some(position) = positions.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if runtime.block_on(damage(folder.path(), *position)) == Outcome::Error {
                        errors.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    errors.into_inner()
}

fn positions(len: usize) -> Vec<usize> {
    let stride = if campaign::is_full() { 1 } else { STRIDE };
    (0..len).step_by(stride).collect()
}

/// One bit of each byte, another one from byte to byte.
fn flipped(bytes: &[u8], position: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[position] ^= 1 << (position % 8);
    bytes
}

#[test]
fn a_flipped_byte_in_the_database_is_an_error_or_does_no_harm() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let image = runtime.block_on(closed_image());
    let positions = positions(image.database.len());
    let errors = try_all(&positions, async |folder: &Path, position| {
        let damaged = Image {
            database: flipped(&image.database, position),
            log: Vec::new(),
            answers: Vec::new(),
        };
        let path = damaged.lay_out(folder);
        outcome(
            &path,
            &image.answers,
            None,
            &format!("byte {position} of the database"),
        )
        .await
    });
    // Only pages that nothing reads may be damaged without a word.
    assert!(
        errors * 3 > positions.len(),
        "{errors} of {} were noticed",
        positions.len()
    );
}

#[test]
fn a_flipped_byte_in_the_log_is_an_error_or_takes_back_the_last_record_at_most() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (image, before, last_at) = runtime.block_on(crashed_image());
    // The header and what surrounds the last record are always tried whole.
    let mut positions = positions(image.log.len());
    positions.extend(0..LOG_HEADER_BYTES);
    positions.extend((0..24).flat_map(|byte| [last_at + byte, last_at - 4_096 - 24 + byte]));
    let errors = try_all(&positions, async |folder: &Path, position| {
        let damaged = Image {
            database: image.database.clone(),
            log: flipped(&image.log, position),
            answers: Vec::new(),
        };
        let path = damaged.lay_out(folder);
        let before = (position >= last_at).then_some(before.as_slice());
        outcome(
            &path,
            &image.answers,
            before,
            &format!("byte {position} of the log"),
        )
        .await
    });
    assert!(errors > 0, "no flipped byte was noticed");
}

#[test]
fn a_log_that_ends_anywhere_in_its_last_record_is_the_state_before_that_record() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (image, before, last_at) = runtime.block_on(crashed_image());
    let lengths: Vec<_> = positions(image.log.len() - last_at)
        .iter()
        .map(|cut| last_at + cut)
        .collect();
    try_all(&lengths, async |folder: &Path, len| {
        let cut = Image {
            database: image.database.clone(),
            log: image.log[..len].to_vec(),
            answers: Vec::new(),
        };
        let path = cut.lay_out(folder);
        let outcome = outcome(&path, &before, None, &format!("a log of {len} bytes")).await;
        assert_eq!(outcome, Outcome::Right, "a log of {len} bytes");
        outcome
    });
}

#[test]
fn a_database_that_was_cut_is_an_error_or_gives_right_answers() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let image = runtime.block_on(closed_image());
    let mut lengths = positions(4_096)
        .iter()
        .map(|cut| image.database.len() - 1 - cut)
        .collect::<Vec<_>>();
    lengths.extend((1..image.database.len() / 4_096).map(|pages| pages * 4_096));
    let errors = try_all(&lengths, async |folder: &Path, len| {
        let cut = Image {
            database: image.database[..len].to_vec(),
            log: Vec::new(),
            answers: Vec::new(),
        };
        let path = cut.lay_out(folder);
        outcome(&path, &image.answers, None, &format!("a database of {len} bytes")).await
    });
    assert!(
        errors * 2 > lengths.len(),
        "{errors} of {} were noticed",
        lengths.len()
    );
}
