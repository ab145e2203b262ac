//! The one writer: commits that arrive together share one transaction and one fsync.
//!
//! A job is a closure over the writer's connection. It runs in a savepoint, so that its failure undoes its own effect
//! only; its caller is answered after the COMMIT of the whole batch, never before. After a COMMIT or a checkpoint that
//! failed in the file layer nothing is acknowledged any more: the writer stops, and recovery at the next start decides
//! what the disk holds. A full disk is no such failure: the batch comes to nothing, and the writer goes on.

mod awake;
mod copying;
mod job;
mod task;

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use futures_util::future::BoxFuture;
use keyhaven_storage::StorageError;
use sqlx::SqliteConnection;
use tokio::sync::{mpsc, watch};

use self::{awake::staying_awake, job::Queued, task::WriterTask};
use crate::{Company, failure::Failure};

const THREAD: &str = "keyhaven-writer";
/// Jobs that may wait; further callers wait for a place.
const QUEUE_MAX_JOBS: usize = 512;

/// Whether the writer takes jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Running,
    Closing,
    Closed,
    Failed,
}

/// Whether a job has made its effect part of the batch. Whoever writes with its last statement can say so in the same
/// text, with [`settle!`], and saves the writer a way to the connection's thread and back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settled {
    /// It has, or it had none. Nothing may fail after it.
    Yes,
    /// The writer does.
    NotYet,
}

/// Makes what was written since the last time part of the batch: a failure from here on does not undo it.
macro_rules! settle {
    () => {
        "RELEASE job; SAVEPOINT job"
    };
}
pub(crate) use settle;

/// What the writer did since it was started.
#[derive(Debug, Default)]
struct Counted {
    /// Jobs whose effect is durable.
    writes: AtomicU64,
    /// Transactions that carried them.
    commits: AtomicU64,
}

/// The handle of the writer task.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Queued>,
    state: watch::Sender<State>,
    counted: Arc<Counted>,
}

impl Writer {
    /// Starts the task on a thread of its own. It goes to the connection's thread and back for each statement; among
    /// the tasks of the server it would wait for its turn each time, and all writes with it.
    ///
    /// `copier` is a second connection to the same file, which copies the log while `connection` writes.
    ///
    /// # Errors
    /// There is no thread to be had.
    pub(crate) fn start(
        connection: SqliteConnection,
        copier: SqliteConnection,
        company: Company,
    ) -> io::Result<Self> {
        let (queue, jobs) = mpsc::channel(QUEUE_MAX_JOBS);
        let (state, _) = watch::channel(State::Running);
        let counted = Arc::<Counted>::default();
        let task = WriterTask::new(
            connection,
            copier,
            jobs,
            state.clone(),
            Arc::clone(&counted),
            company,
        );
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        thread::Builder::new()
            .name(THREAD.to_owned())
            .spawn(move || runtime.block_on(staying_awake(task.run())))?;
        Ok(Self {
            queue,
            state,
            counted,
        })
    }

    /// Writes that were acknowledged, and the commits that carried them.
    pub(crate) fn counted(&self) -> (u64, u64) {
        let Counted { writes, commits } = &*self.counted;
        (writes.load(Ordering::Relaxed), commits.load(Ordering::Relaxed))
    }

    /// Runs `work` in a transaction and returns its value once that is durable. `bytes` is the length of the bodies it
    /// carries.
    ///
    /// A caller that is dropped does not take its job back.
    pub(crate) async fn run<T, W>(&self, bytes: usize, work: W) -> Result<T, StorageError>
    where
        T: Send + 'static,
        W: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, Failure>> + Send + 'static,
    {
        self.run_settling(bytes, move |connection| {
            let work = work(connection);
            Box::pin(async move { Ok((work.await?, Settled::NotYet)) })
        })
        .await
    }

    /// The same for work that may settle its effect by itself.
    pub(crate) async fn run_settling<T, W>(&self, bytes: usize, work: W) -> Result<T, StorageError>
    where
        T: Send + 'static,
        W: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<(T, Settled), Failure>>
            + Send
            + 'static,
    {
        let (queued, answer) = Queued::new(bytes, work);
        self.queue.send(queued).await.map_err(|_| StorageError::Stopped)?;
        answer.await.map_err(|_| StorageError::Stopped)?
    }

    /// Finishes the jobs that wait, takes no others, and returns when the connection is closed.
    pub(crate) async fn close(&self) {
        self.state.send_if_modified(|state| {
            let running = *state == State::Running;
            if running {
                *state = State::Closing;
            }
            running
        });
        // This handle owns a sender, so the channel cannot be gone.
        let mut state = self.state.subscribe();
        drop(
            state
                .wait_for(|state| matches!(state, State::Closed | State::Failed))
                .await,
        );
    }

    /// Has it take no further batch: nothing more is acknowledged, and what waits hears [`StorageError::Stopped`].
    pub(crate) fn fail(&self) {
        self.state.send_if_modified(|state| {
            let running = *state == State::Running;
            if running {
                *state = State::Failed;
            }
            running
        });
    }

    /// Resolves when the writer has failed; never after an orderly close.
    pub(crate) fn stopped(&self) -> impl Future<Output = ()> + Send + 'static + use<> {
        let mut state = self.state.subscribe();
        async move {
            if state.wait_for(|state| *state == State::Failed).await.is_err() {
                std::future::pending().await
            }
        }
    }
}

#[cfg(test)]
mod tests;
