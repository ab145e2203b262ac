//! A new password by a mailed link. It signs in and opens nothing.
//!
//! ```text
//! AskForLink ── address ──▶ Working ──▶ Asked
//!     ▲                        │
//!     └── the link is spent ───┤
//! link ──▶ ChoosePassword ── password ──▶ Working ──▶ Done
//! ```
//!
//! Opening a link sends nothing: a program that follows every link in a mail must not spend it. The first request is
//! made when a person has typed a password, and it has no place for a recovery code or an old password.

mod view;
mod work;

use std::rc::Rc;

use keyhaven_protocol::{address::TypedAddress, persona::ResetCode};

pub use view::{ResetInput, ResetView};
use work::{Outcome, Work};

use crate::{
    driver::{Event, Flow, Next},
    host::Host,
    problem::{Effect, InputFault, Problem, ProblemKind, stopped},
    progress::{Progress, Report},
};

/// The flow. See the [module](self).
#[derive(Debug)]
pub struct Reset(State);

#[derive(Debug)]
enum State {
    AskForLink(Option<Problem>),
    Asked,
    ChoosePassword(Rc<Link>, Option<Problem>),
    /// Holds the state that stopping leads back to.
    Working(Box<State>),
    Done(Rc<Link>),
}

/// What a mailed link carries.
#[derive(Debug)]
struct Link {
    /// In its normal form once it is needed, since that may take an engine.
    address: TypedAddress,
    code: ResetCode,
}

impl Reset {
    /// Starts by asking for an address.
    #[must_use]
    pub const fn ask() -> Self {
        Self(State::AskForLink(None))
    }

    /// Starts with what stood in the link. Nothing is sent. A link that cannot be one of ours asks for an address
    /// instead, and says why.
    #[must_use]
    pub fn open_link(email: &str, code: &str) -> Self {
        match (TypedAddress::parse(email), code.trim().parse()) {
            (Ok(address), Ok(code)) if !matches!(address.plain(), Some(Err(_))) => {
                Self(State::ChoosePassword(Rc::new(Link { address, code }), None))
            }
            _ => Self(State::AskForLink(Some(InputFault::LinkSpent.into()))),
        }
    }
}

impl Flow for Reset {
    type Input = ResetInput;
    type Work = ResetWork;
    type Outcome = ResetOutcome;
    type View = ResetView;
    /// It has none: the way on is a link to another page.
    type End = core::convert::Infallible;

    fn view(&self, progress: Option<Progress>) -> ResetView {
        match &self.0 {
            State::AskForLink(problem) => ResetView::AskForLink {
                problem: problem.clone(),
            },
            State::Asked => ResetView::Asked,
            State::ChoosePassword(link, problem) => ResetView::ChoosePassword {
                address: link.address.as_typed(),
                kind: link.code.kind(),
                problem: problem.clone(),
            },
            State::Working(_) => ResetView::Working { progress },
            State::Done(link) => ResetView::Done {
                address: link.address.as_typed(),
                kind: link.code.kind(),
            },
        }
    }

    fn step(self, event: Event<ResetInput, ResetOutcome>) -> Next<Self> {
        match (self.0, event) {
            (State::AskForLink(_), Event::Input(ResetInput::AskForLink(address))) => {
                let stopped = Some(stopped(Effect::Open));
                do_work(State::AskForLink(stopped), Work::AskForLink(address))
            }
            (State::Asked | State::AskForLink(_), Event::Input(ResetInput::AskAgain)) => {
                Next::Show(Self(State::AskForLink(None)))
            }
            (State::ChoosePassword(link, problem), Event::Input(ResetInput::SetPassword(password))) => {
                let attempt = match problem {
                    Some(problem) if problem.effect != Effect::None => work::Attempt::AfterUnanswered,
                    _ => work::Attempt::First,
                };
                let stopped = Some(stopped(Effect::Open));
                let work = Work::SetPassword {
                    link: Rc::clone(&link),
                    password,
                    attempt,
                };
                do_work(State::ChoosePassword(link, stopped), work)
            }
            (State::Working(back), Event::Done(ResetOutcome(outcome))) => {
                Next::Show(Self(back.arrive(outcome)))
            }
            (State::Working(back), Event::Cancelled) => Next::Show(Self(*back)),
            (state, _) => Next::Show(Self(state)),
        }
    }

    async fn perform(ResetWork(work): ResetWork, host: &impl Host, report: Report<'_>) -> ResetOutcome {
        ResetOutcome(work.perform(host, report).await)
    }
}

/// A piece of work of this flow.
#[derive(Debug)]
pub struct ResetWork(Work);

/// What came of it.
#[derive(Debug)]
pub struct ResetOutcome(Outcome);

impl State {
    fn arrive(self, outcome: Outcome) -> Self {
        match (self, outcome) {
            (Self::AskForLink(_), Outcome::Asked) => Self::Asked,
            (Self::AskForLink(_), Outcome::Failed(problem)) => Self::AskForLink(Some(problem)),
            (Self::ChoosePassword(link, _), Outcome::Set) => Self::Done(link),
            (Self::ChoosePassword(..), Outcome::Failed(problem))
                if problem.kind == ProblemKind::Input(InputFault::LinkSpent) =>
            {
                Self::AskForLink(Some(problem))
            }
            (Self::ChoosePassword(link, _), Outcome::Failed(problem)) => {
                Self::ChoosePassword(link, Some(problem))
            }
            (state, Outcome::Asked | Outcome::Set | Outcome::Failed(_)) => state,
        }
    }
}

fn do_work(back: State, work: Work) -> Next<Reset> {
    Next::Work(Reset(State::Working(Box::new(back))), ResetWork(work))
}
