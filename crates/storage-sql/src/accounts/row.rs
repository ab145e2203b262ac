//! An account from its row and what other tables add to it.

use keyhaven_protocol::{
    address::Address,
    persona::{AccountId, AccountState},
};
use keyhaven_storage::{Account, Credential, CredentialKind, PendingAddressChange, Timestamp};
use sqlx::{FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use super::state::StateColumns;
use crate::{
    columns::{self, KdfColumns},
    failure::Failure,
};

const RECORD: &str = "account";

/// The account with what is derived from other tables; `$1` is the time. More columns and tables may come with it.
macro_rules! select_account {
    ($condition:literal) => {
        crate::accounts::select_account!("", "", $condition)
    };
    ($columns:literal, $tables:literal, $condition:literal) => {
        concat!(
            "SELECT a.account_id, a.address, a.address_as_typed, a.state, a.state_until, a.frozen_at, a.archived_until, a.calm_since,
                    a.credential_hash, a.kdf_memory_kib, a.kdf_passes, a.kdf_lanes, a.credential_epoch,
                    a.generation_lead, a.created_at, a.used_bytes,
                    k.version AS key_record_version, k.former_code_until,
                    p.account_id AS proven_account, p.kept_until,
                    c.address AS new_address, c.address_as_typed AS new_address_as_typed, c.confirmed_by_present,
                    c.confirmed_by_new, c.expires_at AS change_expires_at ",
            $columns,
            " FROM accounts a
             LEFT JOIN key_records k ON k.account_id = a.account_id
             LEFT JOIN proven_credentials p
                    ON p.account_id = a.account_id AND (p.kept_until IS NULL OR p.kept_until > $1)
             LEFT JOIN address_changes c ON c.account_id = a.account_id AND c.expires_at > $1 ",
            $tables,
            " WHERE a.archived_until IS NULL AND ",
            $condition
        )
    };
}
pub(crate) use select_account;

/// An account that is there, with the state that a freeze lies over.
pub(crate) struct Found {
    pub(crate) account: Account,
    /// `account.state`, unless that is `Frozen`.
    pub(crate) beneath: AccountState,
}

/// The account of an address, on any connection.
pub(crate) async fn find_by_address(
    connection: &mut SqliteConnection,
    address: &Address,
    now: Timestamp,
) -> Result<Option<Found>, Failure> {
    let row: Option<AccountRow> = sqlx::query_as(select_account!("a.address = $2"))
        .bind(now.0)
        .bind(address.normalised())
        .fetch_optional(connection)
        .await?;
    row.map_or(Ok(None), |row| row.parse(now))
}

/// The account of an id, on any connection.
pub(crate) async fn find_by_id(
    connection: &mut SqliteConnection,
    id: AccountId,
    now: Timestamp,
) -> Result<Option<Found>, Failure> {
    let row: Option<AccountRow> = sqlx::query_as(select_account!("a.account_id = $2"))
        .bind(now.0)
        .bind(id.as_bytes().as_slice())
        .fetch_optional(connection)
        .await?;
    row.map_or(Ok(None), |row| row.parse(now))
}

/// At most this many accounts after an address (all of them after the empty text), in its order. Accounts that are past
/// their time are left out, so that a page may be shorter than the next one.
pub(crate) async fn page(
    connection: &mut SqliteConnection,
    after: &str,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<Account>, Failure> {
    let rows: Vec<AccountRow> =
        sqlx::query_as(select_account!(
            "a.address > $2 AND (a.state_until IS NULL OR a.state_until > $1 OR a.state NOT IN ('unconfirmed', 'deleted'))
             ORDER BY a.address LIMIT $3"
        ))
        .bind(now.0)
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await?;
    let found = rows.into_iter().map(|row| row.parse(now));
    let accounts = found.filter_map(|found| found.map(|found| found.map(|found| found.account)).transpose());
    accounts.collect()
}

/// Columns of [`select_account`].
pub(crate) struct AccountRow {
    account_id: Vec<u8>,
    address: String,
    address_as_typed: String,
    state: StateColumns,
    credential_hash: String,
    kdf: KdfColumns,
    credential_epoch: i64,
    generation_lead: i64,
    created_at: i64,
    used_bytes: i64,
    key_record_version: Option<i64>,
    proven_account: Option<Vec<u8>>,
    kept_until: Option<i64>,
    former_code_until: Option<i64>,
    change: Option<ChangeColumns>,
}

struct ChangeColumns {
    address: String,
    address_as_typed: String,
    confirmed_by_present: i64,
    confirmed_by_new: i64,
    expires_at: i64,
}

impl FromRow<'_, SqliteRow> for AccountRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let new_address: Option<String> = row.try_get("new_address")?;
        let change = match new_address {
            None => None,
            Some(address) => Some(ChangeColumns {
                address,
                address_as_typed: row.try_get("new_address_as_typed")?,
                confirmed_by_present: row.try_get("confirmed_by_present")?,
                confirmed_by_new: row.try_get("confirmed_by_new")?,
                expires_at: row.try_get("change_expires_at")?,
            }),
        };
        Ok(Self {
            account_id: row.try_get("account_id")?,
            address: row.try_get("address")?,
            address_as_typed: row.try_get("address_as_typed")?,
            state: StateColumns::from_row(row)?,
            credential_hash: row.try_get("credential_hash")?,
            kdf: KdfColumns {
                memory_kib: row.try_get("kdf_memory_kib")?,
                passes: row.try_get("kdf_passes")?,
                lanes: row.try_get("kdf_lanes")?,
            },
            credential_epoch: row.try_get("credential_epoch")?,
            generation_lead: row.try_get("generation_lead")?,
            created_at: row.try_get("created_at")?,
            used_bytes: row.try_get("used_bytes")?,
            key_record_version: row.try_get("key_record_version")?,
            proven_account: row.try_get("proven_account")?,
            kept_until: row.try_get("kept_until")?,
            former_code_until: row.try_get("former_code_until")?,
            change,
        })
    }
}

