//! A new recovery code, and "do you still have your code?".

use keyhaven_core::recovery_code::{CodeLength, RecoveryCode};
use keyhaven_protocol::persona::KeyRecordRequest;

use super::{
    super::access::CodeProblem,
    renewal::Renewal,
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
    problem::{Effect, InputFault, Problem, ProblemKind, ServerFault},
    progress::{Doing, Progress, Report},
};

/// A code that is not in force yet.
#[derive(Debug)]
pub(super) struct NewCode {
    pub(super) code: ShownCode,
    pub(super) asked: [GroupNumber; 2],
    /// The backup key that comes into force with it, if the code before was seen by somebody.
    renewal: Option<Renewal>,
}

impl NewCode {
    pub(super) fn generate(renewal: Option<Renewal>, host: &impl Host) -> Self {
        host.with_rng(|rng| {
            let code = RecoveryCode::generate(CodeLength::Bits128, rng);
            let asked = draw_groups(&code, rng);
            Self {
                code: ShownCode::new(code),
                asked,
                renewal,
            }
        })
    }

    /// What to say once it is in force.
    pub(super) const fn done(&self) -> SettingsDone {
        match self.renewal {
            None => SettingsDone::CodeReplaced,
            Some(_) => SettingsDone::CodeAndKeyReplaced,
        }
    }

    async fn record(&self, unlocked: &Unlocked, host: &impl Host) -> Result<KeyRecordRequest, Problem> {
        let code = self.code.code();
        if let Some(renewal) = &self.renewal {
            return Ok(renewal.record(unlocked, code, host).await?);
        }
        let keys = unlocked.backup_keys();
        let password = unlocked.password().wrap;
        let record =
            key_record::with_code(keys.present(), password, code, unlocked.account_id(), host).await?;
        Ok(record)
    }

    /// Whether it opens the backup. What came into force with it is taken over.
    async fn is_in_force(
        &self,
        unlocked: &Unlocked,
        host: &impl Host,
        report: Report<'_>,
    ) -> Result<bool, Problem> {
        let code = self.code.code();
        if let Some(renewal) = &self.renewal {
            report(Progress::of(Doing::OpeningBackupKey));
            return renewal.is_in_force(unlocked, code, host).await;
        }
        match check(unlocked, code, host, report).await? {
            CodeCheck::Opens => Ok(true),
            CodeCheck::Fails(CodeProblem::OtherBackup) => Ok(false),
            CodeCheck::Fails(_) => Err(ServerFault::DamagedKeyRecord.into()),
        }
    }
}

/// Writes the record with everything of the new code, and of the new key if there is one, and sees for itself that it
/// is what opens the backup.
pub(super) async fn put_into_force(
    unlocked: &Unlocked,
    new: &NewCode,
    host: &impl Host,
    report: Report<'_>,
) -> Result<(), Problem> {
    report(Progress::of(Doing::WritingKeyRecord));
    let session = unlocked.session();
    let signed_in = unlocked.signed_in(host, &session);
    for _ in 0..CONFLICTS_MAX {
        let record = new.record(unlocked, host).await?;
        let condition = RecordCondition::Version(unlocked.record_version());
        let (effect, refused) = match signed_in.write_keys(condition, record).await {
            Ok(record) => {
                unlocked.note_record_version(record.version);
                (Effect::Done, None)
            }
            // An earlier try of ours may be what is there: what the code opens decides, below.
            Err(problem) if problem.kind == ProblemKind::ReadAgain => {
                let record = signed_in
                    .keys()
                    .await
                    .map_err(|problem| problem.at_least(Effect::Open))?;
                unlocked.note_record_version(record.ok_or(ServerFault::DamagedKeyRecord)?.version);
                (Effect::Open, None)
            }
            // Or it has given up the key that was proven just now; else it was the presented code that was wrong.
            Err(problem)
                if new.renewal.is_some() && problem.kind == ProblemKind::Server(ServerFault::Foreign) =>
            {
                (Effect::None, Some(InputFault::NotTheDecidingCode))
            }
            Err(problem) => return Err(problem),
        };
        let seen = new.is_in_force(unlocked, host, report).await;
        match (seen.map_err(|problem| problem.at_least(effect))?, refused) {
            (true, _) => return Ok(()),
            (false, Some(fault)) => return Err(fault.into()),
            // Somebody else's record: the next round writes ours over it.
            (false, None) => {}
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
        if new.is_in_force(unlocked, host, report).await? {
            return Ok(new.done());
        }
        // The request may be on its way yet. It names this version, so a write of the record as it is makes it void.
        let record = key_record::rewrapped(unlocked.backup_keys().present(), unlocked.password().wrap);
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
            OpenedByCode::Opened(key) if key == *unlocked.backup_keys().present() => CodeCheck::Opens,
            OpenedByCode::Opened(_) | OpenedByCode::Damaged => CodeCheck::Fails(CodeProblem::DamagedRecord),
            OpenedByCode::OtherBackup => CodeCheck::Fails(CodeProblem::OtherBackup),
        },
    )
}
