//! Getting in: sign up, sign in, finish an interrupted sign-up, unlock after a reset.
//!
//! ```text
//!          ┌────────────── problem ──────────────┐
//!          ▼                                     │
//!        Form ── sign up / sign in ──▶ Working ──┤
//!                                                ├── no key record ──▶ ShowCode ⇄ ConfirmCode ── written ──┐
//!                                                ├── opens ───────────────────────────────────────────────┤
//!                                                └── locked ──▶ Locked ── code / old password ── rewrapped ┤
//!                                                                 │                 └▶ NotYetRewrapped ────┤
//!                                                                 └── later ──▶ LeftLocked                 ▼
//!                                                                                                       Unlocked
//! ```
//!
//! The key record is written only after the code was confirmed, and nothing can be stored before. So there is nothing to
//! resume but the account: whoever signs in to one without a key record gets a new backup key and a new code.

mod arrive;
mod set_up;
mod unlock;
mod view;
mod work;

use std::{rc::Rc, sync::Arc};

use keyhaven_core::recovery_code::RecoveryCode;
use keyhaven_protocol::address::Address;

use crate::{
    driver::{Event, Flow, Next},
    host::Host,
    persona::{Unlocked, code_confirmation::wrong_groups, proven::Proven, shown_code::GroupNumber},
    problem::{Problem, ProblemKind, RetryReason},
    progress::{Progress, Report},
};

use arrive::Arrival;
use set_up::SetUp;
use unlock::OpenedBackup;
pub use view::{
    AccessInput, AccessView, CodeProblem, CodeReason, Entrance, LockedProblem, OldPasswordProblem,
};
use work::{Outcome, Work};

/// The flow. See the [module](self).
#[derive(Debug)]
pub struct Access(State);

/// Where the person stands.
#[derive(Debug)]
enum State {
    Form(Form),
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
        Self(State::Form(Form {
            entrance,
            problem: None,
            unanswered: None,
        }))
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

impl State {
    fn hear(self, input: AccessInput) -> Next<Access> {
        match (self, input) {
            (Self::Form(form), AccessInput::Enter(entrance)) => show(Self::Form(Form {
                entrance,
                problem: None,
                ..form
            })),
            (Self::Form(form), AccessInput::SignUp { address, password }) => {
                let earlier_may_be_ours = form.unanswered.as_ref() == Some(&address);
                let attempt = if earlier_may_be_ours {
                    work::Attempt::AfterUnanswered
                } else {
                    work::Attempt::First
                };
                // From here on an answer may get lost, also because the person stops the work.
                let form = Form {
                    entrance: Entrance::SignUp,
                    problem: None,
                    unanswered: Some(address.clone()),
                };
                do_work(
                    Self::Form(form),
                    Work::SignUp {
                        address,
                        password,
                        attempt,
                    },
                )
            }
            (Self::Form(form), AccessInput::SignIn { address, password }) => {
                let form = Form {
                    entrance: Entrance::SignIn,
                    problem: None,
                    ..form
                };
                do_work(Self::Form(form), Work::SignIn { address, password })
            }
            (Self::ShowCode(set_up), AccessInput::CodeSaved) => show(Self::ConfirmCode {
                set_up,
                wrong: Vec::new(),
                problem: None,
            }),
            (Self::ConfirmCode { set_up, .. }, AccessInput::ShowCodeAgain) => show(Self::ShowCode(set_up)),
            (Self::ConfirmCode { set_up, .. }, AccessInput::ConfirmGroups(typed)) => {
                let wrong = wrong_groups(set_up.code.code(), set_up.asked, &typed);
                if wrong.is_empty() {
                    Self::write_record(set_up)
                } else {
                    show(Self::ConfirmCode {
                        set_up,
                        wrong,
                        problem: None,
                    })
                }
            }
            // A problem is there only after both groups were right.
            (
                Self::ConfirmCode {
                    set_up,
                    problem: Some(_),
                    ..
                },
                AccessInput::TryAgain,
            ) => Self::write_record(set_up),
            (Self::Locked { proven, .. }, AccessInput::UnlockByCode(typed)) => {
                match RecoveryCode::parse(typed.expose_text()) {
                    Ok(parsed) => {
                        let work = Work::UnlockByCode(Rc::clone(&proven), parsed.code);
                        do_work(
                            Self::Locked {
                                proven,
                                problem: None,
                            },
                            work,
                        )
                    }
                    Err(error) => {
                        let problem = LockedProblem::Code(CodeProblem::Malformed(Arc::new(error)));
                        show(Self::Locked {
                            proven,
                            problem: Some(problem),
                        })
                    }
                }
            }
            (Self::Locked { proven, .. }, AccessInput::UnlockByOldPassword(password)) => {
                let work = Work::UnlockByOldPassword(Rc::clone(&proven), password);
                do_work(
                    Self::Locked {
                        proven,
                        problem: None,
                    },
                    work,
                )
            }
            (Self::Locked { proven, problem }, AccessInput::Later) => {
                let work = Work::SignOut(proven.session());
                do_work(Self::Locked { proven, problem }, work)
            }
            (Self::NotYetRewrapped { opened, problem }, AccessInput::TryAgain) => {
                let work = Work::Rewrap(Rc::clone(&opened));
                do_work(Self::NotYetRewrapped { opened, problem }, work)
            }
            (Self::NotYetRewrapped { opened, problem }, AccessInput::Later) => {
                let work = Work::SignOut(opened.proven.session());
                do_work(Self::NotYetRewrapped { opened, problem }, work)
            }
            (state, _) => show(state),
        }
    }

