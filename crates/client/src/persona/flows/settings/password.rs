//! Changing the password: the present one is proven on this device, and the new one is seen to open.

use keyhaven_core::{
    password::Password,
    wrap::{OpenWrapError, WrapContext, open_wrap},
};

use crate::{
    engine,
    host::Host,
    persona::{
        PresentPassword, Unlocked,
        api::{Anonymous, DerivedKeys},
        password_change,
    },
    problem::{InputFault, Problem},
    progress::{Doing, Progress, Report},
};

/// Changes the password. Whatever is answered, and also if nothing is: the new password is seen to sign in and to open
/// the backup before this says so.
pub(super) async fn change(
    unlocked: &Unlocked,
    current: &Password,
    new: &Password,
    host: &impl Host,
    report: Report<'_>,
) -> Result<(), Problem> {
    let current = prove_present(unlocked, current, host, report).await?;
    report(Progress::of(Doing::AskingServer));
    let derivations = Anonymous::new(host).kdf(&unlocked.address).await?;
    let new = derivations.newest().derive(new, host, report).await?;
    report(Progress::of(Doing::SettingPassword));
    password_change::put_in_force(unlocked, &current, &new, host).await
}

/// The keys of the present password, typed once more.
pub(super) async fn prove_present(
    unlocked: &Unlocked,
    password: &Password,
    host: &impl Host,
    report: Report<'_>,
) -> Result<DerivedKeys, Problem> {
    let PresentPassword { derivation, wrap } = unlocked.password();
    let keys = derivation.derive(password, host, report).await?;
    // Known on this device already, so a slip costs no guess at the server.
    let context = WrapContext::password(unlocked.account().id, keys.params(), wrap.epoch);
    let opening = open_wrap(&keys.wrap_key, &context, &wrap);
    match engine::run(opening, host.engine(), &|_| {}).await {
        Ok(_) => Ok(keys),
        Err(OpenWrapError::Job(error)) => Err(error.into()),
        Err(_) => Err(InputFault::WrongPassword.into()),
    }
}
