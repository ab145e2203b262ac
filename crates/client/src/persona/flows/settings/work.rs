//! The pieces of work on password, recovery code and sessions, and what comes of them.

use std::rc::Rc;

use keyhaven_core::{password::Password, recovery_code::RecoveryCode};
use keyhaven_protocol::{
    address::Address,
    persona::{SessionId, SessionView},
};

use super::{
    address, deletion, password,
    recovery::{self, NewCode},
    renewal,
    view::SettingsDone,
};
use crate::{
    host::Host,
    persona::{SessionOver, Unlocked},
    problem::{Effect, Problem, ProblemKind},
    progress::{Doing, Progress, Report},
};

/// A piece of work on one account.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) unlocked: Rc<Unlocked>,
    pub(super) job: Job,
}

#[derive(Debug)]
pub(super) enum Job {
    ChangePassword {
        current: Password,
        new: Password,
    },
    GenerateCode,
    PrepareRenewal {
        password: Password,
        seen: RecoveryCode,
    },
    PutCodeIntoForce(Rc<NewCode>),
    /// Looks which code opens, after one was sent.
    SettleCode(Rc<NewCode>),
    CheckCode(RecoveryCode),
    ChangeAddress {
        password: Password,
        new: Address,
    },
    CancelAddressChange,
    DeleteAccount {
        password: Password,
        code: Option<RecoveryCode>,
    },
    ListSessions,
    EndSession(SessionId),
    SignOut,
    SignOutEverywhere,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Outcome {
    Done(SettingsDone),
    Code(NewCode),
    Sessions(Vec<SessionView>, Option<SettingsDone>),
    Over(SessionOver),
    Failed(Problem),
}

impl Work {
    pub(super) async fn perform(self, host: &impl Host, report: Report<'_>) -> Outcome {
        self.try_perform(host, report)
            .await
            .unwrap_or_else(Outcome::Failed)
    }

    async fn try_perform(self, host: &impl Host, report: Report<'_>) -> Result<Outcome, Problem> {
        let Self { unlocked, job } = self;
        match job {
            Job::ChangePassword { current, new } => {
                password::change(&unlocked, &current, &new, host, report).await?;
                Ok(Outcome::Done(SettingsDone::PasswordChanged))
            }
            Job::GenerateCode => Ok(Outcome::Code(NewCode::generate(None, host))),
            Job::PrepareRenewal { password, seen } => {
                renewal::prepare(&unlocked, &password, &seen, host, report).await
            }
            Job::PutCodeIntoForce(new) => {
                recovery::put_into_force(&unlocked, &new, host, report).await?;
                Ok(Outcome::Done(new.done()))
            }
            Job::SettleCode(new) => {
                let settled = recovery::settle(&unlocked, &new, host, report).await;
                // What was sent before is as open as it was.
                Ok(Outcome::Done(
                    settled.map_err(|problem| problem.at_least(Effect::Open))?,
                ))
            }
            Job::CheckCode(code) => {
                let check = recovery::check(&unlocked, &code, host, report).await?;
                Ok(Outcome::Done(SettingsDone::CodeChecked(check)))
            }
            Job::ChangeAddress { password, new } => {
                address::change(&unlocked, &password, &new, host, report).await?;
                Ok(Outcome::Done(SettingsDone::AddressChangeAsked))
            }
            Job::CancelAddressChange => {
                address::cancel(&unlocked, host, report).await?;
                Ok(Outcome::Done(SettingsDone::AddressChangeCancelled))
            }
            Job::DeleteAccount { password, code } => {
                deletion::delete(&unlocked, &password, code.as_ref(), host, report).await
            }
            Job::ListSessions => Ok(Outcome::Sessions(list(&unlocked, host, report).await?, None)),
            Job::EndSession(id) => {
                report(Progress::of(Doing::Sessions));
                let session = unlocked.session();
                match unlocked.signed_in(host, &session).end_session(id).await {
                    // One that is not there any more is as good as ended.
                    Ok(())
                    | Err(Problem {
                        kind: ProblemKind::Gone,
                        ..
                    }) => {}
                    Err(problem) => return Err(problem),
                }
                if id == session.id() {
                    return Ok(Outcome::Over(SessionOver::SignedOut));
                }
                let sessions = list(&unlocked, host, report).await;
                let sessions = sessions.map_err(|problem| problem.at_least(Effect::Done))?;
                Ok(Outcome::Sessions(sessions, Some(SettingsDone::SessionEnded)))
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
                    }) => Ok(Outcome::Over(SessionOver::SignedOut)),
                    Err(problem) => Err(problem),
                }
            }
            Job::SignOutEverywhere => {
                report(Progress::of(Doing::Sessions));
                let session = unlocked.session();
                unlocked.signed_in(host, &session).sign_out_everywhere().await?;
                Ok(Outcome::Over(SessionOver::SignedOut))
            }
        }
    }
}

impl Job {
    /// What may have become of it when the person stops it, whenever that is.
    pub(super) const fn effect_when_stopped(&self) -> Effect {
        match self {
            Self::GenerateCode | Self::PrepareRenewal { .. } | Self::CheckCode(_) | Self::ListSessions => {
                Effect::None
            }
            Self::ChangePassword { .. }
            | Self::PutCodeIntoForce(_)
            | Self::SettleCode(_)
            | Self::ChangeAddress { .. }
            | Self::CancelAddressChange
            | Self::DeleteAccount { .. }
            | Self::EndSession(_)
            | Self::SignOut
            | Self::SignOutEverywhere => Effect::Open,
        }
    }
}

async fn list(
    unlocked: &Unlocked,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Vec<SessionView>, Problem> {
    report(Progress::of(Doing::Sessions));
    let session = unlocked.session();
    unlocked.signed_in(host, &session).sessions().await
}
