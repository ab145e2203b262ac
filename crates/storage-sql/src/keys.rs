//! Key records, changes of password, and the proof that ends `unproven`.

pub(crate) mod proven;
mod record;
mod wraps;

use keyhaven_protocol::persona::{AccountId, AccountState, Wrap};
use keyhaven_storage::{
    Account, Author, ChangePassword, CredentialKind, ForAuthor, KeyRecord, KeyRecordWrite, KeyRecords,
    PasswordChange, ProvenCredential, StorageError, Timestamp, UnlockBy, UnlockOutcome, WriteKeyRecord,
};
use sqlx::{Connection as _, SqliteConnection};
use subtle::ConstantTimeEq as _;

use crate::{SqliteStore, accounts, authors, failure::Failure, mail, resets, sessions};

#[async_trait::async_trait]
impl KeyRecords for SqliteStore {
    async fn key_record(&self, author: Author) -> Result<ForAuthor<Option<KeyRecord>>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(Failure::Sql)?;
        let mut snapshot = connection.begin().await.map_err(Failure::Sql)?;
        if !authors::is_signed_in(&mut snapshot, author).await? {
            return Ok(ForAuthor::SignedOut);
        }
        let found = record::read(&mut snapshot, author.account).await?;
        snapshot.rollback().await.map_err(Failure::Sql)?;
        Ok(ForAuthor::Given(found))
    }

    async fn write_key_record(
        &self,
        author: Author,
        write: KeyRecordWrite,
        now: Timestamp,
    ) -> Result<WriteKeyRecord, StorageError> {
        self.writer
            .run(0, move |connection| {
                Box::pin(write_key_record(connection, author, write, now))
            })
            .await
    }

    async fn change_password(
        &self,
        author: Author,
        change: PasswordChange,
        now: Timestamp,
    ) -> Result<ChangePassword, StorageError> {
        self.writer
            .run(0, move |connection| {
                Box::pin(change_password(connection, author, change, now))
            })
            .await
    }

    async fn proven_credential(
        &self,
        author: Author,
        now: Timestamp,
    ) -> Result<ForAuthor<Option<ProvenCredential>>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(Failure::Sql)?;
        let mut snapshot = connection.begin().await.map_err(Failure::Sql)?;
        if !authors::is_signed_in(&mut snapshot, author).await? {
            return Ok(ForAuthor::SignedOut);
        }
        let found = proven::read(&mut snapshot, author.account, now).await?;
        snapshot.rollback().await.map_err(Failure::Sql)?;
        Ok(ForAuthor::Given(found))
    }

    async fn unlock(
        &self,
        author: Author,
        by: UnlockBy,
        now: Timestamp,
    ) -> Result<UnlockOutcome, StorageError> {
        self.writer
            .run(0, move |connection| Box::pin(unlock(connection, author, by, now)))
            .await
    }
}

/// The wrap of the key record that the password opens, while there is a record.
pub(crate) async fn password_wrap(
    connection: &mut SqliteConnection,
    account: AccountId,
) -> Result<Option<Wrap>, Failure> {
    Ok(record::read(connection, account)
        .await?
        .map(|record| record.password))
}

async fn write_key_record(
    connection: &mut SqliteConnection,
    author: Author,
    write: KeyRecordWrite,
    now: Timestamp,
) -> Result<WriteKeyRecord, Failure> {
    let Some(account) = signed_in(connection, author, now).await? else {
        return Ok(WriteKeyRecord::SignedOut);
    };
    let id = account.id;
    let stored = record::read(connection, id).await?;
    let version = match record::check(stored.as_ref(), &write, &account, account.credential.epoch) {
        Ok(version) => version,
        Err(refused) => return Ok(refused),
    };
    record::store(connection, id, version, &write).await?;
    prove(connection, id, account.state, now).await?;
    if write.replaces_backup_key(stored.as_ref()) {
        // Its wrap opens the backup key that was just given up.
        proven::forget(connection, id).await?;
    }
    Ok(WriteKeyRecord::Written(version))
}

async fn change_password(
    connection: &mut SqliteConnection,
    author: Author,
    change: PasswordChange,
    now: Timestamp,
) -> Result<ChangePassword, Failure> {
    let Some(account) = signed_in(connection, author, now).await? else {
        return Ok(ChangePassword::SignedOut);
    };
    let id = account.id;
    let new_epoch = author.credential_epoch.saturating_add(1);
    if change.session.account != id || change.session.credential_epoch != new_epoch {
        return Ok(ChangePassword::SignedOut);
    }
    let stored = record::read(connection, id).await?;
    let version = match record::check(stored.as_ref(), &change.keys, &account, new_epoch) {
        Ok(version) => version,
        Err(refused) => return Ok(ChangePassword::Refused(refused)),
    };
    // Everything that may refuse was asked: from here on each step is done, or the database itself failed.
    if change.keys.replaces_backup_key(stored.as_ref()) {
        proven::forget(connection, id).await?;
    } else {
        prove(connection, id, account.state, now).await?;
        if let Some(stored) = stored.filter(|_| account.state == AccountState::Active) {
            let until = proven::kept_until(now);
            proven::keep(connection, id, &account.credential, &stored.password, Some(until)).await?;
        }
    }
    record::store(connection, id, version, &change.keys).await?;
    let kind = CredentialKind::Derived(change.kdf);
    accounts::replace_credential(connection, id, change.hash, kind, AccountState::Active).await?;
    sessions::end_all(connection, id).await?;
    resets::void_all(connection, id).await?;
    sessions::insert(connection, change.session, now).await?;
    mail::queue_notice(connection, &account.address, now).await?;
    Ok(ChangePassword::Changed(version))
}

async fn unlock(
    connection: &mut SqliteConnection,
    author: Author,
    by: UnlockBy,
    now: Timestamp,
) -> Result<UnlockOutcome, Failure> {
    let Some(account) = signed_in(connection, author, now).await? else {
        return Ok(UnlockOutcome::SignedOut);
    };
    let id = account.id;
    let Some(stored) = record::read(connection, id).await? else {
        return Ok(UnlockOutcome::WrongProof);
    };
    let proven = match by {
        UnlockBy::UnlockProof(hash) => stored.unlock_verifier.ct_eq(&hash),
        UnlockBy::RecoveryAuth(hash) => stored.recovery_verifier.ct_eq(&hash),
    };
    if !bool::from(proven) {
        return Ok(UnlockOutcome::WrongProof);
    }
    prove(connection, id, account.state, now).await?;
    Ok(UnlockOutcome::Active)
}

/// The account of an author who is still signed in.
async fn signed_in(
    connection: &mut SqliteConnection,
    author: Author,
    now: Timestamp,
) -> Result<Option<Account>, Failure> {
    if authors::is_signed_in(connection, author).await? {
        accounts::by_id(connection, author.account, now).await
    } else {
        Ok(None)
    }
}

/// The owner has proven the backup key: ends `unproven`, and with it the time for which the old credential is kept
/// without limit.
async fn prove(
    connection: &mut SqliteConnection,
    id: AccountId,
    state: AccountState,
    now: Timestamp,
) -> Result<(), Failure> {
    if state == AccountState::Active {
        return Ok(());
    }
    accounts::set_state(connection, id, AccountState::Active).await?;
    proven::keep_until(connection, id, Some(proven::kept_until(now))).await
}
