//! The files of several rooms as one zip.

use super::super::super::together::{Together, zip};
use super::*;

/// The bytes of a zip as a browser puts them together.
fn bytes_of(together: &Together, files: &[(Saved, File)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (number, head) in &together.layout.files {
        bytes.extend_from_slice(head);
        match files.get(*number) {
            Some((_, file)) => bytes.extend_from_slice(&file.0.borrow()),
            None => bytes.extend_from_slice(&together.list),
        }
    }
    bytes.extend_from_slice(&together.layout.end);
    bytes
}

#[test]
fn all_rooms_are_in_one_zip_under_names_that_a_list_explains() {
    let mut workshop = Workshop::default();
    let sessions = [
        session("!b:x", 1, 5),
        session("!B:x", 2, 5),
        session("!b:x", 3, 1),
        session("!\"quoted\", and a comma", 4, 1),
    ];
    opened(&mut workshop, &key_file(&sessions));
    let plan = Plan::of(&workshop, Extent::EachRoom).unwrap();
    let engine = Counting::default();
    let files = block_on(plan.write("new passphrase", &mut Zeros, Written::default(), &engine, &|_| {}));
    let files = files.unwrap();
    let together = block_on(zip(&files, &engine)).unwrap().unwrap();
    let entries = keyhaven_core::archive::read(&bytes_of(&together, &files)).unwrap();
    let found = |name: &str| {
        let entry = entries.iter().find(|entry| entry.path.as_str() == name);
        entry.unwrap_or_else(|| panic!("no {name}")).content.to_vec()
    };
    assert_eq!(entries.len(), 4);
    let b = named(&[("!b:x", 1, 5), ("!b:x", 3, 1)]);
    assert_eq!(sessions_in(&found("message-keys !b_x.txt")), b);
    assert_eq!(
        sessions_in(&found("message-keys !B_x (2).txt")),
        named(&[("!B:x", 2, 5)])
    );
    let list = "file,room_id,message_keys\r\n\
        \"message-keys !b_x.txt\",\"!b:x\",2\r\n\
        \"message-keys !B_x (2).txt\",\"!B:x\",1\r\n\
        \"message-keys !_quoted___and_a_comma.txt\",\"!\"\"quoted\"\", and a comma\",1\r\n";
    assert_eq!(String::from_utf8(found("rooms.csv")).unwrap(), list);
}
