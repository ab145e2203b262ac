//! Opening a locked backup with the recovery code or the old password, and wrapping it for the present password.

use std::rc::Rc;

use keyhaven_core::{
    keys::BackupKey,
    password::Password,
    recovery_code::RecoveryCode,
    wrap::{OpenWrapError, WrapContext, open_wrap},
};
use keyhaven_protocol::persona::AccountState;

use super::{
    CodeProblem, CodeReason, LockedProblem, OldPasswordProblem,
    arrive::{Arrival, arrive, unlocked},
    work::Outcome,
};
use crate::{
    engine,
    host::Host,
    persona::{
        api::{RecordCondition, Release, Released, ReleasedWrap},
        key_record::{self, CONFLICTS_MAX, OpenedByCode},
        proven::{OpenedByPassword, Proven},
    },
    problem::{Effect, Problem, ProblemKind, ServerFault},
    progress::{Doing, Progress, Report},
};

/// The backup key is at hand; the present password does not open it yet.
#[derive(Debug)]
pub(super) struct OpenedBackup {
    pub(super) proven: Rc<Proven>,
    backup_key: BackupKey,
}

/// With the recovery code.
pub(super) async fn by_code(
    proven: Rc<Proven>,
    code: &RecoveryCode,
    host: &impl Host,
    report: Report<'_>,
) -> Outcome {
    if let Some(outcome) = already_open(&proven, host, report).await {
        return outcome;
    }
    let opened = proven
        .call(host, async |signed_in| {
            key_record::open_by_code(code, proven.account.id, &signed_in).await
        })
        .await;
    let problem = match opened {
        Ok(OpenedByCode::Opened(backup_key)) => {
            return rewrap(Rc::new(OpenedBackup { proven, backup_key }), host, report).await;
        }
        Ok(OpenedByCode::OtherBackup) => CodeProblem::OtherBackup,
        Ok(OpenedByCode::Damaged) => CodeProblem::DamagedRecord,
        Err(problem) => return Outcome::Failed(problem),
    };
    Outcome::StillLocked(LockedProblem::Code(problem))
}

/// With the password from before the reset.
pub(super) async fn by_old_password(
    proven: Rc<Proven>,
    password: &Password,
    host: &impl Host,
    report: Report<'_>,
) -> Outcome {
    if let Some(outcome) = already_open(&proven, host, report).await {
        return outcome;
    }
    match open_by_old_password(&proven, password, host, report).await {
        Ok(Ok(backup_key)) => rewrap(Rc::new(OpenedBackup { proven, backup_key }), host, report).await,
        Ok(Err(problem)) => Outcome::StillLocked(LockedProblem::OldPassword(problem)),
        Err(problem) => Outcome::Failed(problem),
    }
}

/// Wraps the backup key for the present password and sees for itself that it opens.
pub(super) async fn rewrap(opened: Rc<OpenedBackup>, host: &impl Host, report: Report<'_>) -> Outcome {
    report(Progress::of(Doing::WritingKeyRecord));
    match write_and_reopen(&opened, host).await {
        Ok(by_password) => match unlocked(&opened.proven, by_password, host).await {
            Ok(unlocked) => Outcome::Arrived(Arrival::Unlocked(unlocked)),
            Err(problem) => Outcome::NotYetRewrapped(opened, problem.at_least(Effect::Done)),
        },
        Err(problem) => Outcome::NotYetRewrapped(opened, problem),
    }
}

/// An unlock before this one may have been acted on without an answer, or another device was faster: then the present
/// password opens the backup by now, and nothing of an older secret is released any more.
async fn already_open(proven: &Rc<Proven>, host: &impl Host, report: Report<'_>) -> Option<Outcome> {
    match arrive(Rc::clone(proven), CodeReason::ResumedSignUp, host, report).await {
        Ok(Arrival::Locked(..)) => None,
        Ok(arrival) => Some(Outcome::Arrived(arrival)),
        Err(problem) => Some(Outcome::Failed(problem)),
    }
}

async fn open_by_old_password(
    proven: &Proven,
    password: &Password,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Result<BackupKey, OldPasswordProblem>, Problem> {
    for derivation in proven.derivations.each() {
        let keys = derivation.derive(password, host, report).await?;
        report(Progress::of(Doing::OpeningBackupKey));
        let released = proven
            .call(host, async |signed_in| {
                signed_in.release(Release::OldPassword(&keys.auth_key)).await
            })
            .await?;
        let Released::Wrap(ReleasedWrap { wrap, .. }) = released else {
            continue;
        };
        // Bound to what was derived here; only the epoch is the record's, and its tag proves it.
        let context = WrapContext::password(proven.account.id, keys.params(), wrap.epoch);
        let opening = open_wrap(&keys.wrap_key, &context, &wrap);
        return match engine::run(opening, host.engine(), &|_| {}).await {
            Ok(backup_key) => Ok(Ok(backup_key)),
            Err(OpenWrapError::Job(error)) => Err(error.into()),
            Err(OpenWrapError::OtherContext) => Err(ServerFault::Foreign.into()),
            Err(_) => Ok(Err(OldPasswordProblem::DamagedRecord)),
        };
    }
    Ok(Err(OldPasswordProblem::NotTheOldOne))
}

async fn write_and_reopen(opened: &OpenedBackup, host: &impl Host) -> Result<OpenedByPassword, Problem> {
    let proven = &opened.proven;
    let lifted = if proven.account.state == AccountState::Frozen {
        // Nothing is written while an account is frozen. The page has said that opening the backup here lifts that.
        let proof = opened.backup_key.derive_unlock_proof();
        proven
            .call(host, async |signed_in| signed_in.unlock(&proof).await)
            .await?;
        Effect::Open
    } else {
        Effect::None
    };
    let reopened = wrap_and_reopen(opened, host).await;
    reopened.map_err(|problem| problem.at_least(lifted))
}

async fn wrap_and_reopen(opened: &OpenedBackup, host: &impl Host) -> Result<OpenedByPassword, Problem> {
    let proven = &opened.proven;
    let account = &proven.account;
    for _ in 0..CONFLICTS_MAX {
        let record = proven
            .call(host, async |signed_in| signed_in.keys().await)
            .await?;
        let record = record.ok_or(ServerFault::DamagedKeyRecord)?;
        if record.credential_epoch != account.credential_epoch {
            return Err(ProblemKind::SignInAgain.into());
        }
        if record.password_epoch == record.credential_epoch
            && let Ok(Some(by_password)) = proven.open_by_password(host).await
            && *by_password.backup_keys.present() == opened.backup_key
        {
            return Ok(by_password);
        }
        let written = proven
            .call(host, async |signed_in| {
                let context = (account.id, proven.keys.params(), account.credential_epoch);
                let wrap =
                    key_record::password_wrap(&opened.backup_key, &proven.keys.wrap_key, context, host)
                        .await?;
                let request = key_record::rewrapped(&opened.backup_key, wrap);
                signed_in
                    .write_keys(RecordCondition::Version(record.version), request)
                    .await
            })
            .await;
        match written {
            Ok(_) => {
                let seen = proven.open_by_password(host).await;
                return match seen.map_err(|problem| problem.at_least(Effect::Done))? {
                    Some(seen) if *seen.backup_keys.present() == opened.backup_key => Ok(seen),
                    _ => Err(Problem::from(ServerFault::DamagedKeyRecord).at_least(Effect::Done)),
                };
            }
            Err(problem) if problem.kind == ProblemKind::ReadAgain => {}
            Err(problem) => return Err(problem),
        }
    }
    Err(ProblemKind::ReadAgain.into())
}
