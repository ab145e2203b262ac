//! Sessions that did not open, each with its place and its reason.

use crate::matrix::{json::JsonError, ratchet::SessionExportError};

/// A session of a list that is left out of what was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Where in the list, from 0.
    pub index: u64,
    /// The room, if it could be read.
    pub room_id: Option<String>,
    /// The session id as it is written, if it could be read.
    pub session_id: Option<String>,
    /// What is wrong.
    pub reason: SkipReason,
}

/// A field of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// `algorithm`
    Algorithm,
    /// `room_id`
    RoomId,
    /// `session_id`
    SessionId,
    /// `session_key`
    SessionKey,
    /// `sender_key`
    SenderKey,
    /// `sender_claimed_keys`
    SenderClaimedKeys,
    /// `forwarding_curve25519_key_chain`
    ForwardingChain,
    /// `m.shared_history` and its other names
    SharedHistory,
    /// `untrusted`
    Untrusted,
}

impl Field {
    /// As it is written in a file, where that is one name; a history flag has three and is called `shared_history`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Algorithm => "algorithm",
            Self::RoomId => "room_id",
            Self::SessionId => "session_id",
            Self::SessionKey => "session_key",
            Self::SenderKey => "sender_key",
            Self::SenderClaimedKeys => "sender_claimed_keys",
            Self::ForwardingChain => "forwarding_curve25519_key_chain",
            Self::SharedHistory => "shared_history",
            Self::Untrusted => "untrusted",
        }
    }
}

/// Why a session is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SkipReason {
    /// The list ends within it, or without a closing bracket behind it.
    #[error("the list is cut off")]
    CutOff,
    /// Something follows the list.
    #[error("something follows the end of the list")]
    BehindTheList,
    /// More than [`super::ELEMENT_MAX_BYTES`].
    #[error("longer than a session can be")]
    TooLong,
    /// Not an object.
    #[error("not a session")]
    NotAnObject,
    /// Not JSON.
    #[error("not JSON")]
    Json(#[source] JsonError),
    /// A field that no session is without.
    #[error("a field is missing")]
    Missing(Field),
    /// A field twice.
    #[error("a field stands twice")]
    Twice(Field),
    /// A field of another type or form.
    #[error("a field is not what it must be")]
    Wrong(Field),
    /// Not a session of Megolm.
    #[error("of an algorithm that is not known")]
    Algorithm,
    /// The key itself.
    #[error("the session key is refused")]
    SessionKey(#[source] SessionExportError),
    /// The id is not that of the key: the key opens other messages than those of this session.
    #[error("the session id is not that of the session key")]
    OtherSessionId,
    /// The public key is no point of the curve: no message of this session can be checked.
    #[error("the public key is not a point of the curve")]
    NotAPoint,
}
