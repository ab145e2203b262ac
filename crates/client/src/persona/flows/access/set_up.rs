//! A new backup key and a new recovery code, put into force once the code was confirmed.

use std::rc::Rc;

use keyhaven_core::{
    keys::BackupKey,
    recovery_code::{CodeLength, RecoveryCode},
};

use super::{
    CodeReason,
    arrive::{self, Arrival},
    work::Outcome,
};
use crate::{
    host::Host,
    persona::{
        api::RecordCondition,
        code_confirmation::draw_groups,
        key_record::{self, OpenedByCode},
        proven::Proven,
        shown_code::{GroupNumber, ShownCode},
    },
    problem::{Effect, Problem, ProblemKind, ServerFault},
    progress::{Doing, Progress, Report},
};

/// A backup that exists on this device only, until its record is written.
#[derive(Debug)]
pub(super) struct SetUp {
    pub(super) proven: Rc<Proven>,
    pub(super) code: ShownCode,
    pub(super) asked: [GroupNumber; 2],
    pub(super) reason: CodeReason,
    backup_key: BackupKey,
}

impl SetUp {
    pub(super) fn generate(proven: Rc<Proven>, reason: CodeReason, host: &impl Host) -> Self {
        host.with_rng(|rng| {
            let backup_key = BackupKey::generate(rng);
            let code = RecoveryCode::generate(CodeLength::Bits128, rng);
            let asked = draw_groups(&code, rng);
            Self {
                proven,
                code: ShownCode::new(code),
                asked,
                reason,
                backup_key,
            }
        })
    }
}

/// Writes the record, then sees for itself that both the code and the password open the backup.
pub(super) async fn write_record(set_up: &SetUp, host: &impl Host, report: Report<'_>) -> Outcome {
    report(Progress::of(Doing::WritingKeyRecord));
    match put_into_force(set_up, host).await {
        Ok(Some(unlocked)) => Outcome::Arrived(unlocked),
        Ok(None) => Outcome::SetUpElsewhere,
        Err(problem) => Outcome::Failed(problem),
    }
}

/// `None` if the account has a record that is not this one.
async fn put_into_force(set_up: &SetUp, host: &impl Host) -> Result<Option<Arrival>, Problem> {
    let proven = &set_up.proven;
    let account = &proven.account;
    let written = proven
        .call(host, async |signed_in| {
            let context = (account.id, proven.keys.params(), account.credential_epoch);
            let password =
                key_record::password_wrap(&set_up.backup_key, &proven.keys.wrap_key, context, host).await?;
            let record =
                key_record::with_code(&set_up.backup_key, password, set_up.code.code(), account.id, host)
                    .await?;
            signed_in.write_keys(RecordCondition::Absent, record).await
        })
        .await;
    let effect = match written {
        Ok(_) => Effect::Done,
        // An earlier try of ours may have been acted on without an answer: what is there now decides.
        Err(problem) if problem.kind == ProblemKind::ReadAgain => Effect::Open,
        Err(problem) => return Err(problem),
    };
    let seen = see_both_open(set_up, host).await;
    seen.map_err(|problem| problem.at_least(effect))
}

/// Whether both the code and the password open the backup. `None` if the account has a record that is not this one.
async fn see_both_open(set_up: &SetUp, host: &impl Host) -> Result<Option<Arrival>, Problem> {
    let proven = &set_up.proven;
    let by_code = proven
        .call(host, async |signed_in| {
            key_record::open_by_code(set_up.code.code(), proven.account.id, &signed_in).await
        })
        .await?;
    match by_code {
        OpenedByCode::Opened(key) if key == set_up.backup_key => {}
        OpenedByCode::Opened(_) | OpenedByCode::Damaged => return Err(ServerFault::DamagedKeyRecord.into()),
        OpenedByCode::OtherBackup => return Ok(None),
    }
    let opened = proven
        .open_by_password(host)
        .await?
        .ok_or(ServerFault::DamagedKeyRecord)?;
    if *opened.backup_keys.present() != set_up.backup_key {
        return Err(ServerFault::DamagedKeyRecord.into());
    }
    Ok(Some(Arrival::Unlocked(
        arrive::unlocked(proven, opened, host).await?,
    )))
}
