//! The connections that read, a few of them, each with a thread of its own.
//!
//! A pool that cannot know what its connections lead to asks each one that comes back whether it still lives. That is
//! one more way to the connection's thread, and as dear as most reads. A connection to a file lives as long as its
//! thread does: here only one whose use failed is given up, and a new one takes its place.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::failure::Failure;

/// Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Readers {
    shared: Arc<Shared>,
    /// One for each connection that may be out.
    places: Arc<Semaphore>,
    count: u32,
}

#[derive(Debug)]
struct Shared {
    connect: SqliteConnectOptions,
    idle: Mutex<Vec<SqliteConnection>>,
}

impl Shared {
    fn idle(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection that is out. It comes back when this is dropped, also while it reads: what its thread was doing for
/// somebody who went away it ends by itself.
#[derive(Debug)]
pub(crate) struct Reader {
    connection: Option<SqliteConnection>,
    shared: Arc<Shared>,
    _place: OwnedSemaphorePermit,
}

impl Readers {
    /// As many connections as may read at the same time; the first is made now, so that one that cannot be made is
    /// heard of.
    pub(crate) async fn connect(connect: SqliteConnectOptions, count: u32) -> Result<Self, sqlx::Error> {
        let count = count.max(1);
        let first = connect.connect().await?;
        Ok(Self {
            shared: Arc::new(Shared {
                connect,
                idle: Mutex::new(vec![first]),
            }),
            places: Arc::new(Semaphore::new(usize::try_from(count).unwrap_or(usize::MAX))),
            count,
        })
    }

    /// A connection, as soon as one is free.
    pub(crate) async fn acquire(&self) -> Result<Reader, sqlx::Error> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|_| sqlx::Error::PoolClosed)?;
        // Taken in a statement of its own, so that the list is not locked while a connection is made.
        let idle = self.shared.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.shared.connect.connect().await?,
        };
        Ok(Reader {
            connection: Some(connection),
            shared: Arc::clone(&self.shared),
            _place: place,
        })
    }

    /// Waits for those that are out, gives out no others, and closes them.
    pub(crate) async fn close(&self) {
        let all = self.places.acquire_many(self.count).await;
        self.places.close();
        drop(all);
        let connections = std::mem::take(&mut *self.shared.idle());
        for connection in connections {
            // It wrote nothing that closing could lose.
            drop(connection.close().await);
        }
    }
}

impl Reader {
    /// The connection.
    pub(crate) fn connection(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        self.connection.as_mut().ok_or(sqlx::Error::WorkerCrashed)
    }

    /// Hands on what came of reading. After a failure nobody knows what the connection is worth, so it is given up.
    pub(crate) fn done<T>(mut self, read: Result<T, Failure>) -> Result<T, Failure> {
        if read.is_err() {
            self.connection = None;
        }
        read
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.shared.idle().push(connection);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn readers(count: u32) -> (tempfile::TempDir, Readers) {
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("store"))
            .create_if_missing(true);
        let readers = Readers::connect(options, count).await.unwrap();
        (folder, readers)
    }

    async fn one(reader: &mut Reader) -> i64 {
        let connection = reader.connection().unwrap();
        sqlx::query_scalar("SELECT 1")
            .fetch_one(connection)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn no_more_are_out_than_may_be_and_the_next_one_waits() {
        let (_folder, readers) = readers(2).await;
        let (first, mut second) = (readers.acquire().await.unwrap(), readers.acquire().await.unwrap());
        assert_eq!(one(&mut second).await, 1);
        let waiting = tokio::spawn({
            let readers = readers.clone();
            async move { one(&mut readers.acquire().await.unwrap()).await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(first);
        assert_eq!(waiting.await.unwrap(), 1);
        drop(second);
        assert_eq!(readers.shared.idle().len(), 2);
    }

    #[tokio::test]
    async fn one_whose_use_failed_is_replaced() {
        let (_folder, readers) = readers(1).await;
        let mut reader = readers.acquire().await.unwrap();
        let connection = reader.connection().unwrap();
        let failed = sqlx::query("SELECT nothing").execute(connection).await;
        assert!(reader.done(failed.map_err(Failure::Sql)).is_err());
        assert!(readers.shared.idle().is_empty());
        assert_eq!(one(&mut readers.acquire().await.unwrap()).await, 1);
        let reader = readers.acquire().await.unwrap();
        assert_eq!(reader.done(Ok(7)).unwrap(), 7);
        assert_eq!(readers.shared.idle().len(), 1);
    }

    #[tokio::test]
    async fn one_that_was_left_in_the_middle_of_a_snapshot_shows_the_present_to_the_next() {
        let (folder, readers) = readers(1).await;
        let mut writer = SqliteConnectOptions::new()
            .filename(folder.path().join("store"))
            .pragma("journal_mode", "WAL")
            .connect()
            .await
            .unwrap();
        sqlx::query("CREATE TABLE t (n BIGINT)")
            .execute(&mut writer)
            .await
            .unwrap();
        let count = "SELECT count(*) FROM t";
        {
            let mut reader = readers.acquire().await.unwrap();
            let mut snapshot = reader.connection().unwrap().begin().await.unwrap();
            let before: i64 = sqlx::query_scalar(count).fetch_one(&mut *snapshot).await.unwrap();
            assert_eq!(before, 0);
            // Asked for, and not waited for.
            drop(sqlx::query_scalar::<_, i64>(count).fetch_one(&mut *snapshot));
        }
        sqlx::query("INSERT INTO t VALUES (1)")
            .execute(&mut writer)
            .await
            .unwrap();
        let mut reader = readers.acquire().await.unwrap();
        let after: i64 = sqlx::query_scalar(count)
            .fetch_one(reader.connection().unwrap())
            .await
            .unwrap();
        assert_eq!(after, 1);
    }

    #[tokio::test]
    async fn closing_waits_for_those_that_are_out_and_gives_out_no_others() {
        let (_folder, readers) = readers(2).await;
        let mut out = readers.acquire().await.unwrap();
        let closing = tokio::spawn({
            let readers = readers.clone();
            async move { readers.close().await }
        });
        tokio::task::yield_now().await;
        assert!(!closing.is_finished());
        assert_eq!(one(&mut out).await, 1);
        drop(out);
        closing.await.unwrap();
        assert!(matches!(readers.acquire().await, Err(sqlx::Error::PoolClosed)));
        assert!(readers.shared.idle().is_empty());
    }
}