    fn write_record(set_up: Rc<SetUp>) -> Next<Access> {
        let work = Work::WriteRecord(Rc::clone(&set_up));
        let problem = Some(ProblemKind::Retry(RetryReason::Stopped).into());
        do_work(
            Self::ConfirmCode {
                set_up,
                wrong: Vec::new(),
                problem,
            },
            work,
        )
    }

    /// What the work that was started from this state came to.
    fn arrive(self, outcome: Outcome) -> Next<Access> {
        match (self, outcome) {
            (_, Outcome::Arrived(Arrival::Unlocked(unlocked))) => Next::End(AccessEnd::Unlocked(unlocked)),
            (_, Outcome::Arrived(Arrival::NoKeyRecord(set_up))) => show(Self::ShowCode(Rc::new(set_up))),
            (_, Outcome::Arrived(Arrival::Locked(proven, problem))) => show(Self::Locked {
                proven,
                problem: problem.map(LockedProblem::Other),
            }),
            (_, Outcome::LeftLocked) => Next::End(AccessEnd::LeftLocked),
            (_, Outcome::NotYetRewrapped(opened, problem)) => show(Self::NotYetRewrapped { opened, problem }),
            (_, Outcome::SetUpElsewhere) => show(Self::Form(Form {
                entrance: Entrance::SignIn,
                problem: Some(ProblemKind::ReadAgain.into()),
                unanswered: None,
            })),
            (Self::Form(form), Outcome::Failed(problem)) => {
                let unanswered = form.unanswered.filter(|_| problem.leaves_outcome_open());
                show(Self::Form(Form {
                    entrance: form.entrance,
                    problem: Some(problem),
                    unanswered,
                }))
            }
            (Self::ConfirmCode { set_up, .. }, Outcome::Failed(problem)) => show(Self::ConfirmCode {
                set_up,
                wrong: Vec::new(),
                problem: Some(problem),
            }),
            (Self::Locked { proven, .. }, Outcome::Failed(problem)) => show(Self::Locked {
                proven,
                problem: Some(LockedProblem::Other(problem)),
            }),
            (Self::Locked { proven, .. }, Outcome::StillLocked(problem)) => show(Self::Locked {
                proven,
                problem: Some(problem),
            }),
            (Self::NotYetRewrapped { opened, .. }, Outcome::Failed(problem)) => {
                show(Self::NotYetRewrapped { opened, problem })
            }
            (state, Outcome::Failed(_) | Outcome::StillLocked(_)) => show(state),
        }
    }

    fn stopped(self) -> Self {
        match self {
            Self::Form(form) => Self::Form(Form {
                problem: Some(ProblemKind::Retry(RetryReason::Stopped).into()),
                ..form
            }),
            other => other,
        }
    }
}

fn show(state: State) -> Next<Access> {
    Next::Show(Access(state))
}

fn do_work(back: State, work: Work) -> Next<Access> {
    Next::Work(Access(State::Working(Box::new(back))), AccessWork(work))
}
