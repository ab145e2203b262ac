//! The open backup: list, store, restore, earlier versions, delete, bring back, repair, sealing again after a new backup
//! key, and the ways out of a state of the account.
//!
//! ```text
//!            ┌──────────── choice ────────────┐
//!            ▼                                │
//! start ─▶ Working ── list and result ──▶ Idle┘
//!            │  └── stopped / problem ──▶ Idle
//!            └── signed out, or the session has ended ──▶ end
//! ```
//!
//! Every piece of work begins by reading list and inventory, and every write ends by reading them again: what is said
//! afterwards was seen on the server and not assumed.

mod deleted;
mod done;
mod input;
mod remove;
mod repair;
mod restore;
mod restore_one;
mod sealing;
mod sealing_again;
mod states;
mod store;
mod versions;
mod view;
mod work;

use std::{rc::Rc, sync::Arc};

use keyhaven_core::recovery_code::RecoveryCode;
use keyhaven_protocol::persona::ObjectId;

use super::access::CodeProblem;
use crate::{
    driver::{Event, Flow, Next},
    host::Host,
    persona::{
        Remembered, SessionOver, Unlocked,
        contents::{Book, Contents},
    },
    problem::{Effect, Problem, ProblemKind},
    progress::{Progress, Report},
};

pub use done::{
    EarlierList, FileVersion, NotSealedAgain, RestoredFile, SealedAgainReport, UnsealedItem, VaultDone,
    Version, VersionStanding,
};
pub use input::{Folder, NewFile, Selection, VaultInput};
pub use sealing::CONTENT_MAX_BYTES;
use states::WayOut;
pub use view::{Activity, Notice, VaultView};
use work::{Job, Outcome, Work};

/// The flow. See the [module](self).
#[derive(Debug)]
pub struct Vault {
    unlocked: Rc<Unlocked>,
    contents: Option<Contents>,
    /// What is being deleted, with its name: stopped, that may have arrived.
    leaving: Option<(ObjectId, String)>,
    /// What it does when it is opened.
    first: Job,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    Idle(Option<VaultDone>),
    Working(OnStop),
}

/// What comes after the person stopped the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OnStop {
    /// It may have changed something: the list is read again before anything is said about it.
    ReadAgain,
    /// It only read.
    Rest,
}

impl Vault {
    /// Opens the vault. `remembered` is what this device kept of this account, if anything.
    #[must_use]
    pub fn new(unlocked: Rc<Unlocked>, remembered: Option<Remembered>) -> Self {
        let remembered = remembered.filter(|remembered| remembered.account_id == unlocked.account_id());
        if let Some(remembered) = remembered {
            unlocked.note_inventory(remembered.inventory);
        }
        Self {
            unlocked,
            contents: None,
            leaving: None,
            first: Job::Read,
            phase: Phase::Idle(None),
        }
    }

    /// The same, that begins with going on with sealing again, if that is not finished: somebody has just asked for it.
    #[must_use]
    pub fn sealing_again_first(self) -> Self {
        Self {
            first: Job::SealAgain,
            ..self
        }
    }
}

impl Flow for Vault {
    type Input = VaultInput;
    type Work = VaultWork;
    type Outcome = VaultOutcome;
    type View = VaultView;
    type End = SessionOver;

    fn view(&self, progress: Option<Progress>) -> VaultView {
        let (activity, done) = match &self.phase {
            Phase::Idle(done) => (Activity::Idle, done.clone()),
            Phase::Working(_) => (Activity::Working { progress }, None),
        };
        let contents = self.contents.as_ref();
        let sealing_again = contents.and_then(|contents| contents.sealing_again(&self.unlocked));
        VaultView {
            account: self.unlocked.account(),
            listing: contents.map(Contents::listing),
            notices: self.notices(),
            sealing_again,
            activity,
            deleted: self.contents.as_ref().map_or(0, |contents| contents.list.deleted),
            done,
            content_max_bytes: CONTENT_MAX_BYTES,
            remember: contents.map(|_| self.remember()),
        }
    }

    fn step(mut self, event: Event<VaultInput, VaultOutcome>) -> Next<Self> {
        match event {
            Event::Started => {
                let first = core::mem::replace(&mut self.first, Job::Read);
                self.begin(first)
            }
            Event::Input(input) => self.hear(input),
            Event::Done(VaultOutcome(outcome)) => self.arrive(outcome),
            Event::Cancelled => match self.phase {
                Phase::Working(OnStop::ReadAgain) => self.begin(Job::ReadAfterStop),
                _ => self.idle(Some(VaultDone::Stopped)),
            },
        }
    }

    async fn perform(VaultWork(work): VaultWork, host: &impl Host, report: Report<'_>) -> VaultOutcome {
        VaultOutcome(work.perform(host, report).await)
    }
}

/// A piece of work of this flow.
#[derive(Debug)]
pub struct VaultWork(Work);

/// What came of it.
#[derive(Debug)]
pub struct VaultOutcome(Outcome);

