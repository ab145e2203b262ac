use proptest::prelude::*;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::*;
use crate::matrix::{base64, json::JsonError};

/// The base point of edwards25519.
pub(crate) const POINT: [u8; 32] = {
    let mut point = [0x66; 32];
    point[0] = 0x58;
    point
};
/// Of no point: x^2 would be no square.
const NO_POINT: [u8; 32] = {
    let mut bytes = [0; 32];
    bytes[0] = 2;
    bytes
};

pub(crate) fn export_text(index: u32, public_key: [u8; 32]) -> String {
    let ratchet = [9; 128];
    base64::to_text(&[&[1][..], &index.to_be_bytes(), &ratchet, &public_key].concat())
}

/// A session as another program writes it.
pub(crate) fn session(index: u32) -> Value {
    json!({
        "algorithm": "m.megolm.v1.aes-sha2",
        "room_id": "!room:example.org",
        "sender_key": base64::to_text(&[3; 32]),
        "session_id": base64::to_text(&POINT),
        "session_key": export_text(index, POINT),
        "sender_claimed_keys": {"ed25519": base64::to_text(&[4; 32])},
        "forwarding_curve25519_key_chain": [],
    })
}

fn read_in_pieces(
    text: &str,
    piece_len: usize,
    most: usize,
) -> Result<(Vec<Value>, Vec<Skipped>), NotSessionsError> {
    let mut reader = SessionReader::new();
    let mut good = Vec::new();
    let mut skipped = Vec::new();
    let mut take = |batch: UncheckedBatch| {
        let batch = batch.check_points();
        let sessions: Vec<Value> = serde_json::from_slice(batch.expose_secret()).expect("a batch is JSON");
        assert_eq!(sessions.len(), batch.len());
        for (session, value) in batch.sessions().zip(&sessions) {
            let one = serde_json::from_slice::<Value>(&session.to_json()).expect("a session is JSON");
            assert_eq!(&one, value, "a value writes what the batch has");
        }
        good.extend(sessions);
        skipped.extend_from_slice(batch.skipped());
    };
    for piece in text.as_bytes().chunks(piece_len) {
        reader.push(piece);
        while let Some(batch) = reader.next_batch(most, Input::MayGoOn)? {
            take(batch);
        }
    }
    while let Some(batch) = reader.next_batch(most, Input::Over)? {
        take(batch);
    }
    Ok((good, skipped))
}

fn read(text: &str) -> Result<(Vec<Value>, Vec<Skipped>), NotSessionsError> {
    let whole = read_in_pieces(text, text.len().max(1), usize::MAX);
    for (piece_len, most) in [(7, 1), (100, 2)] {
        assert_eq!(
            read_in_pieces(text, piece_len, most),
            whole,
            "in pieces of {piece_len}"
        );
    }
    whole
}

/// The one session of a list, if it is good, or why it is not.
fn only(session: &Value) -> Result<Value, SkipReason> {
    let (mut good, skipped) = read(&json!([session]).to_string()).expect("a list");
    assert_eq!(good.len() + skipped.len(), 1);
    good.pop().ok_or_else(|| skipped[0].reason)
}

fn with(field: &str, value: Value) -> Value {
    let mut session = session(1);
    session[field] = value;
    session
}

fn without(field: &str) -> Value {
    let mut session = session(1);
    session.as_object_mut().unwrap().remove(field);
    session
}

#[test]
fn a_session_is_written_in_one_spelling() {
    let text = ExportedSession::parse(session(5).to_string().as_bytes())
        .unwrap()
        .to_json();
    let key = export_text(5, POINT);
    assert_eq!(
        str::from_utf8(&text).unwrap(),
        format!(
            "{{\"algorithm\":\"m.megolm.v1.aes-sha2\",\"forwarding_curve25519_key_chain\":[],\"room_id\":\"!room:example.org\",\
             \"sender_claimed_keys\":{{\"ed25519\":\"{}\"}},\"sender_key\":\"{}\",\"session_id\":\"{}\",\"session_key\":\"{key}\"}}",
            base64::to_text(&[4; 32]),
            base64::to_text(&[3; 32]),
            base64::to_text(&POINT),
        )
    );
}

