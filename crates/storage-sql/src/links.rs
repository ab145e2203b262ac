//! Links of letters that confirm or freeze, by the SHA-256 of their code. Each works once.

use keyhaven_protocol::persona::{AccountId, AccountState, limits};
use keyhaven_storage::{ChangeId, NewLink, Timestamp};
use sqlx::SqliteConnection;

use crate::{accounts, columns, failure::Failure};

const RECORD: &str = "link";

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Confirm,
    ChangeFrom,
    ChangeTo,
    Freeze,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::ChangeFrom => "change_from",
            Self::ChangeTo => "change_to",
            Self::Freeze => "freeze",
        }
    }
}

/// What a link that was good led to.
pub(crate) struct Taken {
    pub(crate) account: AccountId,
    /// The pending change of address that it confirms.
    pub(crate) change: Option<ChangeId>,
}

/// What stands in the row of a link.
struct NewRow {
    kind: Kind,
    change: Option<ChangeId>,
    expires_at: Timestamp,
}

/// Stores the hash of a code, unless the account is gone or past what the link is for.
pub(crate) async fn add(
    connection: &mut SqliteConnection,
    account: AccountId,
    link: NewLink,
    code_hash: [u8; 32],
    now: Timestamp,
) -> Result<(), Failure> {
    let Some(row) = row(connection, account, link, now).await? else {
        return Ok(());
    };
    sqlx::query(
        "INSERT INTO links (account_id, kind, code_hash, change_id, expires_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (code_hash) DO NOTHING",
    )
    .bind(account.as_bytes().as_slice())
    .bind(row.kind.word())
    .bind(code_hash.as_slice())
    .bind(row.change.map(|change| change.0))
    .bind(row.expires_at.0)
    .execute(&mut *connection)
    .await?;
    if row.kind == Kind::Freeze {
        drop_oldest(connection, account).await?;
    }
    Ok(())
}

async fn row(
    connection: &mut SqliteConnection,
    account: AccountId,
    link: NewLink,
    now: Timestamp,
) -> Result<Option<NewRow>, Failure> {
    let Some(found) = accounts::find_by_id(connection, account, now).await? else {
        return Ok(None);
    };
    let kind = match link {
        NewLink::Confirm => Kind::Confirm,
        NewLink::ChangeFrom(_) => Kind::ChangeFrom,
        NewLink::ChangeTo(_) => Kind::ChangeTo,
        NewLink::Freeze => Kind::Freeze,
    };
    let (change, expires_at) = match link {
        NewLink::Confirm => {
            let waits = found.account.state == AccountState::Unconfirmed;
            (None, found.account.state_until.filter(|_| waits))
        }
        NewLink::Freeze => (None, Some(now.plus(limits::FREEZE_LINK_LIFE))),
        NewLink::ChangeFrom(change) | NewLink::ChangeTo(change) => {
            let expires_at: Option<i64> = sqlx::query_scalar(
                "SELECT expires_at FROM address_changes
                 WHERE account_id = $1 AND change_id = $2 AND expires_at > $3 AND (taken = 0 OR $4)",
            )
            .bind(account.as_bytes().as_slice())
            .bind(change.0)
            .bind(now.0)
            .bind(kind == Kind::ChangeFrom)
            .fetch_optional(connection)
            .await?;
            (Some(change), expires_at.map(Timestamp))
        }
    };
    Ok(expires_at.map(|expires_at| NewRow {
        kind,
        change,
        expires_at,
    }))
}

async fn drop_oldest(connection: &mut SqliteConnection, account: AccountId) -> Result<(), Failure> {
    sqlx::query(
        "DELETE FROM links WHERE account_id = $1 AND kind = $2 AND link_id NOT IN (
             SELECT link_id FROM links WHERE account_id = $1 AND kind = $2 ORDER BY link_id DESC LIMIT $3
         )",
    )
    .bind(account.as_bytes().as_slice())
    .bind(Kind::Freeze.word())
    .bind(i64::try_from(limits::FREEZE_LINKS_OUTSTANDING).unwrap_or(i64::MAX))
    .execute(connection)
    .await?;
    Ok(())
}

/// Uses a link up, if it is of this kind; `None` for one that is wrong, used, of another kind or too old.
pub(crate) async fn take(
    connection: &mut SqliteConnection,
    kind: Kind,
    code_hash: [u8; 32],
    now: Timestamp,
) -> Result<Option<Taken>, Failure> {
    let row: Option<(Vec<u8>, Option<i64>)> = sqlx::query_as(
        "DELETE FROM links WHERE code_hash = $1 AND kind = $2 AND expires_at > $3 RETURNING account_id, change_id",
    )
    .bind(code_hash.as_slice())
    .bind(kind.word())
    .bind(now.0)
    .fetch_optional(connection)
    .await?;
    row.map(|(account, change)| {
        Ok(Taken {
            account: AccountId::from_bytes(columns::fixed(&account, RECORD)?),
            change: change.map(ChangeId),
        })
    })
    .transpose()
}

/// Voids the links of an account that are of this kind. A lift voids those that freeze: whoever lifted has proven the
/// backup key, and whoever reads the mailbox could else freeze for ever.
pub(crate) async fn void(
    connection: &mut SqliteConnection,
    account: AccountId,
    kind: Kind,
) -> Result<(), Failure> {
    sqlx::query("DELETE FROM links WHERE account_id = $1 AND kind = $2")
        .bind(account.as_bytes().as_slice())
        .bind(kind.word())
        .execute(connection)
        .await?;
    Ok(())
}

/// Voids every link of an account.
pub(crate) async fn void_all(connection: &mut SqliteConnection, account: AccountId) -> Result<(), Failure> {
    sqlx::query("DELETE FROM links WHERE account_id = $1")
        .bind(account.as_bytes().as_slice())
        .execute(connection)
        .await?;
    Ok(())
}
