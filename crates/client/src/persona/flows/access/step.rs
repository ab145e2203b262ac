//! From one state to the next.

use std::{rc::Rc, sync::Arc};

use keyhaven_core::recovery_code::RecoveryCode;

use super::{
    Access, AccessEnd, AccessInput, AccessWork, CodeProblem, Entrance, Form, LockedProblem, RecoverProblem,
    State,
    arrive::Arrival,
    set_up::SetUp,
    work::{Attempt, Outcome, Work},
};
use crate::{
    driver::Next,
    persona::code_confirmation::wrong_groups,
    problem::{Effect, Problem, ProblemKind, stopped},
};

impl State {
    pub(super) fn hear(self, input: AccessInput) -> Next<Access> {
        match (self, input) {
            (Self::Form(_) | Self::Recover(_), AccessInput::Enter(Entrance::RecoveryCode)) => {
                show(Self::Recover(None))
            }
            (Self::Recover(_), AccessInput::Enter(entrance)) => show(Self::form(entrance, None)),
            (Self::Form(form), AccessInput::Enter(entrance)) => show(Self::Form(Form {
                entrance,
                problem: None,
                ..form
            })),
            (Self::Form(form), AccessInput::PutPasswordBack { address, password }) => {
                let form = Form {
                    entrance: Entrance::OldPassword,
                    ..form
                };
                do_work(Self::Form(form), Work::PutPasswordBack { address, password })
            }
            (
                Self::Recover(_),
                AccessInput::Recover {
                    address,
                    code,
                    password,
                },
            ) => match RecoveryCode::parse(code.expose_text()) {
                Ok(parsed) => {
                    let work = Work::Recover {
                        address,
                        code: parsed.code,
                        password,
                    };
                    do_work(Self::Recover(None), work)
                }
                Err(error) => show(Self::Recover(Some(RecoverProblem::Malformed(Arc::new(error))))),
            },
            (Self::Form(form), AccessInput::SignUp { address, password }) => {
                let earlier_may_be_ours = form.unanswered.as_ref() == Some(&address);
                let attempt = if earlier_may_be_ours {
                    Attempt::AfterUnanswered
                } else {
                    Attempt::First
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
        do_work(
            Self::ConfirmCode {
                set_up,
                wrong: Vec::new(),
                problem: Some(stopped(Effect::Open)),
            },
            work,
        )
    }

    /// What the work that was started from this state came to.
    pub(super) fn arrive(self, outcome: Outcome) -> Next<Access> {
        match (self, outcome) {
            (_, Outcome::Arrived(Arrival::Unlocked(unlocked))) => Next::End(AccessEnd::Unlocked(unlocked)),
            (_, Outcome::Arrived(Arrival::NoKeyRecord(set_up))) => show(Self::ShowCode(Rc::new(set_up))),
            (_, Outcome::Arrived(Arrival::Locked(proven, problem))) => show(Self::Locked {
                proven,
                problem: problem.map(LockedProblem::Other),
            }),
            (_, Outcome::LeftLocked) => Next::End(AccessEnd::LeftLocked),
            (_, Outcome::NotYetRewrapped(opened, problem)) => show(Self::NotYetRewrapped { opened, problem }),
            (_, Outcome::SetUpElsewhere) => show(Self::form(
                Entrance::SignIn,
                Some(ProblemKind::SetUpElsewhere.into()),
            )),
            (Self::Recover(_), Outcome::NotRecovered(problem)) => show(Self::Recover(Some(problem))),
            (Self::Form(form), Outcome::Failed(problem)) => {
                let unanswered = form.unanswered.filter(|_| problem.effect != Effect::None);
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
            (state, Outcome::Failed(_) | Outcome::StillLocked(_) | Outcome::NotRecovered(_)) => show(state),
        }
    }

    pub(super) fn stopped(self) -> Self {
        match self {
            Self::Form(form) => Self::Form(Form {
                problem: Some(stopped(match form.entrance {
                    Entrance::SignUp | Entrance::OldPassword => Effect::Open,
                    Entrance::SignIn | Entrance::RecoveryCode => Effect::None,
                })),
                ..form
            }),
            Self::Recover(_) => Self::Recover(Some(RecoverProblem::Other(stopped(Effect::Open)))),
            other => other,
        }
    }

    const fn form(entrance: Entrance, problem: Option<Problem>) -> Self {
        Self::Form(Form {
            entrance,
            problem,
            unanswered: None,
        })
    }

    /// Where an entrance leads.
    pub(super) const fn at(entrance: Entrance) -> Self {
        match entrance {
            Entrance::RecoveryCode => Self::Recover(None),
            Entrance::SignUp | Entrance::SignIn | Entrance::OldPassword => Self::form(entrance, None),
        }
    }
}

pub(super) fn show(state: State) -> Next<Access> {
    Next::Show(Access(state))
}

fn do_work(back: State, work: Work) -> Next<Access> {
    Next::Work(Access(State::Working(Box::new(back))), AccessWork(work))
}
