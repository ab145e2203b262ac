//! Key records, changes of password, and the proof that ends `unproven`.

pub(crate) mod former_code;
pub(crate) mod proven;
pub(crate) mod record;
mod unlock;
pub(crate) mod wraps;

use keyhaven_protocol::persona::{AccountId, AccountState};
use keyhaven_storage::{
    Account, Author, ChangePassword, CredentialKind, ForAuthor, KeyRecord, KeyRecordWrite, KeyRecords,
    Notice, PasswordChange, ProvenCredential, StorageError, Timestamp, UnlockBy, UnlockOutcome,
    WriteKeyRecord,
};
use sqlx::{Connection as _, SqliteConnection};

use crate::{
    SqliteStore,
    accounts::{self, Found, credential, state},
    address_changes, authors,
    failure::Failure,
    mail::notices,
    sessions,
};

#[async_trait::async_trait]
impl KeyRecords for SqliteStore {
    async fn key_record(&self, author: Author) -> Result<ForAuthor<Option<KeyRecord>>, StorageError> {
        let mut reader = self.readers.acquire().await.map_err(Failure::Sql)?;
        let connection = reader.connection().map_err(Failure::Sql)?;
        let found = key_record(connection, author).await;
        Ok(reader.done(found)?)
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
        let mut reader = self.readers.acquire().await.map_err(Failure::Sql)?;
        let connection = reader.connection().map_err(Failure::Sql)?;
        let found = proven_credential(connection, author, now).await;
        Ok(reader.done(found)?)
    }

    async fn unlock(
        &self,
        author: Author,
        by: UnlockBy,
        now: Timestamp,
    ) -> Result<UnlockOutcome, StorageError> {
        self.writer
            .run(0, move |connection| {
                Box::pin(unlock::unlock(connection, author, by, now))
            })
            .await
    }
}

/// One read transaction.
async fn key_record(
    connection: &mut SqliteConnection,
    author: Author,
) -> Result<ForAuthor<Option<KeyRecord>>, Failure> {
    let mut snapshot = connection.begin().await?;
    if !authors::is_signed_in(&mut snapshot, author).await? {
        return Ok(ForAuthor::SignedOut);
    }
    let found = record::read(&mut snapshot, author.account).await?;
    snapshot.rollback().await?;
    Ok(ForAuthor::Given(found))
}

/// One read transaction.
async fn proven_credential(
    connection: &mut SqliteConnection,
    author: Author,
    now: Timestamp,
) -> Result<ForAuthor<Option<ProvenCredential>>, Failure> {
    let mut snapshot = connection.begin().await?;
    if !authors::is_signed_in(&mut snapshot, author).await? {
        return Ok(ForAuthor::SignedOut);
    }
    let found = proven::read(&mut snapshot, author.account, now).await?;
    snapshot.rollback().await?;
    Ok(ForAuthor::Given(found))
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
    let version = match check(&account, stored.as_ref(), &write, account.credential.epoch, now) {
        Ok(version) => version,
        Err(refused) => return Ok(refused),
    };
    record::store(connection, id, version, &write).await?;
    address_changes::void(connection, id).await?;
    prove(connection, id, account.state, now).await?;
    if write.replaces_backup_key() {
        // Its wrap opens the backup key that was just given up.
        proven::forget(connection, id).await?;
        credential::end_what_others_hold(connection, author).await?;
    }
    let former = former_code::settle(connection, id, stored.as_ref(), &write, now).await?;
    tell_new_secrets(connection, &account, stored.as_ref(), &write, former, now).await?;
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
    let next = account.credential.next_epoch();
    if change.session.account != id || change.session.credential_generation != next {
        return Ok(ChangePassword::SignedOut);
    }
    if change.keys.replaces_backup_key() {
        return Ok(ChangePassword::Refused(WriteKeyRecord::HalfRenewed));
    }
    let stored = record::read(connection, id).await?;
    let version = match check(&account, stored.as_ref(), &change.keys, next, now) {
        Ok(version) => version,
        Err(refused) => return Ok(ChangePassword::Refused(refused)),
    };
    // Everything that may refuse was asked: from here on each step is done, or the database itself failed.
    prove(connection, id, account.state, now).await?;
    if let Some(stored) = stored.as_ref().filter(|_| account.state.may_change()) {
        proven::keep_oldest(connection, id, &account.credential, &stored.password, now).await?;
    }
    record::store(connection, id, version, &change.keys).await?;
    let kind = CredentialKind::Derived(change.kdf);
    credential::replace(connection, id, change.hash, kind).await?;
    sessions::insert(connection, change.session, now).await?;
    notices::queue(connection, &account, Notice::PasswordChanged, now).await?;
    let former = former_code::settle(connection, id, stored.as_ref(), &change.keys, now).await?;
    tell_new_secrets(connection, &account, stored.as_ref(), &change.keys, former, now).await?;
    Ok(ChangePassword::Changed(version))
}

/// The version that the owner's write gets, or why it is refused.
fn check(
    account: &Account,
    stored: Option<&KeyRecord>,
    write: &KeyRecordWrite,
    credential_epoch: u64,
    now: Timestamp,
) -> Result<u64, WriteKeyRecord> {
    let version = record::check(stored, write, account.credential.kind, credential_epoch, now)?;
    record::check_state(account.state, stored, write)?;
    Ok(version)
}

/// The account of an author who is still signed in.
pub(crate) async fn signed_in(
    connection: &mut SqliteConnection,
    author: Author,
    now: Timestamp,
) -> Result<Option<Account>, Failure> {
    let found = find_signed_in(connection, author, now).await?;
    Ok(found.map(|found| found.account))
}

/// The same, with the state that a freeze lies over.
pub(crate) async fn find_signed_in(
    connection: &mut SqliteConnection,
    author: Author,
    now: Timestamp,
) -> Result<Option<Found>, Failure> {
    if authors::is_signed_in(connection, author).await? {
        accounts::find_by_id(connection, author.account, now).await
    } else {
        Ok(None)
    }
}

/// The owner has proven the backup key: ends `unproven`, and with it the time for which the old credential is kept
/// without limit.
pub(crate) async fn prove(
    connection: &mut SqliteConnection,
    id: AccountId,
    state: AccountState,
    now: Timestamp,
) -> Result<(), Failure> {
    if state != AccountState::Unproven {
        return Ok(());
    }
    state::enter(connection, id, AccountState::Active, None).await?;
    state::calm(connection, id, now).await?;
    former_code::keep_after_trouble(connection, id, now, now).await?;
    proven::keep_until(connection, id, Some(proven::kept_until(now))).await
}

/// Tells the owner of a recovery code or backup key that takes the place of another, and until when the former code
/// decides.
pub(crate) async fn tell_new_secrets(
    connection: &mut SqliteConnection,
    account: &Account,
    stored: Option<&KeyRecord>,
    write: &KeyRecordWrite,
    former_decides_until: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Failure> {
    if write.replaces_backup_key() {
        // Its letter tells of the code, too: the one goes with the other.
        return notices::queue(connection, account, Notice::NewBackupKey, now).await;
    }
    if write.replaces_recovery_code(stored) {
        let notice = Notice::NewRecoveryCode { former_decides_until };
        notices::queue(connection, account, notice, now).await?;
    }
    Ok(())
}
