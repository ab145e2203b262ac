//! The SQLite backend keeps every promise of the traits.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use keyhaven_storage_sql::{SqliteOptions, SqliteStore};
use tempfile::TempDir;

async fn open(quota_bytes: u64) -> (SqliteStore, TempDir) {
    let folder = TempDir::new().unwrap();
    let options = SqliteOptions::default().with_quota_bytes(quota_bytes);
    let store = SqliteStore::open(&folder.path().join("keyhaven.sqlite"), options)
        .await
        .unwrap();
    (store, folder)
}

keyhaven_storage::conformance_tests!(open);
