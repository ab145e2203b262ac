//! Ways back in past a credential that somebody else set: the last proven password, and the recovery code without mail.

use std::rc::Rc;

use keyhaven_core::{
    password::Password,
    recovery_code::RecoveryCode,
    wrap::{OpenWrapError, WrapContext, open_wrap},
};
use keyhaven_protocol::address::Address;

use super::{
    CodeReason, RecoverProblem,
    arrive::{Arrival, arrive},
};
use crate::{
    engine,
    host::Host,
    persona::{
        Account,
        api::{Anonymous, DerivedKeys, Recovery, Session},
        key_record::{self, CONFLICTS_MAX},
        proven::Proven,
    },
    problem::{Effect, InputFault, Problem, ProblemKind, ServerFault},
    progress::{Doing, Progress, Report},
};

/// Puts the last proven password back in force, under each derivation that it may be of.
pub(super) async fn put_password_back(
    address: Address,
    password: &Password,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Arrival, Problem> {
    report(Progress::of(Doing::AskingServer));
    let anonymous = Anonymous::new(host);
    let derivations = anonymous.kdf(&address).await?;
    let tries: Vec<_> = derivations.each().collect();
    for derivation in tries {
        let keys = derivation.derive(password, host, report).await?;
        report(Progress::of(Doing::PuttingPasswordBack));
        let undone = match anonymous.undo(&address, &keys.auth_key).await {
            Err(problem) if problem.kind == ProblemKind::Input(InputFault::NotTheOldPassword) => continue,
            Err(problem) => sign_in_after(&address, &keys, problem, host).await?,
            Ok(opened) => opened,
        };
        let (session, account) = undone;
        let proven = Proven::new(address, derivations, keys, session, account);
        let arrival = arrive(Rc::new(proven), CodeReason::ResumedSignUp, host, report).await;
        return arrival.map_err(|problem| problem.at_least(Effect::Done));
    }
    Err(InputFault::NotTheOldPassword.into())
}

/// Sets a new password against the recovery code. Nothing is derived, and nothing set, before the code was seen to open
/// the backup.
pub(super) async fn recover(
    address: Address,
    code: &RecoveryCode,
    password: &Password,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Arrival, RecoverProblem> {
    report(Progress::of(Doing::AskingServer));
    let anonymous = Anonymous::new(host);
    let derivations = anonymous.kdf(&address).await?;
    let recovery_auth = code.derive_auth();
    let mut derived = None;
    for _ in 0..CONFLICTS_MAX {
        report(Progress::of(Doing::OpeningBackupKey));
        let found = anonymous.release_for_recovery(&address, &recovery_auth).await?;
        let found = found.ok_or(RecoverProblem::NotOfThisAddress)?;
        let context = WrapContext::of(found.account_id, &found.wrap);
        // The server has compared the proof, so a wrap that this code does not open is not the person's fault.
        let opening = open_wrap(&code.derive_wrap_key(), &context, &found.wrap);
        let opened = engine::run(opening, host.engine(), &|_| {}).await;
        let backup_key = opened.map_err(|error| match error {
            OpenWrapError::Job(error) => Problem::from(error).into(),
            _ => RecoverProblem::DamagedRecord,
        })?;
        let keys = match derived.take() {
            Some(keys) => keys,
            None => derivations.newest().derive(password, host, report).await?,
        };
        report(Progress::of(Doing::SettingPassword));
        let wrap = key_record::password_wrap(
            &backup_key,
            &keys.wrap_key,
            (found.account_id, keys.params(), found.next_credential_epoch),
            host,
        )
        .await
        .map_err(Problem::from)?;
        let recovery = Recovery {
            recovery_auth: &recovery_auth,
            new_auth_key: &keys.auth_key,
            kdf: keys.params(),
            keys: key_record::rewrapped(&backup_key, wrap),
            version: found.version,
        };
        let (session, account) = match anonymous.recover(&address, recovery).await {
            Ok(opened) => opened.ok_or(RecoverProblem::NotOfThisAddress)?,
            // Somebody wrote in between: once more, over what is there now.
            Err(problem) if problem.kind == ProblemKind::ReadAgain => {
                derived = Some(keys);
                continue;
            }
            Err(problem) => sign_in_after(&address, &keys, problem, host).await?,
        };
        if account.id != found.account_id {
            return Err(Problem::from(ServerFault::Foreign).at_least(Effect::Done).into());
        }
        let proven = Proven::new(address, derivations, keys, session, account);
        let arrival = arrive(Rc::new(proven), CodeReason::ResumedSignUp, host, report).await;
        return Ok(arrival.map_err(|problem| problem.at_least(Effect::Done))?);
    }
    Err(Problem::from(ProblemKind::ReadAgain).into())
}

/// The answer was lost: whether the password is in force now, it tells itself. The problem stays what it was if not.
async fn sign_in_after(
    address: &Address,
    keys: &DerivedKeys,
    problem: Problem,
    host: &impl Host,
) -> Result<(Session, Account), Problem> {
    if problem.effect == Effect::None {
        return Err(problem);
    }
    Anonymous::new(host)
        .sign_in(address, &keys.auth_key)
        .await
        .map_err(|_| problem)
}

impl From<Problem> for RecoverProblem {
    fn from(problem: Problem) -> Self {
        Self::Other(problem)
    }
}
