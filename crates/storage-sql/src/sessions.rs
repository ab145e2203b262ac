//! Sessions, by the SHA-256 of their token.

use core::time::Duration;

use keyhaven_protocol::persona::{AccountId, SessionId, limits};
use keyhaven_storage::{
    Account, Author, CreateSession, ForAuthor, NewSession, Session, Sessions, StorageError, Timestamp,
};
use sqlx::{Connection as _, FromRow, Row as _, SqliteConnection, sqlite::SqliteRow};

use crate::{
    SqliteStore,
    accounts::{self, AccountRow, select_account},
    authors, columns,
    failure::Failure,
};

const RECORD: &str = "session";
/// A younger `last_used_at` is left as it is, so that most requests write nothing.
const USE_RESOLUTION: Duration = Duration::from_secs(60);

#[async_trait::async_trait]
impl Sessions for SqliteStore {
    async fn create_session(
        &self,
        session: NewSession,
        now: Timestamp,
    ) -> Result<CreateSession, StorageError> {
        self.writer
            .run(0, move |connection| Box::pin(create(connection, session, now)))
            .await
    }

    async fn use_session(
        &self,
        token_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<(Session, Account)>, StorageError> {
        let Some((mut session, account)) = self.find_session(token_hash, now).await? else {
            return Ok(None);
        };
        if session.last_used_at <= now.minus(USE_RESOLUTION) {
            let touched = self
                .writer
                .run(0, move |connection| Box::pin(touch(connection, token_hash, now)))
                .await;
            match touched {
                // Reading goes on while the disk is full: the session is as old as it is, and ends in its time.
                Err(StorageError::Full) => {}
                touched => {
                    touched?;
                    session.last_used_at = now;
                }
            }
        }
        Ok(Some((session, account)))
    }

    async fn sessions(
        &self,
        author: Author,
        now: Timestamp,
    ) -> Result<ForAuthor<Vec<Session>>, StorageError> {
        let mut reader = self.readers.acquire().await.map_err(Failure::Sql)?;
        let connection = reader.connection().map_err(Failure::Sql)?;
        let listed = list(connection, author, now).await;
        Ok(reader.done(listed)?)
    }

    async fn end_session(
        &self,
        author: Author,
        id: SessionId,
        now: Timestamp,
    ) -> Result<ForAuthor<bool>, StorageError> {
        self.writer
            .run(0, move |connection| Box::pin(end(connection, author, id, now)))
            .await
    }

    async fn end_sessions(&self, author: Author, _now: Timestamp) -> Result<ForAuthor<()>, StorageError> {
        self.writer
            .run(0, move |connection| Box::pin(end_everywhere(connection, author)))
            .await
    }
}

impl SqliteStore {
    /// Session and account of one moment: one statement.
    async fn find_session(
        &self,
        token_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<(Session, Account)>, Failure> {
        let open = Open::at(now);
        let mut reader = self.readers.acquire().await?;
        let row = sqlx::query(select_account!(
            ", s.session_id, s.created_at AS session_created_at, s.last_used_at",
            "JOIN sessions s ON s.account_id = a.account_id",
            "s.token_hash = $2 AND s.created_at > $3 AND s.last_used_at > $4"
        ))
        .bind(now.0)
        .bind(token_hash.as_slice())
        .bind(open.created_after.0)
        .bind(open.used_after.0)
        .fetch_optional(reader.connection()?)
        .await;
        let row = reader.done(row.map_err(Failure::Sql))?;
        let Some(row) = row else { return Ok(None) };
        // An account that is past its time has no sessions any more, also before the sweeper came.
        let Some(found) = AccountRow::from_row(&row)?.parse(now)? else {
            return Ok(None);
        };
        let session = SessionRow {
            session_id: row.try_get("session_id")?,
            created_at: row.try_get("session_created_at")?,
            last_used_at: row.try_get("last_used_at")?,
        };
        Ok(Some((Session::try_from(session)?, found.account)))
    }
}

/// One read transaction.
async fn list(
    connection: &mut SqliteConnection,
    author: Author,
    now: Timestamp,
) -> Result<ForAuthor<Vec<Session>>, Failure> {
    let open = Open::at(now);
    let mut snapshot = connection.begin().await?;
    if !authors::is_signed_in(&mut snapshot, author).await? {
        return Ok(ForAuthor::SignedOut);
    }
    let rows: Vec<SessionRow> = sqlx::query_as(
        "SELECT session_id, created_at, last_used_at FROM sessions
         WHERE account_id = $1 AND created_at > $2 AND last_used_at > $3
         ORDER BY created_at DESC, session_id",
    )
    .bind(author.account.as_bytes().as_slice())
    .bind(open.created_after.0)
    .bind(open.used_after.0)
    .fetch_all(&mut *snapshot)
    .await?;
    snapshot.rollback().await?;
    let sessions = rows.into_iter().map(Session::try_from);
    Ok(ForAuthor::Given(sessions.collect::<Result<_, _>>()?))
}

/// Opens a session if the credential is still the one that was verified.
async fn create(
    connection: &mut SqliteConnection,
    session: NewSession,
    now: Timestamp,
) -> Result<CreateSession, Failure> {
    let found = accounts::find_by_id(connection, session.account, now).await?;
    if found.is_none_or(|found| found.account.credential.generation != session.credential_generation) {
        return Ok(CreateSession::CredentialChanged);
    }
    insert(connection, session, now).await?;
    Ok(CreateSession::Created)
}

/// Opens a session whose credential was checked, and forgets those that nobody can use any more.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    session: NewSession,
    now: Timestamp,
) -> Result<(), Failure> {
    sqlx::query("DELETE FROM sessions WHERE created_at <= $1")
        .bind(Open::at(now).created_after.0)
        .execute(&mut *connection)
        .await?;
    // The oldest make room: signing in often must not fill the disk, nor be refused.
    sqlx::query(
        "DELETE FROM sessions WHERE token_hash IN (
             SELECT token_hash FROM sessions WHERE account_id = $1
             ORDER BY last_used_at DESC, created_at DESC, token_hash LIMIT $3 OFFSET $2
         )",
    )
    .bind(session.account.as_bytes().as_slice())
    .bind(i64::try_from(limits::SESSIONS_MAX).unwrap_or(i64::MAX) - 1)
    .bind(i64::MAX)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO sessions (token_hash, session_id, account_id, created_at, last_used_at)
         VALUES ($1, $2, $3, $4, $4)",
    )
    .bind(session.token_hash.as_slice())
    .bind(session.id.as_bytes().as_slice())
    .bind(session.account.as_bytes().as_slice())
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends every session of an account: part of each change of the credential.
pub(crate) async fn end_all(connection: &mut SqliteConnection, account: AccountId) -> Result<(), Failure> {
    sqlx::query("DELETE FROM sessions WHERE account_id = $1")
        .bind(account.as_bytes().as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends every session of an account but the one that asks, if one does.
pub(crate) async fn end_others(connection: &mut SqliteConnection, author: Author) -> Result<(), Failure> {
    sqlx::query("DELETE FROM sessions WHERE account_id = $1 AND ($2 IS NULL OR session_id <> $2)")
        .bind(author.account.as_bytes().as_slice())
        .bind(authors::session(&author))
        .execute(connection)
        .await?;
    Ok(())
}

async fn end_everywhere(connection: &mut SqliteConnection, author: Author) -> Result<ForAuthor<()>, Failure> {
    if !authors::is_signed_in(connection, author).await? {
        return Ok(ForAuthor::SignedOut);
    }
    end_all(connection, author.account).await?;
    Ok(ForAuthor::Given(()))
}

async fn touch(
    connection: &mut SqliteConnection,
    token_hash: [u8; 32],
    now: Timestamp,
) -> Result<(), Failure> {
    // Requests of one session race; the latest stays.
    sqlx::query("UPDATE sessions SET last_used_at = $2 WHERE token_hash = $1 AND last_used_at < $2")
        .bind(token_hash.as_slice())
        .bind(now.0)
        .execute(connection)
        .await?;
    Ok(())
}

async fn end(
    connection: &mut SqliteConnection,
    author: Author,
    id: SessionId,
    now: Timestamp,
) -> Result<ForAuthor<bool>, Failure> {
    if !authors::is_signed_in(connection, author).await? {
        return Ok(ForAuthor::SignedOut);
    }
    let ended: Option<SessionRow> = sqlx::query_as(
        "DELETE FROM sessions WHERE account_id = $1 AND session_id = $2
         RETURNING session_id, created_at, last_used_at",
    )
    .bind(author.account.as_bytes().as_slice())
    .bind(id.as_bytes().as_slice())
    .fetch_optional(connection)
    .await?;
    let open = Open::at(now);
    Ok(ForAuthor::Given(ended.is_some_and(|row| {
        row.created_at > open.created_after.0 && row.last_used_at > open.used_after.0
    })))
}

/// A session is open while it was created and used after these.
struct Open {
    created_after: Timestamp,
    used_after: Timestamp,
}

impl Open {
    fn at(now: Timestamp) -> Self {
        Self {
            created_after: now.minus(limits::SESSION_LIFE),
            used_after: now.minus(limits::SESSION_IDLE),
        }
    }
}

struct SessionRow {
    session_id: Vec<u8>,
    created_at: i64,
    last_used_at: i64,
}

impl FromRow<'_, SqliteRow> for SessionRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            session_id: row.try_get("session_id")?,
            created_at: row.try_get("created_at")?,
            last_used_at: row.try_get("last_used_at")?,
        })
    }
}

impl TryFrom<SessionRow> for Session {
    type Error = Failure;

    fn try_from(row: SessionRow) -> Result<Self, Failure> {
        Ok(Self {
            id: SessionId::from_bytes(columns::fixed(&row.session_id, RECORD)?),
            created_at: Timestamp(row.created_at),
            last_used_at: Timestamp(row.last_used_at),
        })
    }
}
