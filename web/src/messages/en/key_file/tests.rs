use super::*;

#[test]
fn how_long_it_takes_is_said_in_words() {
    for (milliseconds, words) in [
        (0, "less than a second"),
        (1_000, "less than a second"),
        (1_001, "about 2 seconds"),
        (90_000, "about 90 seconds"),
        (90_001, "about 2 minutes"),
        (1_620_000, "about 27 minutes"),
        (5_400_000, "about 90 minutes"),
        (5_400_001, "about 2 hours"),
        (14_640_000, "about 5 hours"),
    ] {
        assert_eq!(takes(milliseconds), words);
    }
}

#[test]
fn a_room_says_its_oldest_and_newest_index() {
    let room = |lowest, highest| Room {
        number: 0,
        id: String::new(),
        sessions: 1_204,
        lowest,
        highest,
    };
    assert_eq!(
        room_facts(&room(0, 4_310)),
        "1,204 message keys · from index 0 (oldest) to 4,310 (newest)"
    );
    assert_eq!(room_facts(&room(7, 7)), "1,204 message keys · from index 7");
}

#[test]
fn what_was_left_out_is_named_as_far_as_it_says() {
    let skipped = |room: Option<&str>, session: Option<&str>| Skipped {
        index: 1_203,
        room_id: room.map(str::to_owned),
        session_id: session.map(str::to_owned),
        reason: SkipReason::CutOff,
    };
    for (room, session, name) in [
        (Some("!a:x"), Some("id"), "Key 1,204: !a:x, session id"),
        (Some("!a:x"), None, "Key 1,204: !a:x"),
        (None, Some("id"), "Key 1,204: session id"),
        (None, None, "Key 1,204"),
    ] {
        assert_eq!(skipped_name(&skipped(room, session), None), name);
    }
    let list = list([(&skipped(Some("!a:x"), None), Some("b.txt"))].into_iter());
    assert!(list.starts_with("Key 1,204 of b.txt: !a:x\n  The list"), "{list}");
}
