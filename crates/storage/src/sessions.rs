//! Sessions: tokens are stored hashed; every change of the credential ends all of them.

use keyhaven_protocol::persona::{AccountId, SessionId};

use crate::{Account, Author, ForAuthor, StorageError, Timestamp};

/// A session to open.
#[derive(Debug, Clone, Copy)]
pub struct NewSession {
    /// Its name in lists.
    pub id: SessionId,
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Whose.
    pub account: AccountId,
    /// The generation of the credential that was verified: one that changed since opens no session.
    pub credential_generation: u64,
}

/// An open session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Its name in lists.
    pub id: SessionId,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Timestamp,
}

/// What came of opening a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreateSession {
    /// It is open.
    Created,
    /// The account is gone or its credential changed since it was verified.
    CredentialChanged,
}

/// Sessions. Idle time and life are `keyhaven_protocol::persona::limits`; ended sessions are as if they never were.
#[async_trait::async_trait]
pub trait Sessions: Send + Sync {
    /// Opens a session.
    ///
    /// # Errors
    /// The backend failed.
    async fn create_session(
        &self,
        session: NewSession,
        now: Timestamp,
    ) -> Result<CreateSession, StorageError>;

    /// The session of a token and its account. Using it moves `last_used_at` when that is a minute old or more, so
    /// that reading costs no write.
    ///
    /// # Errors
    /// The backend failed.
    async fn use_session(
        &self,
        token_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<(Session, Account)>, StorageError>;

    /// The open sessions of an account, newest first.
    ///
    /// # Errors
    /// The backend failed.
    async fn sessions(&self, author: Author, now: Timestamp)
    -> Result<ForAuthor<Vec<Session>>, StorageError>;

    /// Ends one session; `false` when it was not open.
    ///
    /// # Errors
    /// The backend failed.
    async fn end_session(
        &self,
        author: Author,
        id: SessionId,
        now: Timestamp,
    ) -> Result<ForAuthor<bool>, StorageError>;

    /// Ends every session of an account.
    ///
    /// # Errors
    /// The backend failed.
    async fn end_sessions(&self, author: Author, now: Timestamp) -> Result<ForAuthor<()>, StorageError>;
}
