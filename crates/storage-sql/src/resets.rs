//! Mailed reset codes, by the SHA-256 of their text.

use keyhaven_protocol::{
    address::Address,
    persona::{AccountId, AccountState, limits},
};
use keyhaven_storage::{
    Account, KeyRecord, NewCredential, Notice, Resets, SpendCode, StorageError, Timestamp,
};
use sqlx::SqliteConnection;

use crate::{
    SqliteStore,
    accounts::{self, NewRow, credential, state},
    failure::Failure,
    keys::{former_code, proven, record},
    mail::notices,
};

#[async_trait::async_trait]
impl Resets for SqliteStore {
    async fn add_reset_code(
        &self,
        account: AccountId,
        code_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<(), StorageError> {
        self.writer
            .run(0, move |connection| {
                Box::pin(add(connection, account, code_hash, now))
            })
            .await
    }

    async fn spend_reset_code(
        &self,
        address: &Address,
        code_hash: [u8; 32],
        credential: NewCredential,
        fresh: AccountId,
        now: Timestamp,
    ) -> Result<SpendCode, StorageError> {
        let address = address.clone();
        self.writer
            .run(0, move |connection| {
                Box::pin(spend(connection, address, code_hash, credential, fresh, now))
            })
            .await
    }
}

async fn add(
    connection: &mut SqliteConnection,
    account: AccountId,
    code_hash: [u8; 32],
    now: Timestamp,
) -> Result<(), Failure> {
    // Nothing is added for an account that went away, or was frozen, since it was looked up.
    let found = accounts::find_by_id(connection, account, now).await?;
    if found.is_none_or(|found| found.account.state == AccountState::Frozen) {
        return Ok(());
    }
    sqlx::query("DELETE FROM reset_codes WHERE account_id = $1 AND expires_at <= $2")
        .bind(account.as_bytes().as_slice())
        .bind(now.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO reset_codes (account_id, code_hash, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (account_id, code_hash) DO NOTHING",
    )
    .bind(account.as_bytes().as_slice())
    .bind(code_hash.as_slice())
    .bind(now.plus(limits::RESET_CODE_LIFE).0)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "DELETE FROM reset_codes WHERE account_id = $1 AND code_id NOT IN (
             SELECT code_id FROM reset_codes WHERE account_id = $1
             ORDER BY expires_at DESC, code_id DESC LIMIT $2
         )",
    )
    .bind(account.as_bytes().as_slice())
    .bind(i64::try_from(limits::RESET_CODES_OUTSTANDING).unwrap_or(i64::MAX))
    .execute(connection)
    .await?;
    Ok(())
}

async fn spend(
    connection: &mut SqliteConnection,
    address: Address,
    code_hash: [u8; 32],
    credential: NewCredential,
    fresh: AccountId,
    now: Timestamp,
) -> Result<SpendCode, Failure> {
    let Some(found) = accounts::find_by_address(connection, &address, now).await? else {
        return Ok(SpendCode::Invalid);
    };
    let account = found.account;
    // Freezing voids all codes; this holds also for one that was made at the same moment.
    if account.state == AccountState::Frozen {
        return Ok(SpendCode::Invalid);
    }
    // Asked here, where nothing changes it any more: the account may have changed its kind since the mail was made.
    if account.credential.kind.is_typed() != credential.kind.is_typed() {
        return Ok(SpendCode::Invalid);
    }
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT code_id FROM reset_codes WHERE account_id = $1 AND code_hash = $2 AND expires_at > $3",
    )
    .bind(account.id.as_bytes().as_slice())
    .bind(code_hash.as_slice())
    .bind(now.0)
    .fetch_optional(&mut *connection)
    .await?;
    if found.is_none() {
        return Ok(SpendCode::Invalid);
    }
    match account.state {
        AccountState::Unconfirmed => start_afresh(connection, &account, credential, fresh, now).await?,
        _ => set(connection, &account, credential, now).await?,
    }
    Ok(SpendCode::Reset)
}

/// Nobody has confirmed the address of this account: whoever reads its mailbox gets one that has nothing of it.
async fn start_afresh(
    connection: &mut SqliteConnection,
    squatted: &Account,
    credential: NewCredential,
    fresh: AccountId,
    now: Timestamp,
) -> Result<(), Failure> {
    accounts::archive(connection, squatted.id, now.plus(limits::ARCHIVED_KEPT)).await?;
    let new = NewRow {
        id: fresh,
        address: &squatted.address,
        hash: &credential.hash,
        kind: credential.kind,
        state: AccountState::Active,
        until: None,
    };
    if !accounts::insert(connection, new, now).await? {
        // The id was drawn at random: one that is in use is no chance.
        return Err(Failure::Damaged("account id"));
    }
    notices::queue_to(
        connection,
        &squatted.address,
        Some(fresh),
        Notice::PasswordReset,
        now,
    )
    .await
}

async fn set(
    connection: &mut SqliteConnection,
    account: &Account,
    credential: NewCredential,
    now: Timestamp,
) -> Result<(), Failure> {
    let id = account.id;
    let state = match record::read(connection, id).await? {
        None => AccountState::Active,
        Some(stored) => {
            proven::expire(connection, id, now).await?;
            if account.state != AccountState::Unproven
                && !is_contested(connection, account, &stored, now).await?
            {
                // Of the two writes the first does nothing when this password opens no wrap: then the credential
                // that was kept before is still the last proven one.
                proven::keep(connection, id, &account.credential, &stored.password, None).await?;
            }
            proven::keep_until(connection, id, None).await?;
            former_code::keep_during_trouble(connection, id, now).await?;
            if account.state.may_change() || account.state == AccountState::Deleted {
                // Not at later resets: each would be a new allowance for whoever reads the mailbox.
                state::count_additions_from_here(connection, id).await?;
            }
            AccountState::Unproven
        }
    };
    state::enter(connection, id, state, None).await?;
    credential::replace(connection, id, credential.hash, credential.kind).await?;
    notices::queue(connection, account, Notice::PasswordReset, now).await?;
    if account.state == AccountState::Deleted {
        notices::queue(connection, account, Notice::DeletionTakenBack, now).await?;
    }
    Ok(())
}

/// Whether the password in force may be that of somebody who replaced password and recovery code, so that the one that
/// is kept may be all that its owner has. In a dispute the owner has brought their own back.
async fn is_contested(
    connection: &mut SqliteConnection,
    account: &Account,
    stored: &KeyRecord,
    now: Timestamp,
) -> Result<bool, Failure> {
    Ok(account.state != AccountState::Disputed
        && stored.former_code_at(now).is_some()
        && proven::read(connection, account.id, now).await?.is_some())
}

/// Voids every code of an account: part of each change of the credential.
pub(crate) async fn void_all(connection: &mut SqliteConnection, account: AccountId) -> Result<(), Failure> {
    sqlx::query("DELETE FROM reset_codes WHERE account_id = $1")
        .bind(account.as_bytes().as_slice())
        .execute(connection)
        .await?;
    Ok(())
}
