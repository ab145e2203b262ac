//! Getting in: sign up, sign in, finish an interrupted sign-up, unlock after a reset, put the last proven password
//! back, set a new one by the recovery code without mail.
//!
//! ```text
//!          ┌────────────── problem ──────────────┐
//!          ▼                                     │
//!   Form, Recover ── what was typed ──▶ Working ─┤
//!                                                ├── no key record ──▶ ShowCode ⇄ ConfirmCode ── written ──┐
//!                                                ├── opens ───────────────────────────────────────────────┤
//!                                                └── locked ──▶ Locked ── code / old password ── rewrapped ┤
//!                                                                 │                 └▶ NotYetRewrapped ────┤
//!                                                                 └── later ──▶ LeftLocked                 ▼
//!                                                                                                       Unlocked
//! ```
//!
//! The key record is written only after the code was confirmed, and nothing can be stored before. So there is nothing
//! to resume but the account: whoever signs in to one without a key record gets a new backup key and a new code.
//!
//! Of the account's states only `unproven` ends by getting in, since that is what it waits for. A dispute, a freeze and
//! a deletion are ended by somebody who says so ([`super::vault`]); while an account is frozen *and* locked, opening
//! the backup is saying so, and the page has to tell.

mod arrive;
mod renewal;
mod set_up;
mod step;
mod unlock;
mod view;
mod ways_back;
mod work;

use std::rc::Rc;

use keyhaven_protocol::address::Address;

use crate::{
    driver::{Event, Flow, Next},
    host::Host,
    persona::{Unlocked, proven::Proven, shown_code::GroupNumber},
    problem::Problem,
    progress::{Progress, Report},
};

use set_up::SetUp;
use step::show;
use unlock::OpenedBackup;
pub use view::{
    AccessInput, AccessView, CodeProblem, CodeReason, Entrance, LockedProblem, OldPasswordProblem,
    RecoverProblem,
};
use work::{Outcome, Work};

/// The flow. See the [module](self).
#[derive(Debug)]
pub struct Access(State);

/// Where the person stands.
#[derive(Debug)]
enum State {
    Form(Form),
    /// Address, recovery code and a new password are asked for.
    Recover(Option<RecoverProblem>),
    /// Holds the state that stopping leads back to.
    Working(Box<State>),
    ShowCode(Rc<SetUp>),
    ConfirmCode {
        set_up: Rc<SetUp>,
        wrong: Vec<GroupNumber>,
        problem: Option<Problem>,
    },
    Locked {
        proven: Rc<Proven>,
        problem: Option<LockedProblem>,
    },
    NotYetRewrapped {
        opened: Rc<OpenedBackup>,
        problem: Problem,
    },
}

/// Address and password are asked for.
#[derive(Debug)]
struct Form {
    entrance: Entrance,
    problem: Option<Problem>,
    /// Our own sign-up whose answer never came: if the address turns out to be taken, it may be by us.
    unanswered: Option<Address>,
}

/// How it ended.
#[derive(Debug)]
pub enum AccessEnd {
    /// The backup is open.
    Unlocked(Rc<Unlocked>),
    /// The person left it locked; the session is ended. It stays as long as the account does.
    LeftLocked,
}

impl Access {
    /// Starts with a form.
    #[must_use]
    pub const fn new(entrance: Entrance) -> Self {
        Self(State::at(entrance))
    }
}

impl Flow for Access {
    type Input = AccessInput;
    type Work = AccessWork;
    type Outcome = AccessOutcome;
    type View = AccessView;
    type End = AccessEnd;

    fn view(&self, progress: Option<Progress>) -> AccessView {
        match &self.0 {
            State::Form(form) => AccessView::Form {
                entrance: form.entrance,
                problem: form.problem.clone(),
            },
            State::Recover(problem) => AccessView::Recover {
                problem: problem.clone(),
            },
            State::Working(_) => AccessView::Working { progress },
            State::ShowCode(set_up) => AccessView::ShowCode {
                code: set_up.code.clone(),
                reason: set_up.reason,
                account: set_up.proven.account.clone(),
            },
            State::ConfirmCode {
                set_up,
                wrong,
                problem,
            } => AccessView::ConfirmCode {
                groups: set_up.asked,
                wrong: wrong.clone(),
                problem: problem.clone(),
            },
            State::Locked { proven, problem } => AccessView::Locked {
                account: proven.account.clone(),
                problem: problem.clone(),
            },
            State::NotYetRewrapped { opened, problem } => AccessView::NotYetRewrapped {
                account: opened.proven.account.clone(),
                problem: problem.clone(),
            },
        }
    }

    fn step(self, event: Event<AccessInput, AccessOutcome>) -> Next<Self> {
        match event {
            Event::Started => Next::Show(self),
            Event::Input(input) => self.0.hear(input),
            Event::Done(AccessOutcome(outcome)) => match self.0 {
                State::Working(back) => back.arrive(outcome),
                state => show(state),
            },
            Event::Cancelled => match self.0 {
                State::Working(back) => show(back.stopped()),
                state => show(state),
            },
        }
    }

    async fn perform(AccessWork(work): AccessWork, host: &impl Host, report: Report<'_>) -> AccessOutcome {
        AccessOutcome(work.perform(host, report).await)
    }
}

/// A piece of work of this flow.
#[derive(Debug)]
pub struct AccessWork(Work);

/// What came of it.
#[derive(Debug)]
pub struct AccessOutcome(Outcome);
