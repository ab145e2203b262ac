//! The key record: what a write must satisfy, and its rows.

use keyhaven_protocol::{
    base64url::B64Within,
    persona::{AccountId, AccountState, SealedFormerKeys, Wrap},
};
use keyhaven_storage::{
    CodeStanding, CredentialKind, FormerCode, KeyRecord, KeyRecordWrite, NewBackupKey, RecoveryWrite,
    Timestamp, WriteKeyRecord,
};
use sqlx::SqliteConnection;
use subtle::ConstantTimeEq as _;

use super::wraps::{self, Slot};
use crate::{accounts::state, columns, failure::Failure};

const RECORD: &str = "key record";

pub(crate) async fn read(
    connection: &mut SqliteConnection,
    account: AccountId,
) -> Result<Option<KeyRecord>, Failure> {
    let row: Option<RecordRow> = sqlx::query_as(
        "SELECT version, unlock_verifier, recovery_verifier, former_keys_nonce, former_keys, former_code_verifier,
                former_code_until
         FROM key_records WHERE account_id = $1",
    )
    .bind(account.as_bytes().as_slice())
    .fetch_optional(&mut *connection)
    .await?;
    let Some((
        version,
        unlock_verifier,
        recovery_verifier,
        nonce,
        former_keys,
        former_verifier,
        former_until,
    )) = row
    else {
        return Ok(None);
    };
    let former_code = match (former_verifier, former_until) {
        (None, None) => None,
        (Some(verifier), until) => Some(FormerCode {
            code: RecoveryWrite {
                wrap: wraps::read(connection, account, Slot::FormerRecovery)
                    .await?
                    .ok_or(Failure::Damaged(RECORD))?,
                verifier: columns::fixed(&verifier, RECORD)?,
            },
            kept_until: until.map(Timestamp),
        }),
        (None, Some(_)) => return Err(Failure::Damaged(RECORD)),
    };
    let password = wraps::read(connection, account, Slot::Password).await?;
    let recovery = wraps::read(connection, account, Slot::Recovery).await?;
    Ok(Some(KeyRecord {
        version: columns::unsigned(version, RECORD)?,
        password: password.ok_or(Failure::Damaged(RECORD))?,
        recovery: recovery.ok_or(Failure::Damaged(RECORD))?,
        unlock_verifier: columns::fixed(&unlock_verifier, RECORD)?,
        recovery_verifier: columns::fixed(&recovery_verifier, RECORD)?,
        former_keys: parse_former_keys(nonce, former_keys)?,
        former_code,
    }))
}

/// Version, the two verifiers, nonce and ciphertext of the former keys, verifier and time of the former code.
type RecordRow = (
    i64,
    Vec<u8>,
    Vec<u8>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<i64>,
);

fn parse_former_keys(
    nonce: Option<Vec<u8>>,
    ciphertext: Option<Vec<u8>>,
) -> Result<Option<SealedFormerKeys>, Failure> {
    match (nonce, ciphertext) {
        (None, None) => Ok(None),
        (Some(nonce), Some(ciphertext)) => Ok(Some(SealedFormerKeys {
            nonce: columns::fixed(&nonce, RECORD)?.into(),
            ciphertext: B64Within::new(ciphertext).map_err(|_| Failure::Damaged(RECORD))?,
        })),
        _ => Err(Failure::Damaged(RECORD)),
    }
}

/// The version that the write gets, or why it is refused: version, kind of the present credential, proof, presented
/// code, epoch, recovery wrap, new backup key, in this order.
pub(crate) fn check(
    stored: Option<&KeyRecord>,
    write: &KeyRecordWrite,
    present: CredentialKind,
    credential_epoch: u64,
    now: Timestamp,
) -> Result<u64, WriteKeyRecord> {
    if stored.map(|record| record.version) != write.replaces {
        return Err(WriteKeyRecord::VersionConflict);
    }
    if stored.is_none() && present.is_typed() {
        return Err(WriteKeyRecord::NotDerived);
    }
    if let Some(stored) = stored
        && !bool::from(stored.unlock_verifier.ct_eq(&write.unlock_verifier))
    {
        return Err(WriteKeyRecord::WrongProof);
    }
    if let (Some(stored), Some(presented)) = (stored, &write.deciding_verifier) {
        match stored.standing_of(presented, now) {
            CodeStanding::Decides | CodeStanding::Former => {}
            CodeStanding::FormerDecides => return Err(WriteKeyRecord::FormerCodeDecides),
            CodeStanding::Wrong => return Err(WriteKeyRecord::WrongProof),
        }
    }
    if write.password.epoch != credential_epoch {
        return Err(WriteKeyRecord::WrongEpoch);
    }
    let gives_a_code_up = write.replaces_backup_key() || write.deciding_verifier.is_some();
    if write.recovery.is_none() && (stored.is_none() || gives_a_code_up) {
        return Err(WriteKeyRecord::MissingRecovery);
    }
    let stands_on_a_record = write.replaces_backup_key() || write.deciding_verifier.is_some();
    if stands_on_a_record && !stored.is_some_and(|stored| gives_up_everything_before(stored, write)) {
        return Err(WriteKeyRecord::HalfRenewed);
    }
    Ok(stored.map_or(1, |record| record.version.saturating_add(1)))
}

