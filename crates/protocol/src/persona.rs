//! Persona backups: accounts by e-mail address and password, one sealed object per persona.
//!
//! Two wires live here. [`legacy`] is the wire of the system that exists: Basic authentication and the routes at the
//! root. Everything else is our own client's wire under [`paths::PREFIX`], where signing in and unlocking are two
//! different things: a session proves the password, an [`keys::UnlockProof`](keys) proves that the backup key is held.

pub mod account;
pub mod address_change;
pub mod former_keys;
pub mod id;
pub mod keys;
pub mod legacy;
pub mod limits;
pub mod link;
pub mod objects;
pub mod paths;
pub mod recover;
pub mod reset;
pub mod sessions;

pub use account::{
    AccountResponse, AccountState, ChangePasswordRequest, DeleteAccountRequest, DeleteAccountResponse,
    KdfResponse, OfferedDerivation, SignUpRequest,
};
pub use address_change::{AddressChangeView, ChangeAddressRequest};
pub use former_keys::SealedFormerKeys;
pub use id::{AccountId, IdError, ObjectId, SessionId};
pub use keys::{
    KeyRecordRequest, KeyRecordResponse, ReleaseRequest, ReleaseResponse, ReleaseSecret, UnlockRequest, Wrap,
    WrapKind,
};
pub use link::{ConfirmResponse, LinkCode, LinkCodeError, LinkKind, LinkRequest};
pub use objects::{
    DeletedListResponse, ObjectListResponse, ObjectVersionListResponse, ObjectVersionView, ObjectView,
    ObjectWriteResponse, VersionContentView,
};
pub use recover::{RecoverReleaseRequest, RecoverReleaseResponse, RecoverRequest, UndoRequest};
pub use reset::{ResetCode, ResetCodeError, ResetCodeKind};
pub use sessions::{SessionListResponse, SessionResponse, SessionView, SignInRequest};
