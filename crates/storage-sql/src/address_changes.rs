//! The rows of a pending change of address.

use keyhaven_protocol::{
    address::Address,
    persona::{AccountId, AccountState},
};
use keyhaven_storage::{Account, AddressChange, ChangeId, CredentialKind, Timestamp};
use sqlx::{Row as _, SqliteConnection};

use crate::{
    accounts::{credential, state},
    columns::{self, KdfColumns},
    failure::Failure,
    keys::{
        proven, record,
        wraps::{self, Slot},
    },
    links::{self, Kind},
};

const RECORD: &str = "change of address";

/// Which address confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The one in force.
    Present,
    /// The one that is wanted.
    New,
}

/// A change that was checked.
pub(crate) struct NewChange<'a> {
    pub(crate) account: &'a Account,
    pub(crate) change: &'a AddressChange,
    pub(crate) key_record_version: u64,
    /// The address has an account: it can never be confirmed.
    pub(crate) taken: bool,
    pub(crate) expires_at: Timestamp,
}

/// Stores a change in place of one that waited before.
pub(crate) async fn store(
    connection: &mut SqliteConnection,
    new: NewChange<'_>,
) -> Result<ChangeId, Failure> {
    let (account, change) = (new.account, new.change);
    void(connection, account.id).await?;
    let kdf = KdfColumns::from(Some(change.kdf));
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO address_changes (account_id, address, address_as_typed, taken, credential_hash, kdf_memory_kib,
                                      kdf_passes, kdf_lanes, credential_generation, key_record_version,
                                      confirmed_by_present, confirmed_by_new, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, $11) RETURNING change_id",
    )
    .bind(account.id.as_bytes().as_slice())
    .bind(change.address.normalised())
    .bind(change.address.as_typed())
    .bind(i64::from(new.taken))
    .bind(change.hash.as_str())
    .bind(kdf.memory_kib)
    .bind(kdf.passes)
    .bind(kdf.lanes)
    .bind(columns::signed(account.credential.generation, RECORD)?)
    .bind(columns::signed(new.key_record_version, RECORD)?)
    .bind(new.expires_at.0)
    .fetch_one(&mut *connection)
    .await?;
    wraps::store(connection, account.id, Slot::AddressChange, &change.keys.password).await?;
    Ok(ChangeId(id))
}

/// A change that waits, or has just been confirmed by both.
pub(crate) struct Pending {
    pub(crate) address: Address,
    hash: String,
    kdf: KdfColumns,
    confirmed_by_present: bool,
    confirmed_by_new: bool,
}

/// Confirms one side of a change that still stands: its time is not over, and neither credential, key record nor state
/// are others than when it was asked for.
pub(crate) async fn confirm(
    connection: &mut SqliteConnection,
    account: &Account,
    change: ChangeId,
    side: Side,
    now: Timestamp,
) -> Result<Option<Pending>, Failure> {
    let Some(key_record_version) = account.key_record_version else {
        return Ok(None);
    };
    if !account.state.may_change() {
        return Ok(None);
    }
    let row = sqlx::query(
        "UPDATE address_changes
         SET confirmed_by_present = max(confirmed_by_present, $6), confirmed_by_new = max(confirmed_by_new, $7)
         WHERE account_id = $1 AND change_id = $2 AND expires_at > $3 AND credential_generation = $4
               AND key_record_version = $5
         RETURNING address, address_as_typed, credential_hash, kdf_memory_kib, kdf_passes, kdf_lanes,
                   confirmed_by_present, confirmed_by_new",
    )
    .bind(account.id.as_bytes().as_slice())
    .bind(change.0)
    .bind(now.0)
    .bind(columns::signed(account.credential.generation, RECORD)?)
    .bind(columns::signed(key_record_version, RECORD)?)
    .bind(i64::from(side == Side::Present))
    .bind(i64::from(side == Side::New))
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (normalised, as_typed): (String, String) =
        (row.try_get("address")?, row.try_get("address_as_typed")?);
    let (by_present, by_new): (i64, i64) = (
        row.try_get("confirmed_by_present")?,
        row.try_get("confirmed_by_new")?,
    );
    Ok(Some(Pending {
        address: columns::address(&normalised, &as_typed, RECORD)?,
        hash: row.try_get("credential_hash")?,
        kdf: KdfColumns {
            memory_kib: row.try_get("kdf_memory_kib")?,
            passes: row.try_get("kdf_passes")?,
            lanes: row.try_get("kdf_lanes")?,
        },
        confirmed_by_present: by_present != 0,
        confirmed_by_new: by_new != 0,
    }))
}

impl Pending {
    /// Whether both addresses have confirmed.
    pub(crate) fn is_confirmed(&self) -> bool {
        self.confirmed_by_present && self.confirmed_by_new
    }

    /// Puts address, credential and password wrap in force. The address must be free.
    pub(crate) async fn apply(
        self,
        connection: &mut SqliteConnection,
        account: &Account,
    ) -> Result<(), Failure> {
        let id = account.id;
        let version = account.key_record_version.ok_or(Failure::Damaged(RECORD))?;
        let wrap = wraps::read(connection, id, Slot::AddressChange).await?;
        let wrap = wrap.ok_or(Failure::Damaged(RECORD))?;
        let kdf = self.kdf.parse(RECORD)?.ok_or(Failure::Damaged(RECORD))?;
        sqlx::query("UPDATE accounts SET address = $2, address_as_typed = $3 WHERE account_id = $1")
            .bind(id.as_bytes().as_slice())
            .bind(self.address.normalised())
            .bind(self.address.as_typed())
            .execute(&mut *connection)
            .await?;
        record::put_password_wrap(connection, id, version.saturating_add(1), &wrap).await?;
        // What was kept is derived with the address before: nobody could sign in with it any more.
        proven::forget(connection, id).await?;
        if account.state == AccountState::Unconfirmed {
            state::enter(connection, id, AccountState::Active, None).await?;
        }
        links::void(connection, id, Kind::Confirm).await?;
        credential::replace(connection, id, self.hash, CredentialKind::Derived(kdf)).await
    }
}

/// Drops the pending change of address, if there is one, with the links that would confirm it: part of each change of
/// credential, key record or state.
pub(crate) async fn void(connection: &mut SqliteConnection, account: AccountId) -> Result<(), Failure> {
    sqlx::query("DELETE FROM address_changes WHERE account_id = $1")
        .bind(account.as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
    wraps::remove(connection, account, Slot::AddressChange).await
}
