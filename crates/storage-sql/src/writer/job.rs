//! One queued piece of work with the way back to its caller.

use futures_util::future::BoxFuture;
use keyhaven_storage::StorageError;
use sqlx::SqliteConnection;
use tokio::sync::oneshot;

use super::Settled;
use crate::failure::Failure;

/// A job without its types.
pub(super) trait Job: Send {
    /// Runs the work and keeps its value for [`Job::answer`]. Called once.
    fn run<'c>(&'c mut self, connection: &'c mut SqliteConnection)
    -> BoxFuture<'c, Result<Settled, Failure>>;

    /// Tells the caller; a caller that went away needs no answer.
    fn answer(self: Box<Self>, committed: Result<(), StorageError>);
}

/// A job in the queue.
pub(super) struct Queued {
    pub(super) job: Box<dyn Job>,
    /// Length of the bodies it carries.
    pub(super) bytes: usize,
}

impl Queued {
    pub(super) fn new<T, W>(bytes: usize, work: W) -> (Self, oneshot::Receiver<Result<T, StorageError>>)
    where
        T: Send + 'static,
        W: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<(T, Settled), Failure>>
            + Send
            + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(TypedJob {
            work: Some(work),
            value: None,
            reply,
        });
        (Self { job, bytes }, answer)
    }
}

struct TypedJob<T, W> {
    work: Option<W>,
    value: Option<T>,
    reply: oneshot::Sender<Result<T, StorageError>>,
}

impl<T, W> Job for TypedJob<T, W>
where
    T: Send + 'static,
    W: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<(T, Settled), Failure>>
        + Send
        + 'static,
{
    fn run<'c>(
        &'c mut self,
        connection: &'c mut SqliteConnection,
    ) -> BoxFuture<'c, Result<Settled, Failure>> {
        Box::pin(async move {
            let Some(work) = self.work.take() else {
                return Ok(Settled::Yes);
            };
            let (value, settled) = work(connection).await?;
            self.value = Some(value);
            Ok(settled)
        })
    }

    fn answer(self: Box<Self>, committed: Result<(), StorageError>) {
        let Self { value, reply, .. } = *self;
        let answer = committed.and_then(|()| value.ok_or(StorageError::Stopped));
        drop(reply.send(answer));
    }
}
