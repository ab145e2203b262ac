use core::num::NonZeroU32;
use std::sync::Arc;

use hmac::Mac as _;
use rand_core::{TryCryptoRng, TryRng};
use zeroize::Zeroizing;

use super::{counter::KeyStream, *};
use crate::{
    job::{CounterWidth, HmacKey, JobError, run_in_software},
    matrix::{
        armour,
        exported_session::{Input, SessionReader, UncheckedBatch},
        passphrase::Passphrase,
    },
};

/// Draws the bytes 0xff.
struct Ones;

impl TryRng for Ones {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(u32::MAX)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(u64::MAX)
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Self::Error> {
        destination.fill(u8::MAX);
        Ok(())
    }
}

impl TryCryptoRng for Ones {}

fn passphrase() -> Passphrase {
    Passphrase::parse("correct horse").unwrap()
}

/// The bytes of a file with any plaintext, any IV and one round.
fn bytes(plaintext: &[u8], iv: [u8; 16], width: CounterWidth) -> Vec<u8> {
    let header = [&[1][..], &[5; 16], &iv, &[0, 0, 0, 1]].concat();
    let keys = run_in_software(Keys::derive(
        Header::parse(header.first_chunk().unwrap()).unwrap(),
        &passphrase(),
        &Limits::default(),
    ));
    let keys = keys.unwrap();
    let mut job = KeyStream::new(&keys).next_job(Zeroizing::new(plaintext.to_vec()));
    job.width = width;
    let ciphertext = crate::job::software::aes_ctr(job).unwrap();
    let mut file = [header, ciphertext.to_vec()].concat();
    let tag = keys.start_mac().chain_update(&file).finalize().into_bytes();
    file.extend_from_slice(&tag);
    file
}

fn armoured(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut writer = armour::Writer::new(&mut text);
    writer.push(bytes, &mut text);
    writer.finish(&mut text);
    text
}

fn file(plaintext: &[u8]) -> Vec<u8> {
    armoured(&bytes(plaintext, [7; 16], CounterWidth::Bits64))
}

/// So many sessions, as a list; each has its number in the name of its room.
fn list(sessions: usize) -> String {
    let one = |at| {
        let mut session = crate::matrix::exported_session::tests::session(at as u32);
        session["room_id"] = format!("!{at}:example.org").into();
        session.to_string()
    };
    format!("[{}]", (0..sessions).map(one).collect::<Vec<_>>().join(","))
}

type Rooms = Result<Vec<String>, OpenKeyFileError>;

fn rooms_of(batch: UncheckedBatch) -> Vec<String> {
    let batch = batch.check_points();
    assert_eq!(batch.skipped(), []);
    batch
        .sessions()
        .map(|session| session.room_id().to_owned())
        .collect()
}

fn open_whole(text: &[u8], passphrase: &Passphrase) -> Rooms {
    let file = SealedKeyFile::parse(text)?;
    let mut opened = run_in_software(file.open(passphrase, &Limits::default()))?;
    let mut rooms = Vec::new();
    while let Some(batch) = opened.next_batch(100)? {
        rooms.extend(rooms_of(batch));
    }
    Ok(rooms)
}

fn keys_of(text: &[u8], passphrase: &Passphrase) -> Result<Keys, OpenKeyFileError> {
    let mut reader = HeaderReader::default();
    match reader.push(text)? {
        Some(header) => run_in_software(Keys::derive(header, passphrase, &Limits::default())),
        None => Err(reader.finish()),
    }
}

fn authenticate(
    text: &[u8],
    passphrase: &Passphrase,
    piece_len: usize,
) -> Result<Authenticated, OpenKeyFileError> {
    let mut authentication = Authentication::new(keys_of(text, passphrase)?);
    for piece in text.chunks(piece_len) {
        authentication.push(piece)?;
    }
    authentication.finish()
}

