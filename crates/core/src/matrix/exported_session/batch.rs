//! Sessions that were read together: the good ones as JSON, the others by name.

use keyhaven_curve25519_many::is_ed25519_point;
use zeroize::Zeroizing;

use super::{
    ExportedSession, Fields, SkipReason, Skipped, collect,
    element::{Element, WRITTEN_BESIDE_BYTES},
};
use crate::{order::sort, wiping};

/// More bytes than a session has in its one spelling, for a first guess.
const USUAL_BYTES: usize = 640;

/// Sessions whose public keys were not yet looked at: whether a key is a point of the curve takes longer to find out
/// than all the rest, and can be found out for many at once.
#[derive(Debug)]
#[must_use = "sessions are of use after their points were checked"]
pub struct UncheckedBatch(Batch);

/// Sessions of a list.
pub struct Batch {
    /// `[`, the sessions with a comma behind each, and `]` in place of the last comma.
    json: Zeroizing<Vec<u8>>,
    places: Vec<Place>,
    skipped: Vec<Skipped>,
}

/// One session in the JSON of a batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) index: u64,
    /// Where it ends.
    end: usize,
    pub(super) first_index: u32,
    pub(super) public_key: [u8; 32],
}

impl UncheckedBatch {
    pub(super) fn with_capacity(most: usize, text_len: usize) -> Self {
        let sessions = most.min(text_len / USUAL_BYTES + 1);
        let mut json = Zeroizing::new(Vec::with_capacity(
            (sessions * USUAL_BYTES).min(text_len + USUAL_BYTES),
        ));
        json.extend_from_slice(b"[]");
        Self(Batch {
            json,
            places: Vec::with_capacity(sessions),
            skipped: Vec::new(),
        })
    }

    /// Adds a session that was written with so many bytes.
    pub(super) fn push(&mut self, index: u64, element: &Element<'_>, len: usize) {
        let Batch { json, places, .. } = &mut self.0;
        wiping::reserve(json, len + WRITTEN_BESIDE_BYTES);
        json.pop();
        if !places.is_empty() {
            json.push(b',');
        }
        element.write(json);
        places.push(Place {
            index,
            end: json.len(),
            first_index: element.first_index,
            public_key: element.public_key,
        });
        json.push(b']');
    }

    pub(super) fn skip(&mut self, skipped: Skipped) {
        self.0.skipped.push(skipped);
    }

    /// Sessions of the list, good and bad ones together.
    pub(super) fn len(&self) -> usize {
        self.0.places.len() + self.0.skipped.len()
    }

    /// The public keys of the good ones, in their order.
    pub fn public_keys(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.0.places.iter().map(|place| &place.public_key)
    }

    /// Leaves out the sessions whose public key is no point of the curve.
    #[must_use]
    pub fn check_points(self) -> Batch {
        let good: Vec<bool> = self.public_keys().map(is_point).collect();
        self.with_points(&good)
    }

    /// [`UncheckedBatch::check_points`] with an answer for each of [`UncheckedBatch::public_keys`], found by who can
    /// look at many at once. A session without an answer is left out.
    #[must_use]
    pub fn with_points(self, good: &[bool]) -> Batch {
        let is_good = |at: usize| good.get(at).copied().unwrap_or_default();
        if (0..self.0.places.len()).all(is_good) {
            return self.0;
        }
        let Batch {
            json,
            places,
            mut skipped,
        } = self.0;
        let mut kept = Self::with_capacity(0, json.len()).0;
        let mut start = 1;
        for (at, place) in places.into_iter().enumerate() {
            let one = json.get(start..place.end).unwrap_or_default();
            start = place.end + 1;
            if is_good(at) {
                kept.take(one, place);
            } else {
                let mut fields = Fields::default();
                // It is our own spelling; if it were not, the session would go without its name.
                let _ = collect(one, &mut fields);
                skipped.push(Skipped {
                    index: place.index,
                    room_id: fields.shown_room_id(),
                    session_id: fields.shown_session_id(),
                    reason: SkipReason::NotAPoint,
                });
            }
        }
        sort(&mut skipped, |one, other| one.index < other.index);
        kept.skipped = skipped;
        kept
    }

    /// The sessions as they are. For lists that this device wrote itself, and for callers whose own import checks points.
    #[must_use]
    pub fn dangerous_without_points(self) -> Batch {
        self.0
    }
}

/// Whether `public_key` is the compressed form of a point of edwards25519 (RFC 8032, section 5.1.3).
#[must_use]
pub fn is_point(public_key: &[u8; 32]) -> bool {
    is_ed25519_point(public_key)
}

impl Batch {
    /// The JSON list of the good sessions, each in its one spelling, in the order of the list that was read.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8] {
        &self.json
    }

    /// How many good sessions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is no good session.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Place in the list and first index of each good session.
    pub fn indexes(&self) -> impl Iterator<Item = (u64, u32)> {
        self.places.iter().map(|place| (place.index, place.first_index))
    }

    /// What was left out, in the order of the list.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// The good sessions as values, each made when it is asked for.
    pub fn sessions(&self) -> impl Iterator<Item = ExportedSession> {
        self.slices()
            .filter_map(|(_, json)| ExportedSession::parse(json).ok())
    }

    pub(super) fn slices(&self) -> impl Iterator<Item = (&Place, &[u8])> {
        let starts = core::iter::once(1).chain(self.places.iter().map(|place| place.end + 1));
        let ranges = starts.zip(&self.places);
        ranges.filter_map(|(start, place)| Some((place, self.json.get(start..place.end)?)))
    }

    fn take(&mut self, one: &[u8], place: Place) {
        wiping::reserve(&mut self.json, one.len() + 2);
        self.json.pop();
        if !self.places.is_empty() {
            self.json.push(b',');
        }
        self.json.extend_from_slice(one);
        self.places.push(Place {
            end: self.json.len(),
            ..place
        });
        self.json.push(b']');
    }
}

impl core::fmt::Debug for Batch {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Batch")
            .field("sessions", &self.places.len())
            .field("skipped", &self.skipped)
            .finish_non_exhaustive()
    }
}
