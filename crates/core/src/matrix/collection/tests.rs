use serde_json::{Value, json};

use super::*;
use crate::matrix::{
    base64,
    exported_session::{
        Input, SessionReader,
        tests::{export_text, session},
    },
};

/// Session `id` of a room.
fn of(room: &str, id: u8, first_index: u32) -> Value {
    let mut value = session(first_index);
    value["room_id"] = json!(room);
    value["session_key"] = json!(export_text(first_index, [id; 32]));
    value["session_id"] = json!(base64::to_text(&[id; 32]));
    value
}

fn with(mut value: Value, field: &str, content: Value) -> Value {
    value[field] = content;
    value
}

fn chain(len: usize) -> Value {
    json!(vec![base64::to_text(&[7; 32]); len])
}

fn file(sessions: &[Value]) -> FileSessions {
    let mut reader = SessionReader::new();
    reader.push(Value::from(sessions.to_vec()).to_string().as_bytes());
    let mut file = FileSessions::new();
    while let Some(batch) = reader.next_batch(2, Input::Over).unwrap() {
        // Made up ids are points by chance only.
        let batch = batch.dangerous_without_points();
        assert_eq!(batch.skipped(), []);
        file.add(&batch);
    }
    file
}

fn added(new: u64, better: u64, known: u64) -> Added {
    Added { new, better, known }
}

/// Which copy is kept of one session that two files have: 0 or 1.
fn kept(first: Value, second: Value) -> FileNumber {
    let mut collection = Collection::new();
    assert_eq!((collection.len(), collection.is_empty()), (0, true));
    assert_eq!(collection.add(file(&[first])), added(1, 0, 0));
    let second = collection.add(file(&[second]));
    assert_eq!((collection.len(), collection.is_empty()), (1, false));
    let kept = FileNumber::from(collection.chosen(0, None).is_empty());
    let expected = if kept == 1 { added(0, 1, 0) } else { added(0, 0, 1) };
    assert_eq!(second, expected);
    assert_eq!(collection.chosen(kept, None).room_of(0), Some(0));
    kept
}

#[test]
fn of_two_copies_the_better_one_is_kept_whichever_comes_first() {
    let plain = || of("!a:x", 1, 5);
    let untrusted = |index| with(of("!a:x", 1, index), "untrusted", json!(true));
    let forwarded = |index, len| {
        with(
            of("!a:x", 1, index),
            "forwarding_curve25519_key_chain",
            chain(len),
        )
    };
    for (better, worse, why) in [
        (of("!a:x", 1, 4), plain(), "it begins earlier"),
        (
            plain(),
            untrusted(0),
            "its origin is known, though the other begins earlier",
        ),
        (plain(), forwarded(5, 1), "nobody passed it on"),
        (forwarded(5, 1), forwarded(5, 2), "fewer passed it on"),
        (
            forwarded(4, 9),
            plain(),
            "it begins earlier, however many passed it on",
        ),
        (
            untrusted(4),
            untrusted(5),
            "of two of unknown origin it begins earlier",
        ),
    ] {
        assert_eq!(kept(worse.clone(), better.clone()), 1, "{why}");
        assert_eq!(kept(better, worse), 0, "{why}, and was there first");
    }
}

#[test]
fn of_equal_copies_the_one_that_was_there_first_stays() {
    assert_eq!(kept(of("!a:x", 1, 5), of("!a:x", 1, 5)), 0);
    let other_device = with(of("!a:x", 1, 5), "sender_key", json!(base64::to_text(&[8; 32])));
    assert_eq!(kept(of("!a:x", 1, 5), other_device), 0);
}

#[test]
fn the_same_session_twice_in_one_file_counts_once() {
    let mut collection = Collection::new();
    let first = file(&[of("!a:x", 1, 5), of("!a:x", 1, 3), of("!a:x", 1, 4)]);
    assert_eq!(collection.add(first), added(1, 0, 2));
    let chosen = collection.chosen(0, None);
    assert_eq!(
        (chosen.len(), chosen.room_of(1)),
        (1, Some(0)),
        "the one that begins at 3"
    );
}

#[test]
fn one_id_in_two_rooms_is_two_sessions() {
    let mut collection = Collection::new();
    assert_eq!(
        collection.add(file(&[of("!a:x", 1, 5), of("!b:x", 1, 5)])),
        added(2, 0, 0)
    );
}

