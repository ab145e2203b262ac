//! The store: one writer, a few readers, and the promise of the traits on top of them.

use std::{path::Path, sync::Arc};

use keyhaven_storage::{Statistics, StorageError, Store, Timestamp};

use crate::{
    Company, OpenError, SqliteOptions, columns, failure::Failure, open, readers::Readers,
    same_file::SameFile, writer::Writer,
};

/// One SQLite file with everything the server needs of a backend.
///
/// Cheap to clone. Every method returns after its effect is durable. Reads see every write that was acknowledged before
/// they began.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    pub(crate) writer: Writer,
    pub(crate) readers: Readers,
    pub(crate) quota_bytes: u64,
    file: Arc<SameFile>,
}

impl SqliteStore {
    /// Opens the file, making it with mode 0600 when it is not there, and brings its schema up to date. Must be called
    /// in a Tokio runtime; the writer has a thread of its own.
    ///
    /// # Errors
    /// [`OpenError`]: the file, the database or its schema was refused.
    pub async fn open(path: &Path, options: SqliteOptions) -> Result<Self, OpenError> {
        let connections = open::open(path, &options).await?;
        Self::start(path, connections, &options, Company::Alone)
    }

    /// Opens the file of a store that a server has open, for a command. Its transactions and the server's wait for each
    /// other.
    ///
    /// # Errors
    /// [`OpenError`]: there is no store, or it is not of this build.
    pub async fn open_beside_server(path: &Path, options: SqliteOptions) -> Result<Self, OpenError> {
        let connections = open::open_beside(path, &options).await?;
        Self::start(path, connections, &options, Company::BesideServer)
    }

    fn start(
        path: &Path,
        connections: open::Connections,
        options: &SqliteOptions,
        company: Company,
    ) -> Result<Self, OpenError> {
        let open::Connections {
            writer,
            copier,
            readers,
        } = connections;
        Ok(Self {
            writer: Writer::start(writer, copier, company)?,
            readers,
            quota_bytes: options.quota_bytes,
            file: Arc::new(SameFile::at(path)?),
        })
    }

    /// Stops the store if its name leads to no file, or to another: what is written from then on would be gone with the
    /// last process that has the old one open.
    ///
    /// # Errors
    /// [`StorageError::Removed`].
    pub(crate) fn require_file(&self) -> Result<(), StorageError> {
        if self.file.is_there() {
            return Ok(());
        }
        self.writer.fail();
        Err(StorageError::Removed)
    }

    /// Finishes what was begun, takes nothing more ([`StorageError::Stopped`] from then on), and closes the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Resolves when the writer has failed, after which no write is acknowledged: the process should end and be
    /// started again. Never resolves after [`Self::close`].
    pub fn stopped(&self) -> impl Future<Output = ()> + Send + 'static + use<> {
        self.writer.stopped()
    }
}

impl SqliteStore {
    async fn last_check(&self) -> Result<i64, Failure> {
        let mut reader = self.readers.acquire().await?;
        let found = sqlx::query_scalar("SELECT checks FROM last_check WHERE only_row = 1")
            .fetch_one(reader.connection()?)
            .await;
        reader.done(found.map_err(Failure::Sql))
    }
}

#[async_trait::async_trait]
impl Store for SqliteStore {
    async fn check_writable(&self, now: Timestamp) -> Result<(), StorageError> {
        self.require_file()?;
        let written = self
            .writer
            .run(0, move |connection| {
                Box::pin(async move {
                    let checks: i64 = sqlx::query_scalar(
                        "INSERT INTO last_check (only_row, checks, checked_at) VALUES (1, 1, $1)
                         ON CONFLICT (only_row) DO UPDATE
                         SET checks = last_check.checks + 1, checked_at = excluded.checked_at
                         RETURNING checks",
                    )
                    .bind(now.0)
                    .fetch_one(connection)
                    .await?;
                    Ok(checks)
                })
            })
            .await?;
        let found = self.last_check().await?;
        // Another check may have written since; a smaller count means that this one was lost.
        if found >= written {
            Ok(())
        } else {
            Err(StorageError::Damaged { record: "last check" })
        }
    }

    async fn statistics(&self) -> Result<Statistics, StorageError> {
        let mut reader = self.readers.acquire().await.map_err(Failure::Sql)?;
        let measured = sqlx::query_as(
            "SELECT page_count, freelist_count, page_size, (SELECT count(*) FROM mail_queue)
             FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()",
        )
        .fetch_one(reader.connection().map_err(Failure::Sql)?)
        .await;
        let (pages, free, page_bytes, mails): (i64, i64, i64, i64) =
            reader.done(measured.map_err(Failure::Sql))?;
        let bytes = |pages: i64| columns::unsigned(pages.saturating_mul(page_bytes), "database header");
        let (writes, commits) = self.writer.counted();
        Ok(Statistics {
            writes,
            commits,
            size_bytes: bytes(pages)?,
            free_bytes: bytes(free)?,
            mails_waiting: columns::unsigned(mails, "mail queue")?,
        })
    }
}
