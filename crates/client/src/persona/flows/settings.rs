//! Password, recovery code, address, sessions and end of an account whose backup is open.
//!
//! ```text
//!   Ready ◀──────────── done / problem ───────────┐
//!     │                                           │
//!     ├── password, code check, address, deletion, sessions ─▶ Working ── signed out / session over / removed ──▶ end
//!     └── new code ──▶ ShowCode ⇄ ConfirmCode ────▶
//! ```
//!
//! A new recovery code is put into force only after it was confirmed; until then the present one is the one that opens.
//! Once it was sent, no way leads back to the present one before it was seen which of the two opens. Where somebody has
//! seen the one before, a new backup key comes into force with it, in the same write; what is stored is sealed again
//! under that key by the [vault](super::vault).

mod address;
mod deletion;
mod password;
mod recovery;
mod renewal;
mod view;
mod work;

use std::{rc::Rc, sync::Arc};

use keyhaven_core::recovery_code::RecoveryCode;
use keyhaven_protocol::persona::SessionView;

use super::access::CodeProblem;
use crate::{
    driver::{Event, Flow, Next},
    host::Host,
    persona::{GroupNumber, SessionOver, Unlocked, code_confirmation::wrong_groups},
    problem::{Effect, Problem, ProblemKind, stopped},
    progress::{Progress, Report},
};

use recovery::NewCode;
pub use view::{CodeCheck, CodeStanding, SettingsDone, SettingsInput, SettingsView};
use work::{Job, Outcome, Work};

/// The flow. See the [module](self).
#[derive(Debug)]
pub struct Settings {
    unlocked: Rc<Unlocked>,
    sessions: Option<Vec<SessionView>>,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    Ready(Option<SettingsDone>),
    /// Holds the phase that stopping leads back to.
    Working(Box<Phase>),
    ShowCode(Rc<NewCode>, CodeStanding),
    ConfirmCode {
        new: Rc<NewCode>,
        standing: CodeStanding,
        wrong: Vec<GroupNumber>,
        problem: Option<Problem>,
    },
}

impl Settings {
    /// Starts.
    #[must_use]
    pub const fn new(unlocked: Rc<Unlocked>) -> Self {
        Self {
            unlocked,
            sessions: None,
            phase: Phase::Ready(None),
        }
    }
}

impl Flow for Settings {
    type Input = SettingsInput;
    type Work = SettingsWork;
    type Outcome = SettingsOutcome;
    type View = SettingsView;
    type End = SessionOver;

    fn view(&self, progress: Option<Progress>) -> SettingsView {
        match &self.phase {
            Phase::Ready(done) => SettingsView::Ready {
                done: done.clone(),
                account: self.unlocked.account(),
                sessions: self.sessions.clone(),
            },
            Phase::Working(_) => SettingsView::Working { progress },
            Phase::ShowCode(new, standing) => SettingsView::ShowCode {
                code: new.code.clone(),
                standing: *standing,
            },
            Phase::ConfirmCode {
                new,
                standing,
                wrong,
                problem,
            } => SettingsView::ConfirmCode {
                groups: new.asked,
                standing: *standing,
                wrong: wrong.clone(),
                problem: problem.clone(),
            },
        }
    }

    fn step(self, event: Event<SettingsInput, SettingsOutcome>) -> Next<Self> {
        match event {
            Event::Started => Next::Show(self),
            Event::Input(input) => self.hear(input),
            Event::Done(SettingsOutcome(outcome)) => self.arrive(outcome),
            Event::Cancelled => self.stopped(),
        }
    }

    async fn perform(
        SettingsWork(work): SettingsWork,
        host: &impl Host,
        report: Report<'_>,
    ) -> SettingsOutcome {
        SettingsOutcome(work.perform(host, report).await)
    }
}

/// A piece of work of this flow.
#[derive(Debug)]
pub struct SettingsWork(Work);

/// What came of it.
#[derive(Debug)]
pub struct SettingsOutcome(Outcome);

