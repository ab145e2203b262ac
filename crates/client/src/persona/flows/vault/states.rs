//! The ways out of a state of the account that somebody has to ask for.

use keyhaven_core::recovery_code::RecoveryCode;

use super::{super::access::CodeProblem, done::VaultDone};
use crate::{
    host::Host,
    persona::Unlocked,
    problem::Problem,
    progress::{Doing, Progress, Report},
};

/// Which way.
#[derive(Debug)]
pub(super) enum WayOut {
    /// Out of `frozen`, with the backup key.
    Lift,
    /// Out of `disputed`, with the recovery code.
    Decide(RecoveryCode),
    /// Out of `deleted`.
    TakeDeletionBack,
    /// Out of `unconfirmed`: the letter once more.
    ResendConfirmation,
}

/// Goes that way. Answers what to say.
pub(super) async fn leave(
    unlocked: &Unlocked,
    way: WayOut,
    host: &impl Host,
    report: Report<'_>,
) -> Result<VaultDone, Problem> {
    report(Progress::of(Doing::ChangingAccount));
    let session = unlocked.session();
    let signed_in = unlocked.signed_in(host, &session);
    match way {
        WayOut::Lift => {
            signed_in
                .unlock(&unlocked.backup_keys().present().derive_unlock_proof())
                .await?;
            Ok(VaultDone::Lifted)
        }
        WayOut::Decide(code) => Ok(match signed_in.unlock_by_code(&code.derive_auth()).await? {
            Some(_) => VaultDone::Decided,
            None => VaultDone::CodeFails(CodeProblem::OtherBackup),
        }),
        WayOut::TakeDeletionBack => {
            signed_in.undelete_account().await?;
            Ok(VaultDone::DeletionTakenBack)
        }
        WayOut::ResendConfirmation => {
            signed_in.resend_confirmation().await?;
            Ok(VaultDone::ConfirmationSent)
        }
    }
}