impl AccountRow {
    /// The account, if it is there at this time.
    pub(crate) fn parse(self, now: Timestamp) -> Result<Option<Found>, Failure> {
        let Some(in_force) = self.state.in_force(now)? else {
            return Ok(None);
        };
        let account = Account {
            id: AccountId::from_bytes(columns::fixed(&self.account_id, RECORD)?),
            address: columns::address(&self.address, &self.address_as_typed, RECORD)?,
            state: in_force.state,
            beneath: in_force.beneath,
            state_until: in_force.until,
            credential: Credential {
                hash: self.credential_hash,
                kind: self
                    .kdf
                    .parse(RECORD)?
                    .map_or(CredentialKind::Typed, CredentialKind::Derived),
                epoch: columns::unsigned(self.credential_epoch, RECORD)?,
                generation: columns::unsigned(
                    self.credential_epoch.saturating_add(self.generation_lead),
                    RECORD,
                )?,
            },
            key_record_version: self
                .key_record_version
                .map(|version| columns::unsigned(version, RECORD))
                .transpose()?,
            proven_kept: self.proven_account.is_some(),
            proven_kept_until: self.kept_until.map(Timestamp),
            former_code_until: self.former_code_until.map(Timestamp).filter(|until| *until > now),
            address_change: self.change.map(ChangeColumns::parse).transpose()?,
            created_at: Timestamp(self.created_at),
            used_bytes: columns::unsigned(self.used_bytes, RECORD)?,
        };
        Ok(Some(Found {
            account,
            beneath: in_force.beneath,
        }))
    }
}

impl ChangeColumns {
    fn parse(self) -> Result<PendingAddressChange, Failure> {
        Ok(PendingAddressChange {
            address: columns::address(&self.address, &self.address_as_typed, RECORD)?,
            confirmed_by_present: self.confirmed_by_present != 0,
            confirmed_by_new: self.confirmed_by_new != 0,
            expires_at: Timestamp(self.expires_at),
        })
    }
}
