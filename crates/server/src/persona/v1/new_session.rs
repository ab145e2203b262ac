//! A session that is about to be opened: its token is drawn here, answered once, and stored hashed.

use axum::Json;
use keyhaven_protocol::{
    base64url::B64,
    persona::{
        AccountId, SessionId, SessionResponse,
        limits::{SESSION_IDLE, SESSION_LIFE},
    },
};
use keyhaven_storage::{Account, NewSession, Store, Timestamp};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::account;
use crate::{
    app_state::Policy,
    failure::{ApiError, Challenge},
    random::{self, RandomError},
};

/// Token and name of a new session.
pub(super) struct Draft {
    token: Zeroizing<[u8; 32]>,
    id: SessionId,
}

impl Draft {
    pub(super) fn generate() -> Result<Self, RandomError> {
        Ok(Self {
            token: Zeroizing::new(random::generate()?),
            id: SessionId::from_bytes(random::generate()?),
        })
    }

    /// As it is stored.
    pub(super) fn record(&self, account: &Account, credential_generation: u64) -> NewSession {
        let token_hash = Sha256::digest(self.token.as_slice()).into();
        NewSession {
            id: self.id,
            token_hash,
            account: account.id,
            credential_generation,
        }
    }

    /// The answer for the account as it is now that this session was opened in a move of its own.
    pub(super) async fn answer(
        self,
        store: &dyn Store,
        account: AccountId,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Json<SessionResponse>, ApiError> {
        let account = store.account(account, now).await?;
        let account = account.ok_or(ApiError::Unauthorized(Challenge::Bearer))?;
        Ok(Json(self.into_response(&account, policy, now)))
    }

    /// As it is answered, once.
    pub(super) fn into_response(self, account: &Account, policy: &Policy, now: Timestamp) -> SessionResponse {
        SessionResponse {
            token: B64(*self.token),
            session_id: self.id,
            expires_at: now.plus(SESSION_LIFE).0,
            idle_seconds: SESSION_IDLE.as_secs(),
            account: account::view(account, policy),
        }
    }
}