fn read_again(authenticated: Authenticated, text: &[u8], piece_len: usize) -> Rooms {
    let mut pass = authenticated.read();
    let mut rooms = Vec::new();
    for piece in text.chunks(piece_len) {
        pass.push(piece)?;
        while let Some(batch) = pass.next_batch(100)? {
            rooms.extend(rooms_of(batch));
        }
    }
    pass.end()?;
    while let Some(batch) = pass.next_batch(100)? {
        rooms.extend(rooms_of(batch));
    }
    Ok(rooms)
}

fn open_in_pieces(text: &[u8], piece_len: usize) -> Rooms {
    read_again(authenticate(text, &passphrase(), piece_len)?, text, piece_len)
}

/// Both ways, which agree.
fn open(text: &[u8]) -> Rooms {
    let whole = open_whole(text, &passphrase());
    for piece_len in [1_000, 100_000, 1 << 20] {
        assert_eq!(open_in_pieces(text, piece_len), whole, "in pieces of {piece_len}");
    }
    whole
}

fn rooms(sessions: usize) -> Vec<String> {
    (0..sessions).map(|at| format!("!{at}:example.org")).collect()
}

#[test]
fn a_file_opens_at_once_and_in_two_readings() {
    for sessions in [0, 1, 3, 600] {
        assert_eq!(
            open(&file(list(sessions).as_bytes())),
            Ok(rooms(sessions)),
            "{sessions}"
        );
    }
}

#[test]
fn a_ciphertext_of_whole_segments_is_cut_as_any_other() {
    for len in [SEGMENT_LEN - 1, SEGMENT_LEN, SEGMENT_LEN + 1, 2 * SEGMENT_LEN] {
        let mut plaintext = list(2);
        plaintext.extend(std::iter::repeat_n(' ', len - plaintext.len()));
        assert_eq!(open(&file(plaintext.as_bytes())), Ok(rooms(2)), "{len}");
    }
}

#[test]
fn what_is_written_is_opened_and_has_the_bit_of_the_counter_clear() {
    let mut sessions = SessionList::new();
    let mut reader = SessionReader::over(Zeroizing::new(list(3).into_bytes()));
    let batch = reader.next_batch(2, Input::Over).unwrap().unwrap().check_points();
    sessions.push_batch(&batch);
    let last = reader.next_batch(2, Input::Over).unwrap().unwrap().check_points();
    last.sessions().for_each(|session| sessions.push(&session));
    let rounds = Rounds::new(Rounds::FLOOR).unwrap();
    let text = run_in_software(seal(sessions, &passphrase(), rounds, &mut Ones)).unwrap();
    assert_eq!(open_whole(&text, &passphrase()), Ok(rooms(3)));
    let header = *SealedKeyFile::parse(&text).unwrap().header();
    assert_eq!(header.iv()[8], 0x7f);
    assert_eq!(header.rounds().get(), Rounds::FLOOR);
    let empty = seal(SessionList::new(), &passphrase(), rounds, &mut Ones);
    assert_eq!(
        open_whole(&run_in_software(empty).unwrap(), &passphrase()),
        Ok(Vec::new())
    );
}

#[test]
fn rounds_to_write_are_those_that_readers_take() {
    assert_eq!(Rounds::default(), Rounds::new(500_000).unwrap());
    for rounds in [0, 1, Rounds::FLOOR - 1, Rounds::CEILING + 1, u32::MAX] {
        assert!(
            matches!(Rounds::new(rounds), Err(SealKeyFileError::Rounds { .. })),
            "{rounds}"
        );
    }
    assert!(Rounds::new(Rounds::CEILING).is_ok());
}

