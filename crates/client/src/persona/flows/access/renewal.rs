//! A password that was derived under older parameters or an older salt is derived anew, once it is at hand anyway.

use keyhaven_core::password::Password;

use crate::{
    host::Host,
    persona::{Unlocked, password_change, proven::Proven},
    problem::Problem,
    progress::{Doing, Progress, Report},
};

/// Moves the password to the newest derivation of its address, as a change to the same password. Signing in has worked
/// already and goes on whatever comes of this: where it fails, the next sign-in tries again.
pub(super) async fn renew(
    unlocked: &Unlocked,
    proven: &Proven,
    password: &Password,
    host: &impl Host,
    report: Report<'_>,
) {
    let account = unlocked.account();
    // A change of the password takes back a change of address that waits: not without being asked.
    let may_change = account.state.may_change() && account.address_change.is_none();
    if may_change && proven.keys.derivation != proven.derivations.newest() {
        let _not_yet: Result<(), Problem> = derive_anew(unlocked, proven, password, host, report).await;
    }
}

async fn derive_anew(
    unlocked: &Unlocked,
    proven: &Proven,
    password: &Password,
    host: &impl Host,
    report: Report<'_>,
) -> Result<(), Problem> {
    let newest = proven.derivations.newest();
    let new = newest.derive(password, host, report).await?;
    report(Progress::of(Doing::RenewingKeys));
    password_change::put_in_force(unlocked, &proven.keys, &new, host).await
}
