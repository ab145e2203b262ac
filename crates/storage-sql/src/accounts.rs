//! Accounts and their current credential.

use keyhaven_protocol::{
    address::Address,
    persona::{AccountId, AccountState},
};
use keyhaven_storage::{
    Account, Accounts, CreateAccount, Credential, CredentialKind, NewAccount, StorageError, Timestamp,
};
use sqlx::{FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use crate::{
    SqliteStore,
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
            "SELECT a.account_id, a.address, a.address_as_typed, a.state, a.credential_hash, a.kdf_memory_kib,
                    a.kdf_passes, a.kdf_lanes, a.credential_epoch, a.created_at, a.used_bytes,
                    k.version AS key_record_version, p.account_id AS proven_account ",
            $columns,
            " FROM accounts a
             LEFT JOIN key_records k ON k.account_id = a.account_id
             LEFT JOIN proven_credentials p
                    ON p.account_id = a.account_id AND (p.kept_until IS NULL OR p.kept_until > $1) ",
            $tables,
            " WHERE ",
            $condition
        )
    };
}
pub(crate) use select_account;

#[async_trait::async_trait]
impl Accounts for SqliteStore {
    async fn create_account(
        &self,
        account: NewAccount,
        now: Timestamp,
    ) -> Result<CreateAccount, StorageError> {
        self.writer
            .run(0, move |connection| Box::pin(create(connection, account, now)))
            .await
    }

    async fn account_by_address(
        &self,
        address: &Address,
        now: Timestamp,
    ) -> Result<Option<Account>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(Failure::Sql)?;
        Ok(by_address(&mut connection, address, now).await?)
    }

    async fn account(&self, id: AccountId, now: Timestamp) -> Result<Option<Account>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(Failure::Sql)?;
        Ok(by_id(&mut connection, id, now).await?)
    }
}

async fn create(
    connection: &mut SqliteConnection,
    account: NewAccount,
    now: Timestamp,
) -> Result<CreateAccount, Failure> {
    let kdf = KdfColumns::from(account.kind);
    let created = sqlx::query(
        "INSERT INTO accounts (account_id, address, address_as_typed, state, credential_hash, kdf_memory_kib,
                               kdf_passes, kdf_lanes, credential_epoch, created_at, used_bytes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, 0)
         ON CONFLICT DO NOTHING",
    )
    .bind(account.id.as_bytes().as_slice())
    .bind(account.address.normalised())
    .bind(account.address.as_typed())
    .bind(state_word(AccountState::Active)?)
    .bind(account.hash)
    .bind(kdf.memory_kib)
    .bind(kdf.passes)
    .bind(kdf.lanes)
    .bind(now.0)
    .execute(&mut *connection)
    .await?
    .rows_affected();
    if created == 1 {
        return Ok(CreateAccount::Created);
    }
    let taken = by_address(connection, &account.address, now).await?.is_some();
    Ok(if taken {
        CreateAccount::AddressTaken
    } else {
        CreateAccount::IdTaken
    })
}

/// The account of an address, on any connection.
pub(crate) async fn by_address(
    connection: &mut SqliteConnection,
    address: &Address,
    now: Timestamp,
) -> Result<Option<Account>, Failure> {
    let row: Option<AccountRow> = sqlx::query_as(select_account!("a.address = $2"))
        .bind(now.0)
        .bind(address.normalised())
        .fetch_optional(connection)
        .await?;
    row.map(Account::try_from).transpose()
}

/// The account of an id, on any connection.
pub(crate) async fn by_id(
    connection: &mut SqliteConnection,
    id: AccountId,
    now: Timestamp,
) -> Result<Option<Account>, Failure> {
    let row: Option<AccountRow> = sqlx::query_as(select_account!("a.account_id = $2"))
        .bind(now.0)
        .bind(id.as_bytes().as_slice())
        .fetch_optional(connection)
        .await?;
    row.map(Account::try_from).transpose()
}

