//! Notices: queued with what they tell, in its transaction, and never refused.

use keyhaven_protocol::{
    address::Address,
    persona::{AccountId, AccountState},
};
use keyhaven_storage::{Account, Addressee, Notice, Timestamp};
use sqlx::SqliteConnection;

use super::{Details, RECORD, Row, add};
use crate::failure::Failure;

/// Tells the owner of an account, at its address; nobody, where nobody confirmed the address and nothing is to be
/// confirmed: whoever signed up with somebody else's address must not be able to send them letters.
pub(crate) async fn queue(
    connection: &mut SqliteConnection,
    account: &Account,
    notice: Notice,
    now: Timestamp,
) -> Result<(), Failure> {
    let is_for_the_owner = notice.addressee() != Addressee::OwnerOrAnybody;
    if account.state == AccountState::Unconfirmed && is_for_the_owner {
        return Ok(());
    }
    queue_to(connection, &account.address, Some(account.id), notice, now).await
}

/// Tells whoever reads an address. `account` is whom the notice is about, while there is such an account.
pub(crate) async fn queue_to(
    connection: &mut SqliteConnection,
    to: &Address,
    account: Option<AccountId>,
    notice: Notice,
    now: Timestamp,
) -> Result<(), Failure> {
    let row = Row {
        word: word(&notice)?,
        account,
        details: details(notice),
    };
    if is_waiting(connection, to, &row, now).await? {
        return Ok(());
    }
    add(connection, to, row, now).await
}

/// Whether a letter waits that would read the same.
async fn is_waiting(
    connection: &mut SqliteConnection,
    to: &Address,
    row: &Row,
    now: Timestamp,
) -> Result<bool, Failure> {
    let Details {
        address_from,
        address_to,
        change,
        until_at,
    } = &row.details;
    let waiting: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM mail_queue
         WHERE address = $1 AND request = $2 AND claimed = 0 AND requested_at = $3
           AND account_id IS NOT DISTINCT FROM $4 AND address_from IS NOT DISTINCT FROM $5
           AND address_to IS NOT DISTINCT FROM $6 AND change_id IS NOT DISTINCT FROM $7
           AND until_at IS NOT DISTINCT FROM $8",
    )
    .bind(to.normalised())
    .bind(row.word)
    .bind(now.0)
    .bind(row.account.map(|account| account.as_bytes().to_vec()))
    .bind(address_from.as_ref().map(|address| address.as_typed().to_owned()))
    .bind(address_to.as_ref().map(|address| address.as_typed().to_owned()))
    .bind(change.map(|change| change.0))
    .bind(until_at.map(|until| until.0))
    .fetch_one(connection)
    .await?;
    Ok(waiting > 0)
}

/// The word of a notice in its column; one that this build cannot store is refused.
fn word(notice: &Notice) -> Result<&'static str, Failure> {
    match notice {
        Notice::PasswordChanged => Ok("password_changed"),
        Notice::PasswordReset => Ok("password_reset"),
        Notice::PasswordPutBack { .. } => Ok("password_put_back"),
        Notice::RecoveredByCode { lifted: false } => Ok("recovered_by_code"),
        Notice::RecoveredByCode { lifted: true } => Ok("recovered_by_code_and_lifted"),
        Notice::NewRecoveryCode { .. } => Ok("new_recovery_code"),
        Notice::NewBackupKey => Ok("new_backup_key"),
        Notice::AddressChangeAsked { .. } => Ok("address_change_asked"),
        Notice::ConfirmNewAddress { .. } => Ok("confirm_new_address"),
        Notice::AddressTakenAsked => Ok("address_taken_asked"),
        Notice::AddressChanged { .. } => Ok("address_changed"),
        Notice::Frozen { .. } => Ok("frozen"),
        Notice::Lifted => Ok("lifted"),
        Notice::DisputeDecided => Ok("dispute_decided"),
        Notice::DeletionAsked { .. } => Ok("deletion_asked"),
        Notice::DeletionTakenBack => Ok("deletion_taken_back"),
        Notice::AccountRemoved => Ok("account_removed"),
        _ => Err(Failure::Damaged(RECORD)),
    }
}

/// Whether a word is of a notice that goes to an address of anybody's choice.
pub(super) fn is_of_an_address_change(word: &str) -> bool {
    matches!(
        word,
        "address_change_asked" | "confirm_new_address" | "address_taken_asked"
    )
}

fn details(notice: Notice) -> Details {
    match notice {
        Notice::PasswordPutBack {
            disputed_until: until_at,
        }
        | Notice::NewRecoveryCode {
            former_decides_until: until_at,
        }
        | Notice::Frozen { until: until_at } => Details {
            until_at,
            ..Details::default()
        },
        Notice::DeletionAsked { removed_at } => Details {
            until_at: Some(removed_at),
            ..Details::default()
        },
        Notice::AddressChangeAsked {
            change,
            to,
            expires_at,
        } => Details {
            address_to: Some(to),
            change: Some(change),
            until_at: Some(expires_at),
            ..Details::default()
        },
        Notice::ConfirmNewAddress { change, expires_at } => Details {
            change: Some(change),
            until_at: Some(expires_at),
            ..Details::default()
        },
        Notice::AddressChanged { from, to } => Details {
            address_from: Some(from),
            address_to: Some(to),
            ..Details::default()
        },
        _ => Details::default(),
    }
}

/// The notice of a word with its details.
pub(super) fn parse(word: &str, details: Details) -> Result<Notice, Failure> {
    let Details {
        address_from,
        address_to,
        change,
        until_at,
    } = details;
    let damaged = Failure::Damaged(RECORD);
    Ok(match word {
        "password_changed" => Notice::PasswordChanged,
        "password_reset" => Notice::PasswordReset,
        "password_put_back" => Notice::PasswordPutBack {
            disputed_until: until_at,
        },
        "recovered_by_code" => Notice::RecoveredByCode { lifted: false },
        "recovered_by_code_and_lifted" => Notice::RecoveredByCode { lifted: true },
        "new_recovery_code" => Notice::NewRecoveryCode {
            former_decides_until: until_at,
        },
        "new_backup_key" => Notice::NewBackupKey,
        "address_change_asked" => match (change, address_to, until_at) {
            (Some(change), Some(to), Some(expires_at)) => Notice::AddressChangeAsked {
                change,
                to,
                expires_at,
            },
            _ => return Err(damaged),
        },
        "confirm_new_address" => match (change, until_at) {
            (Some(change), Some(expires_at)) => Notice::ConfirmNewAddress { change, expires_at },
            _ => return Err(damaged),
        },
        "address_taken_asked" => Notice::AddressTakenAsked,
        "address_changed" => match (address_from, address_to) {
            (Some(from), Some(to)) => Notice::AddressChanged { from, to },
            _ => return Err(damaged),
        },
        "frozen" => Notice::Frozen { until: until_at },
        "lifted" => Notice::Lifted,
        "dispute_decided" => Notice::DisputeDecided,
        "deletion_asked" => Notice::DeletionAsked {
            removed_at: until_at.ok_or(damaged)?,
        },
        "deletion_taken_back" => Notice::DeletionTakenBack,
        "account_removed" => Notice::AccountRemoved,
        _ => return Err(damaged),
    })
}
