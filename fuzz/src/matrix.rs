//! The formats of Matrix: files and entries come from strangers and from servers.

use keyhaven_core::job::run_in_software;
use keyhaven_core::matrix::auth_data::{AuthData, SigningPublicKey};
use keyhaven_core::matrix::backup_entry::{BackupEntry, BackupOpener, Place};
use keyhaven_core::matrix::exported_session::{Input, SessionReader, Skipped};
use keyhaven_core::matrix::key_file::{
    Authentication, HeaderReader, Keys, Limits, OpenKeyFileError, SealedKeyFile,
};
use keyhaven_core::matrix::passphrase::Passphrase;
use keyhaven_core::matrix::recovery_key::RecoveryKey;
use keyhaven_core::matrix::secret_storage::{EncryptedSecret, KeyDescription, SecretStorage};
use zeroize::Zeroizing;

/// A fuzzer is to try files and not passphrases.
const LIMITS: Limits = Limits { max_rounds: 10 };

/// Sessions as JSON, and what was left out.
type Read = (Vec<Vec<u8>>, Vec<Skipped>);

/// A file opens at once as it does in two readings, or both say the same of it.
pub(crate) fn key_file(input: &[u8]) {
    let Ok(passphrase) = Passphrase::parse("correct horse battery staple") else {
        return;
    };
    let whole = open_whole(input, &passphrase);
    for piece_len in [1, 1_000] {
        let pieces = open_in_pieces(input, &passphrase, piece_len);
        // A file in pieces is told to be of another kind before its end is known.
        let both_refuse = whole.is_err() && pieces.is_err();
        assert!(both_refuse || whole == pieces, "pieces of {piece_len} bytes");
    }
}

fn open_whole(text: &[u8], passphrase: &Passphrase) -> Result<Read, OpenKeyFileError> {
    let file = SealedKeyFile::parse(text)?;
    let mut opened = run_in_software(file.open(passphrase, &LIMITS))?;
    let mut read = Read::default();
    while let Some(batch) = opened.next_batch(3)? {
        take(&mut read, batch);
    }
    Ok(read)
}

fn open_in_pieces(text: &[u8], passphrase: &Passphrase, piece_len: usize) -> Result<Read, OpenKeyFileError> {
    let mut reader = HeaderReader::default();
    let mut header = None;
    for piece in text.chunks(piece_len) {
        header = reader.push(piece)?;
        if header.is_some() {
            break;
        }
    }
    let Some(header) = header else {
        return Err(reader.finish());
    };
    let keys = run_in_software(Keys::derive(header, passphrase, &LIMITS))?;
    let mut authentication = Authentication::new(keys);
    for piece in text.chunks(piece_len) {
        authentication.push(piece)?;
    }
    let mut pass = authentication.finish()?.read();
    let mut read = Read::default();
    for piece in text.chunks(piece_len) {
        pass.push(piece)?;
    }
    pass.end()?;
    while let Some(batch) = pass.next_batch(3)? {
        take(&mut read, batch);
    }
    Ok(read)
}

/// A list comes out the same in any pieces, and what comes out is its own one spelling.
pub(crate) fn sessions(input: &[u8]) {
    let whole = read_in_pieces(input, input.len().max(1));
    for piece_len in [1, 7] {
        assert_eq!(
            read_in_pieces(input, piece_len),
            whole,
            "pieces of {piece_len} bytes"
        );
    }
    let Some((good, _)) = whole else { return };
    for one in good {
        assert_eq!(
            read_in_pieces(&one, one.len()),
            Some((vec![one.clone()], Vec::new())),
            "one spelling"
        );
    }
}

fn read_in_pieces(text: &[u8], piece_len: usize) -> Option<Read> {
    let mut reader = SessionReader::new();
    let mut read = Read::default();
    for piece in text.chunks(piece_len) {
        reader.push(piece);
        while let Some(batch) = reader.next_batch(1, Input::MayGoOn).ok()? {
            take(&mut read, batch);
        }
    }
    while let Some(batch) = reader.next_batch(1, Input::Over).ok()? {
        take(&mut read, batch);
    }
    Some(read)
}

fn take((good, skipped): &mut Read, batch: keyhaven_core::matrix::exported_session::UncheckedBatch) {
    let batch = batch.check_points();
    assert_eq!(
        batch.sessions().count(),
        batch.len(),
        "each session reads as a value"
    );
    if !batch.is_empty() {
        good.push(batch.expose_secret().to_vec());
    }
    skipped.extend_from_slice(batch.skipped());
}

/// A key that was read is written as its one text; a repair changes nothing without a check.
pub(crate) fn recovery_key(input: &[u8]) {
    let Ok(typed) = str::from_utf8(input) else { return };
    assert!(
        RecoveryKey::repair(typed, |_| false).is_none(),
        "nothing says which"
    );
    let Ok(key) = RecoveryKey::parse(typed) else {
        return;
    };
    assert_eq!(RecoveryKey::parse(&key.to_text()).as_ref(), Ok(&key), "its text");
    assert_eq!(
        RecoveryKey::parse_base64(&key.to_base64()).as_ref(),
        Some(&key),
        "its base64"
    );
}

/// An entry writes back, and opens to a session of its place or not at all.
pub(crate) fn backup_entry(input: &[u8]) {
    let Ok(entry) = BackupEntry::parse(input) else {
        return;
    };
    let written = entry.to_json();
    let again = BackupEntry::parse(written.as_bytes()).map(|entry| entry.to_json());
    assert_eq!(again.as_ref(), Ok(&written), "one spelling");
    let mut key = core::array::from_fn(|at| 3 + at as u8);
    let opener = BackupOpener::new(RecoveryKey::take_bytes(&mut key));
    let place = Place {
        room_id: "!room:example.org",
        session_id: "WGZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY",
    };
    if let Ok(opened) = opener.open(place, &entry.session_data) {
        let (session, _) = opened.into_session();
        assert_eq!(session.room_id(), place.room_id);
        assert_eq!(session.session_id(), place.session_id);
    }
}

/// What a server says of a backup is read, and nothing is signed by a key that did not.
pub(crate) fn auth_data(input: &[u8]) {
    let Ok(auth_data) = AuthData::parse(input) else {
        return;
    };
    let point = "WGZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY";
    let Some(key) = SigningPublicKey::parse(point) else {
        return;
    };
    for (user_id, key_id) in auth_data.signers() {
        assert!(
            auth_data.verify_signature(user_id, key_id, &key).is_err(),
            "another key"
        );
    }
    let _ = auth_data.derivation(10);
}

/// Descriptions and secrets write back; a secret of another key stays closed.
pub(crate) fn secret_storage(input: &[u8]) {
    if let Ok(description) = KeyDescription::parse(input) {
        let again = KeyDescription::parse(description.to_json().as_bytes());
        assert_eq!(again, Ok(description.clone()), "one spelling");
        let _ = run_in_software(description.open("correct horse battery staple", 10));
    }
    if let Ok(secret) = EncryptedSecret::parse(input) {
        assert_eq!(
            EncryptedSecret::parse(secret.to_json().as_bytes()),
            Ok(secret.clone())
        );
        let other = SecretStorage::unconfirmed(RecoveryKey::take_bytes(&mut [0xa5; 32]));
        let opened: Result<Zeroizing<Vec<u8>>, _> = other.decrypt("m.megolm_backup.v1", &secret);
        assert!(opened.is_err(), "the key of another secret opens it");
    }
}