/// Puts a new credential and state in place; its epoch is one more. Sessions and reset codes are the caller's affair.
pub(crate) async fn replace_credential(
    connection: &mut SqliteConnection,
    id: AccountId,
    hash: String,
    kind: CredentialKind,
    state: AccountState,
) -> Result<(), Failure> {
    let kdf = KdfColumns::from(kind);
    sqlx::query(
        "UPDATE accounts
         SET credential_hash = $2, kdf_memory_kib = $3, kdf_passes = $4, kdf_lanes = $5,
             credential_epoch = credential_epoch + 1, state = $6
         WHERE account_id = $1",
    )
    .bind(id.as_bytes().as_slice())
    .bind(hash)
    .bind(kdf.memory_kib)
    .bind(kdf.passes)
    .bind(kdf.lanes)
    .bind(state_word(state)?)
    .execute(connection)
    .await?;
    Ok(())
}

/// Begins to count what an unproven account adds.
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

/// Moves an account into another state.
pub(crate) async fn set_state(
    connection: &mut SqliteConnection,
    id: AccountId,
    state: AccountState,
) -> Result<(), Failure> {
    sqlx::query("UPDATE accounts SET state = $2 WHERE account_id = $1")
        .bind(id.as_bytes().as_slice())
        .bind(state_word(state)?)
        .execute(connection)
        .await?;
    Ok(())
}

/// The word of a state in its column; a state that this build cannot store is refused.
fn state_word(state: AccountState) -> Result<&'static str, Failure> {
    match state {
        AccountState::Active => Ok("active"),
        AccountState::Unproven => Ok("unproven"),
        _ => Err(Failure::Damaged(RECORD)),
    }
}

/// The state of a word.
pub(crate) fn parse_state(word: &str) -> Result<AccountState, Failure> {
    match word {
        "active" => Ok(AccountState::Active),
        "unproven" => Ok(AccountState::Unproven),
        _ => Err(Failure::Damaged(RECORD)),
    }
}

/// Columns of [`select_account`].
pub(crate) struct AccountRow {
    account_id: Vec<u8>,
    address: String,
    address_as_typed: String,
    state: String,
    credential_hash: String,
    kdf: KdfColumns,
    credential_epoch: i64,
    created_at: i64,
    used_bytes: i64,
    key_record_version: Option<i64>,
    proven_account: Option<Vec<u8>>,
}

impl FromRow<'_, SqliteRow> for AccountRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            account_id: row.try_get("account_id")?,
            address: row.try_get("address")?,
            address_as_typed: row.try_get("address_as_typed")?,
            state: row.try_get("state")?,
            credential_hash: row.try_get("credential_hash")?,
            kdf: KdfColumns {
                memory_kib: row.try_get("kdf_memory_kib")?,
                passes: row.try_get("kdf_passes")?,
                lanes: row.try_get("kdf_lanes")?,
            },
            credential_epoch: row.try_get("credential_epoch")?,
            created_at: row.try_get("created_at")?,
            used_bytes: row.try_get("used_bytes")?,
            key_record_version: row.try_get("key_record_version")?,
            proven_account: row.try_get("proven_account")?,
        })
    }
}

impl TryFrom<AccountRow> for Account {
    type Error = Failure;

    fn try_from(row: AccountRow) -> Result<Self, Failure> {
        Ok(Self {
            id: AccountId::from_bytes(columns::fixed(&row.account_id, RECORD)?),
            address: columns::address(&row.address, &row.address_as_typed, RECORD)?,
            state: parse_state(&row.state)?,
            credential: Credential {
                hash: row.credential_hash,
                kind: row
                    .kdf
                    .parse(RECORD)?
                    .map_or(CredentialKind::Typed, CredentialKind::Derived),
                epoch: columns::unsigned(row.credential_epoch, RECORD)?,
            },
            key_record_version: row
                .key_record_version
                .map(|version| columns::unsigned(version, RECORD))
                .transpose()?,
            proven_kept: row.proven_account.is_some(),
            created_at: Timestamp(row.created_at),
            used_bytes: columns::unsigned(row.used_bytes, RECORD)?,
        })
    }
}
