//! The pieces of work on an open backup, and what comes of them.

use std::rc::Rc;

use keyhaven_protocol::persona::ObjectId;

use super::{
    deleted,
    done::VaultDone,
    input::{Folder, NewFile, Selection},
    remove, repair, restore,
    sealing_again::seal_again,
    states::{self, WayOut},
    store::{self, Place},
    versions,
};
use crate::{
    host::Host,
    persona::{
        Unlocked,
        contents::{Contents, read_contents},
    },
    problem::{Effect, Problem, ProblemKind},
    progress::{Doing, Progress, Report},
};

/// A piece of work on one backup.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) unlocked: Rc<Unlocked>,
    pub(super) job: Job,
}

#[derive(Debug)]
pub(super) enum Job {
    Read,
    /// Reads what there is after something was stopped.
    ReadAfterStop,
    Store(NewFile),
    StoreFolder(Folder),
    Replace {
        id: ObjectId,
        file: NewFile,
    },
    Restore(Selection),
    Delete(ObjectId),
    /// Lists what is deleted, or brings this of it back.
    Deleted(Option<Selection>),
    /// Looks for an earlier list, or puts the one with this number back.
    Repair(Option<u64>),
    ListVersions(ObjectId),
    RestoreVersion {
        id: ObjectId,
        number: u64,
    },
    SealAgain,
    LeaveState(WayOut),
    SignOut,
}

/// What came of it; with what the server has now, where that was read.
#[derive(Debug)]
pub(super) enum Outcome {
    Read(Contents, Option<VaultDone>),
    /// Only the account changed, if anything.
    Done(VaultDone),
    Failed(Problem),
    SignedOut,
}

impl Work {
    pub(super) async fn perform(self, host: &impl Host, report: Report<'_>) -> Outcome {
        let unlocked = Rc::clone(&self.unlocked);
        let uses_room = self.job.changes_what_is_stored();
        let outcome = self.try_perform(host, report).await;
        if uses_room && outcome.is_ok() {
            // How much room is left is for information. A failure here must not hide that the work was done.
            let _ = unlocked.read_account(host).await;
        }
        outcome.unwrap_or_else(Outcome::Failed)
    }

    async fn try_perform(self, host: &impl Host, report: Report<'_>) -> Result<Outcome, Problem> {
        let Self { unlocked, job } = self;
        match job {
            Job::Read => Ok(Outcome::Read(read_all(&unlocked, host, report).await?, None)),
            Job::ReadAfterStop => {
                let contents = read_all(&unlocked, host, report).await;
                let contents = contents.map_err(|problem| problem.at_least(Effect::Open))?;
                Ok(Outcome::Read(contents, Some(VaultDone::Stopped)))
            }
            Job::Store(file) => store::store(&unlocked, file, Place::New, host, report).await,
            Job::StoreFolder(folder) => {
                report(Progress::of(Doing::Packing));
                let file = store::pack(folder, host).await?;
                store::store(&unlocked, file, Place::New, host, report).await
            }
            Job::Replace { id, file } => store::store(&unlocked, file, Place::Of(id), host, report).await,
            Job::Restore(selection) => restore::restore(&unlocked, &selection, host, report).await,
            Job::Delete(id) => remove::delete(&unlocked, id, host, report).await,
            Job::Deleted(chosen) => deleted::deleted(&unlocked, chosen.as_ref(), host, report).await,
            Job::Repair(number) => repair::repair(&unlocked, number, host, report).await,
            Job::ListVersions(id) => versions::list(&unlocked, id, host, report).await,
            Job::RestoreVersion { id, number } => {
                versions::restore(&unlocked, id, number, host, report).await
            }
            Job::SealAgain => seal_again(&unlocked, host, report).await,
            Job::LeaveState(way) => {
                let done = states::leave(&unlocked, way, host, report).await?;
                // What is said afterwards was seen on the server.
                let read = unlocked.read_account(host).await;
                read.map_err(|problem| problem.at_least(effect_of(&done)))?;
                Ok(Outcome::Done(done))
            }
            Job::SignOut => {
                report(Progress::of(Doing::Sessions));
                let session = unlocked.session();
                match unlocked.signed_in(host, &session).sign_out().await {
                    // An ended session is what was asked for.
                    Ok(())
                    | Err(Problem {
                        kind: ProblemKind::SignInAgain,
                        ..
                    }) => Ok(Outcome::SignedOut),
                    Err(problem) => Err(problem),
                }
            }
        }
    }
}

impl Job {
    const fn changes_what_is_stored(&self) -> bool {
        match self {
            Self::Store(_)
            | Self::StoreFolder(_)
            | Self::Replace { .. }
            | Self::Delete(_)
            | Self::Deleted(Some(_))
            | Self::Repair(Some(_))
            | Self::RestoreVersion { .. }
            | Self::SealAgain => true,
            Self::Read
            | Self::ReadAfterStop
            | Self::Restore(_)
            | Self::Deleted(None)
            | Self::Repair(None)
            | Self::ListVersions(_)
            | Self::LeaveState(_)
            | Self::SignOut => false,
        }
    }
}

async fn read_all(unlocked: &Unlocked, host: &impl Host, report: Report<'_>) -> Result<Contents, Problem> {
    unlocked.read_account(host).await?;
    read_contents(unlocked, host, report).await
}

/// What has happened when this is what came of a way out.
const fn effect_of(done: &VaultDone) -> Effect {
    match done {
        VaultDone::CodeFails(_) => Effect::None,
        _ => Effect::Done,
    }
}
