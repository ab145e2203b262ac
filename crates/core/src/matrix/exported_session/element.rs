//! One session where it lies, validated.

use zeroize::Zeroizing;

use super::{ALGORITHM, Field, Fields, ROOM_ID_MAX_BYTES, SkipReason};
use crate::matrix::{
    base64,
    json::{JsonError, Reader, Text},
    ratchet::{self, EXPORT_TEXT_LEN},
};
use crate::order::sort;

/// A session that is what it must be, up to its public key's being a point.
#[derive(Debug)]
pub(in super::super) struct Element<'json> {
    pub(super) room_id: Text<'json>,
    /// 220 characters, of which there is one spelling.
    pub(super) session_key: &'json str,
    pub(super) public_key: [u8; 32],
    pub(super) first_index: u32,
    pub(super) sender_key: [u8; 32],
    pub(super) claimed_keys: Option<&'json [u8]>,
    pub(super) chain: Option<&'json [u8]>,
    pub(super) shared_history: bool,
    pub(super) untrusted: bool,
}

/// Where the bytes of a session key are looked at: one place for all sessions, wiped when it is dropped. On the heap, so
/// that no copy stays behind when its owner is moved.
#[derive(Debug)]
pub(in super::super) struct Scratch(Zeroizing<Vec<u8>>);

impl Default for Scratch {
    fn default() -> Self {
        Self(Zeroizing::new(vec![0; ratchet::EXPORT_LEN]))
    }
}

/// More bytes than are written of a session beside what it was read from: the fields that may have been missing.
pub(super) const WRITTEN_BESIDE_BYTES: usize = 320;

/// The session that `fields` are.
///
/// # Errors
/// [`SkipReason`].
pub(in super::super) fn read<'json>(
    fields: &Fields<'json>,
    scratch: &mut Scratch,
) -> Result<Element<'json>, SkipReason> {
    let room_id = required(fields.room_id, Field::RoomId);
    if let Some(wrong) = fields.wrong {
        return Err(wrong);
    }
    if !required(fields.algorithm, Field::Algorithm)?.is(ALGORITHM) {
        return Err(SkipReason::Algorithm);
    }
    let room_id = room_id?;
    let is_one = room_id
        .as_plain()
        .map_or_else(|| is_room_id(&room_id.to_owned_text()), is_room_id);
    if !is_one {
        return Err(SkipReason::Wrong(Field::RoomId));
    }
    let session_key = required(fields.session_key, Field::SessionKey)?;
    let (session_key, first_index, public_key) = read_session_key(session_key, scratch)?;
    if let Some(session_id) = fields.session_id
        && read_key(session_id, Field::SessionId)? != public_key
    {
        return Err(SkipReason::OtherSessionId);
    }
    let sender_key = read_key(required(fields.sender_key, Field::SenderKey)?, Field::SenderKey)?;
    if let Some(claimed_keys) = fields.claimed_keys {
        for_each_claimed_key(claimed_keys, &mut |name, key| {
            let is_known = name.is("ed25519");
            if is_known && read_key(key, Field::SenderClaimedKeys).is_err() {
                return Err(JsonError::Type);
            }
            Ok(())
        })
        .map_err(|_| SkipReason::Wrong(Field::SenderClaimedKeys))?;
    }
    if let Some(chain) = fields.chain {
        for_each_of_chain(chain, &mut |_| ()).map_err(|_| SkipReason::Wrong(Field::ForwardingChain))?;
    }
    let shared_history = fields
        .agreed_shared_history()
        .ok_or(SkipReason::Wrong(Field::SharedHistory))?;
    Ok(Element {
        room_id,
        session_key,
        public_key,
        first_index,
        sender_key,
        claimed_keys: fields.claimed_keys,
        chain: fields.chain,
        shared_history,
        untrusted: fields.untrusted.unwrap_or_default(),
    })
}

/// Each claimed key with its name.
///
/// # Errors
/// [`JsonError`] if one is no string, or `each` says so.
pub(super) fn for_each_claimed_key<'json>(
    json: &'json [u8],
    each: &mut dyn FnMut(Text<'json>, Text<'json>) -> Result<(), JsonError>,
) -> Result<(), JsonError> {
    Reader::new(json).object(&mut |name, reader| each(name, reader.text()?))
}

/// Each key of the chain.
///
/// # Errors
/// [`JsonError`] if one is none.
pub(super) fn for_each_of_chain(json: &[u8], each: &mut dyn FnMut([u8; 32])) -> Result<(), JsonError> {
    Reader::new(json).list(&mut |reader| {
        each(read_key(reader.text()?, Field::ForwardingChain).map_err(|_| JsonError::Type)?);
        Ok(())
    })
}

/// Whether peers take it for a room's.
pub(super) fn is_room_id(id: &str) -> bool {
    id.starts_with('!') && id.len() <= ROOM_ID_MAX_BYTES && !id.contains('\0')
}

