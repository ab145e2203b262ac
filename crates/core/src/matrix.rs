//! The formats of Matrix: key files, recovery keys, entries of the room key backup, secret storage.
//!
//! ```text
//! key file        armour( header ‖' AES-256-CTR(JSON list of sessions) ‖' HMAC-SHA-256 )   (key_file, armour)
//! session         JSON with a session export of 165 bytes                                  (exported_session, ratchet)
//! recovery key    32 bytes, as text of 48 characters                                       (recovery_key)
//! backup entry    one session under the public half of a recovery key                      (backup_entry, auth_data)
//! secret          one account secret under a key that has a name                           (secret_storage)
//! ```
//!
//! These formats are other people's: what we write is what all readers take, and what we read is the union of what
//! writers were seen to write. Facts about them are in the [Matrix specification](https://spec.matrix.org/v1.19/).
//!
//! Nothing is handed out before its tag was checked. The one exception is the tag of a backup entry, which proves
//! nothing about what it stands beside; what comes from there says so in its type.

mod base64;
mod canonical_json;
mod json;
pub(crate) mod mac;

pub mod armour;
pub mod auth_data;
pub mod backup_entry;
pub mod collection;
pub mod exported_session;
pub mod key_file;
pub mod passphrase;
pub mod ratchet;
pub mod recognition;
pub mod recovery_key;
pub mod secret_storage;

pub use json::JsonError;
