//! A change of address: asked for with everything derived anew, in force when both addresses have confirmed.

use keyhaven_protocol::persona::{ConfirmResponse, limits};
use keyhaven_storage::{
    AddressChange, Author, Notice, RequestAddressChange, StateChange, Timestamp, WriteKeyRecord,
};
use sqlx::SqliteConnection;

use crate::{
    accounts,
    address_changes::{self, NewChange},
    failure::Failure,
    keys::{self, record},
    links::Taken,
    mail::notices,
};

pub(super) use crate::address_changes::Side;

pub(super) async fn request(
    connection: &mut SqliteConnection,
    author: Author,
    change: AddressChange,
    now: Timestamp,
) -> Result<RequestAddressChange, Failure> {
    let Some(account) = keys::signed_in(connection, author, now).await? else {
        return Ok(RequestAddressChange::SignedOut);
    };
    if !account.state.may_change() {
        return Ok(RequestAddressChange::NotAllowed(account.state));
    }
    let Some(stored) = record::read(connection, account.id).await? else {
        return Ok(RequestAddressChange::Refused(WriteKeyRecord::VersionConflict));
    };
    let touches_code = change.keys.recovery.is_some() || change.keys.deciding_verifier.is_some();
    if touches_code || change.keys.replaces_backup_key() {
        return Ok(RequestAddressChange::NewSecret);
    }
    let next = account.credential.next_epoch();
    if let Err(refused) = record::check(Some(&stored), &change.keys, account.credential.kind, next, now) {
        return Ok(RequestAddressChange::Refused(refused));
    }
    let owner = accounts::find_by_address(connection, &change.address, now).await?;
    let expires_at = now.plus(limits::ADDRESS_CHANGE_LIFE);
    let new = NewChange {
        account: &account,
        change: &change,
        key_record_version: stored.version,
        taken: owner.is_some(),
        expires_at,
    };
    let id = address_changes::store(connection, new).await?;
    let asked = Notice::AddressChangeAsked {
        change: id,
        to: change.address.clone(),
        expires_at,
    };
    notices::queue(connection, &account, asked, now).await?;
    match owner {
        Some(owner) => {
            notices::queue(connection, &owner.account, Notice::AddressTakenAsked, now).await?;
        }
        None => {
            let letter = Notice::ConfirmNewAddress {
                change: id,
                expires_at,
            };
            notices::queue_to(connection, &change.address, Some(account.id), letter, now).await?;
        }
    }
    Ok(RequestAddressChange::Waiting)
}

pub(super) async fn cancel(
    connection: &mut SqliteConnection,
    author: Author,
    now: Timestamp,
) -> Result<StateChange, Failure> {
    let Some(account) = keys::signed_in(connection, author, now).await? else {
        return Ok(StateChange::SignedOut);
    };
    if !account.state.may_change() {
        return Ok(StateChange::NotAllowed(account.state));
    }
    address_changes::void(connection, account.id).await?;
    Ok(StateChange::Done)
}

/// One side confirms. `None` when the change became void.
pub(super) async fn confirm(
    connection: &mut SqliteConnection,
    taken: Taken,
    side: Side,
    now: Timestamp,
) -> Result<Option<ConfirmResponse>, Failure> {
    let (Some(change), Some(found)) = (
        taken.change,
        accounts::find_by_id(connection, taken.account, now).await?,
    ) else {
        return Ok(None);
    };
    let account = found.account;
    let Some(pending) = address_changes::confirm(connection, &account, change, side, now).await? else {
        return Ok(None);
    };
    if !pending.is_confirmed() {
        return Ok(Some(ConfirmResponse::AddressChangeWaits));
    }
    // Somebody may have signed up with it meanwhile.
    if !accounts::is_free(connection, &pending.address, now).await? {
        address_changes::void(connection, account.id).await?;
        return Ok(None);
    }
    let (from, to) = (account.address.clone(), pending.address.clone());
    pending.apply(connection, &account).await?;
    for address in [&from, &to] {
        let notice = Notice::AddressChanged {
            from: from.clone(),
            to: to.clone(),
        };
        notices::queue_to(connection, address, Some(account.id), notice, now).await?;
    }
    Ok(Some(ConfirmResponse::AddressChanged))
}