#[test]
fn what_may_be_missing_may_be_missing_or_null() {
    let mut whole = session(1);
    whole["sender_claimed_keys"] = json!({});
    for field in [
        "sender_claimed_keys",
        "forwarding_curve25519_key_chain",
        "session_id",
    ] {
        let mut expected = session(1);
        if field == "sender_claimed_keys" {
            expected[field] = json!({});
        }
        assert_eq!(only(&without(field)), Ok(expected.clone()), "{field}");
        if field != "session_id" {
            assert_eq!(only(&with(field, Value::Null)), Ok(expected), "{field}");
        }
    }
    for (name, field) in [
        ("algorithm", Field::Algorithm),
        ("room_id", Field::RoomId),
        ("session_key", Field::SessionKey),
        ("sender_key", Field::SenderKey),
    ] {
        assert_eq!(only(&without(name)), Err(SkipReason::Missing(field)), "{name}");
    }
}

#[test]
fn shared_history_is_read_by_each_of_its_names_and_written_by_two() {
    let mut expected = session(1);
    expected["m.shared_history"] = json!(true);
    expected["shared_history"] = json!(true);
    for name in [
        "m.shared_history",
        "shared_history",
        "org.matrix.msc3061.shared_history",
    ] {
        assert_eq!(only(&with(name, json!(true))), Ok(expected.clone()), "{name}");
        assert_eq!(only(&with(name, json!(false))), Ok(session(1)), "{name}");
        assert_eq!(
            only(&with(name, json!("true"))),
            Err(SkipReason::Wrong(Field::SharedHistory)),
            "{name}"
        );
    }
    assert_eq!(only(&expected), Ok(expected.clone()));
    expected["shared_history"] = json!(false);
    assert_eq!(
        only(&expected),
        Err(SkipReason::Wrong(Field::SharedHistory)),
        "the names disagree"
    );
}

#[test]
fn what_is_known_of_a_session_is_kept() {
    let mut known = session(0);
    known["untrusted"] = json!(true);
    known["forwarding_curve25519_key_chain"] = json!([base64::to_text(&[1; 32]), base64::to_text(&[2; 32])]);
    known["sender_claimed_keys"] =
        json!({"z": "\"\\\u{e9}", "ed25519": base64::to_text(&[4; 32]), "a\n": ""});
    let (_, read_known) = (only(&known), only(&known).unwrap());
    assert_eq!(read_known, known);
    let session = ExportedSession::parse(known.to_string().as_bytes()).unwrap();
    assert_eq!(session.forwarding_chain(), [[1; 32], [2; 32]]);
    assert_eq!(session.claimed_keys().len(), 3);
    assert!(session.untrusted() && !session.shared_history() && session.has_point());
    assert_eq!(
        (session.room_id(), session.first_index()),
        ("!room:example.org", 0)
    );
    assert_eq!(session.ratchet_to(7).unwrap().first_index(), 7);
}

#[test]
fn padding_and_unknown_fields_and_escapes_make_no_difference() {
    let mut padded = with("sender_key", json!(format!("{}=", base64::to_text(&[3; 32]))));
    padded["session_id"] = json!(format!("{}=", base64::to_text(&POINT)));
    padded["x"] = json!({"y": [1.5, null, {"room_id": 1}]});
    assert_eq!(only(&padded), Ok(session(1)));
    let escaped = session(1)
        .to_string()
        .replace("room_id", "room\\u005fid")
        .replace("!room", "\\u0021room");
    assert_eq!(
        read(&format!(" [\n{escaped}\t] \r\n")),
        Ok((vec![session(1)], Vec::new()))
    );
}

