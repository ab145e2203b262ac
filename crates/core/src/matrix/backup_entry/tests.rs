use rand_core::{TryCryptoRng, TryRng};

use super::{seal::MANY, *};
use crate::matrix::{
    exported_session::{ExportedSession, SkipReason, tests::session},
    recovery_key::{BackupPublicKey, RecoveryKey},
};

/// Draws the bytes 0x2a.
struct Constant;

impl TryRng for Constant {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Self::Error> {
        destination.fill(0x2a);
        Ok(())
    }
}

impl TryCryptoRng for Constant {}

const ROOM: &str = "!room:example.org";

fn private_key() -> RecoveryKey {
    RecoveryKey::take_bytes(&mut [9; 32])
}

fn exported() -> ExportedSession {
    ExportedSession::parse(session(5).to_string().as_bytes()).unwrap()
}

fn sealed(sealer: &BackupSealer, origin: Origin) -> BackupEntry {
    sealer.seal(&exported(), origin, &mut Constant).unwrap()
}

fn without_private_key() -> BackupSealer {
    BackupSealer::new(private_key().public_key())
}

fn with_private_key() -> BackupSealer {
    BackupSealer::with_private_key(&private_key())
}

fn open_at(room_id: &str, data: &SessionData) -> Result<(ExportedSession, Authenticity), OpenEntryError> {
    let session_id = exported().session_id();
    let place = Place {
        room_id,
        session_id: &session_id,
    };
    let opener = BackupOpener::new(private_key());
    let opened = opener.open(place, data).map(OpenedEntry::into_session);
    let as_json = opener.open_agreed_as_json(place, data, &opener.agree(data));
    let json = opened
        .as_ref()
        .map(|(session, authenticity)| (session.to_json(), *authenticity))
        .map_err(|error| *error);
    assert_eq!(as_json, json, "both ways");
    opened
}

fn open(data: &SessionData) -> Result<Authenticity, OpenEntryError> {
    open_at(ROOM, data).map(|(session, authenticity)| {
        assert_eq!(session, exported());
        authenticity
    })
}

#[test]
fn who_sealed_an_entry_is_known_if_they_had_the_private_key_and_knew_it_themselves() {
    for (sealer, origin, expected, forwarded) in [
        (without_private_key(), Origin::Received, Authenticity::None, 0),
        (
            with_private_key(),
            Origin::Received,
            Authenticity::SessionAndRoom,
            0,
        ),
        (with_private_key(), Origin::Imported, Authenticity::None, 1),
    ] {
        let entry = sealed(&sealer, origin);
        assert_eq!(open(&entry.session_data), Ok(expected));
        assert_eq!(
            (
                entry.first_message_index,
                entry.forwarded_count,
                entry.is_verified
            ),
            (5, forwarded, false)
        );
        let read = BackupEntry::parse(entry.to_json().as_bytes()).unwrap();
        assert_eq!(read, entry, "it reads back");
        assert_eq!(open(&read.session_data), Ok(expected));
    }
}

#[test]
fn a_tag_of_who_sealed_it_makes_every_change_known() {
    let entry = sealed(&with_private_key(), Origin::Received);
    let json = entry.session_data.to_json();
    assert!(json.contains("\"unsigned\":{\"backup_mac\":\""), "{json}");
    let read = |json: &str| SessionData::parse(json.as_bytes()).unwrap();
    let mut changed = entry.session_data.clone();
    changed.ciphertext[40] ^= 1;
    let with_old_tag = changed.to_json();
    assert_eq!(open(&read(&with_old_tag)), Err(OpenEntryError::BackupMac));
    // Other fields are covered, too; white space and the older name make no difference.
    assert_eq!(
        open(&read(&json.replacen('{', "{\"a\":1,", 1))),
        Err(OpenEntryError::BackupMac)
    );
    let spaced = json
        .replace(',', " , ")
        .replace("\"backup_mac\"", "\"org.matrix.msc4048.backup_mac\"");
    assert_eq!(open(&read(&spaced)), Ok(Authenticity::SessionAndRoom));
    let other = BackupSealer::with_private_key(&RecoveryKey::take_bytes(&mut [8; 32]));
    let other_tag = sealed(&other, Origin::Received).session_data.backup_mac;
    changed = entry.session_data;
    changed.backup_mac = other_tag;
    assert_eq!(open(&changed), Err(OpenEntryError::BackupMac), "of another key");
}

#[test]
fn a_moved_entry_is_noticed_where_its_writer_says_where_it_belongs() {
    let authentic = sealed(&with_private_key(), Origin::Received).session_data;
    assert_eq!(
        open_at("!other:example.org", &authentic).map(drop),
        Err(OpenEntryError::OtherRoom)
    );
    let anybody = sealed(&without_private_key(), Origin::Received).session_data;
    let (session, authenticity) = open_at("!other:example.org", &anybody).unwrap();
    assert_eq!(
        (session.room_id(), authenticity),
        ("!other:example.org", Authenticity::None)
    );
    let odd = open_at("!\"quoted\\\n", &anybody).unwrap();
    assert_eq!(odd.0.room_id(), "!\"quoted\\\n");
    let place = Place {
        room_id: ROOM,
        session_id: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    };
    assert_eq!(
        BackupOpener::new(private_key()).open(place, &anybody).map(drop),
        Err(OpenEntryError::Session(SkipReason::OtherSessionId))
    );
}

