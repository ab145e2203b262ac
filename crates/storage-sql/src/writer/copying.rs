//! Copying the log into the database file, on a connection of its own, so that no write waits for it.

use std::{fmt, future};

use futures_util::future::BoxFuture;
use sqlx::{Connection as _, SqliteConnection};

use crate::failure::is_full;

/// The connection that copies, at rest or at work.
pub(super) enum Copying {
    AtRest(SqliteConnection),
    AtWork(BoxFuture<'static, Ended>),
    /// What was copied last failed: nothing more is.
    Over,
}

type Ended = (SqliteConnection, Result<(), sqlx::Error>);

impl Copying {
    /// Begins with what the log holds by now; goes on whenever [`Self::ended`] is asked. Without effect while it is at work.
    pub(super) fn begin(&mut self) {
        *self = match std::mem::replace(self, Self::Over) {
            Self::AtRest(mut connection) => Self::AtWork(Box::pin(async move {
                let copied = copy(&mut connection).await;
                (connection, copied)
            })),
            other => other,
        };
    }

    /// Resolves when what was begun has ended, and never while nothing was. May be asked again when it was dropped.
    ///
    /// # Errors
    /// The copy failed: what the database file holds is in doubt, and the log must stay as it is.
    pub(super) async fn ended(&mut self) -> Result<(), sqlx::Error> {
        let Self::AtWork(work) = self else {
            return future::pending().await;
        };
        let (connection, copied) = future::poll_fn(|context| work.as_mut().poll(context)).await;
        *self = match copied {
            Ok(()) => Self::AtRest(connection),
            Err(_) => Self::Over,
        };
        copied
    }

    /// Lets what was begun come to its end, and closes the connection.
    ///
    /// # Errors
    /// As [`Self::ended`].
    pub(super) async fn close(mut self) -> Result<(), sqlx::Error> {
        if matches!(self, Self::AtWork(_)) {
            self.ended().await?;
        }
        match self {
            Self::AtRest(connection) => connection.close().await,
            Self::AtWork(_) | Self::Over => Ok(()),
        }
    }
}

impl fmt::Debug for Copying {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AtRest(_) => "AtRest",
            Self::AtWork(_) => "AtWork",
            Self::Over => "Over",
        })
    }
}

/// Copies as much of the log as no reader needs any more. SQLite would do so by itself at COMMIT, but would then hide a
/// failed sync, after which the log must not be trusted again. On a full disk the log stays, and is tried again later.
pub(super) async fn copy(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    match sqlx::query("PRAGMA wal_checkpoint(PASSIVE)")
        .execute(connection)
        .await
    {
        Err(error) if !is_full(&error) => Err(error),
        _ => Ok(()),
    }
}