#[test]
fn each_defect_has_its_reason() {
    use SkipReason::{Algorithm, NotAPoint, NotAnObject, OtherSessionId, SessionKey, Twice, Wrong};
    let key = export_text(1, POINT);
    let other_point = with("session_key", json!(export_text(1, NO_POINT)));
    let mut no_point = other_point.clone();
    no_point["session_id"] = json!(base64::to_text(&NO_POINT));
    for (session, reason) in [
        (with("algorithm", json!("m.megolm.v2")), Algorithm),
        (with("algorithm", json!(1)), Wrong(Field::Algorithm)),
        (with("room_id", json!("room:example.org")), Wrong(Field::RoomId)),
        (with("room_id", json!("!\0")), Wrong(Field::RoomId)),
        (
            with("room_id", json!(format!("!{}", "a".repeat(255)))),
            Wrong(Field::RoomId),
        ),
        (
            with("session_key", json!(&key[..219])),
            SessionKey(SessionExportError::Length),
        ),
        (
            with("session_key", json!("")),
            SessionKey(SessionExportError::Length),
        ),
        (
            with("session_key", json!(key.replacen('A', "*", 1))),
            SessionKey(SessionExportError::Length),
        ),
        (
            with("session_key", json!(key.replacen("AQ", "Ag", 1))),
            SessionKey(SessionExportError::Version { found: 2 }),
        ),
        (
            with("session_id", json!(base64::to_text(&[1; 32]))),
            OtherSessionId,
        ),
        (with("session_id", json!("")), Wrong(Field::SessionId)),
        (other_point, OtherSessionId),
        (no_point, NotAPoint),
        (with("sender_key", json!("AAAA")), Wrong(Field::SenderKey)),
        (
            with("sender_claimed_keys", json!([])),
            Wrong(Field::SenderClaimedKeys),
        ),
        (
            with("sender_claimed_keys", json!({"ed25519": "short"})),
            Wrong(Field::SenderClaimedKeys),
        ),
        (
            with("sender_claimed_keys", json!({"x": 1})),
            Wrong(Field::SenderClaimedKeys),
        ),
        (
            with("forwarding_curve25519_key_chain", json!({})),
            Wrong(Field::ForwardingChain),
        ),
        (
            with("forwarding_curve25519_key_chain", json!(["A"])),
            Wrong(Field::ForwardingChain),
        ),
        (with("untrusted", json!(0)), Wrong(Field::Untrusted)),
        (json!(1), NotAnObject),
        (json!([session(1)]), NotAnObject),
        (Value::Null, NotAnObject),
    ] {
        assert_eq!(only(&session), Err(reason), "{session}");
    }
    let twice = session(1).to_string().replacen('{', "{\"room_id\":\"!a\",", 1);
    assert_eq!(
        read(&format!("[{twice}]")).unwrap().1[0].reason,
        Twice(Field::RoomId)
    );
}

#[test]
fn a_bad_session_is_named_and_the_others_open() {
    let good = session(2).to_string();
    let key = export_text(2, POINT);
    let cut = &good[..good.len() - 1];
    for (bad, reason) in [
        (
            good.replace("\"room_id\":", "\"room_id\""),
            SkipReason::Json(JsonError::Malformed),
        ),
        (
            good.replace("!room:example", "!room\n:example"),
            SkipReason::Json(JsonError::Malformed),
        ),
        (
            good.replace("!room:example", "!room\":example"),
            SkipReason::Json(JsonError::Malformed),
        ),
        (
            good.replace("!room:example.org\"", "!room:example.org"),
            SkipReason::Json(JsonError::Malformed),
        ),
        (format!("{cut},}}"), SkipReason::Json(JsonError::Malformed)),
        ("nonsense".to_owned(), SkipReason::NotAnObject),
        ("Nonsense".to_owned(), SkipReason::Json(JsonError::Malformed)),
        ("}".to_owned(), SkipReason::Json(JsonError::Malformed)),
        (
            good.replace(&key, &"A".repeat(ELEMENT_MAX_BYTES)),
            SkipReason::TooLong,
        ),
    ] {
        let list = format!("[{good},{bad},{good}]");
        for (piece_len, most) in [(list.len(), 10), (5, 1), (1000, 2)] {
            let (opened, skipped) = read_in_pieces(&list, piece_len, most).unwrap();
            assert_eq!(opened, [session(2), session(2)], "{bad}");
            let named: Vec<_> = skipped
                .iter()
                .map(|skipped| (skipped.index, skipped.reason))
                .collect();
            assert_eq!(named, [(1, reason)], "{bad} in pieces of {piece_len}");
        }
    }
    let (_, skipped) = read(&format!("[{good},{}]", with("session_key", json!("")))).unwrap();
    assert_eq!(skipped[0].room_id.as_deref(), Some("!room:example.org"));
    assert_eq!(skipped[0].session_id, Some(base64::to_text(&POINT)));
}

