//! The state that is in force, computed from a row and the clock, and the moves between states.

use keyhaven_protocol::persona::{AccountId, AccountState, limits};
use keyhaven_storage::Timestamp;
use sqlx::{FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use crate::{address_changes, failure::Failure};

const RECORD: &str = "account";
/// The word of the state that time ends.
const DISPUTED: &str = "disputed";

/// What a row of `accounts` says about its state, with whether there is a key record.
pub(crate) struct StateColumns {
    state: String,
    state_until: Option<i64>,
    frozen_at: Option<i64>,
    archived_until: Option<i64>,
    calm_since: Option<i64>,
    has_key_record: bool,
}

impl FromRow<'_, SqliteRow> for StateColumns {
    /// Columns `state`, `state_until`, `frozen_at`, `archived_until`, `calm_since`, `key_record_version`.
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let key_record_version: Option<i64> = row.try_get("key_record_version")?;
        Ok(Self {
            state: row.try_get("state")?,
            state_until: row.try_get("state_until")?,
            frozen_at: row.try_get("frozen_at")?,
            archived_until: row.try_get("archived_until")?,
            calm_since: row.try_get("calm_since")?,
            has_key_record: key_record_version.is_some(),
        })
    }
}

/// The state of an account that is there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InForce {
    /// What it may do.
    pub(crate) state: AccountState,
    /// When time alone ends that.
    pub(crate) until: Option<Timestamp>,
    /// The same, unless it is frozen: then what the freeze lies over.
    pub(crate) beneath: AccountState,
}

impl StateColumns {
    /// What is in force; `None` for an account that is as if it were not there: archived, or past its time.
    pub(crate) fn in_force(&self, now: Timestamp) -> Result<Option<InForce>, Failure> {
        if self.archived_until.is_some() {
            return Ok(None);
        }
        let until = self.state_until.map(Timestamp);
        let is_over = until.is_some_and(|until| until <= now);
        let (beneath, until) = match parse(&self.state)? {
            AccountState::Unconfirmed | AccountState::Deleted if is_over => return Ok(None),
            AccountState::Disputed if is_over => (AccountState::Active, None),
            state => (state, until),
        };
        let Some(frozen) = self.freeze(now) else {
            return Ok(Some(InForce {
                state: beneath,
                until,
                beneath,
            }));
        };
        Ok(Some(InForce {
            state: AccountState::Frozen,
            until: frozen.until,
            beneath,
        }))
    }

    /// When the last trouble ended, or will end by itself. What was kept until then is kept for a while longer, so that
    /// whoever comes back finds it.
    pub(crate) fn calm_since(&self) -> Option<Timestamp> {
        let dispute = self.state_until.filter(|_| self.state == DISPUTED);
        let freeze = self
            .frozen_at
            .map(|at| Timestamp(at).plus(limits::FREEZE_LINK_LIFE).0);
        let ends = [self.calm_since, dispute, freeze];
        ends.into_iter().flatten().max().map(Timestamp)
    }

    /// Only a proof lifts the freeze of an account that has one to give; else time does.
    fn freeze(&self, now: Timestamp) -> Option<Freeze> {
        let frozen_at = self.frozen_at.map(Timestamp)?;
        let end = frozen_at.plus(limits::FREEZE_LINK_LIFE);
        let until = (!self.has_key_record).then_some(end);
        (self.has_key_record || end > now).then_some(Freeze { until })
    }
}

struct Freeze {
    until: Option<Timestamp>,
}

/// Moves an account into another state, beneath a freeze if there is one. A pending change of address is void.
pub(crate) async fn enter(
    connection: &mut SqliteConnection,
    id: AccountId,
    state: AccountState,
    until: Option<Timestamp>,
) -> Result<(), Failure> {
    sqlx::query("UPDATE accounts SET state = $2, state_until = $3 WHERE account_id = $1")
        .bind(id.as_bytes().as_slice())
        .bind(word(state)?)
        .bind(until.map(|until| until.0))
        .execute(&mut *connection)
        .await?;
    address_changes::void(connection, id).await
}

/// Lays a freeze over the state, or takes it away.
pub(crate) async fn set_frozen(
    connection: &mut SqliteConnection,
    id: AccountId,
    at: Option<Timestamp>,
) -> Result<(), Failure> {
    sqlx::query("UPDATE accounts SET frozen_at = $2 WHERE account_id = $1")
        .bind(id.as_bytes().as_slice())
        .bind(at.map(|at| at.0))
        .execute(&mut *connection)
        .await?;
    address_changes::void(connection, id).await
}

/// The trouble of an account ends now, by what somebody did. What ends by time needs no word.
pub(crate) async fn calm(
    connection: &mut SqliteConnection,
    id: AccountId,
    now: Timestamp,
) -> Result<(), Failure> {
    sqlx::query("UPDATE accounts SET calm_since = $2 WHERE account_id = $1")
        .bind(id.as_bytes().as_slice())
        .bind(now.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Begins to count what an account adds that may not overwrite.
pub(crate) async fn count_additions_from_here(
    connection: &mut SqliteConnection,
    id: AccountId,
) -> Result<(), Failure> {
    sqlx::query("UPDATE accounts SET unproven_bytes = 0, unproven_objects = 0 WHERE account_id = $1")
        .bind(id.as_bytes().as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

/// The word of a state in its column. A freeze is no state there, and one that this build cannot store is refused.
pub(super) fn word(state: AccountState) -> Result<&'static str, Failure> {
    match state {
        AccountState::Unconfirmed => Ok("unconfirmed"),
        AccountState::Active => Ok("active"),
        AccountState::Unproven => Ok("unproven"),
        AccountState::Disputed => Ok(DISPUTED),
        AccountState::Deleted => Ok("deleted"),
        _ => Err(Failure::Damaged(RECORD)),
    }
}

pub(super) fn parse(word: &str) -> Result<AccountState, Failure> {
    match word {
        "unconfirmed" => Ok(AccountState::Unconfirmed),
        "active" => Ok(AccountState::Active),
        "unproven" => Ok(AccountState::Unproven),
        DISPUTED => Ok(AccountState::Disputed),
        "deleted" => Ok(AccountState::Deleted),
        _ => Err(Failure::Damaged(RECORD)),
    }
}
