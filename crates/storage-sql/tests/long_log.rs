//! The log has a bound also while somebody always reads: no read of the server holds a state of the store for long, so
//! that a copy by the writer finds a moment in which all of the log is copied.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use keyhaven_storage::{
    Content, Objects as _, WriteObject,
    testing::samples::{NOW, author, sign_up},
};
use keyhaven_storage_sql::{SqliteOptions, SqliteStore};
use tempfile::TempDir;

const MIB: u64 = 1024 * 1024;
/// Long enough that one read has always begun before another has ended.
const READ_BYTES: usize = 4 * 1024 * 1024;
const READERS: usize = 6;
const WRITE_BYTES: usize = 512 * 1024;
const WRITES: usize = 400;
/// About twice what it has, also on a machine that does other things; without copies by the writer it has three quarters
/// of what is written.
const LOG_MAX_BYTES: u64 = 112 * MIB;

fn log_bytes(store: &Path) -> u64 {
    fs::metadata(store.with_extension("sqlite-wal")).unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_has_a_bound_while_readers_never_rest() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keyhaven.sqlite");
    let store = Arc::new(SqliteStore::open(&path, SqliteOptions::default()).await.unwrap());
    let carol = sign_up(&*store, "carol").await;
    let signed_in = author(&*store, carol).await;
    let long = Bytes::from(vec![7; READ_BYTES]);
    let written = store
        .write_object(signed_in, "long", "application/zip", long, NOW)
        .await;
    assert_eq!(written.unwrap(), WriteObject::Written(()));
    let stop = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..READERS)
        .map(|_| {
            let (store, stop) = (Arc::clone(&store), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut reads = 0;
                while !stop.load(Ordering::Relaxed) {
                    let read = store.read_object(signed_in, "long", u64::MAX).await.unwrap();
                    assert!(matches!(read.given(), Some(Content::Here(_))));
                    reads += 1;
                }
                reads
            })
        })
        .collect();
    let mut longest = 0;
    for number in 0..WRITES {
        let bytes = Bytes::from(vec![1; WRITE_BYTES]);
        let id = (number % 20).to_string();
        let written = store
            .write_object(signed_in, &id, "application/zip", bytes, NOW)
            .await;
        assert_eq!(written.unwrap(), WriteObject::Written(()));
        longest = longest.max(log_bytes(&path));
    }
    stop.store(true, Ordering::Relaxed);
    let mut reads = 0;
    for reader in readers {
        reads += reader.await.unwrap();
    }
    println!("the log had {} MiB at most, {reads} reads", longest / MIB);
    assert!(reads > WRITES / 10, "they rested: {reads} reads");
    assert!(longest < LOG_MAX_BYTES, "the log has no end: {longest} bytes");
}
