//! Accounts and their current credential.

mod archive;
pub(crate) mod credential;
mod row;
pub(crate) mod state;

use keyhaven_protocol::{
    address::Address,
    persona::{AccountId, AccountState, limits},
};
use keyhaven_storage::{
    Account, Accounts, Confirmation, CreateAccount, CredentialKind, IfTaken, MailRequest, NewAccount,
    StorageError, Timestamp,
};
use sqlx::SqliteConnection;

pub(crate) use self::{
    archive::{archive, remove, retire},
    row::{AccountRow, Found, find_by_address, find_by_id, page, select_account},
};
use crate::{SqliteStore, columns::KdfColumns, failure::Failure, mail};

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
        let mut reader = self.readers.acquire().await.map_err(Failure::Sql)?;
        let connection = reader.connection().map_err(Failure::Sql)?;
        let found = find_by_address(connection, address, now).await;
        Ok(reader.done(found)?.map(|found| found.account))
    }

    async fn renew_hash(&self, id: AccountId, present: &str, renewed: String) -> Result<bool, StorageError> {
        let present = present.to_owned();
        self.writer
            .run(0, move |connection| {
                Box::pin(async move {
                    let changed = sqlx::query(
                        "UPDATE accounts SET credential_hash = $3 WHERE account_id = $1 AND credential_hash = $2",
                    )
                    .bind(id.as_bytes().as_slice())
                    .bind(present)
                    .bind(renewed)
                    .execute(connection)
                    .await?
                    .rows_affected();
                    Ok(changed == 1)
                })
            })
            .await
    }

    async fn account(&self, id: AccountId, now: Timestamp) -> Result<Option<Account>, StorageError> {
        let mut reader = self.readers.acquire().await.map_err(Failure::Sql)?;
        let connection = reader.connection().map_err(Failure::Sql)?;
        let found = find_by_id(connection, id, now).await;
        Ok(reader.done(found)?.map(|found| found.account))
    }
}

async fn create(
    connection: &mut SqliteConnection,
    account: NewAccount,
    now: Timestamp,
) -> Result<CreateAccount, Failure> {
    // The id first: an answer that came only where the address is free would tell that it is.
    if is_used(connection, account.id).await? {
        return Ok(CreateAccount::IdTaken);
    }
    if !is_free(connection, &account.address, now).await? {
        return match account.if_taken {
            IfTaken::Refuse => Ok(CreateAccount::AddressTaken),
            IfTaken::TellOwner => {
                write_in_place(connection, &account.address).await?;
                let told =
                    mail::request(connection, &account.address, MailRequest::SignUpAttempt, now).await?;
                Ok(CreateAccount::OwnerTold(told))
            }
        };
    }
    let (state, until) = match account.confirmation {
        Confirmation::Required => (
            AccountState::Unconfirmed,
            Some(now.plus(limits::UNCONFIRMED_LIFE)),
        ),
        Confirmation::NotAsked => (AccountState::Active, None),
    };
    let new = NewRow {
        id: account.id,
        address: &account.address,
        hash: &account.hash,
        kind: account.kind,
        state,
        until,
    };
    if !insert(connection, new, now).await? {
        return Ok(CreateAccount::IdTaken);
    }
    if account.confirmation == Confirmation::Required {
        mail::queue_request(connection, &account.address, MailRequest::Confirm, now).await?;
    }
    Ok(CreateAccount::Created)
}

/// Writes an account's row as it is, so that the transaction is as durable as one that makes an account: where the
/// letter to the owner waits already there would be nothing to bring to the disk, and the answer would be early.
async fn write_in_place(connection: &mut SqliteConnection, address: &Address) -> Result<(), Failure> {
    sqlx::query("UPDATE accounts SET address = address WHERE address = $1")
        .bind(address.normalised())
        .execute(connection)
        .await?;
    Ok(())
}

async fn is_used(connection: &mut SqliteConnection, id: AccountId) -> Result<bool, Failure> {
    let used: i64 = sqlx::query_scalar("SELECT count(*) FROM accounts WHERE account_id = $1")
        .bind(id.as_bytes().as_slice())
        .fetch_one(connection)
        .await?;
    Ok(used > 0)
}

/// Whether an address has no account. One that is past its time and waits for the sweeper gives its address up.
pub(crate) async fn is_free(
    connection: &mut SqliteConnection,
    address: &Address,
    now: Timestamp,
) -> Result<bool, Failure> {
    if find_by_address(connection, address, now).await?.is_some() {
        return Ok(false);
    }
    archive::retire_of_address(connection, address, now).await?;
    Ok(true)
}

/// A row that is about to be there.
pub(crate) struct NewRow<'a> {
    pub(crate) id: AccountId,
    pub(crate) address: &'a Address,
    pub(crate) hash: &'a str,
    pub(crate) kind: CredentialKind,
    pub(crate) state: AccountState,
    pub(crate) until: Option<Timestamp>,
}

/// Adds an account of an address that is free; `false` when the id is in use.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    new: NewRow<'_>,
    now: Timestamp,
) -> Result<bool, Failure> {
    let kdf = KdfColumns::from(new.kind);
    let created = sqlx::query(
        "INSERT INTO accounts (account_id, address, address_as_typed, state, state_until, credential_hash,
                               kdf_memory_kib, kdf_passes, kdf_lanes, credential_epoch, created_at, used_bytes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, 0)
         ON CONFLICT DO NOTHING",
    )
    .bind(new.id.as_bytes().as_slice())
    .bind(new.address.normalised())
    .bind(new.address.as_typed())
    .bind(state::word(new.state)?)
    .bind(new.until.map(|until| until.0))
    .bind(new.hash)
    .bind(kdf.memory_kib)
    .bind(kdf.passes)
    .bind(kdf.lanes)
    .bind(now.0)
    .execute(connection)
    .await?
    .rows_affected();
    Ok(created == 1)
}
