//! Lists and moves by whoever runs the server.

use keyhaven_protocol::{
    address::Address,
    persona::{AccountId, AccountState, limits},
};
use keyhaven_storage::{
    Account, AccountSummary, BringBack, KeptObject, Notice, OperatorMove, Operators, Removal, StorageError,
    Timestamp,
};
use sqlx::SqliteConnection;

use crate::{
    SqliteStore, accounts,
    failure::Failure,
    mail::notices,
    objects, sessions,
    states::{deletion, freeze},
};

#[async_trait::async_trait]
impl Operators for SqliteStore {
    async fn list_accounts(
        &self,
        after: Option<&Address>,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<AccountSummary>, StorageError> {
        let mut reader = self.readers.acquire().await.map_err(Failure::Sql)?;
        let connection = reader.connection().map_err(Failure::Sql)?;
        let after = after.map_or("", Address::normalised);
        let page = accounts::page(connection, after, limit, now).await;
        Ok(reader.done(page)?.into_iter().map(summary).collect())
    }

    async fn freeze_account(&self, id: AccountId, now: Timestamp) -> Result<OperatorMove, StorageError> {
        self.writer
            .run(0, move |connection| Box::pin(freeze(connection, id, now)))
            .await
    }

    async fn lift_account(&self, id: AccountId, now: Timestamp) -> Result<OperatorMove, StorageError> {
        self.writer
            .run(0, move |connection| Box::pin(lift(connection, id, now)))
            .await
    }

    async fn remove_account(
        &self,
        id: AccountId,
        removal: Removal,
        now: Timestamp,
    ) -> Result<OperatorMove, StorageError> {
        self.writer
            .run(0, move |connection| {
                Box::pin(remove(connection, id, removal, now))
            })
            .await
    }

    async fn take_removal_back(&self, id: AccountId, now: Timestamp) -> Result<OperatorMove, StorageError> {
        self.writer
            .run(0, move |connection| {
                Box::pin(take_removal_back(connection, id, now))
            })
            .await
    }

    async fn kept_objects(
        &self,
        id: AccountId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<KeptObject>, StorageError> {
        let mut reader = self.readers.acquire().await.map_err(Failure::Sql)?;
        let connection = reader.connection().map_err(Failure::Sql)?;
        let page = objects::kept(connection, id, after, limit).await;
        Ok(reader.done(page)?)
    }

    async fn bring_back(
        &self,
        id: AccountId,
        object: &str,
        version: Option<u64>,
        now: Timestamp,
    ) -> Result<BringBack, StorageError> {
        let (object, quota_bytes) = (object.to_owned(), self.quota_bytes);
        // What is copied weighs on the batch as what is sent does; here nobody asks for its length first.
        self.writer
            .run(limits::OBJECT_MAX_BYTES, move |connection| {
                Box::pin(objects::bring_back(
                    connection,
                    id,
                    object,
                    version,
                    quota_bytes,
                    now,
                ))
            })
            .await
    }
}

fn summary(account: Account) -> AccountSummary {
    AccountSummary {
        id: account.id,
        address: account.address,
        state: account.state,
        state_until: account.state_until,
        created_at: account.created_at,
        used_bytes: account.used_bytes,
        has_key_record: account.key_record_version.is_some(),
    }
}

async fn freeze(
    connection: &mut SqliteConnection,
    id: AccountId,
    now: Timestamp,
) -> Result<OperatorMove, Failure> {
    let Some(found) = accounts::find_by_id(connection, id, now).await? else {
        return Ok(OperatorMove::NotFound);
    };
    match found.account.state {
        AccountState::Frozen => Ok(OperatorMove::Unchanged(AccountState::Frozen)),
        // A freeze keeps what a proof can lift; here nobody has proven anything.
        AccountState::Unconfirmed => Ok(OperatorMove::NotAllowed(AccountState::Unconfirmed)),
        _ => {
            freeze::lay_on(connection, &found, now).await?;
            Ok(OperatorMove::Moved(AccountState::Frozen))
        }
    }
}

async fn lift(
    connection: &mut SqliteConnection,
    id: AccountId,
    now: Timestamp,
) -> Result<OperatorMove, Failure> {
    let Some(found) = accounts::find_by_id(connection, id, now).await? else {
        return Ok(OperatorMove::NotFound);
    };
    if found.account.state != AccountState::Frozen {
        return Ok(OperatorMove::Unchanged(found.account.state));
    }
    freeze::lift(connection, &found.account, found.beneath, now).await?;
    notices::queue(connection, &found.account, Notice::Lifted, now).await?;
    Ok(OperatorMove::Moved(found.beneath))
}

async fn remove(
    connection: &mut SqliteConnection,
    id: AccountId,
    removal: Removal,
    now: Timestamp,
) -> Result<OperatorMove, Failure> {
    let Some(found) = accounts::find_by_id(connection, id, now).await? else {
        return Ok(OperatorMove::NotFound);
    };
    let account = found.account;
    match (removal, account.state) {
        (Removal::Now, _) => {
            deletion::remove_and_tell(connection, &account, now).await?;
            Ok(OperatorMove::Removed)
        }
        (Removal::Later, AccountState::Active) => {
            sessions::end_all(connection, id).await?;
            deletion::later(connection, &account, now).await?;
            Ok(OperatorMove::Moved(AccountState::Deleted))
        }
        (Removal::Later, AccountState::Deleted) => Ok(OperatorMove::Unchanged(AccountState::Deleted)),
        (Removal::Later, state) => Ok(OperatorMove::NotAllowed(state)),
    }
}

async fn take_removal_back(
    connection: &mut SqliteConnection,
    id: AccountId,
    now: Timestamp,
) -> Result<OperatorMove, Failure> {
    // One whose days are over is not found, swept or not.
    let Some(found) = accounts::find_by_id(connection, id, now).await? else {
        return Ok(OperatorMove::NotFound);
    };
    match found.account.state {
        AccountState::Deleted => {
            deletion::take_back(connection, &found.account, now).await?;
            Ok(OperatorMove::Moved(AccountState::Active))
        }
        state if state.may_change() => Ok(OperatorMove::Unchanged(state)),
        state => Ok(OperatorMove::NotAllowed(state)),
    }
}
