//! What is wrong with a store is not copied over in silence.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{fs, path::PathBuf};

use bytes::Bytes;
use keyhaven_protocol::persona::limits;
use keyhaven_storage::{
    Author, DeleteAccount, Deletion, Objects as _, Store, Timestamp, UndoOutcome, WriteObject,
    testing::{
        moves::{
            add_freeze_link, delete_then, is_there, replace_code, sign_up_unconfirmed, sweep_all, undo,
            write_then,
        },
        samples::{NOW, account_now, author, author_at, days, password_change, seconds, sign_up_with_keys},
    },
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
    let restored = restore(&source.copy, &path, NOW).await.unwrap();
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

/// Accounts in every state that time ends, as they are in a copy that is made later.
async fn states_that_end(store: &dyn Store) {
    let dave = sign_up_unconfirmed(store, "dave").await;
    add_freeze_link(store, dave, 1, NOW).await;
    let erin = sign_up_with_keys(store, "erin").await;
    let author = author_at(erin, 1);
    let deleted = store.delete_account(author, Deletion::Later, NOW).await.unwrap();
    assert_eq!(deleted, DeleteAccount::RemovedAt(NOW.plus(limits::DELETED_KEPT)));
    let frank = sign_up_with_keys(store, "frank").await;
    replace_code(store, frank, 7, NOW).await;
    let change = password_change(frank, 1, 2, 9);
    store
        .change_password(author_at(frank, 1), change, NOW)
        .await
        .unwrap();
    write_then(store, frank, "photos", b"deleted", NOW).await;
    delete_then(store, frank, "photos", NOW).await;
    let grace = sign_up_with_keys(store, "grace").await;
    let change = password_change(grace, 1, 1, 8);
    store
        .change_password(author_at(grace, 1), change, NOW)
        .await
        .unwrap();
    assert_eq!(undo(store, grace, 80, NOW).await, UndoOutcome::Undone);
}

#[tokio::test]
async fn what_ends_by_itself_goes_on_where_it_was_when_the_copy_was_made() {
    let source = Source::new().await;
    states_that_end(&source.store).await;
    let made_at = NOW.plus(days(6));
    make(&source.path, &source.copy, SECRETS, made_at).await.unwrap();
    let path = source.copy.with_file_name("restored.sqlite");
    let now = NOW.plus(days(60));
    let restored = restore(&source.copy, &path, now).await.unwrap();
    restored.put_in_place().unwrap();
    let store = SqliteStore::open(&path, SqliteOptions::default()).await.unwrap();
    let store: &dyn Store = &store;
    sweep_all(store, now).await;

    let id = |name: &str| keyhaven_storage::testing::samples::new_account(name).id;
    let [dave, erin, frank, grace] = ["dave", "erin", "frank", "grace"].map(id);
    let left = |whole| now.plus(whole).minus(days(6));
    // One day was left, and a week is given.
    assert_eq!(
        account_now(store, dave, now).await.state_until,
        Some(now.plus(days(7)))
    );
    assert_eq!(
        account_now(store, erin, now).await.state_until,
        Some(left(limits::DELETED_KEPT))
    );
    assert_eq!(
        account_now(store, grace, now).await.state_until,
        Some(left(limits::PROVEN_KEPT))
    );
    let of_frank = account_now(store, frank, now).await;
    assert_eq!(of_frank.former_code_until, Some(left(limits::PROVEN_KEPT)));
    assert_eq!(of_frank.proven_kept_until, Some(left(limits::PROVEN_KEPT)));
    let kept = async |now: Timestamp| {
        let author = Author::by_password(&account_now(store, frank, now).await);
        let listed = store.deleted_objects(author, u64::MAX).await.unwrap();
        listed.given().unwrap().here().unwrap().len()
    };
    let end = left(limits::DELETED_KEPT);
    sweep_all(store, end.minus(seconds(1))).await;
    assert!(is_there(store, erin, end.minus(seconds(1))).await);
    sweep_all(store, end).await;
    assert!(!is_there(store, erin, end).await);
    // What was deleted in an account has its days anew.
    let end = now.plus(limits::DELETED_KEPT);
    sweep_all(store, end.minus(seconds(1))).await;
    assert_eq!(kept(end.minus(seconds(1))).await, 1);
    sweep_all(store, end).await;
    assert_eq!(kept(end).await, 0);
}