impl Settings {
    fn hear(self, input: SettingsInput) -> Next<Self> {
        let Self {
            unlocked,
            sessions,
            phase,
        } = self;
        let show = |phase| {
            Next::Show(Self {
                unlocked: Rc::clone(&unlocked),
                sessions: sessions.clone(),
                phase,
            })
        };
        let work = |back, job: Job| {
            let back = match back {
                Phase::Ready(_) => {
                    Phase::Ready(Some(SettingsDone::Failed(stopped(job.effect_when_stopped()))))
                }
                other => other,
            };
            let work = Work {
                unlocked: Rc::clone(&unlocked),
                job,
            };
            let phase = Phase::Working(Box::new(back));
            let settings = Self {
                unlocked: Rc::clone(&unlocked),
                sessions: sessions.clone(),
                phase,
            };
            Next::Work(settings, SettingsWork(work))
        };
        // From here on either code may be the one that opens, until it was seen which.
        let with_sent = |new: &Rc<NewCode>, job| {
            let back = Phase::ConfirmCode {
                new: Rc::clone(new),
                standing: CodeStanding::Open,
                wrong: Vec::new(),
                problem: Some(stopped(Effect::Open)),
            };
            work(back, job)
        };
        let put_into_force = |new: Rc<NewCode>| with_sent(&new, Job::PutCodeIntoForce(Rc::clone(&new)));
        match (phase, input) {
            (Phase::Ready(_), SettingsInput::ChangePassword { current, new }) => {
                work(Phase::Ready(None), Job::ChangePassword { current, new })
            }
            (Phase::Ready(_), SettingsInput::NewCode) => work(Phase::Ready(None), Job::GenerateCode),
            (Phase::Ready(_), SettingsInput::NewCodeAndKey { password, code }) => {
                match RecoveryCode::parse(code.expose_text()) {
                    Ok(parsed) => {
                        let seen = parsed.code;
                        work(Phase::Ready(None), Job::PrepareRenewal { password, seen })
                    }
                    Err(error) => {
                        let problem = CodeProblem::Malformed(Arc::new(error));
                        show(Phase::Ready(Some(SettingsDone::SeenCodeFails(problem))))
                    }
                }
            }
            (Phase::Ready(_), SettingsInput::CheckCode(typed)) => {
                match RecoveryCode::parse(typed.expose_text()) {
                    Ok(parsed) => work(Phase::Ready(None), Job::CheckCode(parsed.code)),
                    Err(error) => {
                        let problem = CodeProblem::Malformed(Arc::new(error));
                        show(Phase::Ready(Some(SettingsDone::CodeChecked(CodeCheck::Fails(
                            problem,
                        )))))
                    }
                }
            }
            (Phase::Ready(_), SettingsInput::ChangeAddress { password, new }) => {
                work(Phase::Ready(None), Job::ChangeAddress { password, new })
            }
            (Phase::Ready(_), SettingsInput::CancelAddressChange) => {
                work(Phase::Ready(None), Job::CancelAddressChange)
            }
            (Phase::Ready(_), SettingsInput::DeleteAccount { password, code }) => {
                match code
                    .map(|typed| RecoveryCode::parse(typed.expose_text()))
                    .transpose()
                {
                    Ok(parsed) => {
                        let code = parsed.map(|parsed| parsed.code);
                        work(Phase::Ready(None), Job::DeleteAccount { password, code })
                    }
                    Err(error) => {
                        let problem = CodeProblem::Malformed(Arc::new(error));
                        show(Phase::Ready(Some(SettingsDone::DeletionCodeFails(problem))))
                    }
                }
            }
            (Phase::Ready(_), SettingsInput::ListSessions) => work(Phase::Ready(None), Job::ListSessions),
            (Phase::Ready(_), SettingsInput::EndSession(id)) => work(Phase::Ready(None), Job::EndSession(id)),
            (Phase::Ready(_), SettingsInput::Dismiss) => show(Phase::Ready(None)),
            (Phase::Ready(_), SettingsInput::SignOut) => work(Phase::Ready(None), Job::SignOut),
            (Phase::Ready(_), SettingsInput::SignOutEverywhere) => {
                work(Phase::Ready(None), Job::SignOutEverywhere)
            }
            (Phase::ShowCode(new, standing), SettingsInput::CodeSaved) => show(Phase::ConfirmCode {
                new,
                standing,
                wrong: Vec::new(),
                problem: None,
            }),
            (
                Phase::ShowCode(_, CodeStanding::New)
                | Phase::ConfirmCode {
                    standing: CodeStanding::New,
                    ..
                },
                SettingsInput::Back,
            ) => show(Phase::Ready(None)),
            (
                Phase::ShowCode(new, CodeStanding::Open)
                | Phase::ConfirmCode {
                    new,
                    standing: CodeStanding::Open,
                    ..
                },
                SettingsInput::Back,
            ) => with_sent(&new, Job::SettleCode(Rc::clone(&new))),
            (Phase::ConfirmCode { new, standing, .. }, SettingsInput::ShowCodeAgain) => {
                show(Phase::ShowCode(new, standing))
            }
            (Phase::ConfirmCode { new, standing, .. }, SettingsInput::ConfirmGroups(typed)) => {
                let wrong = wrong_groups(new.code.code(), new.asked, &typed);
                if wrong.is_empty() {
                    put_into_force(new)
                } else {
                    show(Phase::ConfirmCode {
                        new,
                        standing,
                        wrong,
                        problem: None,
                    })
                }
            }
            // A problem is there only after both groups were right.
            (
                Phase::ConfirmCode {
                    new,
                    problem: Some(_),
                    ..
                },
                SettingsInput::TryAgain,
            ) => put_into_force(new),
            (phase, _) => show(phase),
        }
    }

    fn arrive(mut self, outcome: Outcome) -> Next<Self> {
        let Phase::Working(back) = self.phase else {
            return Next::Show(self);
        };
        self.phase = match (*back, outcome) {
            (_, Outcome::Over(over)) => return Next::End(over),
            // The session does not tell which of the two codes opens any more: the next one can.
            (Phase::ConfirmCode { .. }, Outcome::Failed(problem))
                if problem.kind == ProblemKind::SignInAgain =>
            {
                return Next::End(SessionOver::EndedWithTwoCodes);
            }
            // What is done is said before the session is given up.
            (_, Outcome::Failed(problem))
                if problem.kind == ProblemKind::SignInAgain && problem.effect == Effect::None =>
            {
                return Next::End(SessionOver::Ended);
            }
            (_, Outcome::Code(new)) => Phase::ShowCode(Rc::new(new), CodeStanding::New),
            (_, Outcome::Done(done)) => Phase::Ready(Some(done)),
            (_, Outcome::Sessions(sessions, done)) => {
                self.sessions = Some(sessions);
                Phase::Ready(done)
            }
            (Phase::ConfirmCode { new, standing, .. }, Outcome::Failed(problem)) => Phase::ConfirmCode {
                new,
                standing,
                wrong: Vec::new(),
                problem: Some(problem),
            },
            (_, Outcome::Failed(problem)) => Phase::Ready(Some(SettingsDone::Failed(problem))),
        };
        Next::Show(self)
    }

    fn stopped(mut self) -> Next<Self> {
        self.phase = match self.phase {
            Phase::Working(back) => *back,
            other => other,
        };
        Next::Show(self)
    }
}
