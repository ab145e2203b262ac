//! Deleting an account: in 30 days, or now.

use keyhaven_protocol::persona::{AccountState, limits};
use keyhaven_storage::{
    Account, Author, CodeStanding, DeleteAccount, Deletion, Notice, StateChange, Timestamp,
};
use sqlx::SqliteConnection;

use crate::{
    accounts::{self, state},
    failure::Failure,
    keys::{self, record},
    mail::notices,
    resets, sessions,
};

pub(super) async fn delete(
    connection: &mut SqliteConnection,
    author: Author,
    deletion: Deletion,
    now: Timestamp,
) -> Result<DeleteAccount, Failure> {
    let Some(account) = keys::signed_in(connection, author, now).await? else {
        return Ok(DeleteAccount::SignedOut);
    };
    let until = match account.state {
        // Nobody but its maker loses anything, and its address is not theirs to be told at.
        AccountState::Unconfirmed => {
            accounts::remove(connection, account.id, now).await?;
            return Ok(DeleteAccount::Removed);
        }
        AccountState::Active => None,
        AccountState::Deleted => account.state_until,
        state => return Ok(DeleteAccount::NotAllowed(state)),
    };
    match deletion {
        Deletion::Now(recovery_auth) => {
            let stored = record::read(connection, account.id).await?;
            match stored.map_or(CodeStanding::Wrong, |stored| {
                stored.standing_of(&recovery_auth, now)
            }) {
                CodeStanding::Decides | CodeStanding::Former => {}
                CodeStanding::FormerDecides => return Ok(DeleteAccount::FormerCodeDecides),
                CodeStanding::Wrong => return Ok(DeleteAccount::WrongProof),
            }
            remove_and_tell(connection, &account, now).await?;
            Ok(DeleteAccount::Removed)
        }
        Deletion::Later => match until {
            Some(removed_at) => Ok(DeleteAccount::RemovedAt(removed_at)),
            None if is_empty(connection, &account).await? => {
                remove_and_tell(connection, &account, now).await?;
                Ok(DeleteAccount::Removed)
            }
            None => {
                sessions::end_others(connection, author).await?;
                Ok(DeleteAccount::RemovedAt(later(connection, &account, now).await?))
            }
        },
    }
}

pub(super) async fn undelete(
    connection: &mut SqliteConnection,
    author: Author,
    now: Timestamp,
) -> Result<StateChange, Failure> {
    let Some(account) = keys::signed_in(connection, author, now).await? else {
        return Ok(StateChange::SignedOut);
    };
    match account.state {
        AccountState::Deleted => {
            take_back(connection, &account, now).await?;
            Ok(StateChange::Done)
        }
        state if state.may_change() => Ok(StateChange::Done),
        state => Ok(StateChange::NotAllowed(state)),
    }
}

/// Deletes an active account in 30 days. Returns when. Sessions are the caller's affair.
pub(crate) async fn later(
    connection: &mut SqliteConnection,
    account: &Account,
    now: Timestamp,
) -> Result<Timestamp, Failure> {
    let removed_at = now.plus(limits::DELETED_KEPT);
    state::enter(connection, account.id, AccountState::Deleted, Some(removed_at)).await?;
    resets::void_all(connection, account.id).await?;
    notices::queue(connection, account, Notice::DeletionAsked { removed_at }, now).await?;
    Ok(removed_at)
}

/// Makes a deleted account active again.
pub(crate) async fn take_back(
    connection: &mut SqliteConnection,
    account: &Account,
    now: Timestamp,
) -> Result<(), Failure> {
    state::enter(connection, account.id, AccountState::Active, None).await?;
    state::calm(connection, account.id, now).await?;
    notices::queue(connection, account, Notice::DeletionTakenBack, now).await
}

pub(crate) async fn remove_and_tell(
    connection: &mut SqliteConnection,
    account: &Account,
    now: Timestamp,
) -> Result<(), Failure> {
    accounts::remove(connection, account.id, now).await?;
    notices::queue_to(connection, &account.address, None, Notice::AccountRemoved, now).await
}

/// Whether there is nothing to take back: no key record, and no object ever.
async fn is_empty(connection: &mut SqliteConnection, account: &Account) -> Result<bool, Failure> {
    if account.key_record_version.is_some() {
        return Ok(false);
    }
    let objects: i64 = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM objects WHERE account_id = $1)")
        .bind(account.id.as_bytes().as_slice())
        .fetch_one(connection)
        .await?;
    Ok(objects == 0)
}
