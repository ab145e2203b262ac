//! The task behind [`super::Writer`]: gathers jobs, commits them together, answers, has the log copied.

use std::sync::{Arc, atomic::Ordering};

use keyhaven_storage::StorageError;
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{mpsc, watch};

use super::{
    Counted, Settled, State,
    copying::{Copying, copy},
    job::{Job, Queued},
    settle,
};
use crate::{
    Company,
    failure::{BatchLost, Failure, is_damaged_page, is_full, is_io},
};

/// Most jobs in one transaction.
const BATCH_MAX_JOBS: usize = 256;
/// A batch takes no further job once the bodies in it are this long together.
const BATCH_MAX_BYTES: usize = 16 * 1024 * 1024;
/// Pages that wait in the write-ahead log from which they are copied into the database file, beside the writes: 8 MiB.
/// The pages that every write changes stand there many times and are copied once.
const COPY_PAGES: i64 = 2_000;
/// Pages in the log from which the writes wait for the rest to be copied: 32 MiB. SQLite begins the log anew when all of
/// it was copied, which under load it never is while writes go on.
const LOG_PAGES: i64 = 8_000;

/// What the disk holds is in doubt: nothing may be acknowledged any more.
struct Stop;

/// A transaction that came to nothing, and how far it got.
enum Lost {
    /// Nothing of it can be on the disk.
    BeforeCommit(sqlx::Error),
    /// All of it may be.
    AtCommit(sqlx::Error),
}

impl From<sqlx::Error> for Lost {
    fn from(error: sqlx::Error) -> Self {
        Self::BeforeCommit(error)
    }
}

/// What the write-ahead log holds, in pages.
#[derive(Debug, Clone, Copy, Default)]
struct LogPages {
    logged: i64,
    uncopied: i64,
}

/// Says `Failed` when the task ends in any way but the orderly one, a panic included.
struct FailUnlessClosed(watch::Sender<State>);

impl Drop for FailUnlessClosed {
    fn drop(&mut self) {
        self.0.send_if_modified(|state| {
            let open = *state != State::Closed;
            if open {
                *state = State::Failed;
            }
            open
        });
    }
}

/// Owns the connection and the receiving end of the queue.
pub(super) struct WriterTask {
    connection: SqliteConnection,
    copying: Copying,
    jobs: mpsc::Receiver<Queued>,
    state: FailUnlessClosed,
    counted: Arc<Counted>,
    company: Company,
    log: LogPages,
}

impl WriterTask {
    pub(super) fn new(
        connection: SqliteConnection,
        copier: SqliteConnection,
        jobs: mpsc::Receiver<Queued>,
        state: watch::Sender<State>,
        counted: Arc<Counted>,
        company: Company,
    ) -> Self {
        Self {
            connection,
            copying: Copying::AtRest(copier),
            jobs,
            state: FailUnlessClosed(state),
            counted,
            company,
            log: LogPages::default(),
        }
    }

    pub(super) async fn run(mut self) {
        let mut state = self.state.0.subscribe();
        let closing = async move { drop(state.wait_for(|state| *state == State::Closing).await) };
        tokio::pin!(closing);
        let mut state = self.state.0.subscribe();
        let failing = async move { drop(state.wait_for(|state| *state == State::Failed).await) };
        tokio::pin!(failing);
        let mut closing_seen = false;
        loop {
            let first = tokio::select! {
                // Under load there is always a job: asked last, it keeps nobody else waiting.
                biased;
                // Dropping the queue drops the callers' channels, here as below.
                () = &mut failing => return,
                () = &mut closing, if !closing_seen => {
                    // What waits is still received; the loop ends when the queue is empty.
                    closing_seen = true;
                    self.jobs.close();
                    continue;
                }
                copied = self.copying.ended() => {
                    if copied.is_err() || self.begin_log_anew().await.is_err() {
                        return;
                    }
                    continue;
                }
                job = self.jobs.recv() => job,
            };
            let Some(first) = first else { break };
            let batch = self.gather(first);
            if self.commit(batch).await.is_err() {
                // Dropping the queue drops the callers' channels: each of them hears `Stopped`.
                return;
            }
            if self.log.uncopied >= COPY_PAGES {
                self.copying.begin();
            }
        }
        self.finish().await;
    }

    /// What waits already joins the batch; nothing is waited for.
    fn gather(&mut self, first: Queued) -> Vec<Box<dyn Job>> {
        let mut bytes = first.bytes;
        let mut batch = vec![first.job];
        while batch.len() < BATCH_MAX_JOBS && bytes < BATCH_MAX_BYTES {
            let Ok(next) = self.jobs.try_recv() else { break };
            bytes = bytes.saturating_add(next.bytes);
            batch.push(next.job);
        }
        batch
    }