#[test]
fn another_passphrase_and_a_changed_byte_are_told_alike() {
    let other = Passphrase::parse("correct horse ").unwrap();
    let text = file(list(1).as_bytes());
    let refused = OpenKeyFileError::WrongPassphraseOrDamaged;
    assert_eq!(open_whole(&text, &other), Err(refused));
    assert_eq!(authenticate(&text, &other, 100).map(drop), Err(refused));
    let good = bytes(list(1).as_bytes(), [7; 16], CounterWidth::Bits64);
    // Salt, IV, the last bits of the rounds, ciphertext, tag.
    for at in [1, 17, 37, 300, good.len() - 33, good.len() - 32, good.len() - 1] {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        assert_eq!(open(&armoured(&bytes)), Err(refused), "{at}");
    }
    let mut rounds = good;
    rounds[36] = 2;
    assert_eq!(open(&armoured(&rounds)), Err(refused));
}

#[test]
fn every_length_from_0_to_80_is_refused_or_opened_with_its_reason() {
    let good = bytes(&[], [7; 16], CounterWidth::Bits64);
    assert_eq!(good.len(), 69);
    for len in 0..=80 {
        let mut bytes = good.clone();
        bytes.resize(len, 0);
        let expected = match len {
            ..69 => OpenKeyFileError::DamagedHeader { len },
            69 => OpenKeyFileError::NotSessions,
            _ => OpenKeyFileError::WrongPassphraseOrDamaged,
        };
        assert_eq!(open(&armoured(&bytes)), Err(expected), "{len}");
        // A tag over what is there, wherever that ends: not even that opens what is too short.
        let (body, _) = bytes.split_at(len.saturating_sub(32));
        let mut tagged = body.to_vec();
        let keys = keys_of(&armoured(&good), &passphrase()).unwrap();
        tagged.extend_from_slice(&keys.start_mac().chain_update(body).finalize().into_bytes());
        let opened = open(&armoured(&tagged));
        match tagged.len() {
            ..69 => assert_eq!(opened, Err(OpenKeyFileError::DamagedHeader { len: tagged.len() })),
            _ => assert_eq!(opened, Err(OpenKeyFileError::NotSessions), "{len}"),
        }
    }
}

#[test]
fn rounds_are_bounded_before_they_are_derived() {
    let good = bytes(b"[]", [7; 16], CounterWidth::Bits64);
    for (rounds, expected) in [
        (0, OpenKeyFileError::ZeroRounds),
        (
            10_000_001,
            OpenKeyFileError::TooManyRounds {
                rounds: 10_000_001,
                max: 10_000_000,
            },
        ),
        (
            1 << 31,
            OpenKeyFileError::TooManyRounds {
                rounds: 1 << 31,
                max: 10_000_000,
            },
        ),
        (
            u32::MAX,
            OpenKeyFileError::TooManyRounds {
                rounds: u32::MAX,
                max: 10_000_000,
            },
        ),
    ] {
        let mut bytes = good.clone();
        bytes[33..37].copy_from_slice(&u32::to_be_bytes(rounds));
        assert_eq!(open(&armoured(&bytes)), Err(expected), "{rounds}");
    }
    let limits = Limits { max_rounds: 0 };
    let file = SealedKeyFile::parse(&armoured(&good)).unwrap();
    assert_eq!(
        run_in_software(file.open(&passphrase(), &limits)).map(drop),
        Err(OpenKeyFileError::TooManyRounds { rounds: 1, max: 0 }),
        "the caller's bound, without a floor"
    );
    assert_eq!(file.header().rounds(), NonZeroU32::MIN);
}

#[test]
fn another_version_is_told() {
    let mut bytes = bytes(b"[]", [7; 16], CounterWidth::Bits64);
    for found in [0, 2, 255] {
        bytes[0] = found;
        assert_eq!(
            open(&armoured(&bytes)),
            Err(OpenKeyFileError::UnsupportedVersion { found })
        );
    }
}