#[test]
fn the_end_of_a_list_is_looked_at() {
    let good = session(2).to_string();
    for (text, sessions, skipped) in [
        ("[]".to_owned(), 0, None),
        (" [ ] ".to_owned(), 0, None),
        (format!("[{good}]"), 1, None),
        (format!("[{good},]"), 1, None),
        (format!("[,{good}{good}]"), 2, None),
        ("[".to_owned(), 0, Some((0, SkipReason::CutOff))),
        (format!("[{good}"), 1, Some((1, SkipReason::CutOff))),
        (
            format!("[{good},{}", &good[..100]),
            1,
            Some((1, SkipReason::CutOff)),
        ),
        (
            format!("[{good},{}", &good[..good.len() - 1]),
            1,
            Some((1, SkipReason::CutOff)),
        ),
        (format!("[{good}]]"), 1, Some((1, SkipReason::BehindTheList))),
        (
            format!("[{good}] [{good}]"),
            1,
            Some((1, SkipReason::BehindTheList)),
        ),
    ] {
        let (opened, left_out) = read(&text).unwrap();
        let left_out: Vec<_> = left_out
            .iter()
            .map(|skipped| (skipped.index, skipped.reason))
            .collect();
        assert_eq!(
            (opened.len(), left_out),
            (sessions, Vec::from_iter(skipped)),
            "{text}"
        );
    }
    for text in ["", " ", "{}", "{\"sessions\":[]}", "null", "\u{feff}[]"] {
        assert_eq!(read(text), Err(NotSessionsError), "{text:?}");
    }
}

#[test]
fn points_that_were_checked_elsewhere_are_left_out_likewise() {
    let list = json!([session(0), session(1), session(2)]).to_string();
    let batch = || {
        let mut reader = SessionReader::over(Zeroizing::new(list.clone().into_bytes()));
        reader.next_batch(10, Input::Over).unwrap().unwrap()
    };
    assert_eq!(batch().public_keys().count(), 3);
    let kept = batch().with_points(&[true, false, true]);
    assert_eq!(kept.indexes().collect::<Vec<_>>(), [(0, 0), (2, 2)]);
    let sessions: Vec<Value> = serde_json::from_slice(kept.expose_secret()).unwrap();
    assert_eq!(sessions, [session(0), session(2)]);
    assert_eq!(
        (kept.skipped()[0].index, kept.skipped()[0].reason),
        (1, SkipReason::NotAPoint)
    );
    assert_eq!(kept.sessions().count(), 2);
    assert!(
        batch().with_points(&[]).is_empty(),
        "without an answer none is kept"
    );
    assert_eq!(batch().dangerous_without_points().len(), 3);
}

#[test]
fn debug_shows_no_key() {
    let session = ExportedSession::parse(session(5).to_string().as_bytes()).unwrap();
    let shown = format!("{session:?}");
    assert!(
        shown.contains("!room:example.org") && !shown.contains(&export_text(5, POINT)[10..30]),
        "{shown}"
    );
}

#[test]
fn a_lone_bracket_behind_something_bad_is_an_element_of_its_own_in_any_pieces() {
    for text in ["[:}\"{},{}", "[:},1", "[a}}{}]", "[}}:}]"] {
        let whole = read_in_pieces(text, text.len(), usize::MAX);
        for piece_len in 1..text.len() {
            assert_eq!(read_in_pieces(text, piece_len, 1), whole, "{text} by {piece_len}");
        }
    }
}

proptest! {
    #[test]
    fn any_list_comes_out_the_same_in_any_pieces(
        pieces in prop::collection::vec(prop_oneof![
            Just(session(1).to_string()), Just(",".to_owned()), Just("]".to_owned()), Just("[".to_owned()),
            "[{}\\[\\],:\"\\\\ a]{0,6}",
        ], 0..8),
        piece_len in 1_usize..900,
        most in 1_usize..4,
    ) {
        let text = format!("[{}", pieces.concat());
        let whole = read_in_pieces(&text, text.len(), usize::MAX);
        prop_assert_eq!(read_in_pieces(&text, piece_len, most), whole);
    }
}

#[test]
fn what_is_left_out_is_named_by_names_that_can_be_shown() {
    for (len, is_named) in [(1_024, true), (1_025, false)] {
        let mut bad = session(0);
        bad["room_id"] = Value::from("r".repeat(len));
        bad["session_key"] = Value::from("none");
        let (_, skipped) = read(&json!([bad]).to_string()).unwrap();
        let rooms: Vec<bool> = skipped.iter().map(|one| one.room_id.is_some()).collect();
        assert_eq!(rooms, [is_named], "{len}");
    }
}