#[test]
fn rooms_are_counted_over_all_files_with_their_lowest_and_highest_index() {
    let mut collection = Collection::new();
    collection.add(file(&[of("!b:x", 1, 7), of("!a:x", 2, 9), of("!b:x", 3, 2)]));
    collection.add(file(&[of("!c:x", 4, 1), of("!a:x", 2, 4), of("!b:x", 5, 30)]));
    let found: Vec<_> = collection
        .rooms()
        .iter()
        .map(|room| (room.id, room.sessions, room.lowest_index, room.highest_index))
        .collect();
    assert_eq!(found, [("!b:x", 3, 2, 30), ("!a:x", 1, 4, 4), ("!c:x", 1, 1, 1)]);
}

#[test]
fn what_is_taken_out_again_is_every_session_once_and_a_room_apart() {
    let mut collection = Collection::new();
    collection.add(file(&[of("!a:x", 1, 5), of("!b:x", 2, 5), of("!a:x", 3, 5)]));
    collection.add(file(&[of("!b:x", 2, 1), of("!a:x", 1, 6), of("!a:x", 4, 0)]));
    let rooms_of = |file, only| {
        let chosen = collection.chosen(file, only);
        let rooms: Vec<_> = (0..4).map(|index| chosen.room_of(index)).collect();
        assert_eq!(chosen.len(), rooms.iter().flatten().count());
        rooms
    };
    assert_eq!(
        rooms_of(0, None),
        [Some(0), None, Some(0), None],
        "the second is better elsewhere"
    );
    assert_eq!(rooms_of(1, None), [Some(1), None, Some(0), None]);
    assert_eq!(rooms_of(1, Some(0)), [None, None, Some(0), None]);
    assert_eq!(rooms_of(1, Some(1)), [Some(1), None, None, None]);
    assert!(collection.chosen(0, Some(1)).is_empty());
}

#[test]
fn sessions_are_found_by_a_part_of_their_id_or_of_their_senders_key() {
    let sent_by = |session, sender| with(session, "sender_key", json!(base64::to_text(&[sender; 32])));
    let mut collection = Collection::new();
    collection.add(file(&[
        sent_by(of("!a:x", 1, 5), 0xee),
        sent_by(of("!b:x", 2, 5), 0xff),
        sent_by(of("!a:x", 3, 5), 0xff),
    ]));
    // A better copy, whose sender is told from then on; and its numbers are not those of the first file.
    collection.add(file(&[
        sent_by(of("!c:x", 4, 0), 0xdd),
        sent_by(of("!b:x", 2, 1), 0xdd),
    ]));
    let found = |wanted: &str| {
        let search = collection.search(wanted, 10);
        let rooms: Vec<_> = search
            .first
            .iter()
            .map(|found| (found.room_id, found.first_index))
            .collect();
        assert_eq!(search.sessions, rooms.len() as u64);
        rooms
    };
    let id = base64::to_text(&[3; 32]);
    assert_eq!(id, "AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM");
    assert_eq!(found(&id), [("!a:x", 5)]);
    assert_eq!(found(&format!(" {id}=\n")), [("!a:x", 5)], "as it is copied");
    assert_eq!(found("awmdawmdawmd"), [("!a:x", 5)], "a part of it");
    assert_eq!(
        found(&base64::to_text(&[0xee; 32])),
        [("!a:x", 5)],
        "by its sender"
    );
    assert_eq!(found("////"), [("!a:x", 5)], "the other one has a better copy");
    assert_eq!(found(&base64::to_text(&[0xdd; 32])), [("!b:x", 1), ("!c:x", 0)]);
    for nothing in ["", " ", "=", "!a:x", &base64::to_text(&[9; 32])] {
        assert_eq!(found(nothing), [], "{nothing:?}");
    }
    let all = collection.search("A", 1);
    assert_eq!(
        (all.sessions, all.first.len()),
        (4, 1),
        "counted, and the first named"
    );
    assert_eq!(all.first[0].session_id, base64::to_text(&[1; 32]));
    assert_eq!(all.first[0].sender_key, base64::to_text(&[0xee; 32]));
}
