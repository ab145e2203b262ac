//! Sessions as they stand in a key file: a list of JSON objects, of which one bad one does not spoil the others.
//!
//! | field | read | written |
//! |---|---|---|
//! | `algorithm` | `m.megolm.v1.aes-sha2` | the same |
//! | `room_id` | begins with `!`, at most 255 bytes | the same |
//! | `session_key` | [`SessionExport`], base64 | unpadded |
//! | `session_id` | the public key of the session key, base64, or missing | unpadded |
//! | `sender_key` | 32 bytes, base64 | unpadded |
//! | `sender_claimed_keys` | object of strings, `ed25519` being 32 bytes, or missing | sorted |
//! | `forwarding_curve25519_key_chain` | list of 32 bytes each, or missing | unpadded |
//! | `m.shared_history`, `shared_history`, `org.matrix.msc3061.shared_history` | booleans that agree, or missing | the first two, if true |
//! | `untrusted` | boolean, or missing | if true |
//!
//! Unknown fields are passed over. What is written is one spelling, with its fields in the order of canonical JSON: a
//! [`Batch`] has it as bytes, which a program in JavaScript makes its objects of at once.

mod batch;
mod element;
mod entry;
mod fields;
mod list;
mod session;
mod skipped;
mod skipping;
mod tally;

pub use batch::{Batch, UncheckedBatch, is_point};
pub use entry::{BatchEntry, SessionFacts};
pub use list::{Input, NotSessionsError, SessionReader};
pub use session::{ExportedSession, SessionParseError};
pub use skipped::{Field, SkipReason, Skipped};
pub use tally::{Tally, Total};

pub use super::ratchet::{SessionExport, SessionExportError};

pub(super) use element::{Element, Scratch, read as read_element};
pub(super) use fields::{Fields, collect};

/// Most bytes of one session as JSON. A session as it is written has about 540.
pub const ELEMENT_MAX_BYTES: usize = 64 * 1024;
/// Most bytes of a room id.
pub const ROOM_ID_MAX_BYTES: usize = 255;

/// The only algorithm of these sessions.
pub(super) const ALGORITHM: &str = "m.megolm.v1.aes-sha2";

#[cfg(test)]
pub(super) mod tests;
