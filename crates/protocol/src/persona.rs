//! Persona backups: accounts by e-mail address and password, one sealed object per persona.
//!
//! Two wires live here. [`legacy`] is the wire of the system that exists: Basic authentication and the routes at the
//! root. Everything else is our own client's wire under [`paths::PREFIX`], where signing in and unlocking are two
//! different things: a session proves the password, an [`keys::UnlockProof`](keys) proves that the backup key is held.

pub mod account;
pub mod id;
pub mod keys;
pub mod legacy;
pub mod limits;
pub mod objects;
pub mod paths;
pub mod reset;
pub mod sessions;

pub use account::{AccountResponse, AccountState, ChangePasswordRequest, KdfResponse, SignUpRequest};
pub use id::{AccountId, IdError, ObjectId, SessionId};
pub use keys::{
    KeyRecordRequest, KeyRecordResponse, ReleaseRequest, ReleaseResponse, ReleaseSecret, UnlockRequest, Wrap,
    WrapKind,
};
pub use objects::{ObjectListResponse, ObjectView, ObjectWriteResponse};
pub use reset::{ResetCode, ResetCodeError, ResetCodeKind};
pub use sessions::{SessionListResponse, SessionResponse, SessionView, SignInRequest};
