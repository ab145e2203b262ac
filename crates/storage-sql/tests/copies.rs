//! What is wrong with a store is not copied over in silence.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{fs, path::PathBuf};

use bytes::Bytes;
use keyhaven_storage::{
    Objects as _, WriteObject,
    testing::samples::{NOW, author, sign_up_with_keys},
};
use keyhaven_storage_sql::{
    MigrationError, SqliteOptions, SqliteStore,
    copy::{CopyError, Damage, make, require_whole_log, restore, verify},
};
use sqlx::{Connection as _, Executor as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

const SECRETS: &[u8] = b"salt_keys = \"kept as they are\"\n";

/// An open store with one account and an object of three chunks, and a place for its copy.
struct Source {
    store: SqliteStore,
    path: PathBuf,
    copy: PathBuf,
    _folder: TempDir,
}

impl Source {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("keyhaven.sqlite");
        let store = SqliteStore::open(&path, SqliteOptions::default()).await.unwrap();
        let carol = sign_up_with_keys(&store, "carol").await;
        let bytes = Bytes::from(vec![7; 600 * 1024]);
        let written = store
            .write_object(author(&store, carol).await, "work", "application/zip", bytes, NOW)
            .await
            .unwrap();
        assert_eq!(written, WriteObject::Written(()));
        Self {
            store,
            path,
            copy: folder.path().join("copy"),
            _folder: folder,
        }
    }

    /// Changes something behind the store's back.
    async fn change(&self, statement: &'static str) {
        let options = SqliteConnectOptions::new()
            .filename(&self.path)
            .foreign_keys(false);
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        assert!(connection.execute(statement).await.unwrap().rows_affected() > 0);
        connection.close().await.unwrap();
    }

    async fn expect_no_copy(&self, is_why: impl Fn(&CopyError) -> bool) {
        let made = make(&self.path, &self.copy, SECRETS, NOW).await;
        assert!(made.as_ref().is_err_and(is_why), "{made:?}");
        let left: Vec<_> = fs::read_dir(self.copy.parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .filter(|name| name.to_string_lossy().starts_with("copy"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[tokio::test]
async fn a_store_whose_object_is_damaged_gives_no_copy() {
    let source = Source::new().await;
    source
        .change(
            "UPDATE object_chunks SET bytes = CAST(x'08' || substr(bytes, 2) AS BLOB) WHERE chunk_index = 1",
        )
        .await;
    source
        .expect_no_copy(|error| {
            matches!(
                error,
                CopyError::Damaged {
                    damage: Damage::Object { .. },
                    ..
                }
            )
        })
        .await;
}

#[tokio::test]
async fn a_store_with_dangling_references_gives_no_copy() {
    let source = Source::new().await;
    source.change("DELETE FROM accounts").await;
    source
        .expect_no_copy(|error| {
            matches!(
                error,
                CopyError::Damaged {
                    damage: Damage::Reference,
                    ..
                }
            )
        })
        .await;
}

#[tokio::test]
async fn a_store_of_a_newer_release_gives_no_copy() {
    let source = Source::new().await;
    source
        .change("INSERT INTO migrations (step, name, sha256) VALUES (1000, 'later', x'')")
        .await;
    source
        .expect_no_copy(|error| matches!(error, CopyError::Migration(MigrationError::Newer { .. })))
        .await;
}

#[tokio::test]
async fn a_copy_becomes_a_store_with_the_secrets_and_without_the_note() {
    let source = Source::new().await;
    let made = make(&source.path, &source.copy, SECRETS, NOW).await.unwrap();
    assert_eq!(
        (made.as_of, made.accounts, made.objects, made.bytes),
        (NOW, 1, 1, 600 * 1024)
    );
    assert_eq!(verify(&source.copy).await.unwrap(), made);
    let path = source.copy.with_file_name("restored.sqlite");
    let restored = restore(&source.copy, &path).await.unwrap();
    assert!(!path.exists(), "it has its name before it is put in its place");
    assert_eq!(restored.secrets(), SECRETS);
    assert_eq!(restored.put_in_place().unwrap(), made);
    let bytes = fs::read(&path).unwrap();
    assert!(
        !bytes.windows(SECRETS.len()).any(|window| window == SECRETS),
        "the secrets are in the store"
    );
    let store = SqliteStore::open(&path, SqliteOptions::default()).await.unwrap();
    store.close().await;
    source.store.close().await;
    require_whole_log(&source.path).unwrap();
}