fn required<T>(field: Option<T>, name: Field) -> Result<T, SkipReason> {
    field.ok_or(SkipReason::Missing(name))
}

fn read_session_key<'json>(
    text: Text<'json>,
    scratch: &mut Scratch,
) -> Result<(&'json str, u32, [u8; 32]), SkipReason> {
    let wrong = SkipReason::SessionKey(ratchet::SessionExportError::Length);
    let text = text.as_plain().ok_or(wrong)?;
    if text.len() != EXPORT_TEXT_LEN || !base64::decode_into(text.as_bytes(), &mut scratch.0) {
        return Err(wrong);
    }
    let (first_index, public_key) = ratchet::inspect(&scratch.0).map_err(SkipReason::SessionKey)?;
    Ok((text, first_index, public_key))
}

fn read_key(text: Text<'_>, field: Field) -> Result<[u8; 32], SkipReason> {
    text.as_plain()
        .and_then(|text| base64::decode_array(text.as_bytes()))
        .ok_or(SkipReason::Wrong(field))
}

impl Element<'_> {
    /// The public key, which is not known to be a point.
    pub(in super::super) const fn public_key(&self) -> &[u8; 32] {
        &self.public_key
    }

    /// It in its one spelling, of an element that was written with `len` bytes.
    pub(in super::super) fn to_json(&self, len: usize) -> Zeroizing<Vec<u8>> {
        // Reserved once, so that growing leaves no unwiped copy behind.
        let mut json = Zeroizing::new(Vec::with_capacity(len + WRITTEN_BESIDE_BYTES));
        self.write(&mut json);
        json
    }

    /// Appends it in its one spelling.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(
            b"{\"algorithm\":\"m.megolm.v1.aes-sha2\",\"forwarding_curve25519_key_chain\":[",
        );
        if let Some(chain) = self.chain {
            let mut separator: &[u8] = b"\"";
            // Validated when it was read.
            let _ = for_each_of_chain(chain, &mut |key| {
                out.extend_from_slice(separator);
                base64::encode(&key, out);
                out.push(b'"');
                separator = b",\"";
            });
        }
        out.push(b']');
        if self.shared_history {
            out.extend_from_slice(b",\"m.shared_history\":true");
        }
        out.extend_from_slice(b",\"room_id\":");
        self.room_id.write(out);
        out.extend_from_slice(b",\"sender_claimed_keys\":");
        write_claimed_keys(self.claimed_keys, out);
        out.extend_from_slice(b",\"sender_key\":\"");
        base64::encode(&self.sender_key, out);
        out.extend_from_slice(b"\",\"session_id\":\"");
        base64::encode(&self.public_key, out);
        out.extend_from_slice(b"\",\"session_key\":\"");
        out.extend_from_slice(self.session_key.as_bytes());
        out.push(b'"');
        if self.shared_history {
            out.extend_from_slice(b",\"shared_history\":true");
        }
        if self.untrusted {
            out.extend_from_slice(b",\"untrusted\":true");
        }
        out.push(b'}');
    }
}

/// Sorted by name; of two with one name the last, as a program in JavaScript reads them.
fn write_claimed_keys(json: Option<&[u8]>, out: &mut Vec<u8>) {
    out.push(b'{');
    let mut only = None;
    let mut others = Vec::new();
    let _ = for_each_claimed_key(json.unwrap_or(b"{}"), &mut |name, key| {
        // One is the rule, for which nothing is allocated.
        if let Some(previous) = only.replace((name, key)) {
            others.push(previous);
        }
        Ok(())
    });
    if others.is_empty() {
        if let Some((name, key)) = only {
            write_claimed_key(name, key, out);
        }
    } else {
        others.extend(only);
        for (at, (name, key)) in sorted_by_name(&others).into_iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            write_claimed_key(name, key, out);
        }
    }
    out.push(b'}');
}

/// Sorted by name; of those with one name the last.
pub(super) fn sorted_by_name<'json>(keys: &[(Text<'json>, Text<'json>)]) -> Vec<(Text<'json>, Text<'json>)> {
    let named = keys.iter().enumerate();
    let mut named: Vec<_> = named.map(|(at, (name, _))| (name.to_owned_text(), at)).collect();
    sort(&mut named, |one, other| {
        (one.0.as_str(), one.1) < (other.0.as_str(), other.1)
    });
    let next = named.iter().skip(1).map(Some).chain([None]);
    let is_last = named
        .iter()
        .zip(next)
        .filter(|((name, _), next)| next.is_none_or(|(next, _)| next != name));
    is_last
        .filter_map(|((_, at), _)| keys.get(*at).copied())
        .collect()
}

fn write_claimed_key(name: Text<'_>, key: Text<'_>, out: &mut Vec<u8>) {
    name.write(out);
    out.push(b':');
    key.write(out);
}
