//! The pieces of work of getting in, and what comes of them.

use std::rc::Rc;

use keyhaven_core::{password::Password, recovery_code::RecoveryCode};
use keyhaven_protocol::{address::Address, persona::AccountId};
use rand_core::Rng as _;

use super::{
    CodeReason, LockedProblem, RecoverProblem,
    arrive::{Arrival, arrive},
    renewal,
    set_up::{self, SetUp},
    unlock::{self, OpenedBackup},
    ways_back,
};
use crate::{
    host::Host,
    persona::{
        api::{Anonymous, Session, SignedIn},
        proven::Proven,
    },
    problem::{Effect, InputFault, Problem, ProblemKind},
    progress::{Doing, Progress, Report},
};

/// A piece of work.
#[derive(Debug)]
pub(super) enum Work {
    SignUp {
        address: Address,
        password: Password,
        attempt: Attempt,
    },
    SignIn {
        address: Address,
        password: Password,
    },
    PutPasswordBack {
        address: Address,
        password: Password,
    },
    Recover {
        address: Address,
        code: RecoveryCode,
        password: Password,
    },
    WriteRecord(Rc<SetUp>),
    UnlockByCode(Rc<Proven>, RecoveryCode),
    UnlockByOldPassword(Rc<Proven>, Password),
    Rewrap(Rc<OpenedBackup>),
    SignOut(Rc<Session>),
}

/// Whether an earlier sign-up of ours for the same address may have been acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    First,
    AfterUnanswered,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Outcome {
    Arrived(Arrival),
    /// The record of the present account was written by somebody else: the code that was shown here opens nothing.
    SetUpElsewhere,
    StillLocked(LockedProblem),
    NotYetRewrapped(Rc<OpenedBackup>, Problem),
    LeftLocked,
    NotRecovered(RecoverProblem),
    Failed(Problem),
}

impl Work {
    pub(super) async fn perform(self, host: &impl Host, report: Report<'_>) -> Outcome {
        match self {
            Self::SignUp {
                address,
                password,
                attempt,
            } => match sign_up(address, &password, attempt, host, report).await {
                Ok(arrival) => Outcome::Arrived(arrival),
                // What an earlier try of ours came to is as open as it was, unless this one was told about the address.
                Err(problem)
                    if attempt == Attempt::AfterUnanswered
                        && !matches!(problem.kind, ProblemKind::Input(_)) =>
                {
                    Outcome::Failed(problem.at_least(Effect::Open))
                }
                Err(problem) => Outcome::Failed(problem),
            },
            Self::SignIn { address, password } => sign_in(address, &password, host, report)
                .await
                .map_or_else(Outcome::Failed, Outcome::Arrived),
            Self::PutPasswordBack { address, password } => {
                ways_back::put_password_back(address, &password, host, report)
                    .await
                    .map_or_else(Outcome::Failed, Outcome::Arrived)
            }
            Self::Recover {
                address,
                code,
                password,
            } => ways_back::recover(address, &code, &password, host, report)
                .await
                .map_or_else(Outcome::NotRecovered, Outcome::Arrived),
            Self::WriteRecord(set_up) => set_up::write_record(&set_up, host, report).await,
            Self::UnlockByCode(proven, code) => unlock::by_code(proven, &code, host, report).await,
            Self::UnlockByOldPassword(proven, password) => {
                unlock::by_old_password(proven, &password, host, report).await
            }
            Self::Rewrap(opened) => unlock::rewrap(opened, host, report).await,
            Self::SignOut(session) => {
                report(Progress::of(Doing::Sessions));
                // The session ends by itself if this is not heard: nothing to tell the person.
                let _ = SignedIn::new(host, &session).sign_out().await;
                Outcome::LeftLocked
            }
        }
    }
}

async fn sign_in(
    address: Address,
    password: &Password,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Arrival, Problem> {
    let proven = Rc::new(Proven::sign_in(address, password, host, report).await?);
    let arrival = arrive(Rc::clone(&proven), CodeReason::ResumedSignUp, host, report).await?;
    if let Arrival::Unlocked(unlocked) = &arrival {
        renewal::renew(unlocked, &proven, password, host, report).await;
    }
    Ok(arrival)
}

async fn sign_up(
    address: Address,
    password: &Password,
    attempt: Attempt,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Arrival, Problem> {
    report(Progress::of(Doing::AskingServer));
    let derivations = Anonymous::new(host).kdf(&address).await?;
    let keys = derivations.newest().derive(password, host, report).await?;
    report(Progress::of(Doing::CreatingAccount));
    let account_id = draw_account_id(host);
    let created = Anonymous::new(host)
        .sign_up(&address, account_id, &keys.auth_key, keys.params())
        .await;
    match created {
        Ok(()) => {}
        // Perhaps by our own earlier attempt: the password tells.
        Err(problem) if is_taken(&problem) && attempt == Attempt::AfterUnanswered => {}
        Err(problem) => return Err(problem),
    }
    report(Progress::of(Doing::SigningIn));
    let signed_in = Anonymous::new(host).sign_in(&address, &keys.auth_key).await;
    let (session, account) = signed_in.map_err(|problem| match problem.kind {
        // Somebody has this address, with another password; a server may keep that to itself until here.
        ProblemKind::Input(InputFault::WrongCredentials) => InputFault::AddressTaken.into(),
        // A server that keeps it to itself has made no account, so this is not known to be done.
        _ => problem.at_least(Effect::Open),
    })?;
    // An account of another id was there before, and this password is its password.
    let reason = if account.id == account_id {
        CodeReason::NewAccount
    } else {
        CodeReason::ResumedSignUp
    };
    let proven = Proven::new(address, derivations, keys, session, account);
    let arrival = arrive(Rc::new(proven), reason, host, report).await;
    arrival.map_err(|problem| problem.at_least(Effect::Done))
}

fn is_taken(problem: &Problem) -> bool {
    problem.kind == ProblemKind::Input(InputFault::AddressTaken)
}

fn draw_account_id(host: &impl Host) -> AccountId {
    let mut bytes = [0; AccountId::LEN];
    host.with_rng(|rng| rng.fill_bytes(&mut bytes));
    AccountId::from_bytes(bytes)
}
