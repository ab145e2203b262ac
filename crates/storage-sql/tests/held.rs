//! Another process holds the database for longer than a write waits.

use bytes::Bytes;
use keyhaven_storage::{
    Objects as _, StorageError, WriteObject,
    testing::samples::{NOW, author, sign_up},
};
use keyhaven_storage_sql::{SqliteOptions, SqliteStore};
use sqlx::{ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

#[tokio::test]
async fn a_write_is_told_to_come_again_and_goes_through_afterwards() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keyhaven.sqlite");
    let store = SqliteStore::open(&path, SqliteOptions::default()).await.unwrap();
    let carol = author(&store, sign_up(&store, "carol").await).await;
    let write = || store.write_object(carol, "work", "text/plain", Bytes::from_static(b"kept"), NOW);

    let mut other = SqliteConnectOptions::new()
        .filename(&path)
        .connect()
        .await
        .unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let refused = write().await;
    assert!(matches!(refused, Err(StorageError::Busy)), "{refused:?}");
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    other.close().await.unwrap();

    assert_eq!(write().await.unwrap(), WriteObject::Written(()));
    store.close().await;
}
