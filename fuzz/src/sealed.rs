//! Sealed objects, the file around them, and the inventory.

use keyhaven_core::inventory::{INVENTORY_OBJECT_ID, Inventory, ServerObject, compare};
use keyhaven_core::job::run_in_software;
use keyhaven_core::keys::BackupKey;
use keyhaven_core::object::{
    CounterExpectation, Header, ObjectContext, ObjectExpectation, OpenError, Opener, Provisional, file,
    open_file, open_object, seal_file, seal_object,
};
use keyhaven_protocol::persona::{AccountId, ObjectId};
use zeroize::Zeroizing;

use super::known::{Drawn, counting};

/// The key and the object of `tests/vectors/persona/object.json`, so that its objects are seeds that open.
fn backup_key() -> BackupKey {
    BackupKey::take_bytes(&mut counting(128))
}

fn expected() -> ObjectExpectation {
    ObjectExpectation {
        account_id: AccountId::from_bytes(counting(16)),
        object_id: ObjectId::from_bytes(counting(48)),
        counter: CounterExpectation::AtLeast(0),
    }
}

/// A header writes back.
pub(crate) fn object_header(input: &[u8]) {
    let Ok((header, rest)) = Header::parse(input) else {
        return;
    };
    assert_eq!([&header.to_bytes()[..], rest].concat(), input, "one spelling");
}

/// Bytes open only if sealing their content writes the same bytes, and both readers say the same of them.
pub(crate) fn object(input: &[u8]) {
    let opened = run_in_software(open_object(&backup_key(), &expected(), input));
    let opened = opened.map(|(content, verified)| (content, verified.context()));
    if let Ok((content, context)) = &opened {
        let sealed = run_in_software(seal_object(
            &backup_key(),
            *context,
            content.clone(),
            &mut salt_of(input),
        ));
        assert_eq!(sealed.as_deref(), Ok(input), "one spelling");
    }
    for piece_len in [1_000, 65_552] {
        assert_eq!(
            open_in_pieces(input, piece_len),
            opened,
            "pieces of {piece_len} bytes"
        );
    }
}

type Opened = Result<(Zeroizing<Vec<u8>>, ObjectContext), OpenError>;

fn open_in_pieces(input: &[u8], piece_len: usize) -> Opened {
    let (header, rest) = input.split_at(input.len().min(Header::LEN));
    let mut opener = Opener::new(&backup_key(), &expected(), header)?;
    let mut provisional: Vec<Provisional<Zeroizing<Vec<u8>>>> = Vec::new();
    for piece in rest.chunks(piece_len) {
        provisional.push(opener.push(piece)?);
    }
    let (last, verified) = opener.finish()?;
    let mut content = Vec::new();
    for piece in provisional {
        content.extend(
            piece
                .confirm(&verified)
                .into_iter()
                .flat_map(|piece| piece.to_vec()),
        );
    }
    content.extend_from_slice(&last);
    assert_eq!(
        verified.content_len(),
        content.len() as u64,
        "the length that was verified"
    );
    Ok((Zeroizing::new(content), verified.context()))
}

/// A file is read only as it is written; the same for the object in it.
pub(crate) fn object_file(input: &[u8]) {
    if let Ok(sealed) = file::parse(input) {
        let mut written = Vec::new();
        let mut writer = file::FileWriter::new(sealed.len() as u64, &mut written);
        writer.note(sealed);
        written.extend_from_slice(sealed);
        assert!(
            writer.finish(&mut written).is_ok() && written == input,
            "one spelling"
        );
    }
    let opened = run_in_software(open_file(&backup_key(), &expected(), input));
    if let Ok((content, verified)) = opened {
        let salt = file::parse(input).map(salt_of);
        let sealed = salt.map(|mut salt| {
            run_in_software(seal_file(&backup_key(), verified.context(), content, &mut salt))
        });
        assert!(
            matches!(sealed, Ok(Ok(sealed)) if sealed == input),
            "one spelling"
        );
    }
}

/// An inventory is read only as it is written, and agrees with what it says itself.
pub(crate) fn inventory(input: &[u8]) {
    let Ok(inventory) = Inventory::parse(input) else {
        return;
    };
    assert_eq!(
        inventory.to_bytes().as_deref().map(Vec::as_slice),
        Ok(input),
        "one spelling"
    );
    assert!(
        inventory.entry(&INVENTORY_OBJECT_ID).is_none(),
        "it does not count itself"
    );
    let nothing: [ServerObject; 0] = [];
    let report = compare(&inventory, &nothing);
    assert_eq!(report.items.len(), inventory.len(), "every entry is answered for");
    assert_eq!(report.is_complete(), inventory.is_empty(), "and missing");
}

/// The salt that a sealed object begins with, to seal it again.
fn salt_of(sealed: &[u8]) -> Drawn<'_> {
    Drawn(sealed.get(Header::LEN - 32..Header::LEN).unwrap_or_default())
}
