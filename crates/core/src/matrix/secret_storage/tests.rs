use core::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};

use super::*;
use crate::{
    job::run_in_software,
    matrix::recovery_key::{Derivation, DerivationError, RecoveryKey},
};

/// Draws the bytes 0xff.
struct Ones;

impl TryRng for Ones {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::MAX)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::MAX)
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Infallible> {
        destination.fill(u8::MAX);
        Ok(())
    }
}

impl TryCryptoRng for Ones {}

fn key() -> RecoveryKey {
    RecoveryKey::take_bytes(&mut [3; 32])
}

fn described() -> KeyDescription {
    KeyDescription::of_key(&key(), &mut Ones).unwrap()
}

fn open(description: &KeyDescription, typed: &str) -> Result<SecretStorage, OpenStorageError> {
    run_in_software(description.open(typed, 1_000))
}

fn salted(iterations: u32) -> KeyDescription {
    let json = described().to_json();
    let passphrase = format!(
        ",\"passphrase\":{{\"algorithm\":\"m.pbkdf2\",\"salt\":\"\u{e9}\\n\",\"iterations\":{iterations}}}}}"
    );
    KeyDescription::parse((json[..json.len() - 1].to_owned() + &passphrase).as_bytes()).unwrap()
}

#[test]
fn a_secret_opens_under_its_key_and_its_name_only() {
    let storage = SecretStorage::unconfirmed(key());
    let secret = storage.encrypt(BACKUP_SECRET, b"abc", &mut Ones).unwrap();
    assert_eq!(
        storage
            .decrypt(BACKUP_SECRET, &secret)
            .as_deref()
            .map(Vec::as_slice),
        Ok(&b"abc"[..])
    );
    assert_eq!(
        storage.decrypt("m.megolm_backup.v2", &secret),
        Err(WrongSecretError)
    );
    let other = SecretStorage::unconfirmed(RecoveryKey::take_bytes(&mut [4; 32]));
    assert_eq!(other.decrypt(BACKUP_SECRET, &secret), Err(WrongSecretError));
    assert_eq!(
        EncryptedSecret::parse(secret.to_json().as_bytes()),
        Ok(secret.clone())
    );
    assert_eq!(secret.iv()[8], 0x7f, "the bit of the counter is clear");
    let changed = secret
        .to_json()
        .replace("\"ciphertext\":\"", "\"ciphertext\":\"AAAA");
    let changed = EncryptedSecret::parse(changed.as_bytes()).unwrap();
    assert_eq!(storage.decrypt(BACKUP_SECRET, &changed), Err(WrongSecretError));
}

#[test]
fn a_key_is_confirmed_where_there_is_a_check() {
    let text = key().to_text();
    assert!(open(&described(), &text).unwrap().is_confirmed());
    let other = RecoveryKey::take_bytes(&mut [4; 32]).to_text();
    assert_eq!(open(&described(), &other), Err(OpenStorageError::WrongKey));
    let unchecked =
        KeyDescription::parse(format!("{{\"algorithm\":\"{ALGORITHM}\",\"name\":null}}").as_bytes()).unwrap();
    assert!(!unchecked.has_check());
    let taken = open(&unchecked, &other).unwrap();
    assert_eq!(
        (taken.is_confirmed(), taken.key()),
        (false, &RecoveryKey::take_bytes(&mut [4; 32]))
    );
}

