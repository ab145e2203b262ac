//! Confirming that an address is somebody's: of a sign-up, or one side of a change.

use keyhaven_protocol::persona::{AccountState, ConfirmResponse};
use keyhaven_storage::Timestamp;
use sqlx::SqliteConnection;

use super::address_change::{self, Side};
use crate::{
    accounts::{self, state},
    failure::Failure,
    links::{self, Kind, Taken},
};

pub(super) async fn confirm(
    connection: &mut SqliteConnection,
    code_hash: [u8; 32],
    now: Timestamp,
) -> Result<Option<ConfirmResponse>, Failure> {
    if let Some(taken) = links::take(connection, Kind::Confirm, code_hash, now).await? {
        return sign_up(connection, taken, now).await;
    }
    for (kind, side) in [(Kind::ChangeFrom, Side::Present), (Kind::ChangeTo, Side::New)] {
        if let Some(taken) = links::take(connection, kind, code_hash, now).await? {
            return address_change::confirm(connection, taken, side, now).await;
        }
    }
    Ok(None)
}

async fn sign_up(
    connection: &mut SqliteConnection,
    taken: Taken,
    now: Timestamp,
) -> Result<Option<ConfirmResponse>, Failure> {
    let found = accounts::find_by_id(connection, taken.account, now).await?;
    if found.is_none_or(|found| found.account.state != AccountState::Unconfirmed) {
        return Ok(None);
    }
    state::enter(connection, taken.account, AccountState::Active, None).await?;
    links::void(connection, taken.account, Kind::Confirm).await?;
    Ok(Some(ConfirmResponse::AccountConfirmed))
}
