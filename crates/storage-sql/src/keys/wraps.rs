//! Wraps, one row each.

use keyhaven_protocol::persona::{AccountId, Wrap, WrapKind};
use sqlx::{FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use crate::{
    columns::{self, KdfColumns},
    failure::Failure,
};

const RECORD: &str = "wrap";

/// What a wrap is for. The slot fixes the kind.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Slot {
    /// Of the key record, opened by the password.
    Password,
    /// Of the key record, opened by the recovery code.
    Recovery,
    /// Of the recovery code before, while that one decides.
    FormerRecovery,
    /// Of the last proven credential, opened by its password.
    Proven,
    /// Of a pending change of address, opened by the password at the new address.
    AddressChange,
}

impl Slot {
    const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Recovery => "recovery",
            Self::FormerRecovery => "former_recovery",
            Self::Proven => "proven",
            Self::AddressChange => "address_change",
        }
    }

    const fn kind(self) -> WrapKind {
        match self {
            Self::Password | Self::Proven | Self::AddressChange => WrapKind::Password,
            Self::Recovery | Self::FormerRecovery => WrapKind::Recovery,
        }
    }
}

pub(crate) async fn read(
    connection: &mut SqliteConnection,
    account: AccountId,
    slot: Slot,
) -> Result<Option<Wrap>, Failure> {
    let row: Option<WrapRow> = sqlx::query_as(
        "SELECT kdf_memory_kib, kdf_passes, kdf_lanes, epoch, nonce, ciphertext, commitment FROM wraps
         WHERE account_id = $1 AND slot = $2",
    )
    .bind(account.as_bytes().as_slice())
    .bind(slot.word())
    .fetch_optional(connection)
    .await?;
    row.map(|row| row.parse(slot.kind())).transpose()
}

pub(crate) async fn store(
    connection: &mut SqliteConnection,
    account: AccountId,
    slot: Slot,
    wrap: &Wrap,
) -> Result<(), Failure> {
    let kdf = KdfColumns::from(wrap.kdf);
    sqlx::query(
        "INSERT INTO wraps (account_id, slot, kdf_memory_kib, kdf_passes, kdf_lanes, epoch, nonce, ciphertext,
                            commitment)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (account_id, slot) DO UPDATE
         SET kdf_memory_kib = excluded.kdf_memory_kib, kdf_passes = excluded.kdf_passes,
             kdf_lanes = excluded.kdf_lanes, epoch = excluded.epoch, nonce = excluded.nonce,
             ciphertext = excluded.ciphertext, commitment = excluded.commitment",
    )
    .bind(account.as_bytes().as_slice())
    .bind(slot.word())
    .bind(kdf.memory_kib)
    .bind(kdf.passes)
    .bind(kdf.lanes)
    .bind(wrap.epoch.cast_signed())
    .bind(wrap.nonce.0.as_slice())
    .bind(wrap.ciphertext.0.as_slice())
    .bind(wrap.commitment.0.as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn remove(
    connection: &mut SqliteConnection,
    account: AccountId,
    slot: Slot,
) -> Result<(), Failure> {
    sqlx::query("DELETE FROM wraps WHERE account_id = $1 AND slot = $2")
        .bind(account.as_bytes().as_slice())
        .bind(slot.word())
        .execute(connection)
        .await?;
    Ok(())
}

struct WrapRow {
    kdf: KdfColumns,
    epoch: i64,
    nonce: Vec<u8>,
    ciphertext: Vec<u8>,
    commitment: Vec<u8>,
}

impl WrapRow {
    /// The kind is the slot's, hence no `TryFrom`.
    fn parse(self, kind: WrapKind) -> Result<Wrap, Failure> {
        Ok(Wrap {
            kind,
            kdf: self.kdf.parse(RECORD)?,
            // The client chose it among all 64 bits.
            epoch: self.epoch.cast_unsigned(),
            nonce: columns::fixed(&self.nonce, RECORD)?.into(),
            ciphertext: columns::fixed(&self.ciphertext, RECORD)?.into(),
            commitment: columns::fixed(&self.commitment, RECORD)?.into(),
        })
    }
}

impl FromRow<'_, SqliteRow> for WrapRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            kdf: KdfColumns {
                memory_kib: row.try_get("kdf_memory_kib")?,
                passes: row.try_get("kdf_passes")?,
                lanes: row.try_get("kdf_lanes")?,
            },
            epoch: row.try_get("epoch")?,
            nonce: row.try_get("nonce")?,
            ciphertext: row.try_get("ciphertext")?,
            commitment: row.try_get("commitment")?,
        })
    }
}
