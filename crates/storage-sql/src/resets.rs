//! Mailed reset codes, by the SHA-256 of their text.

use keyhaven_protocol::{
    address::Address,
    persona::{AccountId, AccountState, limits},
};
use keyhaven_storage::{NewCredential, Resets, SpendCode, StorageError, Timestamp};
use sqlx::SqliteConnection;

use crate::{
    SqliteStore, accounts,
    failure::Failure,
    keys::{self, proven},
    mail, sessions,
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
        now: Timestamp,
    ) -> Result<SpendCode, StorageError> {
        let address = address.clone();
        self.writer
            .run(0, move |connection| {
                Box::pin(spend(connection, address, code_hash, credential, now))
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
    sqlx::query("DELETE FROM reset_codes WHERE account_id = $1 AND expires_at <= $2")
        .bind(account.as_bytes().as_slice())
        .bind(now.0)
        .execute(&mut *connection)
        .await?;
    // Nothing is added for an account that went away since it was looked up.
    sqlx::query(
        "INSERT INTO reset_codes (account_id, code_hash, expires_at)
         SELECT account_id, $2, $3 FROM accounts WHERE account_id = $1
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
    now: Timestamp,
) -> Result<SpendCode, Failure> {
    let Some(account) = accounts::by_address(connection, &address, now).await? else {
        return Ok(SpendCode::Invalid);
    };
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
    let state = match keys::password_wrap(connection, account.id).await? {
        None => account.state,
        Some(wrap) => {
            proven::expire(connection, account.id, now).await?;
            if account.state == AccountState::Active {
                // Of the two writes the first does nothing when this password opens no wrap: then the credential
                // that was kept before is still the last proven one.
                proven::keep(connection, account.id, &account.credential, &wrap, None).await?;
                proven::keep_until(connection, account.id, None).await?;
                // Not at later resets: each would be a new allowance for whoever reads the mailbox.
                accounts::count_additions_from_here(connection, account.id).await?;
            }
            AccountState::Unproven
        }
    };
    accounts::replace_credential(connection, account.id, credential.hash, credential.kind, state).await?;
    sessions::end_all(connection, account.id).await?;
    void_all(connection, account.id).await?;
    mail::queue_notice(connection, &account.address, now).await?;
    Ok(SpendCode::Reset)
}

/// Voids every code of an account: part of each change of the credential.
pub(crate) async fn void_all(connection: &mut SqliteConnection, account: AccountId) -> Result<(), Failure> {
    sqlx::query("DELETE FROM reset_codes WHERE account_id = $1")
        .bind(account.as_bytes().as_slice())
        .execute(connection)
        .await?;
    Ok(())
}
