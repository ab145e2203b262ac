//! One session as a value.

use zeroize::Zeroizing;

use super::{
    ALGORITHM, Field, Fields, SessionExport, SkipReason, collect,
    element::{self, Element, Scratch, for_each_claimed_key, for_each_of_chain, sorted_by_name},
};
use crate::matrix::{
    base64,
    json::{JsonError, Text, write_escaped},
    ratchet::{BackwardError, EXPORT_TEXT_LEN},
};

/// Why a text is not one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SessionParseError {
    /// Not JSON.
    #[error("not JSON")]
    Json(#[from] JsonError),
    /// JSON, and no session.
    #[error("not a session")]
    Refused(#[from] SkipReason),
}

/// A room key with what is known about it. What is known is hearsay of whoever exported it; only the id is computed.
#[derive(PartialEq, Eq)]
pub struct ExportedSession {
    room_id: String,
    export: SessionExport,
    sender_key: [u8; 32],
    /// By name.
    claimed_keys: Vec<(String, String)>,
    chain: Vec<[u8; 32]>,
    shared_history: bool,
    untrusted: bool,
}

impl ExportedSession {
    /// A session of which no more is known than where it belongs.
    ///
    /// # Errors
    /// [`SkipReason::Wrong`] for a room id that is none.
    pub fn new(room_id: &str, sender_key: [u8; 32], export: SessionExport) -> Result<Self, SkipReason> {
        if !element::is_room_id(room_id) {
            return Err(SkipReason::Wrong(Field::RoomId));
        }
        Ok(Self {
            room_id: room_id.to_owned(),
            export,
            sender_key,
            claimed_keys: Vec::new(),
            chain: Vec::new(),
            shared_history: false,
            untrusted: false,
        })
    }

    /// Reads one session. Its public key is not looked at: [`ExportedSession::has_point`].
    ///
    /// # Errors
    /// [`SessionParseError`].
    pub fn parse(json: &[u8]) -> Result<Self, SessionParseError> {
        let mut fields = Fields::default();
        let len = collect(json, &mut fields)?;
        if json.get(len..).is_some_and(|behind| !behind.is_empty()) {
            return Err(JsonError::Malformed.into());
        }
        let element = element::read(&fields, &mut Scratch::default())?;
        Ok(Self::of(&element)?)
    }

    pub(in super::super) fn of(element: &Element<'_>) -> Result<Self, SkipReason> {
        let wrong = |_: JsonError| SkipReason::Wrong(Field::SenderClaimedKeys);
        let mut claimed_keys = Vec::new();
        for_each_claimed_key(element.claimed_keys.unwrap_or(b"{}"), &mut |name, key| {
            claimed_keys.push((name, key));
            Ok(())
        })
        .map_err(wrong)?;
        let claimed_keys = sorted_by_name(&claimed_keys).into_iter();
        let mut chain = Vec::new();
        for_each_of_chain(element.chain.unwrap_or(b"[]"), &mut |key| chain.push(key)).map_err(wrong)?;
        Ok(Self {
            room_id: to_string(element.room_id),
            export: SessionExport::parse(element.session_key).map_err(SkipReason::SessionKey)?,
            sender_key: element.sender_key,
            claimed_keys: claimed_keys
                .map(|(name, key)| (to_string(name), to_string(key)))
                .collect(),
            chain,
            shared_history: element.shared_history,
            untrusted: element.untrusted,
        })
    }

    /// The room that it is said to belong to.
    #[must_use]
    pub fn room_id(&self) -> &str {
        &self.room_id
    }

    /// Its id: the public key, in unpadded base64.
    #[must_use]
    pub fn session_id(&self) -> String {
        base64::to_text(self.export.public_key())
    }

    /// The first message that it opens.
    #[must_use]
    pub fn first_index(&self) -> u32 {
        self.export.first_index()
    }

    /// The key itself.
    #[must_use]
    pub const fn export(&self) -> &SessionExport {
        &self.export
    }

    /// The Curve25519 key of the device that is said to have sent it.
    #[must_use]
    pub const fn sender_key(&self) -> &[u8; 32] {
        &self.sender_key
    }

    /// The other keys that this device is said to have, by name.
    #[must_use]
    pub fn claimed_keys(&self) -> &[(String, String)] {
        &self.claimed_keys
    }

    /// The devices that passed it on, if they said so.
    #[must_use]
    pub fn forwarding_chain(&self) -> &[[u8; 32]] {
        &self.chain
    }

    /// Whether new members of the room may have it.
    #[must_use]
    pub const fn shared_history(&self) -> bool {
        self.shared_history
    }

    /// Whether its origin was in doubt where it was exported.
    #[must_use]
    pub const fn untrusted(&self) -> bool {
        self.untrusted
    }

    /// Whether the public key is a point of the curve.
    #[must_use]
    pub fn has_point(&self) -> bool {
        super::is_point(self.export.public_key())
    }

    /// The same session from a later index on.
    ///
    /// # Errors
    /// [`BackwardError`] if it begins behind `target`.
    pub fn ratchet_to(self, target: u32) -> Result<Self, BackwardError> {
        Ok(Self {
            export: self.export.ratchet_to(target)?,
            ..self
        })
    }

    /// The session in its one spelling.
    #[must_use]
    pub fn to_json(&self) -> Zeroizing<Vec<u8>> {
        self.write(b"")
    }

    /// The same with a mark that this device does not know who sent it.
    pub(in super::super) fn to_unauthenticated_json(&self) -> Zeroizing<Vec<u8>> {
        self.write(b",\"unauthenticated\":true")
    }

    fn write(&self, mark: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::with_capacity(self.written_bytes()));
        out.extend_from_slice(b"{\"algorithm\":\"");
        out.extend_from_slice(ALGORITHM.as_bytes());
        out.extend_from_slice(b"\",\"forwarding_curve25519_key_chain\":[");
        for (at, key) in self.chain.iter().enumerate() {
            out.extend_from_slice(if at == 0 { b"\"" } else { b",\"" });
            base64::encode(key, &mut out);
            out.push(b'"');
        }
        out.push(b']');
        if self.shared_history {
            out.extend_from_slice(b",\"m.shared_history\":true");
        }
        out.extend_from_slice(b",\"room_id\":");
        write_escaped(&self.room_id, &mut out);
        out.extend_from_slice(b",\"sender_claimed_keys\":{");
        for (at, (name, key)) in self.claimed_keys.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            write_escaped(name, &mut out);
            out.push(b':');
            write_escaped(key, &mut out);
        }
        out.extend_from_slice(b"},\"sender_key\":\"");
        base64::encode(&self.sender_key, &mut out);
        out.extend_from_slice(b"\",\"session_id\":\"");
        base64::encode(self.export.public_key(), &mut out);
        out.extend_from_slice(b"\",\"session_key\":\"");
        self.export.write(&mut out);
        out.push(b'"');
        if self.shared_history {
            out.extend_from_slice(b",\"shared_history\":true");
        }
        out.extend_from_slice(mark);
        if self.untrusted {
            out.extend_from_slice(b",\"untrusted\":true");
        }
        out.push(b'}');
        out
    }

    /// At least as many bytes as are written, so that growing leaves no copy behind. An escape has at most six.
    fn written_bytes(&self) -> usize {
        let claimed = self.claimed_keys.iter();
        let claimed: usize = claimed.map(|(name, key)| 6 * (name.len() + key.len()) + 8).sum();
        element::WRITTEN_BESIDE_BYTES
            + 6 * self.room_id.len()
            + EXPORT_TEXT_LEN
            + 2 * base64::encoded_len(32)
            + claimed
            + self.chain.len() * (base64::encoded_len(32) + 3)
    }
}

fn to_string(text: Text<'_>) -> String {
    text.to_owned_text().as_str().to_owned()
}

impl core::fmt::Debug for ExportedSession {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ExportedSession")
            .field("room_id", &self.room_id)
            .field("session_id", &self.session_id())
            .field("first_index", &self.first_index())
            .finish_non_exhaustive()
    }
}