#[test]
fn what_is_not_for_this_key_or_damaged_stays_closed() {
    let good = sealed(&without_private_key(), Origin::Received).session_data;
    let other = BackupSealer::new(BackupPublicKey::from_bytes([9; 32]));
    assert_eq!(
        open(&sealed(&other, Origin::Received).session_data),
        Err(OpenEntryError::OtherKey)
    );
    let change = |change: &dyn Fn(&mut SessionData)| {
        let mut changed = good.clone();
        change(&mut changed);
        open(&changed)
    };
    assert_eq!(change(&|data| data.mac[7] ^= 1), Err(OpenEntryError::OtherKey));
    assert_eq!(
        change(&|data| data.ephemeral = [0; 32]),
        Err(OpenEntryError::NonContributory)
    );
    let one = |data: &mut SessionData| {
        data.ephemeral = BackupPublicKey::parse("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
            .map(|key| *key.as_bytes())
            .unwrap()
    };
    assert_eq!(change(&one), Err(OpenEntryError::NonContributory), "of order one");
    assert_eq!(
        change(&|data| data.ciphertext.truncate(32)),
        Err(OpenEntryError::Damaged)
    );
    assert_eq!(
        change(&|data| data.ciphertext.truncate(33)),
        Err(OpenEntryError::Damaged)
    );
    assert_eq!(
        change(&|data| data.ciphertext.clear()),
        Err(OpenEntryError::Damaged)
    );
    assert_eq!(
        change(&|data| data.ciphertext[0] ^= 1),
        Err(OpenEntryError::Damaged),
        "no longer JSON"
    );
    assert!(
        BackupSealer::new(BackupPublicKey::from_bytes([0; 32]))
            .seal(&exported(), Origin::Received, &mut Constant)
            .is_err()
    );
}

#[test]
fn many_are_sealed_as_each_by_itself() {
    for (sealer, origin) in [
        (without_private_key(), Origin::Imported),
        (with_private_key(), Origin::Received),
    ] {
        let expected = sealed(&sealer, origin);
        for count in [0, 1, MANY - 1, MANY, 40] {
            let sessions: Vec<_> = (0..count).map(|_| exported()).collect();
            let entries = sealer.seal_all(&sessions, origin, &mut Constant).unwrap();
            assert_eq!(entries, vec![expected.clone(); count]);
        }
        open(&expected.session_data).unwrap();
    }
    let low = BackupSealer::new(BackupPublicKey::from_bytes([0; 32]));
    for count in [1, MANY] {
        let sessions: Vec<_> = (0..count).map(|_| exported()).collect();
        assert!(
            low.seal_all(&sessions, Origin::Received, &mut Constant).is_err(),
            "{count}"
        );
    }
}

#[test]
fn what_is_no_entry_is_refused() {
    let good = sealed(&without_private_key(), Origin::Received)
        .session_data
        .to_json();
    for (json, error) in [
        ("{}".to_owned(), EntryFormatError::Missing),
        (
            "[]".to_owned(),
            EntryFormatError::Json(crate::matrix::JsonError::Type),
        ),
        (
            good.replace("\"mac\":\"", "\"mac\":\"AA"),
            EntryFormatError::Base64,
        ),
        (
            good.replace("\"mac\":\"", "\"mac\":\"AAAA"),
            EntryFormatError::Length,
        ),
        (
            good.replace("\"ephemeral\":\"", "\"ephemeral\":\"AAAA"),
            EntryFormatError::Length,
        ),
        (good.replace("\"mac\"", "\"mic\""), EntryFormatError::Missing),
        (
            format!("{good} {good}"),
            EntryFormatError::Json(crate::matrix::JsonError::Malformed),
        ),
        (
            good.replace(
                "\"ciphertext\":\"",
                &format!("\"ciphertext\":\"{}", "A".repeat(1 << 17)),
            ),
            EntryFormatError::TooLong,
        ),
    ] {
        assert_eq!(SessionData::parse(json.as_bytes()), Err(error), "{json:.80}");
    }
    assert_eq!(BackupEntry::parse(b"{}"), Err(EntryFormatError::Missing));
    let json = |mac: &str| {
        format!(
            r#"{{"ephemeral":"{0}=","ciphertext":"AA==","mac":"{mac}"}}"#,
            "A".repeat(43)
        )
    };
    for (mac, error) in [
        ("", EntryFormatError::Length),
        ("AAAAAAAAAA", EntryFormatError::Length),
        ("*", EntryFormatError::Base64),
    ] {
        assert_eq!(
            SessionData::parse(json(mac).as_bytes()),
            Err(error),
            "a tag has 8 bytes"
        );
    }
    let padded = SessionData::parse(json("AAAAAAAAAAA=").as_bytes());
    assert_eq!(padded.map(|data| data.ciphertext), Ok(vec![0]));
}

#[test]
fn debug_shows_no_key() {
    let shown = format!("{:?} {:?}", BackupOpener::new(private_key()), with_private_key());
    assert!(
        shown.contains("RecoveryKey(redacted)") && shown.contains("BackupMacKey(redacted)"),
        "{shown}"
    );
}
