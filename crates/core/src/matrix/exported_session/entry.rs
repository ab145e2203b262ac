//! One good session of a batch where it lies, and what decides between two copies of it.

use super::{Batch, Fields, collect, element::for_each_of_chain};
use crate::matrix::base64;

/// One good session of a [`Batch`].
#[derive(Clone, Copy)]
pub struct BatchEntry<'batch> {
    pub(super) index: u64,
    pub(super) first_index: u32,
    pub(super) public_key: &'batch [u8; 32],
    pub(super) json: &'batch [u8],
}

/// What a session says of itself, beside its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionFacts {
    /// The room that it is said to belong to.
    pub room_id: String,
    /// The Curve25519 key of the device that is said to have sent it.
    pub sender_key: [u8; 32],
    /// Whether its origin was in doubt where it was exported.
    pub untrusted: bool,
    /// How many devices passed it on, if they said so.
    pub forwarded: u32,
}

impl BatchEntry<'_> {
    /// Its place in the list that was read.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The first message that it opens.
    #[must_use]
    pub const fn first_index(&self) -> u32 {
        self.first_index
    }

    /// The public key, which is its id.
    #[must_use]
    pub const fn public_key(&self) -> &[u8; 32] {
        self.public_key
    }

    /// The session as JSON, in its one spelling.
    #[must_use]
    pub const fn expose_secret(&self) -> &[u8] {
        self.json
    }

    /// What it says of itself. `None` is impossible for a batch that was read by this crate.
    #[must_use]
    pub fn facts(&self) -> Option<SessionFacts> {
        let mut fields = Fields::default();
        collect(self.json, &mut fields).ok()?;
        let mut forwarded = 0;
        for_each_of_chain(fields.chain.unwrap_or(b"[]"), &mut |_| forwarded += 1).ok()?;
        Some(SessionFacts {
            room_id: fields.said_room_id()?.as_str().to_owned(),
            sender_key: base64::decode_array(fields.sender_key?.as_plain()?.as_bytes())?,
            untrusted: fields.untrusted.unwrap_or_default(),
            forwarded,
        })
    }
}

impl Batch {
    /// The good sessions where they lie, in the order of the list.
    pub fn entries(&self) -> impl Iterator<Item = BatchEntry<'_>> {
        self.slices().map(|(place, json)| BatchEntry {
            index: place.index,
            first_index: place.first_index,
            public_key: &place.public_key,
            json,
        })
    }
}

impl core::fmt::Debug for BatchEntry<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("BatchEntry")
            .field("index", &self.index)
            .field("first_index", &self.first_index)
            .finish_non_exhaustive()
    }
}