impl Vault {
    fn hear(mut self, input: VaultInput) -> Next<Self> {
        match input {
            VaultInput::Refresh => self.begin(Job::Read),
            VaultInput::Store(file) => self.begin(Job::Store(file)),
            VaultInput::StoreFolder(folder) => self.begin(Job::StoreFolder(folder)),
            VaultInput::Replace { id, file } => self.begin(Job::Replace { id, file }),
            VaultInput::Restore(selection) => self.begin(Job::Restore(selection)),
            VaultInput::Delete(id) => {
                let entry = self.contents.as_ref().and_then(|contents| contents.entry(&id));
                self.leaving = entry.map(|entry| (id, entry.name().to_owned()));
                self.begin(Job::Delete(id))
            }
            VaultInput::ListDeleted => self.begin(Job::Deleted(None)),
            VaultInput::BringBack(selection) => self.begin(Job::Deleted(Some(selection))),
            VaultInput::FindEarlierList => self.begin(Job::Repair(None)),
            VaultInput::PutListBack(number) => self.begin(Job::Repair(Some(number))),
            VaultInput::AcceptOlder => {
                if let Some(contents) = &self.contents {
                    self.unlocked.accept_older(contents.mark());
                }
                self.phase = Phase::Idle(None);
                Next::Show(self)
            }
            VaultInput::Lift => self.begin(Job::LeaveState(WayOut::Lift)),
            VaultInput::Decide(typed) => match RecoveryCode::parse(typed.expose_text()) {
                Ok(parsed) => self.begin(Job::LeaveState(WayOut::Decide(parsed.code))),
                Err(error) => {
                    let problem = CodeProblem::Malformed(Arc::new(error));
                    self.idle(Some(VaultDone::CodeFails(problem)))
                }
            },
            VaultInput::TakeDeletionBack => self.begin(Job::LeaveState(WayOut::TakeDeletionBack)),
            VaultInput::ResendConfirmation => self.begin(Job::LeaveState(WayOut::ResendConfirmation)),
            VaultInput::ListVersions(id) => self.begin(Job::ListVersions(id)),
            VaultInput::RestoreVersion { id, number } => self.begin(Job::RestoreVersion { id, number }),
            VaultInput::SealAgain => self.begin(Job::SealAgain),
            VaultInput::Dismiss => {
                self.phase = Phase::Idle(None);
                Next::Show(self)
            }
            VaultInput::SignOut => self.begin(Job::SignOut),
        }
    }

    fn begin(mut self, job: Job) -> Next<Self> {
        // What was restored before is let go before more is fetched.
        self.phase = Phase::Working(match job {
            Job::Read
            | Job::ReadAfterStop
            | Job::Deleted(None)
            | Job::Repair(None)
            | Job::ListVersions(_) => OnStop::Rest,
            _ => OnStop::ReadAgain,
        });
        let work = Work {
            unlocked: Rc::clone(&self.unlocked),
            job,
        };
        Next::Work(self, VaultWork(work))
    }

    fn arrive(mut self, outcome: Outcome) -> Next<Self> {
        match outcome {
            Outcome::Read(contents, done) => {
                let left = self.leaving.take();
                let left = left.filter(|(id, _)| contents.entry(id).is_none());
                self.note(contents);
                self.idle(match left {
                    Some((id, name)) => Some(VaultDone::Deleted { id, name }),
                    None => done,
                })
            }
            Outcome::Done(done) => {
                self.leaving = None;
                self.idle(Some(done))
            }
            Outcome::Failed(Problem {
                kind: ProblemKind::SignInAgain,
                ..
            }) => Next::End(SessionOver::Ended),
            Outcome::Failed(problem) => {
                let left = self.leaving.take().filter(|_| problem.effect != Effect::None);
                self.idle(Some(match left {
                    Some((id, name)) => VaultDone::DeletionUnseen { id, name, problem },
                    None => VaultDone::Failed(problem),
                }))
            }
            Outcome::SignedOut => Next::End(SessionOver::SignedOut),
        }
    }

    fn idle(mut self, done: Option<VaultDone>) -> Next<Self> {
        self.phase = Phase::Idle(done);
        Next::Show(self)
    }

    fn note(&mut self, contents: Contents) {
        // The newest that was ever seen, also within this sitting: a server may go back at any time.
        self.unlocked.note_inventory(contents.mark());
        self.contents = Some(contents);
    }

    fn remember(&self) -> Remembered {
        Remembered {
            account_id: self.unlocked.account_id(),
            inventory: self.unlocked.inventory_seen(),
        }
    }

    fn notices(&self) -> Vec<Notice> {
        let Some(contents) = &self.contents else {
            return Vec::new();
        };
        let found = contents.mark();
        let notice = match contents.book {
            Book::Damaged => Notice::InventoryDamaged,
            Book::Newer => Notice::InventoryNewer,
            Book::Absent | Book::Open { .. } if self.unlocked.may_follow(found) => return Vec::new(),
            Book::Absent | Book::Open { .. } => Notice::WentBack {
                remembered: self.unlocked.inventory_seen().counter,
                found: found.counter,
            },
        };
        vec![notice]
    }
}
