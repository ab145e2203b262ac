//! The last proven credential put back in force, in exchange for the present one.

use keyhaven_protocol::persona::{AccountState, limits};
use keyhaven_storage::{Notice, Timestamp, Undo, UndoOutcome};
use sqlx::SqliteConnection;

use crate::{
    accounts::{self, credential, state},
    failure::Failure,
    keys::{former_code, proven, record},
    mail::notices,
    sessions,
};

pub(super) async fn undo(
    connection: &mut SqliteConnection,
    undo: Undo,
    now: Timestamp,
) -> Result<UndoOutcome, Failure> {
    let Some(found) = accounts::find_by_id(connection, undo.account, now).await? else {
        return Ok(UndoOutcome::NotKept);
    };
    let account = found.account;
    let id = account.id;
    if account.credential.generation != undo.credential_generation
        || undo.session.account != id
        || undo.session.credential_generation != account.credential.next_epoch()
    {
        return Ok(UndoOutcome::NotKept);
    }
    let (Some(proven), Some(stored)) = (
        proven::read(connection, id, now).await?,
        record::read(connection, id).await?,
    ) else {
        return Ok(UndoOutcome::NotKept);
    };
    let (state, until) = match found.beneath {
        // A dispute ends by time, and nobody has confirmed this address yet.
        AccountState::Unconfirmed => (AccountState::Unconfirmed, account.state_until),
        _ => (AccountState::Disputed, Some(now.plus(limits::DISPUTE))),
    };
    if account.state.may_change() || account.state == AccountState::Deleted {
        state::count_additions_from_here(connection, id).await?;
    }
    record::put_password_wrap(connection, id, stored.version.saturating_add(1), &proven.wrap).await?;
    // The exchange: who knows the present password, and has proven it, keeps a way in. One that a reset set, and nobody
    // proved, opens no wrap and is gone.
    proven::forget(connection, id).await?;
    let end_of_trouble = until.filter(|_| state == AccountState::Disputed).unwrap_or(now);
    let kept_until = proven::kept_until(end_of_trouble);
    proven::keep(
        connection,
        id,
        &account.credential,
        &stored.password,
        Some(kept_until),
    )
    .await?;
    state::enter(connection, id, state, until).await?;
    if state == AccountState::Disputed && account.state != AccountState::Frozen {
        // Who decides must be able to as long as there is something to decide.
        former_code::keep_after_trouble(connection, id, end_of_trouble, now).await?;
    }
    credential::put_back(connection, id, &proven).await?;
    sessions::insert(connection, undo.session, now).await?;
    let disputed_until = until.filter(|_| state == AccountState::Disputed);
    notices::queue(
        connection,
        &account,
        Notice::PasswordPutBack { disputed_until },
        now,
    )
    .await?;
    if account.state == AccountState::Deleted {
        notices::queue(connection, &account, Notice::DeletionTakenBack, now).await?;
    }
    Ok(UndoOutcome::Undone)
}
