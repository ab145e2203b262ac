//! What was changed behind the store's back is an error, never a wrong answer.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::PathBuf;

use bytes::Bytes;
use keyhaven_protocol::persona::AccountId;
use keyhaven_storage::{
    Accounts as _, Author, Content, KeyRecords as _, Objects as _, Precondition, StorageError,
    testing::samples::{NOW, author, author_at, sign_up_with_keys},
};
use keyhaven_storage_sql::{SqliteOptions, SqliteStore};
use sqlx::{Connection as _, Executor as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

/// A store with one account, an object of three chunks, and an inventory.
struct Damaged {
    store: SqliteStore,
    account: AccountId,
    path: PathBuf,
    _folder: TempDir,
}

impl Damaged {
    async fn by(statement: &'static str) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("keyhaven.sqlite");
        let store = SqliteStore::open(&path, SqliteOptions::default()).await.unwrap();
        let account = sign_up_with_keys(&store, "carol").await;
        let bytes = Bytes::from(vec![7; 600 * 1024]);
        let inventory = Bytes::from_static(b"inventory");
        store
            .write_object_and_inventory(
                author(&store, account).await,
                "work",
                bytes,
                inventory,
                Precondition::Absent,
                NOW,
            )
            .await
            .unwrap();
        let options = SqliteConnectOptions::new().filename(&path).foreign_keys(false);
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        connection
            .execute("PRAGMA ignore_check_constraints = ON")
            .await
            .unwrap();
        assert!(
            connection.execute(statement).await.unwrap().rows_affected() > 0,
            "nothing was damaged"
        );
        connection.close().await.unwrap();
        Self {
            store,
            account,
            path,
            _folder: folder,
        }
    }
}

impl Damaged {
    /// Somebody whose password was verified before the damage.
    fn author(&self) -> Author {
        author_at(self.account, 1)
    }
}

fn is_damaged<T: std::fmt::Debug>(outcome: &Result<T, StorageError>) -> bool {
    matches!(outcome, Err(StorageError::Damaged { .. }))
}

#[tokio::test]
async fn a_flipped_byte_in_an_object_is_an_error() {
    let damaged = Damaged::by(
        "UPDATE object_chunks SET bytes = CAST(x'08' || substr(bytes, 2) AS BLOB) WHERE chunk_index = 1",
    )
    .await;
    let read = damaged
        .store
        .read_object(damaged.author(), "work", u64::MAX)
        .await;
    assert!(
        is_damaged(&read),
        "{:?}",
        read.map(|object| object.given().and_then(Content::here).map(|object| object.record))
    );
    let inventory = damaged
        .store
        .read_inventory(damaged.author(), u64::MAX)
        .await
        .unwrap();
    assert!(inventory.given().and_then(Content::here).is_some());
}

#[tokio::test]
async fn a_missing_chunk_is_an_error() {
    for statement in [
        "DELETE FROM object_chunks WHERE chunk_index = 0 AND object_key = 1",
        "DELETE FROM object_chunks WHERE chunk_index = 2",
    ] {
        let damaged = Damaged::by(statement).await;
        let read = damaged
            .store
            .read_object(damaged.author(), "work", u64::MAX)
            .await;
        assert!(
            is_damaged(&read),
            "{:?}",
            read.map(|object| object.given().and_then(Content::here).map(|object| object.record))
        );
    }
}

#[tokio::test]
async fn a_changed_size_is_an_error() {
    let damaged = Damaged::by("UPDATE object_versions SET size = size + 1").await;
    let read = damaged
        .store
        .read_object(damaged.author(), "work", u64::MAX)
        .await;
    assert!(
        is_damaged(&read),
        "{:?}",
        read.map(|object| object.given().and_then(Content::here).map(|object| object.record))
    );
    assert!(is_damaged(
        &damaged.store.read_inventory(damaged.author(), u64::MAX).await
    ));
}

#[tokio::test]
async fn a_changed_hash_is_an_error() {
    let damaged = Damaged::by("UPDATE object_versions SET sha256 = zeroblob(32)").await;
    assert!(is_damaged(
        &damaged
            .store
            .read_object(damaged.author(), "work", u64::MAX)
            .await
    ));
    assert!(is_damaged(
        &damaged.store.read_inventory(damaged.author(), u64::MAX).await
    ));
}

#[tokio::test]
async fn an_account_that_does_not_parse_is_an_error() {
    for statement in [
        "UPDATE accounts SET state = 'frozen'",
        "UPDATE accounts SET kdf_lanes = NULL",
        "UPDATE accounts SET kdf_memory_kib = -1",
        "UPDATE accounts SET credential_epoch = -1",
        "UPDATE accounts SET address_as_typed = 'dave@example.org'",
    ] {
        let damaged = Damaged::by(statement).await;
        assert!(
            is_damaged(&damaged.store.account(damaged.account, NOW).await),
            "{statement}"
        );
    }
}

#[tokio::test]
async fn a_key_record_that_does_not_parse_is_an_error() {
    for statement in [
        "DELETE FROM wraps WHERE slot = 'recovery'",
        "UPDATE wraps SET nonce = zeroblob(11)",
        "UPDATE wraps SET ciphertext = zeroblob(49)",
        "UPDATE key_records SET unlock_verifier = x''",
    ] {
        let damaged = Damaged::by(statement).await;
        assert!(
            is_damaged(&damaged.store.key_record(damaged.author()).await),
            "{statement}"
        );
    }
}

#[tokio::test]
async fn a_store_of_a_newer_release_is_not_opened() {
    let damaged =
        Damaged::by("INSERT INTO migrations (step, name, sha256) VALUES (1000, 'later', x'')").await;
    damaged.store.close().await;
    let opened = SqliteStore::open(&damaged.path, SqliteOptions::default()).await;
    assert!(
        matches!(opened, Err(keyhaven_storage_sql::OpenError::Migration(_))),
        "{opened:?}"
    );
}
