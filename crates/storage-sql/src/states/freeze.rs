//! "This was not me": a freeze lies over the state until a proof, or for want of one time, lifts it.

use keyhaven_protocol::persona::{AccountState, limits};
use keyhaven_storage::{Account, Freeze, Notice, Timestamp};
use sqlx::SqliteConnection;

use crate::{
    accounts::{self, Found, state},
    failure::Failure,
    keys::former_code,
    links::{self, Kind},
    mail::notices,
    resets, sessions,
};

pub(super) async fn by_link(
    connection: &mut SqliteConnection,
    code_hash: [u8; 32],
    now: Timestamp,
) -> Result<Freeze, Failure> {
    let Some(taken) = links::take(connection, Kind::Freeze, code_hash, now).await? else {
        return Ok(Freeze::Invalid);
    };
    let Some(found) = accounts::find_by_id(connection, taken.account, now).await? else {
        return Ok(Freeze::Invalid);
    };
    match found.account.state {
        AccountState::Unconfirmed => Ok(Freeze::Invalid),
        // The time of the first freeze stays: where time lifts it, nobody can put that off.
        AccountState::Frozen => Ok(Freeze::Frozen),
        _ => {
            lay_on(connection, &found, now).await?;
            Ok(Freeze::Frozen)
        }
    }
}

/// Freezes an account that is not frozen. Whoever signed in, or asked for a code, has to begin again.
pub(crate) async fn lay_on(
    connection: &mut SqliteConnection,
    found: &Found,
    now: Timestamp,
) -> Result<(), Failure> {
    let account = &found.account;
    let id = account.id;
    if account.state.may_change() || account.state == AccountState::Deleted {
        state::count_additions_from_here(connection, id).await?;
    }
    if account.state == AccountState::Deleted {
        state::enter(connection, id, AccountState::Active, None).await?;
        notices::queue(connection, account, Notice::DeletionTakenBack, now).await?;
    }
    state::set_frozen(connection, id, Some(now)).await?;
    former_code::keep_during_trouble(connection, id, now).await?;
    sessions::end_all(connection, id).await?;
    resets::void_all(connection, id).await?;
    let until = account
        .key_record_version
        .is_none()
        .then(|| now.plus(limits::FREEZE_LINK_LIFE));
    notices::queue(connection, account, Notice::Frozen { until }, now).await
}

/// Takes a freeze away, with every link that could lay it on again.
pub(crate) async fn lift(
    connection: &mut SqliteConnection,
    account: &Account,
    beneath: AccountState,
    now: Timestamp,
) -> Result<(), Failure> {
    let id = account.id;
    state::set_frozen(connection, id, None).await?;
    state::calm(connection, id, now).await?;
    match beneath {
        // Goes on, and no time ends it.
        AccountState::Unproven => {}
        AccountState::Disputed => {
            let until: Option<i64> =
                sqlx::query_scalar("SELECT state_until FROM accounts WHERE account_id = $1")
                    .bind(id.as_bytes().as_slice())
                    .fetch_one(&mut *connection)
                    .await?;
            let end = until.map_or(now, |until| now.max(Timestamp(until)));
            former_code::keep_after_trouble(connection, id, end, now).await?;
        }
        _ => former_code::keep_after_trouble(connection, id, now, now).await?,
    }
    links::void(connection, id, Kind::Freeze).await
}