#[test]
fn a_file_that_is_cut_off_is_incomplete_and_never_a_wrong_passphrase() {
    let text = file(list(2).as_bytes());
    for len in (40..text.len() - 1).step_by(37) {
        assert_eq!(open(&text[..len]), Err(OpenKeyFileError::Incomplete), "{len}");
    }
    assert_eq!(open(b"[{}]"), Err(OpenKeyFileError::NotAKeyFile));
    let mut damaged = text;
    damaged[100] = b'*';
    assert_eq!(open(&damaged), Err(OpenKeyFileError::DamagedText { offset: 100 }));
}

#[test]
fn what_opens_and_holds_no_list_is_told() {
    for plaintext in ["", "{}", "null", "hello"] {
        assert_eq!(
            open(&file(plaintext.as_bytes())),
            Err(OpenKeyFileError::NotSessions),
            "{plaintext}"
        );
    }
}

/// An IV whose low half runs over after so many blocks, and one that never does in a file.
fn iv_before(blocks: u64) -> [u8; 16] {
    let mut iv = [0xab; 16];
    iv[8..].copy_from_slice(&blocks.wrapping_neg().to_be_bytes());
    iv
}

#[test]
fn both_widths_of_the_counter_are_read() {
    for (sessions, blocks) in [
        (3, 1),
        (3, 10),
        (600, SEGMENT_LEN as u64 / 16),
        (600, SEGMENT_LEN as u64 / 16 + 3),
    ] {
        let plaintext = list(sessions);
        let mut ciphertexts = Vec::new();
        for width in [CounterWidth::Bits64, CounterWidth::Bits128] {
            let bytes = bytes(plaintext.as_bytes(), iv_before(blocks), width);
            assert_eq!(
                open(&armoured(&bytes)),
                Ok(rooms(sessions)),
                "{width:?} after {blocks}"
            );
            ciphertexts.push(bytes);
        }
        assert_ne!(ciphertexts[0], ciphertexts[1], "the widths part");
    }
    let short = list(1);
    let blocks = short.len() as u64 / 16;
    for width in [CounterWidth::Bits64, CounterWidth::Bits128] {
        let bytes = bytes(short.as_bytes(), iv_before(blocks), width);
        assert_eq!(
            open(&armoured(&bytes)),
            Ok(rooms(1)),
            "{width:?} in the last block"
        );
    }
}

#[test]
fn the_second_reading_is_of_the_file_that_was_authenticated() {
    let text = file(list(1_100).as_bytes());
    let other = file(list(1_101).as_bytes());
    let longer = armoured(
        &[
            &bytes(list(1_100).as_bytes(), [7; 16], CounterWidth::Bits64)[..],
            &[0; 100],
        ]
        .concat(),
    );
    for second in [&other, &longer, &file(b"[]")] {
        let authenticated = authenticate(&text, &passphrase(), 10_000).unwrap();
        assert_eq!(
            read_again(authenticated, second, 10_000),
            Err(OpenKeyFileError::Changed)
        );
    }
    // Nothing of a segment comes out before the segment was found to be the same.
    let mut bytes = bytes(list(1_100).as_bytes(), [7; 16], CounterWidth::Bits64);
    bytes[HEADER_LEN + SEGMENT_LEN + 10] ^= 1;
    let changed = armoured(&bytes);
    let mut pass = authenticate(&text, &passphrase(), 10_000).unwrap().read();
    let mut sessions = 0;
    let mut refused = None;
    for piece in changed.chunks(10_000) {
        if let Err(error) = pass.push(piece) {
            refused = Some(error);
            break;
        }
        while let Some(batch) = pass.next_batch(1_000).unwrap() {
            sessions += batch.check_points().len();
        }
    }
    assert_eq!(refused, Some(OpenKeyFileError::Changed));
    assert!(
        (1..SEGMENT_LEN / 500).contains(&sessions),
        "{sessions} of the first segment"
    );
    let cut = authenticate(&text, &passphrase(), 10_000).unwrap();
    assert_eq!(
        read_again(cut, &text[..10_000], 10_000),
        Err(OpenKeyFileError::Incomplete)
    );
}

