//! Looking for sessions by a part of their id or of the key of the device that sent them.

use super::Collection;
use crate::matrix::base64;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search<'collection> {
    /// How many sessions.
    pub sessions: u64,
    /// The first of them, in the order of rooms.
    pub first: Vec<Found<'collection>>,
}

/// One session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<'collection> {
    /// Its room.
    pub room_id: &'collection str,
    /// Its id: the public key, in unpadded base64.
    pub session_id: String,
    /// The Curve25519 key of the device that is said to have sent it, likewise.
    pub sender_key: String,
    /// The first message that it opens.
    pub first_index: u32,
}

impl Collection {
    /// Sessions whose id, or whose sender's key, has `wanted` in it, in capitals or not, padded or not; of them at most
    /// `most` by name. Nothing is in everything, so nothing finds nothing.
    #[must_use]
    pub fn search(&self, wanted: &str, most: usize) -> Search<'_> {
        let wanted = Wanted::of(wanted);
        let senders: Vec<bool> = self.senders.iter().map(|key| wanted.is_in(key)).collect();
        let mut search = Search {
            sessions: 0,
            first: Vec::new(),
        };
        for ((room, public_key), place) in &self.copies {
            let sender = usize::try_from(place.sender).unwrap_or(usize::MAX);
            let is_sender = senders.get(sender).copied().unwrap_or_default();
            if !is_sender && !wanted.is_in(public_key) {
                continue;
            }
            search.sessions += 1;
            if search.first.len() < most {
                search.first.push(Found {
                    room_id: self.id_of(*room),
                    session_id: base64::to_text(public_key),
                    sender_key: self
                        .senders
                        .get(sender)
                        .map(|key| base64::to_text(key))
                        .unwrap_or_default(),
                    first_index: place.rank.first_index,
                });
            }
        }
        search
    }
}

/// Without what people copy along, and in small letters.
struct Wanted(String);

impl Wanted {
    fn of(typed: &str) -> Self {
        Self(typed.trim().trim_end_matches('=').to_ascii_lowercase())
    }

    fn is_in(&self, key: &[u8; 32]) -> bool {
        !self.0.is_empty() && base64::to_text(key).to_ascii_lowercase().contains(&self.0)
    }
}
