//! Key records, changes of password, and the proof that ends `unproven`.

pub(crate) mod proven;
mod record;
mod wraps;

use keyhaven_protocol::persona::{AccountId, AccountState, Wrap};
use keyhaven_storage::{
    ChangePassword, CredentialKind, KeyRecord, KeyRecordWrite, KeyRecords, PasswordChange, ProvenCredential,
    StorageError, Timestamp, UnlockBy, UnlockOutcome, WriteKeyRecord,
};
use sqlx::{Connection as _, SqliteConnection};
use subtle::ConstantTimeEq as _;

use crate::{SqliteStore, accounts, failure::Failure, resets, sessions};

#[async_trait::async_trait]
impl KeyRecords for SqliteStore {
    async fn key_record(&self, account: AccountId) -> Result<Option<KeyRecord>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(Failure::Sql)?;
        let mut snapshot = connection.begin().await.map_err(Failure::Sql)?;
        let found = record::read(&mut snapshot, account).await?;
        snapshot.rollback().await.map_err(Failure::Sql)?;
        Ok(found)
    }

    async fn write_key_record(
        &self,
        account: AccountId,
        write: KeyRecordWrite,
        now: Timestamp,
    ) -> Result<WriteKeyRecord, StorageError> {
        self.writer
            .run(0, move |connection| {
                Box::pin(write_key_record(connection, account, write, now))
            })
            .await
    }

    async fn change_password(
        &self,
        account: AccountId,
        change: PasswordChange,
        now: Timestamp,
    ) -> Result<ChangePassword, StorageError> {
        self.writer
            .run(0, move |connection| {
                Box::pin(change_password(connection, account, change, now))
            })
            .await
    }

    async fn proven_credential(
        &self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Option<ProvenCredential>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(Failure::Sql)?;
        let mut snapshot = connection.begin().await.map_err(Failure::Sql)?;
        let found = proven::read(&mut snapshot, account, now).await?;
        snapshot.rollback().await.map_err(Failure::Sql)?;
        Ok(found)
    }

    async fn unlock(
        &self,
        account: AccountId,
        by: UnlockBy,
        now: Timestamp,
    ) -> Result<UnlockOutcome, StorageError> {
        self.writer
            .run(0, move |connection| {
                Box::pin(unlock(connection, account, by, now))
            })
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
    id: AccountId,
    write: KeyRecordWrite,
    now: Timestamp,
) -> Result<WriteKeyRecord, Failure> {
    // An account that is gone has no version that the write could replace or precede.
    let Some(account) = accounts::by_id(connection, id, now).await? else {
        return Ok(WriteKeyRecord::VersionConflict);
    };
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
    id: AccountId,
    change: PasswordChange,
    now: Timestamp,
) -> Result<ChangePassword, Failure> {
    let Some(account) = accounts::by_id(connection, id, now).await? else {
        return Ok(ChangePassword::CredentialChanged);
    };
    let new_epoch = change.verified_epoch.saturating_add(1);
    if account.credential.epoch != change.verified_epoch
        || change.session.account != id
        || change.session.credential_epoch != new_epoch
    {
        return Ok(ChangePassword::CredentialChanged);
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
    Ok(ChangePassword::Changed(version))
}

async fn unlock(
    connection: &mut SqliteConnection,
    id: AccountId,
    by: UnlockBy,
    now: Timestamp,
) -> Result<UnlockOutcome, Failure> {
    let account = accounts::by_id(connection, id, now).await?;
    let stored = record::read(connection, id).await?;
    let (Some(account), Some(stored)) = (account, stored) else {
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
