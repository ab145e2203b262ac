use core::num::NonZeroU32;

use serde_json::json;

use super::*;
use crate::{
    job::run_in_software,
    matrix::{
        exported_session::tests::session,
        key_file::{Rounds, SessionList, seal},
        passphrase::Passphrase,
    },
    recovery_code::CodeLength,
};

/// Not random, which nothing here depends on.
struct Zeros;

impl rand_core::TryRng for Zeros {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Self::Error> {
        destination.fill(0);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Zeros {}

fn recognised(bytes: &[u8]) -> Recognised {
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    let tail = bytes.get(bytes.len().saturating_sub(TAIL_BYTES)..).unwrap();
    recognise(head, tail, bytes.len() as u64)
}

fn key_file() -> Vec<u8> {
    let passphrase = Passphrase::parse("p").unwrap();
    let rounds = Rounds::new(Rounds::FLOOR).unwrap();
    run_in_software(seal(SessionList::new(), &passphrase, rounds, &mut Zeros)).unwrap()
}

#[test]
fn a_key_file_says_its_rounds_with_and_without_text_around_it() {
    let plain = key_file();
    let around = [&b"From: me\n\n"[..], &plain, b"\n-- \nsent from a telephone\n"].concat();
    for file in [plain, around] {
        let Recognised::KeyFile(header) = recognised(&file) else {
            panic!("{:?}", recognised(&file))
        };
        assert_eq!(header.rounds(), NonZeroU32::new(Rounds::FLOOR).unwrap());
    }
}

#[test]
fn a_key_file_that_no_passphrase_opens_is_refused_before_one_is_asked_for() {
    let whole = key_file();
    let text = String::from_utf8(whole.clone()).unwrap();
    let last_line = text.rfind("-----END").unwrap();
    let begin = text.find('\n').unwrap() + 1;
    let with_byte = |at: usize, byte: u8| {
        let mut bytes = whole.clone();
        bytes[at] = byte;
        bytes
    };
    for (file, expected) in [
        (whole[..last_line].to_vec(), OpenKeyFileError::Incomplete),
        (whole[..whole.len() - 9].to_vec(), OpenKeyFileError::Incomplete),
        (whole[..begin + 40].to_vec(), OpenKeyFileError::Incomplete),
        // `A` is the first letter of version 1, and `B` of versions 4 to 7.
        (
            with_byte(begin, b'B'),
            OpenKeyFileError::UnsupportedVersion { found: 5 },
        ),
        (
            with_byte(begin + 3, b'!'),
            OpenKeyFileError::DamagedText {
                offset: begin as u64 + 3,
            },
        ),
    ] {
        assert_eq!(recognised(&file), Recognised::Refused(expected));
    }
}

#[test]
fn what_is_no_key_file_is_called_by_its_name() {
    let key = RecoveryKey::generate(&mut Zeros).to_text();
    let mistyped = format!("{}E", &key[..key.len() - 1]);
    let code = RecoveryCode::generate(CodeLength::Bits128, &mut Zeros).to_text();
    let sessions = json!([session(0)]).to_string();
    let broken_and_good = json!([5, { "algorithm": 5 }, session(0)]).to_string();
    for (bytes, expected) in [
        (&b""[..], Other::Empty),
        (b" \n ", Other::Empty),
        (key.as_bytes(), Other::RecoveryKey),
        (mistyped.as_bytes(), Other::RecoveryKey),
        (code.as_bytes(), Other::RecoveryCode),
        (sessions.as_bytes(), Other::Sessions),
        (format!("\u{feff}\n{broken_and_good}").as_bytes(), Other::Sessions),
        (b"[]", Other::Json),
        (b"[1,2]", Other::Json),
        (b"{\"rooms\":{}}", Other::Json),
        (b"PK\x03\x04 and so on", Other::Zip),
        (b"keyhaven\x01\x01", Other::SealedObject),
        (b"correct horse battery staple", Other::Unknown),
        (b"\xff\xd8\xff\xe0", Other::Unknown),
    ] {
        assert_eq!(recognised(bytes), Recognised::Other(expected), "{bytes:?}");
    }
}

#[test]
fn a_recovery_key_with_a_slip_is_called_one_and_other_words_are_not() {
    let key: String = RecoveryKey::generate(&mut Zeros).to_text().replace(' ', "");
    for (typed, expected) in [
        (key[..47].to_owned(), Other::RecoveryKey),
        (key[..46].to_owned(), Other::RecoveryKey),
        (key[..45].to_owned(), Other::Unknown),
        (format!("{}-0 ", &key[..47]), Other::RecoveryKey),
        (format!("{key}AB"), Other::RecoveryKey),
        (format!("{key}ABC"), Other::Unknown),
        (format!("{}!", &key[..47]), Other::Unknown),
        (format!("F{}", &key[1..47]), Other::Unknown),
        (format!("E{}", &key[2..48]), Other::Unknown),
    ] {
        assert_eq!(
            recognised(typed.as_bytes()),
            Recognised::Other(expected),
            "{typed}"
        );
    }
}

#[test]
fn a_long_list_of_sessions_is_told_by_its_beginning() {
    let many: Vec<_> = (0..300).map(session).collect();
    let text = serde_json::Value::from(many).to_string();
    assert!(text.len() > HEAD_BYTES);
    assert_eq!(recognised(text.as_bytes()), Recognised::Other(Other::Sessions));
}
