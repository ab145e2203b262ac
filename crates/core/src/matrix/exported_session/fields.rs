//! The fields of one object, where they lie. What is wrong with one is noted, and the others are read all the same: a
//! session that is left out should at least be named.

use super::{Field, SkipReason};
use crate::matrix::json::{JsonError, Kind, Reader, Text};

/// Most bytes of an id in the name of what was left out.
const NAME_MAX_BYTES: usize = 1024;

/// The known fields of an object that may be a session.
#[derive(Debug, Default)]
pub(in super::super) struct Fields<'json> {
    pub(super) algorithm: Option<Text<'json>>,
    pub(super) room_id: Option<Text<'json>>,
    pub(super) session_id: Option<Text<'json>>,
    pub(super) session_key: Option<Text<'json>>,
    pub(super) sender_key: Option<Text<'json>>,
    /// As they are written; their types are right.
    pub(super) claimed_keys: Option<&'json [u8]>,
    pub(super) chain: Option<&'json [u8]>,
    /// By the names of [`SHARED_HISTORY`].
    pub(super) shared_history: [Option<bool>; 3],
    pub(super) untrusted: Option<bool>,
    /// Of MSC4048: the device that wrote a backup entry did not know who had sent the key.
    pub(in super::super) unauthenticated: Option<bool>,
    /// What is wrong with the first field that is.
    pub(super) wrong: Option<SkipReason>,
}

/// As peers, as the specification, and as older peers have it.
const SHARED_HISTORY: [&str; 3] = [
    "m.shared_history",
    "shared_history",
    "org.matrix.msc3061.shared_history",
];

/// Reads the object that `json` begins with into `fields`, and says how long it is.
///
/// # Errors
/// [`JsonError`], with what was read before in `fields`.
pub(in super::super) fn collect<'json>(
    json: &'json [u8],
    fields: &mut Fields<'json>,
) -> Result<usize, JsonError> {
    let mut reader = Reader::new(json);
    reader.object(&mut |name, reader| match name.as_plain() {
        Some(name) => fields.read(name, reader),
        None => fields.read(&name.to_owned_text(), reader),
    })?;
    Ok(json.len() - reader.rest().len())
}

impl<'json> Fields<'json> {
    /// The room, if there is one to be shown.
    pub(super) fn shown_room_id(&self) -> Option<String> {
        shown(self.room_id)
    }

    /// The session id, likewise.
    pub(super) fn shown_session_id(&self) -> Option<String> {
        shown(self.session_id)
    }

    /// The room that the session itself names.
    pub(in super::super) fn said_room_id(&self) -> Option<zeroize::Zeroizing<String>> {
        self.room_id.map(Text::to_owned_text)
    }

    /// The room and the session id that it is stored under, in place of what it says itself.
    pub(in super::super) const fn put_in(&mut self, room_id: Text<'json>, session_id: Text<'json>) {
        self.room_id = Some(room_id);
        self.session_id = Some(session_id);
    }

    /// Whether history is shared; `None` if the names disagree. Who shares it would be wrong about one of them.
    pub(super) fn agreed_shared_history(&self) -> Option<bool> {
        let mut said = self.shared_history.iter().flatten();
        let first = said.next().copied().unwrap_or_default();
        said.all(|other| *other == first).then_some(first)
    }

    fn read(&mut self, name: &str, reader: &mut Reader<'json>) -> Result<(), JsonError> {
        match name {
            "algorithm" => read_text(&mut self.algorithm, Field::Algorithm, &mut self.wrong, reader),
            "room_id" => read_text(&mut self.room_id, Field::RoomId, &mut self.wrong, reader),
            "session_id" => read_text(&mut self.session_id, Field::SessionId, &mut self.wrong, reader),
            "session_key" => read_text(&mut self.session_key, Field::SessionKey, &mut self.wrong, reader),
            "sender_key" => read_text(&mut self.sender_key, Field::SenderKey, &mut self.wrong, reader),
            "sender_claimed_keys" => read_raw(
                &mut self.claimed_keys,
                (Field::SenderClaimedKeys, Kind::Object),
                &mut self.wrong,
                reader,
            ),
            "forwarding_curve25519_key_chain" => read_raw(
                &mut self.chain,
                (Field::ForwardingChain, Kind::List),
                &mut self.wrong,
                reader,
            ),
            "untrusted" => read_bool(&mut self.untrusted, Field::Untrusted, &mut self.wrong, reader),
            "unauthenticated" => read_bool(
                &mut self.unauthenticated,
                Field::Untrusted,
                &mut self.wrong,
                reader,
            ),
            _ => {
                let flags = SHARED_HISTORY.iter().zip(&mut self.shared_history);
                match flags.into_iter().find(|(known, _)| **known == name) {
                    Some((_, flag)) => read_bool(flag, Field::SharedHistory, &mut self.wrong, reader),
                    None => reader.skip(1),
                }
            }
        }
    }
}

fn shown(text: Option<Text<'_>>) -> Option<String> {
    text.filter(|text| text.raw_len() <= NAME_MAX_BYTES)
        .map(|text| text.to_owned_text().as_str().to_owned())
}

fn read_text<'json>(
    place: &mut Option<Text<'json>>,
    field: Field,
    wrong: &mut Option<SkipReason>,
    reader: &mut Reader<'json>,
) -> Result<(), JsonError> {
    if reader.kind()? != Kind::Text {
        wrong.get_or_insert(SkipReason::Wrong(field));
        return reader.skip(1);
    }
    put(place, reader.text()?, field, wrong);
    Ok(())
}

fn read_bool(
    place: &mut Option<bool>,
    field: Field,
    wrong: &mut Option<SkipReason>,
    reader: &mut Reader<'_>,
) -> Result<(), JsonError> {
    match reader.kind()? {
        Kind::Bool => put(place, reader.bool()?, field, wrong),
        Kind::Null => drop(reader.null()?),
        _ => {
            wrong.get_or_insert(SkipReason::Wrong(field));
            reader.skip(1)?;
        }
    }
    Ok(())
}

/// A value that is read again when its field is written.
fn read_raw<'json>(
    place: &mut Option<&'json [u8]>,
    (field, expected): (Field, Kind),
    wrong: &mut Option<SkipReason>,
    reader: &mut Reader<'json>,
) -> Result<(), JsonError> {
    let kind = reader.kind()?;
    let before = reader.rest();
    reader.skip(1)?;
    let len = before.len() - reader.rest().len();
    let raw = before.get(..len).unwrap_or_default();
    if kind == expected {
        put(place, raw, field, wrong);
    } else if kind != Kind::Null {
        wrong.get_or_insert(SkipReason::Wrong(field));
    }
    Ok(())
}

fn put<T>(place: &mut Option<T>, value: T, field: Field, wrong: &mut Option<SkipReason>) {
    if place.replace(value).is_some() {
        wrong.get_or_insert(SkipReason::Twice(field));
    }
}