/// Whether a write with a new backup key leaves nothing in force of the one before, and is its owner's, whom the code
/// tells from whoever knows the password. Without a new backup key there is nothing to give up.
fn gives_up_everything_before(stored: &KeyRecord, write: &KeyRecordWrite) -> bool {
    let Some(new) = &write.new_backup_key else {
        return true;
    };
    let recovery_is_new = write.recovery.as_ref().is_some_and(|recovery| {
        recovery.wrap != stored.recovery && recovery.verifier != stored.recovery_verifier
    });
    recovery_is_new
        && write.deciding_verifier.is_some()
        && write.password != stored.password
        && new.unlock_verifier != stored.unlock_verifier
}

/// Whether a state lets somebody who has proven the backup key write this. Asked after [`check`].
pub(crate) fn check_state(
    state: AccountState,
    stored: Option<&KeyRecord>,
    write: &KeyRecordWrite,
) -> Result<(), WriteKeyRecord> {
    let new_recovery = stored
        .zip(write.recovery.as_ref())
        .is_some_and(|(stored, recovery)| {
            stored.recovery != recovery.wrap || stored.recovery_verifier != recovery.verifier
        });
    match state {
        AccountState::Active | AccountState::Unconfirmed => Ok(()),
        AccountState::Unproven if !new_recovery && !write.replaces_backup_key() => Ok(()),
        state => Err(WriteKeyRecord::NotAllowed(state)),
    }
}

/// Puts a write in place that [`check`] has passed.
pub(crate) async fn store(
    connection: &mut SqliteConnection,
    account: AccountId,
    version: u64,
    write: &KeyRecordWrite,
) -> Result<(), Failure> {
    if write.replaces.is_none() {
        // From now on only a proof lifts a freeze: one that time has lifted must not come back.
        state::set_frozen(connection, account, None).await?;
    }
    let version = columns::signed(version, RECORD)?;
    let unlock_verifier = match &write.new_backup_key {
        Some(new) => new.unlock_verifier,
        None => write.unlock_verifier,
    };
    match &write.recovery {
        Some(recovery) => {
            sqlx::query(
                "INSERT INTO key_records (account_id, version, unlock_verifier, recovery_verifier)
                 VALUES ($1, $2, $3, $4)
                 ON CONFLICT (account_id) DO UPDATE
                 SET version = excluded.version, unlock_verifier = excluded.unlock_verifier,
                     recovery_verifier = excluded.recovery_verifier",
            )
            .bind(account.as_bytes().as_slice())
            .bind(version)
            .bind(unlock_verifier.as_slice())
            .bind(recovery.verifier.as_slice())
            .execute(&mut *connection)
            .await?;
            wraps::store(connection, account, Slot::Recovery, &recovery.wrap).await?;
        }
        None => {
            sqlx::query("UPDATE key_records SET version = $2, unlock_verifier = $3 WHERE account_id = $1")
                .bind(account.as_bytes().as_slice())
                .bind(version)
                .bind(unlock_verifier.as_slice())
                .execute(&mut *connection)
                .await?;
        }
    }
    if let Some(NewBackupKey { former_keys, .. }) = &write.new_backup_key {
        sqlx::query("UPDATE key_records SET former_keys_nonce = $2, former_keys = $3 WHERE account_id = $1")
            .bind(account.as_bytes().as_slice())
            .bind(former_keys.nonce.0.as_slice())
            .bind(former_keys.ciphertext.as_ref())
            .execute(&mut *connection)
            .await?;
    }
    wraps::store(connection, account, Slot::Password, &write.password).await
}

/// Puts another password wrap in place and leaves the rest as it is.
pub(crate) async fn put_password_wrap(
    connection: &mut SqliteConnection,
    account: AccountId,
    version: u64,
    wrap: &Wrap,
) -> Result<(), Failure> {
    sqlx::query("UPDATE key_records SET version = $2 WHERE account_id = $1")
        .bind(account.as_bytes().as_slice())
        .bind(columns::signed(version, RECORD)?)
        .execute(&mut *connection)
        .await?;
    wraps::store(connection, account, Slot::Password, wrap).await
}
