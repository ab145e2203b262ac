//! A room key as it is exported, and its ratchet
//! ([Megolm](https://spec.matrix.org/v1.19/olm-megolm/megolm/), session export format).
//!
//! ```text
//! export = 0x01 ‖' u32 BE index ‖' R0 ‖' R1 ‖' R2 ‖' R3 ‖' Ed25519 public key      165 bytes, Ri of 32
//! step   = Rj' = HMAC-SHA-256(Ri, byte j) for all j from i, i being 0 where index + 1 is a multiple of 2^24,
//!          1 where it is one of 2^16, 2 where it is one of 2^8, else 3
//! ```
//!
//! An export opens messages from its index on. It can be moved forward, which gives away less; backward there is no way.
//! The public key is the id of the session, as unpadded base64.

use zeroize::{Zeroize as _, Zeroizing};

use super::{base64, mac};
use crate::secret::secret;

secret! {
    /// The bytes of an export, whatever they say.
    ExportBytes[165]
}

/// The version of an export. That of a session as it is shared in a room is another one.
const VERSION: u8 = 1;
const PART_LEN: usize = 32;
/// Bytes of an export.
pub(super) const EXPORT_LEN: usize = ExportBytes::LEN;
/// Characters of the text of an export: whole fours, so that there is one spelling only.
pub(super) const EXPORT_TEXT_LEN: usize = base64::encoded_len(ExportBytes::LEN);

/// A room key from some index on: 165 bytes of the right version.
#[derive(PartialEq, Eq)]
pub struct SessionExport(ExportBytes);

/// Why bytes are not a session export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SessionExportError {
    /// Not base64, or of another length than 165 bytes.
    #[error("a session export has 165 bytes")]
    Length,
    /// Another version.
    #[error("version {found} of a session export is not known")]
    Version {
        /// As written.
        found: u8,
    },
}

/// A ratchet does not turn back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the session begins at index {index}, behind {target}")]
pub struct BackwardError {
    /// Where it begins.
    pub index: u32,
    /// What was asked for.
    pub target: u32,
}

/// The parts of an export where they lie.
struct Parts<'bytes> {
    version: u8,
    index: [u8; 4],
    public_key: &'bytes [u8; 32],
}

impl SessionExport {
    /// Reads the text of an export, padded or not.
    ///
    /// # Errors
    /// [`SessionExportError`].
    pub fn parse(text: &str) -> Result<Self, SessionExportError> {
        let mut bytes = Zeroizing::new([0; ExportBytes::LEN]);
        if !base64::decode_into(text.as_bytes(), bytes.as_mut_slice()) {
            return Err(SessionExportError::Length);
        }
        Self::take_bytes(&mut bytes)
    }

    /// Takes the bytes over and wipes the place they came from.
    ///
    /// # Errors
    /// [`SessionExportError::Version`].
    pub fn take_bytes(bytes: &mut [u8; ExportBytes::LEN]) -> Result<Self, SessionExportError> {
        let export = Self(ExportBytes::take_bytes(bytes));
        match export.parts().version {
            VERSION => Ok(export),
            found => Err(SessionExportError::Version { found }),
        }
    }

    /// The first message that it opens.
    #[must_use]
    pub fn first_index(&self) -> u32 {
        u32::from_be_bytes(self.parts().index)
    }

    /// The public key, which is the id of the session.
    #[must_use]
    pub fn public_key(&self) -> &[u8; 32] {
        self.parts().public_key
    }

    /// The same session from a later index on.
    ///
    /// # Errors
    /// [`BackwardError`] if it begins behind `target`.
    pub fn ratchet_to(self, target: u32) -> Result<Self, BackwardError> {
        let index = self.first_index();
        if target < index {
            return Err(BackwardError { index, target });
        }
        // EXPOSE: copied to be turned; the copy is wiped.
        let mut bytes = Zeroizing::new(*self.0.expose_secret());
        if let Some((_, behind_version)) = bytes.split_first_mut()
            && let Some((place, rest)) = behind_version.split_first_chunk_mut()
            && let Some(ratchet) = rest.first_chunk_mut()
        {
            *place = target.to_be_bytes();
            advance(ratchet, index, target);
        }
        Ok(Self(ExportBytes::take_bytes(&mut bytes)))
    }

    /// The text of it, unpadded.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(Vec::with_capacity(EXPORT_TEXT_LEN));
        self.write(&mut text);
        let mut written = Zeroizing::new(String::with_capacity(EXPORT_TEXT_LEN));
        written.extend(text.iter().copied().map(char::from));
        written
    }

    /// Appends the text of it.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        // EXPOSE: this text is what is exported; the caller seals it.
        base64::encode(self.0.expose_secret(), out);
    }

    fn parts(&self) -> Parts<'_> {
        // EXPOSE: looked at where it lies.
        Parts::of(self.0.expose_secret())
    }
}

impl core::fmt::Debug for SessionExport {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SessionExport(redacted)")
    }
}

