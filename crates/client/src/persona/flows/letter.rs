//! What a click on the page behind a mailed link does: confirm an address, or freeze an account.
//!
//! ```text
//! link ──▶ Ask ── act ──▶ Working ──▶ Done
//!           ▲                │
//!           └── problem ─────┤
//!                            └── the link is not good any more ──▶ Spent
//! ```
//!
//! Opening a link sends nothing: a program that follows every link in a mail must neither confirm nor freeze. The code
//! says itself what it is for, so that a link whose page was changed on the way does what its letter said or nothing.

use std::rc::Rc;

use keyhaven_protocol::persona::{ConfirmResponse, LinkCode, LinkKind};

use crate::{
    driver::{Event, Flow, Next},
    host::Host,
    persona::api::Anonymous,
    problem::{Effect, InputFault, Problem, ProblemKind, stopped},
    progress::{Doing, Progress, Report},
};

/// The flow. See the [module](self).
#[derive(Debug)]
pub struct Letter {
    page: LetterPage,
    state: State,
}

#[derive(Debug)]
enum State {
    Ask(Rc<LinkCode>, Option<Problem>),
    /// The link whose code is being sent, and what earlier clicks may have done.
    Working(Rc<LinkCode>, Effect),
    Spent(EarlierClick),
    Done(LetterDone),
}

/// Which page a link led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterPage {
    /// `/confirm`.
    Confirm,
    /// `/freeze`.
    Freeze,
}

/// Whether a click of this page may have used the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EarlierClick {
    /// None has.
    None,
    /// One got no answer.
    Unanswered,
}

/// What a click does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterAct {
    /// Confirms the address of a sign-up.
    ConfirmSignUp,
    /// Confirms a change of address from the address in force.
    ConfirmChangeFrom,
    /// Confirms a change of address from the new one.
    ConfirmChangeTo,
    /// Freezes the account.
    Freeze,
}

/// What it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterDone {
    /// The address of the account is confirmed.
    AccountConfirmed,
    /// One side of a change of address is confirmed, the other is missing.
    AddressChangeWaits,
    /// The account has its new address, and everybody is signed out.
    AddressChanged,
    /// The account is frozen, and everybody is signed out.
    Frozen,
}

/// What to show. Plain data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetterView {
    /// Says what a click does; nothing was sent yet. Hears [`LetterInput::Act`].
    Ask {
        /// What it does.
        act: LetterAct,
        /// Why the last try did not work; the link is still good.
        problem: Option<Problem>,
    },
    /// Work is done; it can be stopped.
    Working {
        /// How far. Absent for the moment before the first report.
        progress: Option<Progress>,
    },
    /// The link is not one of ours, belongs to the other page, or was used or too old.
    Spent {
        /// Which page it led to.
        page: LetterPage,
        /// Whether a click of this page may have used it.
        earlier: EarlierClick,
    },
    /// It is done. The flow ends only when the page goes away.
    Done(LetterDone),
}

/// What the person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterInput {
    /// What the page said. The first moment at which anything of the link is sent.
    Act,
}

impl Letter {
    /// Starts with what stood in the link. Nothing is sent.
    #[must_use]
    pub fn open(page: LetterPage, code: &str) -> Self {
        let state = match code.trim().parse::<LinkCode>() {
            Ok(code) if act(&code).page() == page => State::Ask(Rc::new(code), None),
            _ => State::Spent(EarlierClick::None),
        };
        Self { page, state }
    }
}

impl LetterAct {
    const fn page(self) -> LetterPage {
        match self {
            Self::ConfirmSignUp | Self::ConfirmChangeFrom | Self::ConfirmChangeTo => LetterPage::Confirm,
            Self::Freeze => LetterPage::Freeze,
        }
    }
}

const fn act(code: &LinkCode) -> LetterAct {
    match code.kind() {
        LinkKind::Confirm => LetterAct::ConfirmSignUp,
        LinkKind::ChangeFrom => LetterAct::ConfirmChangeFrom,
        LinkKind::ChangeTo => LetterAct::ConfirmChangeTo,
        LinkKind::Freeze => LetterAct::Freeze,
    }
}

impl Flow for Letter {
    type Input = LetterInput;
    type Work = LetterWork;
    type Outcome = LetterOutcome;
    type View = LetterView;
    /// It has none: the way on is a link to another page.
    type End = core::convert::Infallible;

    fn view(&self, progress: Option<Progress>) -> LetterView {
        match &self.state {
            State::Ask(code, problem) => LetterView::Ask {
                act: act(code),
                problem: problem.clone(),
            },
            State::Working(..) => LetterView::Working { progress },
            State::Spent(earlier) => LetterView::Spent {
                page: self.page,
                earlier: *earlier,
            },
            State::Done(done) => LetterView::Done(*done),
        }
    }

    fn step(self, event: Event<LetterInput, LetterOutcome>) -> Next<Self> {
        let Self { page, state } = self;
        let state = match (state, event) {
            (State::Ask(code, problem), Event::Input(LetterInput::Act)) => {
                let work = LetterWork(Rc::clone(&code));
                let earlier = problem.map_or(Effect::None, |problem| problem.effect);
                let state = State::Working(code, earlier);
                return Next::Work(Self { page, state }, work);
            }
            (State::Working(..), Event::Done(LetterOutcome(Ok(done)))) => State::Done(done),
            (State::Working(code, earlier), Event::Done(LetterOutcome(Err(problem)))) => {
                match (
                    problem.kind == ProblemKind::Input(InputFault::LetterSpent),
                    earlier,
                ) {
                    (true, Effect::None) => State::Spent(EarlierClick::None),
                    (true, Effect::Open | Effect::Done) => State::Spent(EarlierClick::Unanswered),
                    (false, _) => State::Ask(code, Some(problem.at_least(earlier))),
                }
            }
            (State::Working(code, _), Event::Cancelled) => State::Ask(code, Some(stopped(Effect::Open))),
            (state, _) => state,
        };
        Next::Show(Self { page, state })
    }

    async fn perform(LetterWork(code): LetterWork, host: &impl Host, report: Report<'_>) -> LetterOutcome {
        let anonymous = Anonymous::new(host);
        LetterOutcome(match act(&code) {
            LetterAct::Freeze => {
                report(Progress::of(Doing::Freezing));
                anonymous.freeze(&code).await.map(|()| LetterDone::Frozen)
            }
            LetterAct::ConfirmSignUp | LetterAct::ConfirmChangeFrom | LetterAct::ConfirmChangeTo => {
                report(Progress::of(Doing::Confirming));
                anonymous.confirm(&code).await.and_then(confirmed)
            }
        })
    }
}

fn confirmed(answer: ConfirmResponse) -> Result<LetterDone, Problem> {
    match answer {
        ConfirmResponse::AccountConfirmed => Ok(LetterDone::AccountConfirmed),
        ConfirmResponse::AddressChangeWaits => Ok(LetterDone::AddressChangeWaits),
        ConfirmResponse::AddressChanged => Ok(LetterDone::AddressChanged),
        _ => Err(crate::problem::ServerFault::Unreadable.into()),
    }
}

/// A piece of work of this flow.
#[derive(Debug)]
pub struct LetterWork(Rc<LinkCode>);

/// What came of it.
#[derive(Debug)]
pub struct LetterOutcome(Result<LetterDone, Problem>);
