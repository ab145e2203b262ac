use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn text(json: &str) -> Result<String, JsonError> {
    let mut reader = Reader::new(json.as_bytes());
    let text = reader.text()?.to_owned_text().as_str().to_owned();
    reader.end()?;
    Ok(text)
}

fn skip(json: &str) -> Result<(), JsonError> {
    let mut reader = Reader::new(json.as_bytes());
    reader.skip(0)?;
    reader.end()
}

#[test]
fn strings_stand_for_what_they_escape() {
    for (json, expected) in [
        (r#""""#, ""),
        (r#" "plain" "#, "plain"),
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r#""\u00e9\uD83D\uDD11""#, "\u{e9}\u{1f511}"),
        (r#""\\""#, "\\"),
    ] {
        assert_eq!(text(json).as_deref(), Ok(expected), "{json}");
    }
}

#[test]
fn what_is_no_string_is_refused() {
    for json in [
        r#""\x""#,
        r#""\u12""#,
        r#""\u+123""#,
        r#""\ud83d""#,
        r#""\ud83d\u0041""#,
        r#""\udd11""#,
        "\"a\nb\"",
        "\"a\0\"",
        "'a'",
    ] {
        assert_eq!(text(json), Err(JsonError::Malformed), "{json}");
    }
    assert_eq!(
        Reader::new(b"\"\xff\"").text().map(drop),
        Err(JsonError::Malformed)
    );
    for json in ["", "\"", "\"a", "\"\\", "\"\\\""] {
        assert_eq!(text(json), Err(JsonError::Incomplete), "{json}");
    }
    assert_eq!(text("1"), Err(JsonError::Type));
}

#[test]
fn numbers_are_whole_and_bounded() {
    let number = |json: &str| Reader::new(json.as_bytes()).u32();
    assert_eq!(number("0,"), Ok(0));
    assert_eq!(number("4294967295 "), Ok(u32::MAX));
    for json in ["4294967296 ", "-1 ", "1.0 ", "1e3 "] {
        assert_eq!(number(json), Err(JsonError::Type), "{json}");
    }
    for json in ["01 ", "1. ", "1e ", "1e+ ", "- ", "1-1 ", "--1 "] {
        assert_eq!(number(json), Err(JsonError::Malformed), "{json}");
    }
    assert_eq!(number("12"), Err(JsonError::Incomplete), "more digits may follow");
}

#[test]
fn values_nest_to_a_bound() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(skip(&nested(DEPTH_MAX + 1)), Ok(()));
    assert_eq!(skip(&nested(DEPTH_MAX + 2)), Err(JsonError::Malformed));
    let objects = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    assert_eq!(skip(&objects(DEPTH_MAX)), Ok(()));
    assert_eq!(skip(&objects(DEPTH_MAX + 1)), Err(JsonError::Malformed));
}

#[test]
fn a_name_and_its_value_have_a_colon_between_them_and_nothing_else() {
    assert_eq!(skip(r#"{"a" : 1}"#), Ok(()));
    for json in [r#"{"a"; 1}"#, r#"{"a", 1}"#, r#"{"a" 1}"#] {
        assert_eq!(skip(json), Err(JsonError::Malformed), "{json}");
    }
    assert_eq!(skip(r#"{"a""#), Err(JsonError::Incomplete));
}

proptest! {
    #[test]
    fn values_are_taken_and_refused_as_by_another_reader(json in "[\\[\\]{}:,\"\\\\ tfnrue0-9.\\-e\u{e9}a]{0,12}") {
        let theirs = serde_json::from_str::<Value>(&format!("[{json}]"));
        prop_assert_eq!(skip(&format!("[{json}]")).is_ok(), theirs.is_ok());
    }

    #[test]
    fn strings_are_written_as_another_reader_reads_them(expected in "\\PC{0,20}|[\\x00-\\x7f]{0,20}") {
        let mut json = Vec::new();
        write_escaped(&expected, &mut json);
        let json = String::from_utf8(json).unwrap();
        prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), expected.clone());
        prop_assert_eq!(text(&json).unwrap(), expected);
    }
}
