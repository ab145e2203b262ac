//! Another address: everything that is derived from the password is made anew for it, and waits for both letters.

use keyhaven_core::password::Password;
use keyhaven_protocol::address::Address;

use super::password::prove_present;
use crate::{
    host::Host,
    persona::{
        Unlocked,
        api::{AddressChangeRequest, Anonymous},
        key_record::{self, CONFLICTS_MAX},
    },
    problem::{Effect, InputFault, Problem, ProblemKind, ServerFault},
    progress::{Doing, Progress, Report},
};

/// Asks for the change. If the answer is lost it may wait already; asking once more replaces it.
pub(super) async fn change(
    unlocked: &Unlocked,
    password: &Password,
    new_address: &Address,
    host: &impl Host,
    report: Report<'_>,
) -> Result<(), Problem> {
    if new_address.normalised() == unlocked.address.normalised() {
        return Err(InputFault::SameAddress.into());
    }
    let current = prove_present(unlocked, password, host, report).await?;
    report(Progress::of(Doing::AskingServer));
    let derivations = Anonymous::new(host).kdf(new_address).await?;
    let new = derivations.newest().derive(password, host, report).await?;
    report(Progress::of(Doing::ChangingAccount));
    let session = unlocked.session();
    let signed_in = unlocked.signed_in(host, &session);
    for _ in 0..CONFLICTS_MAX {
        let account = unlocked.account();
        let context = (account.id, new.params(), account.next_credential_epoch);
        let wrap =
            key_record::password_wrap(unlocked.backup_keys().present(), &new.wrap_key, context, host).await?;
        let asked = signed_in
            .change_address(AddressChangeRequest {
                current: &current.auth_key,
                new_address,
                new_auth_key: &new.auth_key,
                kdf: new.params(),
                keys: key_record::rewrapped(unlocked.backup_keys().present(), wrap),
                version: unlocked.record_version(),
            })
            .await;
        match asked {
            Ok(account) => {
                let noted = unlocked.note_account(account);
                return noted.map_err(|fault| Problem::from(fault).at_least(Effect::Done));
            }
            // Another device wrote the record, with a new recovery code: that one stays, only the version is followed.
            Err(problem) if problem.kind == ProblemKind::ReadAgain => {
                let record = signed_in.keys().await?.ok_or(ServerFault::DamagedKeyRecord)?;
                unlocked.note_record_version(record.version);
            }
            Err(problem) => return Err(problem),
        }
    }
    Err(ProblemKind::ReadAgain.into())
}

/// Takes a change back that waits.
pub(super) async fn cancel(unlocked: &Unlocked, host: &impl Host, report: Report<'_>) -> Result<(), Problem> {
    report(Progress::of(Doing::ChangingAccount));
    let session = unlocked.session();
    let signed_in = unlocked.signed_in(host, &session);
    signed_in.cancel_address_change().await?;
    // What is said afterwards was seen on the server.
    unlocked
        .read_account(host)
        .await
        .map_err(|problem| problem.at_least(Effect::Done))
}
