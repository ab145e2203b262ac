//! A new recovery code, and "do you still have your code?".

use keyhaven_core::recovery_code::{CodeLength, RecoveryCode};

use super::{
    super::access::CodeProblem,
    view::{CodeCheck, SettingsDone},
};
use crate::{
    host::Host,
    persona::{
        Unlocked,
        api::RecordCondition,
        code_confirmation::draw_groups,
        key_record::{self, CONFLICTS_MAX, OpenedByCode},
        shown_code::{GroupNumber, ShownCode},
    },
    problem::{Effect, Problem, ProblemKind, ServerFault},
    progress::{Doing, Progress, Report},
};

/// A code that is not in force yet.
#[derive(Debug)]
pub(super) struct NewCode {
    pub(super) code: ShownCode,
    pub(super) asked: [GroupNumber; 2],
}

impl NewCode {
    pub(super) fn generate(host: &impl Host) -> Self {
        host.with_rng(|rng| {
            let code = RecoveryCode::generate(CodeLength::Bits128, rng);
            let asked = draw_groups(&code, rng);
            Self {
                code: ShownCode::new(code),
                asked,
            }
        })
    }
}

/// Writes the record with the new code and sees for itself that the code opens the backup.
pub(super) async fn put_into_force(
    unlocked: &Unlocked,
    new: &NewCode,
    host: &impl Host,
    report: Report<'_>,
) -> Result<(), Problem> {
    report(Progress::of(Doing::WritingKeyRecord));
    let session = unlocked.session();
    let signed_in = unlocked.signed_in(host, &session);
    let code = new.code.code();
    for _ in 0..CONFLICTS_MAX {
        let password = unlocked.password().wrap;
        let record =
            key_record::with_code(&unlocked.backup_key, password, code, unlocked.account().id, host)?;
        let condition = RecordCondition::Version(unlocked.record_version());
        let effect = match signed_in.write_keys(condition, record).await {
            Ok(record) => {
                unlocked.note_record_version(record.version);
                Effect::Done
            }
            // An earlier try of ours may be what is there: what the code opens decides, below.
            Err(problem) if problem.kind == ProblemKind::ReadAgain => {
                let record = signed_in
                    .keys()
                    .await
                    .map_err(|problem| problem.at_least(Effect::Open))?;
                unlocked.note_record_version(record.ok_or(ServerFault::DamagedKeyRecord)?.version);
                Effect::Open
            }
            Err(problem) => return Err(problem),
        };
        let checked = check(unlocked, code, host, report).await;
        match checked.map_err(|problem| problem.at_least(effect))? {
            CodeCheck::Opens => return Ok(()),
            // Somebody else's record: the next round writes ours over it.
            CodeCheck::Fails(CodeProblem::OtherBackup) => {}
            CodeCheck::Fails(_) => {
                return Err(Problem::from(ServerFault::DamagedKeyRecord).at_least(effect));
            }
        }
    }
    Err(ProblemKind::ReadAgain.into())
}

/// Sees which code opens the backup after the new one was sent, and nothing was heard of it.
pub(super) async fn settle(
    unlocked: &Unlocked,
    new: &NewCode,
    host: &impl Host,
    report: Report<'_>,
) -> Result<SettingsDone, Problem> {
    let session = unlocked.session();
    let signed_in = unlocked.signed_in(host, &session);
    for _ in 0..CONFLICTS_MAX {
        let record = signed_in.keys().await?.ok_or(ServerFault::DamagedKeyRecord)?;
        unlocked.note_record_version(record.version);
        match check(unlocked, new.code.code(), host, report).await? {
            CodeCheck::Opens => return Ok(SettingsDone::CodeReplaced),
            CodeCheck::Fails(CodeProblem::OtherBackup) => {}
            CodeCheck::Fails(_) => return Err(ServerFault::DamagedKeyRecord.into()),
        }
        // The request may be on its way yet. It names this version, so a write of the record as it is makes it void.
        let record = key_record::rewrapped(&unlocked.backup_key, unlocked.password().wrap);
        match signed_in
            .write_keys(RecordCondition::Version(unlocked.record_version()), record)
            .await
        {
            Ok(record) => {
                unlocked.note_record_version(record.version);
                return Ok(SettingsDone::CodeKept);
            }
            // It arrived just now, or another device wrote: once more.
            Err(problem) if problem.kind == ProblemKind::ReadAgain => {}
            Err(problem) => return Err(problem),
        }
    }
    Err(ProblemKind::ReadAgain.into())
}

/// Opens the backup with a code that somebody still has. Changes nothing.
pub(super) async fn check(
    unlocked: &Unlocked,
    code: &RecoveryCode,
    host: &impl Host,
    report: Report<'_>,
) -> Result<CodeCheck, Problem> {
    report(Progress::of(Doing::OpeningBackupKey));
    let session = unlocked.session();
    let signed_in = unlocked.signed_in(host, &session);
    Ok(
        match key_record::open_by_code(code, unlocked.account().id, &signed_in).await? {
            OpenedByCode::Opened(key) if key == unlocked.backup_key => CodeCheck::Opens,
            OpenedByCode::Opened(_) | OpenedByCode::Damaged => CodeCheck::Fails(CodeProblem::DamagedRecord),
            OpenedByCode::OtherBackup => CodeCheck::Fails(CodeProblem::OtherBackup),
        },
    )
}
