//! The credential in force: replaced by a new secret, or by an old one that is put back.

use keyhaven_protocol::persona::AccountId;
use keyhaven_storage::{Author, CredentialKind, ProvenCredential};
use sqlx::SqliteConnection;

use crate::{address_changes, columns::KdfColumns, failure::Failure, resets, sessions};

/// Puts a new secret in force: its epoch is the next generation. Whatever hung on the one before ends with it:
/// sessions, reset codes, a pending change of address.
pub(crate) async fn replace(
    connection: &mut SqliteConnection,
    id: AccountId,
    hash: String,
    kind: CredentialKind,
) -> Result<(), Failure> {
    let kdf = KdfColumns::from(kind);
    sqlx::query(
        "UPDATE accounts
         SET credential_hash = $2, kdf_memory_kib = $3, kdf_passes = $4, kdf_lanes = $5,
             credential_epoch = credential_epoch + generation_lead + 1, generation_lead = 0
         WHERE account_id = $1",
    )
    .bind(id.as_bytes().as_slice())
    .bind(hash)
    .bind(kdf.memory_kib)
    .bind(kdf.passes)
    .bind(kdf.lanes)
    .execute(&mut *connection)
    .await?;
    end_what_hung_on_it(connection, id).await
}

/// Puts an old secret back in force: its epoch is its own, the generation is the next one.
pub(crate) async fn put_back(
    connection: &mut SqliteConnection,
    id: AccountId,
    proven: &ProvenCredential,
) -> Result<(), Failure> {
    // A password wrap says how its password is derived: both keys come from one derivation.
    let kdf = KdfColumns::from(proven.wrap.kdf);
    let epoch = i64::try_from(proven.wrap.epoch).map_err(|_| Failure::Damaged("proven credential"))?;
    sqlx::query(
        "UPDATE accounts
         SET credential_hash = $2, kdf_memory_kib = $3, kdf_passes = $4, kdf_lanes = $5,
             generation_lead = credential_epoch + generation_lead + 1 - $6, credential_epoch = $6
         WHERE account_id = $1",
    )
    .bind(id.as_bytes().as_slice())
    .bind(proven.hash.as_str())
    .bind(kdf.memory_kib)
    .bind(kdf.passes)
    .bind(kdf.lanes)
    .bind(epoch)
    .execute(&mut *connection)
    .await?;
    end_what_hung_on_it(connection, id).await
}

/// Ends what others have of an account whose secret in force stays: their sessions, the reset codes, and whatever they
/// were authenticated for before and ask for after. The author's own session stays.
pub(crate) async fn end_what_others_hold(
    connection: &mut SqliteConnection,
    author: Author,
) -> Result<(), Failure> {
    let id = author.account;
    sqlx::query("UPDATE accounts SET generation_lead = generation_lead + 1 WHERE account_id = $1")
        .bind(id.as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
    sessions::end_others(connection, author).await?;
    resets::void_all(connection, id).await
}

async fn end_what_hung_on_it(connection: &mut SqliteConnection, id: AccountId) -> Result<(), Failure> {
    sessions::end_all(connection, id).await?;
    resets::void_all(connection, id).await?;
    address_changes::void(connection, id).await
}
