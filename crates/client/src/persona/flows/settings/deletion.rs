//! The end of an account: in 30 days, or at once with the recovery code.

use keyhaven_core::{password::Password, recovery_code::RecoveryCode};

use super::{super::access::CodeProblem, password::prove_present, view::SettingsDone, work::Outcome};
use crate::{
    host::Host,
    persona::{SessionOver, Unlocked, api::Deletion},
    problem::{Effect, InputFault, Problem, ProblemKind},
    progress::{Doing, Progress, Report},
};

/// Deletes the account.
pub(super) async fn delete(
    unlocked: &Unlocked,
    password: &Password,
    code: Option<&RecoveryCode>,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Outcome, Problem> {
    let current = prove_present(unlocked, password, host, report).await?;
    report(Progress::of(Doing::ChangingAccount));
    let session = unlocked.session();
    let signed_in = unlocked.signed_in(host, &session);
    let recovery_auth = code.map(RecoveryCode::derive_auth);
    match signed_in
        .delete_account(&current.auth_key, recovery_auth.as_ref())
        .await
    {
        Ok(Deletion::Removed) => Ok(Outcome::Over(SessionOver::AccountRemoved)),
        Ok(Deletion::RemovedAt(removed)) => {
            unlocked
                .read_account(host)
                .await
                .map_err(|problem| problem.at_least(Effect::Done))?;
            Ok(Outcome::Done(SettingsDone::AccountDeleted { removed }))
        }
        // The password opened the wrap a moment ago, so the code is the other backup's.
        Err(problem) if code.is_some() && problem.kind == ProblemKind::Input(InputFault::WrongPassword) => {
            let fails = SettingsDone::DeletionCodeFails(CodeProblem::OtherBackup);
            Ok(Outcome::Done(fails))
        }
        Err(problem) => Err(problem),
    }
}