    /// One transaction for the batch, then an answer for each of its callers.
    async fn commit(&mut self, mut batch: Vec<Box<dyn Job>>) -> Result<(), Stop> {
        let (answers, verdict): (Vec<_>, _) = match self.run_batch(&mut batch).await {
            Ok(failures) => {
                let done = failures.iter().filter(|failure| failure.is_none()).count();
                self.count(done);
                (failures.into_iter().map(answer_of).collect(), Ok(()))
            }
            Err(lost) => {
                let verdict = self.undo(&lost).await;
                let (Lost::BeforeCommit(error) | Lost::AtCommit(error)) = lost;
                let lost = vec![BatchLost::new(error); batch.len()];
                (lost.into_iter().map(|lost| Err(lost.into())).collect(), verdict)
            }
        };
        for (job, answer) in batch.into_iter().zip(answers) {
            job.answer(answer);
        }
        verdict
    }

    fn count(&self, done: usize) {
        let done = u64::try_from(done).unwrap_or(u64::MAX);
        self.counted.writes.fetch_add(done, Ordering::Relaxed);
        self.counted.commits.fetch_add(1, Ordering::Relaxed);
    }

    /// Each job's own failure, in order, once the batch is durable; an error when the batch is lost.
    async fn run_batch(&mut self, batch: &mut [Box<dyn Job>]) -> Result<Vec<Option<Failure>>, Lost> {
        let mut failures = Vec::with_capacity(batch.len());
        // Several statements in one text are one way to the connection's thread and back.
        self.execute("BEGIN IMMEDIATE; SAVEPOINT job").await?;
        for job in batch {
            match job.run(&mut self.connection).await {
                Ok(settled) => {
                    if settled == Settled::NotYet {
                        self.execute(settle!()).await?;
                    }
                    failures.push(None);
                }
                // SQLite may have undone the whole transaction by itself.
                Err(Failure::Sql(error)) if is_io(&error) || is_full(&error) || is_damaged_page(&error) => {
                    return Err(error.into());
                }
                Err(failure) => {
                    self.execute("ROLLBACK TO job").await?;
                    failures.push(Some(failure));
                }
            }
        }
        let (_, logged, copied): (i64, i64, i64) = sqlx::query_as("COMMIT; PRAGMA wal_checkpoint(NOOP)")
            .fetch_one(&mut self.connection)
            .await
            .map_err(Lost::AtCommit)?;
        self.log = LogPages {
            logged,
            uncopied: logged.saturating_sub(copied),
        };
        Ok(failures)
    }

    /// Takes a lost batch back. The writer goes on when that succeeds and nothing is in doubt: the file layer did not
    /// fail, and the COMMIT was not tried or failed for want of room.
    async fn undo(&mut self, lost: &Lost) -> Result<(), Stop> {
        let in_doubt = match lost {
            Lost::BeforeCommit(error) => is_io(error),
            Lost::AtCommit(error) => !is_full(error),
        };
        if in_doubt {
            return Err(Stop);
        }
        let Err(rollback) = self.execute("ROLLBACK").await else {
            return Ok(());
        };
        if is_io(&rollback) {
            return Err(Stop);
        }
        self.probe().await
    }

    /// ROLLBACK also fails when no transaction is open any more, which is what is wanted: a new one tells.
    async fn probe(&mut self) -> Result<(), Stop> {
        for statement in ["BEGIN", "ROLLBACK"] {
            self.execute(statement).await.map_err(|_| Stop)?;
        }
        Ok(())
    }

    /// Copies what was written while the rest was copied, once the log is long, so that the next write begins it anew. A
    /// reader may keep it from that for a moment; the next copy tries again.
    async fn begin_log_anew(&mut self) -> Result<(), Stop> {
        if self.log.logged < LOG_PAGES {
            return Ok(());
        }
        copy(&mut self.connection).await.map_err(|_| Stop)
    }

    /// Empties the log and closes the connections.
    async fn finish(mut self) {
        if std::mem::replace(&mut self.copying, Copying::Over)
            .close()
            .await
            .is_err()
        {
            return;
        }
        // A reader or a full disk may keep the log from being emptied: then the next start reads it. A server's log is
        // the server's affair: emptying it would make its writes wait for every reader.
        if self.company == Company::Alone
            && self
                .execute("PRAGMA wal_checkpoint(TRUNCATE)")
                .await
                .as_ref()
                .is_err_and(is_io)
        {
            return;
        }
        let Self {
            connection, state, ..
        } = self;
        if connection.close().await.is_ok() {
            state.0.send_replace(State::Closed);
        }
    }

    async fn execute(&mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        sqlx::query(statement)
            .execute(&mut self.connection)
            .await
            .map(drop)
    }
}

fn answer_of(failure: Option<Failure>) -> Result<(), StorageError> {
    failure.map_or(Ok(()), |failure| Err(failure.into()))
}
