//! What the server does beside answering: it sends mail, sweeps, reads again. None of these ends by itself. Where one
//! does, by a panic, nobody would notice what is left undone; so the process ends, and the service manager starts it
//! again.

use anyhow::bail;
use tokio::task::{Id, JoinSet};

/// Work that goes on until this is dropped.
#[derive(Debug, Default)]
pub(crate) struct Duties {
    tasks: JoinSet<()>,
    names: Vec<(Id, &'static str)>,
}

impl Duties {
    /// Begins work that must not end.
    pub(crate) fn take_on(&mut self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        let id = self.tasks.spawn(work).id();
        self.names.push((id, name));
    }

    /// The name of the first that ends.
    async fn one_ended(&mut self) -> &'static str {
        let Some(ended) = self.tasks.join_next_with_id().await else {
            return std::future::pending().await;
        };
        let id = match ended {
            Ok((id, ())) => id,
            Err(error) => error.id(),
        };
        let named = self.names.iter().find(|(of, _)| *of == id);
        named.map_or("one of no name", |(_, name)| name)
    }
}

/// Why the server ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It was told to.
    Told,
    /// The store acknowledges nothing more.
    StoreFailed,
    /// A duty of this name is done no more.
    DutyEnded(&'static str),
}

impl Ending {
    /// Waits for the first reason.
    pub(crate) async fn first(
        told_to_stop: impl Future<Output = ()>,
        store_stopped: impl Future<Output = ()>,
        duties: &mut Duties,
    ) -> Self {
        tokio::select! {
            () = told_to_stop => Self::Told,
            () = store_stopped => Self::StoreFailed,
            name = duties.one_ended() => Self::DutyEnded(name),
        }
    }

    /// What is said of it at the end of the process; a failure lets the service manager start it again.
    pub(crate) fn outcome(self) -> anyhow::Result<()> {
        match self {
            Self::Told => Ok(()),
            Self::StoreFailed => {
                bail!("the store could not make a write durable; start again to recover")
            }
            Self::DutyEnded(name) => {
                bail!("a task of the server has ended: {name}; the log says where it failed. Start again")
            }
        }
    }
}

#[cfg(test)]
mod tests;