impl<'bytes> Parts<'bytes> {
    #[expect(clippy::expect_used, reason = "165 bytes are more than these")]
    fn of(bytes: &'bytes [u8; ExportBytes::LEN]) -> Self {
        let (version, rest) = bytes.split_first_chunk::<1>().expect("one byte");
        let (index, rest) = rest.split_first_chunk::<4>().expect("four bytes");
        let public_key = rest.last_chunk().expect("the public key");
        Self {
            version: version[0],
            index: *index,
            public_key,
        }
    }
}

/// What a reader of many sessions needs to know of the bytes of one.
pub(super) fn inspect(bytes: &[u8]) -> Result<(u32, [u8; 32]), SessionExportError> {
    let parts = Parts::of(bytes.first_chunk().ok_or(SessionExportError::Length)?);
    match parts.version {
        VERSION => Ok((u32::from_be_bytes(parts.index), *parts.public_key)),
        found => Err(SessionExportError::Version { found }),
    }
}

/// Turns the ratchet from `index` to `target`, in at most 4 × 255 + 10 steps: a part that is made anew at a multiple of
/// 2^8, 2^16 or 2^24 need not be known before.
fn advance(ratchet: &mut [u8; 4 * PART_LEN], index: u32, target: u32) {
    let mut at = index;
    for (part, shift) in [(0_u8, 24_u32), (1, 16), (2, 8), (3, 0)] {
        let steps = (target >> shift) - (at >> shift);
        if steps == 0 {
            continue;
        }
        for _ in 1..steps {
            rehash(ratchet, part, part);
        }
        // The part itself comes last: the others are made of what it was.
        for made in (part..4).rev() {
            rehash(ratchet, part, made);
        }
        at = target >> shift << shift;
    }
}

/// Rj = HMAC-SHA-256(Ri, byte j)
fn rehash(ratchet: &mut [u8; 4 * PART_LEN], from: u8, to: u8) {
    let (parts, _) = ratchet.as_chunks_mut::<PART_LEN>();
    let Some(key) = parts.get(usize::from(from)) else {
        return;
    };
    let mut made = mac::of(key, &[to]);
    if let Some(part) = parts.get_mut(usize::from(to)) {
        part.copy_from_slice(&made);
    }
    made.zeroize();
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A step as the specification has it: R(i, j) is the HMAC-SHA-256 of the byte j under the newest part that changes.
    fn step(ratchet: &mut [u8; 128], to: u32) {
        let from = [24, 16, 8]
            .iter()
            .take_while(|shift| !to.is_multiple_of(1 << *shift))
            .count();
        let key: [u8; 32] = ratchet[32 * from..][..32].try_into().unwrap();
        for made in from..4 {
            ratchet[32 * made..][..32].copy_from_slice(&mac::of(&key, &[made as u8]));
        }
    }

    fn export(index: u32) -> SessionExport {
        let mut bytes = [7; 165];
        bytes[0] = 1;
        bytes[1..5].copy_from_slice(&index.to_be_bytes());
        SessionExport::take_bytes(&mut bytes).unwrap()
    }

    #[test]
    fn one_long_way_is_many_short_steps() {
        for (from, to) in [
            (0, 0),
            (0, 1),
            (0, 255),
            (250, 300),
            (5, 70_000),
            (65_530, 66_000),
        ] {
            let mut stepped = [7; 128];
            for index in from + 1..=to {
                step(&mut stepped, index);
            }
            let there = export(from).ratchet_to(to).unwrap();
            assert_eq!(there.0.expose_secret()[5..133], stepped, "{from} to {to}");
            assert_eq!((there.first_index(), there.public_key()), (to, &[7; 32]));
        }
    }

    #[test]
    fn a_part_of_the_way_first_makes_no_difference() {
        for way in [
            [1, 1 << 24, (1 << 24) + 3],
            [255, 256, u32::MAX],
            [1 << 16, 1 << 25, 1 << 31],
        ] {
            let stop = |export: SessionExport, at: &u32| export.ratchet_to(*at).unwrap();
            let stopping = way.iter().fold(export(0), stop);
            assert_eq!(stopping, export(0).ratchet_to(way[2]).unwrap(), "{way:?}");
        }
    }

    #[test]
    fn there_is_no_way_back() {
        assert_eq!(
            export(3).ratchet_to(2).map(drop),
            Err(BackwardError { index: 3, target: 2 })
        );
    }

    #[test]
    fn other_lengths_and_versions_are_refused() {
        for len in [0, 164, 166, 229] {
            let text = base64::to_text(&vec![1; len]);
            assert_eq!(
                SessionExport::parse(&text).map(drop),
                Err(SessionExportError::Length),
                "{len}"
            );
        }
        for found in [0, 2] {
            let mut bytes = [found; 165];
            let refused = Err(SessionExportError::Version { found });
            assert_eq!(SessionExport::take_bytes(&mut bytes).map(drop), refused);
            assert_eq!(bytes, [0; 165], "the source is wiped");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", export(1)), "SessionExport(redacted)");
    }
}