#[test]
fn keys_of_another_header_authenticate_nothing() {
    let keys = keys_of(&file(b"[]"), &passphrase()).unwrap();
    let other = armoured(&bytes(b"[]", [8; 16], CounterWidth::Bits64));
    let mut authentication = Authentication::new(keys);
    assert_eq!(
        authentication
            .push(&other)
            .and_then(|()| authentication.finish().map(drop)),
        Err(OpenKeyFileError::Changed)
    );
}

#[test]
fn an_engine_that_fails_is_not_a_wrong_passphrase() {
    let file = SealedKeyFile::parse(&file(b"[]")).unwrap();
    let crate::job::Step::Ask(question) = file.open(&passphrase(), &Limits::default()) else {
        panic!("a derivation")
    };
    let (_, waiting) = question.into_job();
    let failed = run_in_software(waiting.answer(Err(JobError::OutOfMemory)));
    assert_eq!(
        failed.map(drop),
        Err(OpenKeyFileError::Job(JobError::OutOfMemory))
    );
}

#[test]
fn debug_shows_no_key() {
    let keys = Keys {
        mac: Arc::new(HmacKey::take_bytes(&mut [0x41; 32])),
        ..keys_of(&file(b"[]"), &passphrase()).unwrap()
    };
    let shown = format!("{keys:?}");
    assert!(
        shown.contains("HmacKey(redacted)") && shown.contains("AesKey(redacted)"),
        "{shown}"
    );
}

#[test]
fn a_file_that_is_written_in_pieces_opens_and_has_every_session_in_order() {
    let plaintext = list(1_200);
    let mut reader = SessionReader::new();
    reader.push(plaintext.as_bytes());
    let rounds = Rounds::new(Rounds::FLOOR).unwrap();
    let mut writer = run_in_software(KeyFileWriter::begin(&passphrase(), rounds, &mut Ones)).unwrap();
    let (mut text, mut pieces, mut expected) = (Vec::new(), 0, Vec::new());
    while let Some(batch) = reader.next_batch(100, Input::Over).unwrap() {
        let batch = batch.check_points();
        for entry in batch.entries() {
            writer.push(&entry);
            while let Some(job) = writer.next_job() {
                assert_eq!(job.text.len(), SEGMENT_LEN);
                writer.take_answer(crate::job::software::aes_ctr(job)).unwrap();
                pieces += 1;
            }
        }
        text.extend(writer.take_text());
        expected.extend(batch.sessions().map(|session| session.room_id().to_owned()));
    }
    assert_eq!((writer.sessions(), expected.len()), (1_200, 1_200));
    text.extend(run_in_software(writer.finish()).unwrap());
    assert!(pieces >= 2, "more than one segment: {pieces}");
    let lines = text.split(|byte| *byte == b'\n');
    assert!(lines.clone().all(|line| line.len() <= 128) && text.ends_with(b"-----\n"));
    let sealed = SealedKeyFile::parse(&text).unwrap();
    let mut opened = run_in_software(sealed.open(&passphrase(), &Limits::default())).unwrap();
    let mut found = Vec::new();
    while let Some(batch) = opened.next_batch(500).unwrap() {
        found.extend(rooms_of(batch));
    }
    assert_eq!(found, expected);
}

#[test]
fn a_file_without_sessions_can_be_written_in_pieces_too() {
    let rounds = Rounds::new(Rounds::FLOOR).unwrap();
    let writer = run_in_software(KeyFileWriter::begin(&passphrase(), rounds, &mut Ones)).unwrap();
    let text = run_in_software(writer.finish()).unwrap();
    let sealed = SealedKeyFile::parse(&text).unwrap();
    let mut opened = run_in_software(sealed.open(&passphrase(), &Limits::default())).unwrap();
    assert!(opened.next_batch(1).unwrap().is_none());
}
