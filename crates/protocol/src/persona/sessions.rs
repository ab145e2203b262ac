//! Signing in: a session proves the password and opens nothing.

use serde::{Deserialize, Serialize};

use super::{AccountResponse, SessionId};
use crate::base64url::B64;

/// `POST /persona/v1/sessions`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// The address as typed.
    pub email: String,
    /// `authKey`.
    pub auth_key: B64<32>,
}

/// A new session. The token goes into `Authorization: Bearer`; the server keeps its hash only.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionResponse {
    /// 256 random bits.
    pub token: B64<32>,
    /// Names the session in the list.
    pub session_id: SessionId,
    /// Seconds since the epoch; it ends earlier when idle.
    pub expires_at: i64,
    /// Seconds without a request after which it ends.
    pub idle_seconds: u64,
    /// The account that signed in.
    pub account: AccountResponse,
}

impl core::fmt::Debug for SessionResponse {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SessionResponse")
            .field("session_id", &self.session_id)
            .finish_non_exhaustive()
    }
}

/// One open session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// Ends it: `DELETE /persona/v1/sessions/{id}`.
    pub session_id: SessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    /// Seconds since the epoch.
    pub created_at: i64,
    /// Seconds since the epoch.
    pub last_used_at: i64,
}

/// `GET /persona/v1/sessions`, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionListResponse {
    /// The sessions that are open now.
    pub sessions: Vec<SessionView>,
}
