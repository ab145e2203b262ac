//! Acknowledged means durable: a writing process is killed at random, and everything it was told is there.
//!
//! The test starts itself again as the process that dies. That one writes, overwrites and deletes with several workers
//! and says each acknowledgement on its standard output; this one kills it, opens the store, and compares. Each worker
//! has at most one operation in flight, so what is found must be the state after its last acknowledged operation or
//! after the one that follows. Twenty rounds on one store; a full campaign has a thousand. The running server is killed
//! by the black-box tests.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod campaign;

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use bytes::Bytes;
use keyhaven_protocol::persona::AccountId;
use keyhaven_storage::{
    Accounts as _, Content, CreateAccount, Objects as _, WriteObject,
    testing::samples::{NOW, author, new_account},
};
use keyhaven_storage_sql::{SqliteOptions, SqliteStore};

const WORKERS: u64 = 8;
const IDS: u64 = 7;
/// Kills in an ordinary run and with `--long`.
const ROUNDS: u64 = 20;
const LONG_ROUNDS: u64 = 1_000;
/// A process that says this many acknowledgements has lived long enough.
const MOST_BEFORE_KILL: u64 = 80;
const CHILD: &str = "child";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [CHILD, path, round] => child(Path::new(path), round.parse().unwrap()),
        // Test runners ask every target for its list.
        words if words.contains(&"--list") => {}
        _ if campaign::is_full() => kill_rounds(LONG_ROUNDS),
        _ => kill_rounds(ROUNDS),
    }
}

/// What an operation does to its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Operation {
    worker: u64,
    round: u64,
    step: u64,
}

impl Operation {
    fn id(self) -> String {
        format!("object-{}", self.step % IDS)
    }

    fn deletes(self) -> bool {
        self.step % 5 == 4
    }

    /// Different for each operation, and of one chunk, several or none.
    fn content(self) -> Bytes {
        let len = match self.step % 16 {
            0 => 700 * 1024,
            step => step * 1_237 - 1_237,
        };
        let seed = format!("{}/{}/{}.", self.worker, self.round, self.step);
        seed.bytes().cycle().take(usize::try_from(len).unwrap()).collect()
    }
}

/// What each id of one worker shows.
type Shown = BTreeMap<String, Operation>;

fn apply(shown: &mut Shown, operation: Operation) {
    if operation.deletes() {
        shown.remove(&operation.id());
    } else {
        shown.insert(operation.id(), operation);
    }
}

fn account_of(worker: u64) -> AccountId {
    new_account(&format!("worker-{worker}")).id
}

#[tokio::main]
async fn child(path: &Path, round: u64) {
    let store = open(path).await;
    let workers: Vec<_> = (0..WORKERS)
        .map(|worker| {
            let store = store.clone();
            tokio::spawn(async move {
                for step in 0.. {
                    operate(&store, Operation { worker, round, step }).await;
                    // One write to the pipe, so that a killed process leaves no mixed lines.
                    std::io::stdout()
                        .write_all(format!("{worker} {step}\n").as_bytes())
                        .unwrap();
                    std::io::stdout().flush().unwrap();
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.unwrap();
    }
}

async fn operate(store: &SqliteStore, operation: Operation) {
    let (account, id) = (account_of(operation.worker), operation.id());
    if operation.deletes() {
        let deleted = store
            .delete_object(author(store, account).await, &id, NOW)
            .await
            .unwrap();
        assert!(matches!(
            deleted,
            WriteObject::Written(()) | WriteObject::NotFound
        ));
    } else {
        let written = store
            .write_object(
                author(store, account).await,
                &id,
                "application/zip",
                operation.content(),
                NOW,
            )
            .await
            .unwrap();
        assert_eq!(written, WriteObject::Written(()));
    }
}

async fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, SqliteOptions::default().with_quota_bytes(u64::MAX))
        .await
        .unwrap()
}

#[tokio::main]
async fn kill_rounds(rounds: u64) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keyhaven.sqlite");
    let store = open(&path).await;
    for worker in 0..WORKERS {
        let created = store
            .create_account(new_account(&format!("worker-{worker}")), NOW)
            .await
            .unwrap();
        assert_eq!(created, CreateAccount::Created);
    }
    store.close().await;

    let mut shown = vec![Shown::new(); usize::try_from(WORKERS).unwrap()];
    let (mut acknowledged, mut finished_in_flight) = (0, 0);
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..rounds {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let counts = write_and_die(&path, round, random);
        acknowledged += counts.iter().sum::<u64>();
        let store = open(&path).await;
        for ((worker, shown), count) in (0..).zip(&mut shown).zip(counts) {
            for step in 0..count {
                apply(shown, Operation { worker, round, step });
            }
            let mut in_flight = shown.clone();
            apply(
                &mut in_flight,
                Operation {
                    worker,
                    round,
                    step: count,
                },
            );
            if shows(&store, worker, shown).await {
                continue;
            }
            assert!(
                shows(&store, worker, &in_flight).await,
                "round {round}, worker {worker}: {count} acknowledged operations, and the store shows something else"
            );
            finished_in_flight += 1;
            *shown = in_flight;
        }
        store.close().await;
    }
    assert!(
        acknowledged >= rounds * 10,
        "{acknowledged} operations in {rounds} rounds prove little"
    );
    let line = format!(
        "{rounds} kills, {acknowledged} acknowledged operations, none lost; {finished_in_flight} more were durable\n"
    );
    std::io::stdout().write_all(line.as_bytes()).unwrap();
}

/// How many operations of each worker were acknowledged before the process was killed: a random number of them, so that
/// a slow machine proves as much as a fast one, and a moment more, so that the next ones are at any point.
fn write_and_die(path: &Path, round: u64, random: u64) -> Vec<u64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([CHILD.as_ref(), path.as_os_str(), round.to_string().as_ref()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let (heard, acknowledgements) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut counts = vec![0; usize::try_from(WORKERS).unwrap()];
        for line in output.lines() {
            let line = line.unwrap();
            // The line that was cut off is no acknowledgement that anybody heard.
            let Some((worker, step)) = line.split_once(' ') else {
                break;
            };
            let (Ok(worker), Ok(step)) = (worker.parse::<usize>(), step.parse::<u64>()) else {
                break;
            };
            let Some(count) = counts.get_mut(worker) else {
                panic!("an unknown worker: {line}")
            };
            *count = step + 1;
            let _ = heard.send(());
        }
        counts
    });
    for _ in 0..=random % MOST_BEFORE_KILL {
        acknowledgements.recv_timeout(Duration::from_secs(60)).unwrap();
    }
    std::thread::sleep(Duration::from_micros((random >> 32) % 5_000));
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

async fn shows(store: &SqliteStore, worker: u64, expected: &Shown) -> bool {
    let author = author(store, account_of(worker)).await;
    let listed = store.objects(author, u64::MAX).await.unwrap().given().unwrap();
    let listed = listed.here().unwrap().objects;
    if !listed.iter().map(|object| &object.id).eq(expected.keys()) {
        return false;
    }
    for (id, operation) in expected {
        let object = store.read_object(author, id, u64::MAX).await.unwrap();
        let object = object.given().and_then(Content::here).unwrap();
        if object.bytes != operation.content() {
            return false;
        }
    }
    true
}
