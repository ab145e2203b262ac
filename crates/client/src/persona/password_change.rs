//! New keys in place of the present password's: credential and wrap in one transaction, then seen to open.

use keyhaven_core::wrap::WrapContext;

use super::{
    Account, PresentPassword, Unlocked,
    api::{Anonymous, DerivedKeys, Release, Released, Session, SignedIn},
    key_record::{self, CONFLICTS_MAX},
    proven::open_released,
};
use crate::{
    host::Host,
    problem::{Effect, Problem, ProblemKind, ServerFault},
};

/// Puts the keys of a new password in force, or of the same one under a newer derivation. Whatever is answered, and
/// also if nothing is: they are seen to sign in and to open the backup before this says so.
pub(super) async fn put_in_force(
    unlocked: &Unlocked,
    current: &DerivedKeys,
    new: &DerivedKeys,
    host: &impl Host,
) -> Result<(), Problem> {
    let account = unlocked.account();
    let (session, account) = match change_and_follow(unlocked, current, new, &account, host).await {
        Ok(changed) => changed,
        // The answer was lost, or the session ended because the change had already happened: the new password tells.
        Err(problem) if problem.effect == Effect::Open || problem.kind == ProblemKind::SignInAgain => {
            Anonymous::new(host)
                .sign_in(&unlocked.address, &new.auth_key)
                .await
                .map_err(|_| problem)?
        }
        Err(problem) => return Err(problem),
    };
    // The new password has signed in, or was answered to be in force.
    take_over(unlocked, new, session, account, host)
        .await
        .map_err(|problem| problem.at_least(Effect::Done))
}

async fn change_and_follow(
    unlocked: &Unlocked,
    current: &DerivedKeys,
    new: &DerivedKeys,
    account: &Account,
    host: &impl Host,
) -> Result<(Session, Account), Problem> {
    let session = unlocked.session();
    let signed_in = unlocked.signed_in(host, &session);
    let context = (account.id, new.params(), account.next_credential_epoch);
    for _ in 0..CONFLICTS_MAX {
        let keys = unlocked.backup_keys();
        let wrap = key_record::password_wrap(keys.present(), &new.wrap_key, context, host).await?;
        let record = key_record::rewrapped(keys.present(), wrap);
        let version = unlocked.record_version();
        let changed = signed_in
            .change_password(&current.auth_key, &new.auth_key, new.params(), record, version)
            .await;
        match changed {
            // Another device wrote the record, with a new recovery code: that one stays, only the version is followed.
            Err(problem) if problem.kind == ProblemKind::ReadAgain => {
                let record = signed_in.keys().await?.ok_or(ServerFault::DamagedKeyRecord)?;
                unlocked.note_record_version(record.version);
            }
            changed => return changed,
        }
    }
    Err(ProblemKind::ReadAgain.into())
}

async fn take_over(
    unlocked: &Unlocked,
    new: &DerivedKeys,
    session: Session,
    account: Account,
    host: &impl Host,
) -> Result<(), Problem> {
    if account.id != unlocked.account().id {
        return Err(ServerFault::Foreign.into());
    }
    let released = SignedIn::new(host, &session)
        .release(Release::Password(&new.auth_key))
        .await?;
    let Released::Wrap(released) = released else {
        return Err(ServerFault::DamagedKeyRecord.into());
    };
    let context = WrapContext::password(account.id, new.params(), account.credential_epoch);
    let opened = open_released(released, &new.wrap_key, &context, host).await?;
    if opened.backup_keys.present() != unlocked.backup_keys().present() {
        return Err(ServerFault::DamagedKeyRecord.into());
    }
    let password = PresentPassword {
        derivation: new.derivation,
        wrap: opened.wrap,
    };
    unlocked.note_password(session, account, password, opened.version);
    Ok(())
}
