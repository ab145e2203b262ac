//! The typed client of the persona wire. What needs a session exists on [`SignedIn`] only.
//!
//! Everything a server says is bounded before it is read and parsed into types before it is used; what does not parse
//! is a [`crate::problem::ServerFault`] and nothing of it is kept.

mod account_calls;
mod anonymous;
mod call;
mod derivation;
mod key_calls;
mod letter_calls;
mod object_calls;
mod refusal;
mod session;
mod signed_in;
mod version_calls;
mod ways_back;

pub use account_calls::{AddressChangeRequest, Deletion};
pub use anonymous::{Anonymous, NewSecret};
pub use derivation::{Derivation, Derivations, DerivedKeys};
pub use key_calls::{KeyRecord, RecordCondition, Release, Released, ReleasedWrap};
pub use object_calls::{InventoryCondition, ServerList, StoredInventory};
pub use session::Session;
pub use signed_in::SignedIn;
pub use version_calls::{StoredVersion, VersionContent};
pub use ways_back::{Recoverable, Recovery};
