//! Just signed in: what does this account have, and does the present password open it?

use std::rc::Rc;

use keyhaven_protocol::persona::AccountState;

use super::{CodeReason, set_up::SetUp};
use crate::{
    host::Host,
    persona::{
        PresentPassword, Unlocked,
        proven::{OpenedByPassword, Proven},
    },
    problem::{Problem, ProblemKind, ServerFault},
    progress::{Doing, Progress, Report},
};

/// What was found.
#[derive(Debug)]
pub(super) enum Arrival {
    /// An account without a key record: a sign-up to finish.
    NoKeyRecord(SetUp),
    /// The present password opens nothing, or its wrap is damaged.
    Locked(Rc<Proven>, Option<Problem>),
    /// The backup is open.
    Unlocked(Rc<Unlocked>),
}

pub(super) async fn arrive(
    proven: Rc<Proven>,
    reason: CodeReason,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Arrival, Problem> {
    report(Progress::of(Doing::OpeningBackupKey));
    let Some(record) = proven
        .call(host, async |signed_in| signed_in.keys().await)
        .await?
    else {
        // A server that shows none where this device has seen an inventory hides it, or is a copy of long ago.
        let was_seen = host.remembered(proven.account.id);
        if was_seen.is_some_and(|seen| seen.inventory.counter > 0) {
            return Err(ServerFault::DamagedKeyRecord.into());
        }
        match proven.account.state {
            AccountState::Unconfirmed | AccountState::Active if proven.account.used_bytes == 0 => {}
            // Its first record cannot be written before the freeze is over.
            AccountState::Frozen if proven.account.used_bytes == 0 => {
                let until = proven.account.state_until;
                return Err(ProblemKind::FrozenBeforeSetUp { until }.into());
            }
            // Nothing can be stored before there is a key record, and only an account with one is ever in another
            // state. A server that says otherwise has lost the record, or hides it: a new one must not take its place.
            _ => return Err(ServerFault::DamagedKeyRecord.into()),
        }
        return Ok(Arrival::NoKeyRecord(SetUp::generate(proven, reason, host)));
    };
    if record.credential_epoch != proven.account.credential_epoch {
        return Err(ProblemKind::SignInAgain.into());
    }
    if record.password_epoch != record.credential_epoch {
        return Ok(Arrival::Locked(proven, None));
    }
    match proven.open_by_password(host).await {
        Ok(Some(opened)) => unlocked(&proven, opened, host).await.map(Arrival::Unlocked),
        Ok(None) => Ok(Arrival::Locked(proven, None)),
        // The recovery code has a wrap of its own, so a damaged one of the password is no end.
        Err(problem) if problem.kind == ProblemKind::Server(ServerFault::DamagedKeyRecord) => {
            Ok(Arrival::Locked(proven, Some(problem)))
        }
        Err(problem) => Err(problem),
    }
}

/// The backup key is at hand and the present password opens it.
pub(super) async fn unlocked(
    proven: &Proven,
    opened: OpenedByPassword,
    host: &impl Host,
) -> Result<Rc<Unlocked>, Problem> {
    let proof = opened.backup_keys.present().derive_unlock_proof();
    let account = proven
        .call(host, async |signed_in| {
            let account = signed_in.account().await?;
            match account.state {
                // What just happened is the way out of this one. The others are left by somebody who says so.
                AccountState::Unproven => signed_in.unlock(&proof).await,
                _ => Ok(account),
            }
        })
        .await?;
    if account.id != proven.account.id {
        return Err(ServerFault::Foreign.into());
    }
    Ok(Rc::new(Unlocked::new(
        proven.address.clone(),
        opened.backup_keys,
        proven.session(),
        account,
        PresentPassword {
            derivation: proven.keys.derivation,
            wrap: opened.wrap,
        },
        opened.version,
    )))
}
