use proptest::prelude::*;

use super::*;

fn read(text: &[u8]) -> Result<Vec<u8>, ArmourError> {
    read_in_pieces(text, text.len().max(1))
}

fn read_in_pieces(text: &[u8], piece_len: usize) -> Result<Vec<u8>, ArmourError> {
    let mut reader = Reader::new();
    let mut bytes = Vec::new();
    for piece in text.chunks(piece_len) {
        reader.push(piece, &mut bytes)?;
    }
    reader.finish()?;
    Ok(bytes)
}

fn written(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut writer = Writer::new(&mut text);
    writer.push(bytes, &mut text);
    writer.finish(&mut text);
    text
}

fn around(body: &str) -> String {
    format!("-----BEGIN MEGOLM SESSION DATA-----\n{body}\n-----END MEGOLM SESSION DATA-----")
}

#[test]
fn a_file_has_lines_of_128_characters_and_padding() {
    let text = String::from_utf8(written(&[0xff; 97])).unwrap();
    let expected = format!(
        "-----BEGIN MEGOLM SESSION DATA-----\n{}\n/w==\n-----END MEGOLM SESSION DATA-----\n",
        "/".repeat(128)
    );
    assert_eq!(text, expected);
    assert_eq!(Writer::text_len(97), text.len());
}

#[test]
fn every_spelling_that_was_seen_is_read() {
    let lines = "Zm9v\nYmFy\n";
    for text in [
        around(lines),
        around("Zm9vYmFy"),
        around("Zm9vYg=="),
        around("Zm9vYg"),
        around("Zm9vYg="),
        around("Zm9vYm\nFy"),
        around("Z\nm\n9\nv"),
        around("\n\n Zm9v \t\n\n"),
        around(lines).replace('\n', "\r\n"),
        around(lines).replace('\n', "\r"),
        around(lines).replace('\n', ""),
        format!("\u{feff}{}", around(lines)),
        format!("My keys:\n--\n------{}", around(lines).trim_start_matches('-')),
        format!("{}\nkept safe", around(lines)),
        format!("{}-----\n", around(lines)),
    ] {
        let bytes = read(text.as_bytes());
        assert!(
            matches!(bytes.as_deref(), Ok(b"foobar" | b"foob" | b"foo")),
            "{text:?}: {bytes:?}"
        );
    }
}

#[test]
fn what_is_damaged_is_named_with_its_place() {
    let start = around("").find("\n").unwrap() as u64 + 1;
    for (body, at) in [
        ("Zm9v*", 4),
        ("Zm9-", 4),
        ("Zm_v", 2),
        ("Z", 2),
        ("Zm9vY", 6),
        ("=", 0),
        ("Zm9v=", 4),
        ("Zg===", 4),
        ("Zm8==", 4),
        ("Zg==Zg==", 4),
        ("Zm9v\0", 4),
        ("Zm9v-----BEGIN", 9),
    ] {
        let expected = ArmourError::DamagedText { offset: start + at };
        for piece_len in [1, 3, 1000] {
            assert_eq!(
                read_in_pieces(around(body).as_bytes(), piece_len),
                Err(expected),
                "{body:?}"
            );
        }
    }
}

#[test]
fn a_text_that_is_cut_off_anywhere_is_incomplete() {
    let text = written(&[7; 200]);
    let last_byte = text.len() - 1;
    for len in FIRST_LINE.len()..last_byte {
        assert_eq!(read(&text[..len]), Err(ArmourError::Incomplete), "{len}");
        assert!(!ends_with_last_line(&text[..len]), "{len}");
    }
    assert!(read(&text[..last_byte]).is_ok(), "without the last line feed");
    assert!(ends_with_last_line(&text));
}

#[test]
fn a_text_without_the_first_line_is_no_key_file() {
    for text in [
        "",
        "EsTc LW2K",
        "[{}]",
        "-----BEGIN MEGOLM SESSION DATA----",
        "-----END MEGOLM SESSION DATA-----",
    ] {
        assert_eq!(read(text.as_bytes()), Err(ArmourError::NotAKeyFile), "{text}");
    }
}

#[test]
fn the_first_line_is_searched_for_within_a_bound() {
    let file = written(b"foo");
    let room = PREAMBLE_MAX_BYTES - FIRST_LINE.len();
    let near = [vec![b' '; room], file.clone()].concat();
    let far = [vec![b' '; room + 1], file].concat();
    for piece_len in [1_000, 1 << 20] {
        assert_eq!(read_in_pieces(&near, piece_len).as_deref(), Ok(&b"foo"[..]));
        assert_eq!(read_in_pieces(&far, piece_len), Err(ArmourError::NotAKeyFile));
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_in_pieces_of_any_size(
        bytes in prop::collection::vec(any::<u8>(), 0..500),
        write_len in 1_usize..300,
        read_len in 1_usize..300,
    ) {
        let mut text = Vec::new();
        let mut writer = Writer::new(&mut text);
        for piece in bytes.chunks(write_len) {
            writer.push(piece, &mut text);
        }
        writer.finish(&mut text);
        prop_assert_eq!(&text, &written(&bytes));
        prop_assert_eq!(text.len(), Writer::text_len(bytes.len()));
        prop_assert_eq!(read_in_pieces(&text, read_len), Ok(bytes));
    }

    #[test]
    fn pieces_make_no_difference_to_what_is_refused(
        body in "[A-Za-z0-9+/=\\-\\s\u{e9}]{0,40}",
        piece_len in 1_usize..50,
    ) {
        let text = around(&body);
        prop_assert_eq!(read(text.as_bytes()), read_in_pieces(text.as_bytes(), piece_len));
    }
}