#[test]
fn passphrase_and_text_are_taken_in_one_field() {
    let derivation = Derivation::new("\u{e9}\n".to_owned(), 10, 256, 1_000).unwrap();
    let passphrase = crate::matrix::passphrase::Passphrase::parse("It's a secret").unwrap();
    let derived = run_in_software(derivation.derive(&passphrase)).unwrap();
    let text = derived.to_text();
    let description = KeyDescription::of_key(&derived, &mut Ones)
        .unwrap()
        .with_derivation(&derivation);
    let description = KeyDescription::parse(description.to_json().as_bytes()).unwrap();
    assert!(description.has_passphrase());
    for typed in ["It's a secret", text.as_str()] {
        assert_eq!(
            open(&description, typed).map(|storage| storage.is_confirmed()),
            Ok(true),
            "{typed}"
        );
    }
    assert_eq!(
        open(&description, "It's a secret "),
        Err(OpenStorageError::WrongKey)
    );
    let of_another = key().to_text();
    assert_eq!(open(&description, &of_another), Err(OpenStorageError::WrongKey));
    assert_eq!(
        open(&described(), "It's a secret"),
        Err(OpenStorageError::NotAKey)
    );
}

#[test]
fn iterations_are_bounded_before_they_are_derived() {
    for iterations in [0, 1_001, u32::MAX] {
        let refused = OpenStorageError::Derivation(DerivationError::Iterations {
            iterations,
            max: 1_000,
        });
        assert_eq!(open(&salted(iterations), "typed"), Err(refused), "{iterations}");
        assert!(
            open(&salted(iterations), &key().to_text()).is_ok(),
            "the text still opens"
        );
    }
}

#[test]
fn what_is_no_description_is_refused() {
    let good = described().to_json();
    for (json, error) in [
        ("{}".to_owned(), DescriptionError::Algorithm),
        (
            good.replace("aes-hmac-sha2", "aes-hmac-sha3"),
            DescriptionError::Algorithm,
        ),
        (
            good.replace("\"iv\":\"", "\"iv\":\"AAAA"),
            DescriptionError::Check,
        ),
        (
            good.replace("\"mac\":\"", "\"mac\":\"AAAA"),
            DescriptionError::Check,
        ),
        (
            "[]".to_owned(),
            DescriptionError::Json(crate::matrix::JsonError::Type),
        ),
        (
            format!("{{\"a\":\"{}\"}}", "a".repeat(1 << 16)),
            DescriptionError::TooLong,
        ),
    ] {
        assert_eq!(KeyDescription::parse(json.as_bytes()), Err(error), "{json:.80}");
    }
    let padded = good.replace("\",\"mac\":\"", "==\",\"mac\":\"");
    assert_eq!(
        KeyDescription::parse(padded.as_bytes()),
        Ok(described()),
        "padding makes no difference"
    );
    let named = good.replacen('{', "{\"name\":\"\\u00e9\",", 1);
    assert_eq!(
        KeyDescription::parse(named.as_bytes()).unwrap().name(),
        Some("\u{e9}")
    );
    let unknown = good.replacen(
        '{',
        "{\"passphrase\":{\"algorithm\":\"m.scrypt\",\"salt\":\"\",\"iterations\":1},",
        1,
    );
    assert!(
        !KeyDescription::parse(unknown.as_bytes())
            .unwrap()
            .has_passphrase()
    );
}

#[test]
fn what_is_no_secret_is_refused() {
    let good = SecretStorage::unconfirmed(key())
        .encrypt("a", b"abc", &mut Ones)
        .unwrap()
        .to_json();
    for (json, error) in [
        ("{}".to_owned(), SecretFormatError::Missing),
        (good.replace("\"iv\"", "\"vi\""), SecretFormatError::Missing),
        (
            good.replace("\"iv\":\"", "\"iv\":\"AAAA"),
            SecretFormatError::Field,
        ),
        (
            good.replace("\"mac\":\"", "\"mac\":\"AAAA"),
            SecretFormatError::Field,
        ),
        (
            good.replace("\"ciphertext\":\"", "\"ciphertext\":\"*"),
            SecretFormatError::Field,
        ),
        (
            "1 ".to_owned(),
            SecretFormatError::Json(crate::matrix::JsonError::Type),
        ),
    ] {
        assert_eq!(EncryptedSecret::parse(json.as_bytes()), Err(error), "{json}");
    }
}
