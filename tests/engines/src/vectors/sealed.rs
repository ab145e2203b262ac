//! Sealed bytes as a vector describes them: pieces of good objects, so that a reader sees the defect.

use std::collections::BTreeMap;

use keyhaven_core::job::run_in_software;
use keyhaven_core::keys::BackupKey;
use keyhaven_core::object::{ObjectContext, seal_file, seal_object};
use keyhaven_protocol::persona::{AccountId, ObjectId};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::CaseError;
use super::draw::Drawn;
use super::hex::{Hex, HexArray};

/// Everything that one version of an object is sealed from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    backup_key: HexArray<32>,
    account_id: AccountId,
    object_id: ObjectId,
    counter: u64,
    header_salt: HexArray<32>,
    content: Content,
    /// Whether the zip is around it.
    #[serde(default)]
    file: bool,
}

/// Content by its bytes or by its length.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Content {
    Hex(Hex),
    /// Byte i is the low byte of i × 167 + (i >> 8) × 13.
    Pattern(usize),
}

/// Pieces put together, with one byte flipped in the end.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Described {
    #[serde(default)]
    sources: BTreeMap<Box<str>, Source>,
    pieces: Vec<Piece>,
    flip: Option<Flip>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Piece {
    Bytes {
        hex: Hex,
    },
    /// From where to where; a negative end counts from the end, and none is the end.
    Slice {
        source: Box<str>,
        from: usize,
        to: Option<isize>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Flip {
    at: usize,
    xor: u8,
}

impl Source {
    pub(super) fn backup_key(&self) -> BackupKey {
        BackupKey::take_bytes(&mut { self.backup_key.0 })
    }

    pub(super) const fn context(&self) -> ObjectContext {
        ObjectContext {
            account_id: self.account_id,
            object_id: self.object_id,
            counter: self.counter,
        }
    }

    pub(super) fn content(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match &self.content {
            Content::Hex(Hex(bytes)) => bytes.clone(),
            Content::Pattern(len) => (0..*len).map(pattern).collect(),
        })
    }

    pub(super) const fn drawn(&self) -> Drawn<'_> {
        Drawn(&self.header_salt.0)
    }

    /// By the software engine: what it seals is held to known answers by other cases.
    fn sealed(&self) -> Result<Vec<u8>, CaseError> {
        let (key, content, mut drawn) = (self.backup_key(), self.content(), self.drawn());
        let operation = if self.file {
            seal_file(&key, self.context(), content, &mut drawn)
        } else {
            seal_object(&key, self.context(), content, &mut drawn)
        };
        run_in_software(operation).map_err(|_| CaseError::Described)
    }
}

impl Described {
    pub(super) fn bytes(&self) -> Result<Vec<u8>, CaseError> {
        let mut sources = BTreeMap::new();
        for (name, source) in &self.sources {
            sources.insert(name, source.sealed()?);
        }
        let mut bytes = Vec::new();
        for piece in &self.pieces {
            bytes.extend_from_slice(match piece {
                Piece::Bytes { hex } => &hex.0,
                Piece::Slice { source, from, to } => sources
                    .get(source)
                    .and_then(|source| source.get(*from..end_of(source.len(), *to)?))
                    .ok_or(CaseError::Described)?,
            });
        }
        if let Some(Flip { at, xor }) = self.flip {
            *bytes.get_mut(at).ok_or(CaseError::Described)? ^= xor;
        }
        Ok(bytes)
    }
}

fn end_of(len: usize, to: Option<isize>) -> Option<usize> {
    match to {
        None => Some(len),
        Some(to) if to < 0 => len.checked_add_signed(to),
        Some(to) => usize::try_from(to).ok(),
    }
}

fn pattern(at: usize) -> u8 {
    let [low, ..] = (at * 167 + (at >> 8) * 13).to_le_bytes();
    low
}
