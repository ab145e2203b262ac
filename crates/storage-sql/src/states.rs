//! Moves between the states of an account (`docs/adr/0004-account-states.md`), one file for each.

mod address_change;
mod confirm;
pub(crate) mod deletion;
pub(crate) mod freeze;
mod recover;
mod undo;

use keyhaven_protocol::persona::{AccountId, ConfirmResponse};
use keyhaven_storage::{
    AccountStates, AddressChange, Author, DeleteAccount, Deletion, Freeze, NewLink, Recovery,
    RecoveryOutcome, RequestAddressChange, StateChange, StorageError, SweepDoubt, Swept, Timestamp, Undo,
    UndoOutcome,
};

use crate::{
    SqliteStore,
    failure::Failure,
    links,
    sweep::{self, doubt},
};

#[async_trait::async_trait]
impl AccountStates for SqliteStore {
    async fn add_link(
        &self,
        account: AccountId,
        link: NewLink,
        code_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<(), StorageError> {
        self.writer
            .run(0, move |connection| {
                Box::pin(links::add(connection, account, link, code_hash, now))
            })
            .await
    }

    async fn confirm(
        &self,
        code_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<ConfirmResponse>, StorageError> {
        self.writer
            .run(0, move |connection| {
                Box::pin(confirm::confirm(connection, code_hash, now))
            })
            .await
    }

    async fn freeze(&self, code_hash: [u8; 32], now: Timestamp) -> Result<Freeze, StorageError> {
        self.writer
            .run(0, move |connection| {
                Box::pin(freeze::by_link(connection, code_hash, now))
            })
            .await
    }

    async fn undo(&self, undo: Undo, now: Timestamp) -> Result<UndoOutcome, StorageError> {
        self.writer
            .run(0, move |connection| Box::pin(undo::undo(connection, undo, now)))
            .await
    }

    async fn recover(&self, recovery: Recovery, now: Timestamp) -> Result<RecoveryOutcome, StorageError> {
        self.writer
            .run(0, move |connection| {
                Box::pin(recover::recover(connection, recovery, now))
            })
            .await
    }

    async fn request_address_change(
        &self,
        author: Author,
        change: AddressChange,
        now: Timestamp,
    ) -> Result<RequestAddressChange, StorageError> {
        self.writer
            .run(0, move |connection| {
                Box::pin(address_change::request(connection, author, change, now))
            })
            .await
    }

    async fn cancel_address_change(
        &self,
        author: Author,
        now: Timestamp,
    ) -> Result<StateChange, StorageError> {
        self.writer
            .run(0, move |connection| {
                Box::pin(address_change::cancel(connection, author, now))
            })
            .await
    }

    async fn delete_account(
        &self,
        author: Author,
        deletion: Deletion,
        now: Timestamp,
    ) -> Result<DeleteAccount, StorageError> {
        self.writer
            .run(0, move |connection| {
                Box::pin(deletion::delete(connection, author, deletion, now))
            })
            .await
    }

    async fn undelete_account(&self, author: Author, now: Timestamp) -> Result<StateChange, StorageError> {
        self.writer
            .run(0, move |connection| {
                Box::pin(deletion::undelete(connection, author, now))
            })
            .await
    }

    async fn last_sweep(&self) -> Result<Option<Timestamp>, StorageError> {
        Ok(self.read_last_sweep().await?)
    }

    async fn sweep_doubt(&self) -> Result<Option<SweepDoubt>, StorageError> {
        Ok(self.read_sweep_doubt().await?)
    }

    async fn note_sweep_doubt(&self, doubt: SweepDoubt) -> Result<(), StorageError> {
        self.writer
            .run(0, move |connection| Box::pin(doubt::note(connection, doubt)))
            .await
    }

    async fn sweep(&self, now: Timestamp) -> Result<Swept, StorageError> {
        self.require_file()?;
        self.writer
            .run(0, move |connection| Box::pin(sweep::sweep(connection, now)))
            .await
    }
}

impl SqliteStore {
    async fn read_last_sweep(&self) -> Result<Option<Timestamp>, Failure> {
        let mut reader = self.readers.acquire().await?;
        let found = sweep::last(reader.connection()?).await;
        reader.done(found)
    }

    async fn read_sweep_doubt(&self) -> Result<Option<SweepDoubt>, Failure> {
        let mut reader = self.readers.acquire().await?;
        let found = doubt::standing(reader.connection()?).await;
        reader.done(found)
    }
}
