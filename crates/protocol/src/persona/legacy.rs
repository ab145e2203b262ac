//! The original wire, at the root: `persona.md` 1.2.

use serde::{Deserialize, Serialize};

/// `GET` service facts.
pub const STATUS: &str = "/status";
/// `POST`: create an account.
pub const ACCOUNTS: &str = "/accounts";
/// `GET`: list the ids of the personas.
pub const PERSONAS: &str = "/personas";
/// `POST`, `GET`, `DELETE`: one persona.
pub const PERSONA: &str = "/personas/{id}";
/// `GET`: the versions of a persona that are kept. Not of the original.
pub const PERSONA_VERSIONS: &str = "/personas/{id}/versions";
/// `POST`: brings a version back. Not of the original.
pub const PERSONA_VERSION: &str = "/personas/{id}/versions/{version}";
/// `PUT` asks for a mailed code, `POST` spends it.
pub const PASSWORD_RESET: &str = "/password/reset";
/// `GET`: answers like `PUT`; mails only when a development switch is on.
pub const PASSWORD_RESET_BY_URL: &str = "/password/reset/{email}";
/// The page that a mailed link opens.
pub const PASSWORD_RESET_PAGE: &str = "/password/reset.html";
/// The other name of that page.
pub const PASSWORD_RESET_PAGE_ALIAS: &str = "/password-reset.html";

/// The name that `GET /status` answers.
pub const SERVICE_NAME: &str = "Key Backup Service";
/// The realm of Basic authentication.
pub const REALM: &str = "Key Backup Service";

/// `GET /status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusResponse {
    /// [`SERVICE_NAME`].
    pub name: String,
    /// Major, minor, patch of the wire.
    pub version: [u32; 3],
    /// When the process started: RFC 3339.
    pub started: String,
    /// The configured base URL.
    pub url: String,
}

/// `GET /personas`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonaListResponse {
    /// Ids, in order.
    pub personas: Vec<String>,
}
