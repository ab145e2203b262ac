//! A new backup key with a new recovery code, because somebody has seen the one before.

use keyhaven_core::{
    former_keys::BackupKeys,
    job::JobError,
    keys::{BackupKey, RecoveryAuth},
    password::Password,
    recovery_code::RecoveryCode,
    wrap::WrapContext,
};
use keyhaven_protocol::persona::KeyRecordRequest;

use super::{
    password::prove_present,
    recovery::{self, NewCode},
    view::{CodeCheck, SettingsDone},
    work::Outcome,
};
use crate::{
    host::Host,
    persona::{
        Unlocked,
        api::{DerivedKeys, Release, Released},
        key_record::{self, OpenedByCode},
        proven::{OpenedByPassword, open_released},
    },
    problem::{Problem, ServerFault},
    progress::Report,
};

/// A backup key that is not in force yet, and what it is wrapped for beside the recovery code.
#[derive(Debug)]
pub(super) struct Renewal {
    /// With it in force.
    keys: BackupKeys,
    /// Of the present password, which stays.
    present: DerivedKeys,
    /// Of the code that decides, which was seen.
    deciding: RecoveryAuth,
}

/// Makes code and key. Nothing is written.
///
/// A code that is not the account's is told here, before anybody writes a new one down. While a former code decides
/// only the server can tell, since that one opens nothing.
pub(super) async fn prepare(
    unlocked: &Unlocked,
    password: &Password,
    seen: &RecoveryCode,
    host: &impl Host,
    report: Report<'_>,
) -> Result<Outcome, Problem> {
    let present = prove_present(unlocked, password, host, report).await?;
    if unlocked.account().former_code_until.is_none()
        && let CodeCheck::Fails(problem) = recovery::check(unlocked, seen, host, report).await?
    {
        return Ok(Outcome::Done(SettingsDone::SeenCodeFails(problem)));
    }
    let next = host.with_rng(BackupKey::generate);
    let renewal = Renewal {
        keys: unlocked.backup_keys().followed_by(next),
        present,
        deciding: seen.derive_auth(),
    };
    Ok(Outcome::Code(NewCode::generate(Some(renewal), host)))
}

impl Renewal {
    /// The record with everything of the new key.
    pub(super) async fn record(
        &self,
        unlocked: &Unlocked,
        code: &RecoveryCode,
        host: &impl Host,
    ) -> Result<KeyRecordRequest, JobError> {
        let context = self.context(unlocked);
        let password = key_record::password_wrap(
            self.keys.present(),
            &self.present.wrap_key,
            (context.account_id, self.present.params(), context.epoch),
            host,
        )
        .await?;
        let given_up = unlocked.backup_keys();
        key_record::renewed(
            given_up.present(),
            &self.keys,
            password,
            code,
            &self.deciding,
            context.account_id,
            host,
        )
        .await
    }

    /// Whether code and password both open the new key, which is taken over then. Writes nothing.
    pub(super) async fn is_in_force(
        &self,
        unlocked: &Unlocked,
        code: &RecoveryCode,
        host: &impl Host,
    ) -> Result<bool, Problem> {
        let session = unlocked.session();
        let signed_in = unlocked.signed_in(host, &session);
        match key_record::open_by_code(code, unlocked.account_id(), &signed_in).await? {
            OpenedByCode::Opened(key) if key == *self.keys.present() => {
                let opened = self.open_by_password(unlocked, host).await?;
                // The epoch of the next password is another one now.
                unlocked.read_account(host).await?;
                unlocked.note_renewal(opened.backup_keys, opened.wrap, opened.version);
                Ok(true)
            }
            OpenedByCode::OtherBackup => Ok(false),
            OpenedByCode::Opened(_) | OpenedByCode::Damaged => Err(ServerFault::DamagedKeyRecord.into()),
        }
    }

    async fn open_by_password(
        &self,
        unlocked: &Unlocked,
        host: &impl Host,
    ) -> Result<OpenedByPassword, Problem> {
        let session = unlocked.session();
        let release = Release::Password(&self.present.auth_key);
        let released = unlocked.signed_in(host, &session).release(release).await?;
        let Released::Wrap(released) = released else {
            return Err(ServerFault::DamagedKeyRecord.into());
        };
        let opened = open_released(released, &self.present.wrap_key, &self.context(unlocked), host).await?;
        // All of them: what opened something before must open it still.
        if opened.backup_keys.newest_first().eq(self.keys.newest_first()) {
            Ok(opened)
        } else {
            Err(ServerFault::DamagedKeyRecord.into())
        }
    }

    fn context(&self, unlocked: &Unlocked) -> WrapContext {
        let wrap = unlocked.password().wrap;
        WrapContext::password(unlocked.account_id(), self.present.params(), wrap.epoch)
    }
}
