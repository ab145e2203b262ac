//! A new recovery code, and "do you still have your code?".

use keyhaven_core::recovery_code::{CodeLength, RecoveryCode};

use super::{super::access::CodeProblem, view::CodeCheck};
use crate::{
    host::Host,
    persona::{
        Unlocked,
        api::RecordCondition,
        code_confirmation::draw_groups,
        key_record::{self, CONFLICTS_MAX, OpenedByCode},
        shown_code::{GroupNumber, ShownCode},
    },
    problem::{Problem, ProblemKind, ServerFault},
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
        match signed_in.write_keys(condition, record).await {
            Ok(record) => unlocked.note_record_version(record.version),
            // An earlier try of ours may be what is there: what the code opens decides, below.
            Err(problem) if problem.kind == ProblemKind::ReadAgain => {
                let record = signed_in.keys().await?.ok_or(ServerFault::DamagedKeyRecord)?;
                unlocked.note_record_version(record.version);
            }
            Err(problem) => return Err(problem),
        }
        match check(unlocked, code, host, report).await? {
            CodeCheck::Opens => return Ok(()),
            // Somebody else's record: the next round writes ours over it.
            CodeCheck::Fails(CodeProblem::OtherBackup) => {}
            CodeCheck::Fails(_) => return Err(ServerFault::DamagedKeyRecord.into()),
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
