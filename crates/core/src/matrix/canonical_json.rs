//! Canonical JSON ([Matrix](https://spec.matrix.org/v1.19/appendices/#canonical-json)): what is signed of an object.
//!
//! Names in the order of their code points, no white space, the shortest escapes, whole numbers within ±(2^53 - 1).

use super::json::{DEPTH_MAX, JsonError, Kind, Reader, write_escaped};
use crate::order::sort;

/// The largest whole number that every reader of JSON keeps exactly.
const NUMBER_MAX: i64 = (1 << 53) - 1;

/// The canonical JSON of the object in `json`, without the fields that are `left_out` of its outermost level.
///
/// # Errors
/// [`JsonError`] if it is no object that has canonical JSON.
pub(super) fn of_object(json: &[u8], left_out: &[&str]) -> Result<Vec<u8>, JsonError> {
    let mut reader = Reader::new(json);
    let mut out = Vec::with_capacity(json.len());
    if reader.kind()? != Kind::Object {
        return Err(JsonError::Type);
    }
    object(&mut reader, 0, left_out, &mut out)?;
    reader.end()?;
    Ok(out)
}

fn value(reader: &mut Reader<'_>, depth: usize, out: &mut Vec<u8>) -> Result<(), JsonError> {
    if depth > DEPTH_MAX {
        return Err(JsonError::Malformed);
    }
    match reader.kind()? {
        Kind::Object => object(reader, depth, &[], out)?,
        Kind::List => {
            let mut separator = b'[';
            reader.list(&mut |reader| {
                out.push(separator);
                separator = b',';
                value(reader, depth + 1, out)
            })?;
            out.extend_from_slice(if separator == b'[' { b"[]" } else { b"]" });
        }
        Kind::Text => reader.text()?.write(out),
        Kind::Number => out.extend_from_slice(whole(reader.number()?)?.to_string().as_bytes()),
        Kind::Bool => out.extend_from_slice(if reader.bool()? { b"true" } else { b"false" }),
        Kind::Null => {
            reader.null()?;
            out.extend_from_slice(b"null");
        }
    }
    Ok(())
}

fn object(
    reader: &mut Reader<'_>,
    depth: usize,
    left_out: &[&str],
    out: &mut Vec<u8>,
) -> Result<(), JsonError> {
    let mut fields = Vec::new();
    reader.object(&mut |name, reader| {
        if left_out.iter().any(|left_out| name.is(left_out)) {
            return reader.skip(depth + 1);
        }
        let mut content = Vec::new();
        value(reader, depth + 1, &mut content)?;
        fields.push((name.to_owned_text(), content));
        Ok(())
    })?;
    // UTF-8 sorts as code points do.
    sort(&mut fields, |(one, _), (other, _)| one.as_str() < other.as_str());
    let twice = |pair: &[(_, _)]| matches!(pair, [(one, _), (other, _)] if one == other);
    if fields.windows(2).any(twice) {
        return Err(JsonError::Malformed);
    }
    out.push(b'{');
    for (at, (name, content)) in fields.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_escaped(name, out);
        out.push(b':');
        out.extend_from_slice(content);
    }
    out.push(b'}');
    Ok(())
}

fn whole(number: &[u8]) -> Result<i64, JsonError> {
    let number = core::str::from_utf8(number).ok();
    let number = number.and_then(|number| number.parse().ok());
    number
        .filter(|number: &i64| number.unsigned_abs() <= NUMBER_MAX.unsigned_abs())
        .ok_or(JsonError::Type)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(json: &str) -> Result<String, JsonError> {
        of_object(json.as_bytes(), &[]).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn the_examples_of_the_specification_come_out_as_they_stand_there() {
        for (json, expected) in [
            ("{}", "{}"),
            (r#"{"one": 1, "two": "Two"}"#, r#"{"one":1,"two":"Two"}"#),
            (r#"{"b": "2", "a": "1"}"#, r#"{"a":"1","b":"2"}"#),
            (
                r#"{"auth": {"success": true, "mxid": "@john.doe:example.com", "profile": {"display_name": "John Doe",
                "three_pids": [{"medium": "email", "address": "john.doe@example.org"}, {"medium": "msisdn", "address": "123456789"}]}}}"#,
                r#"{"auth":{"mxid":"@john.doe:example.com","profile":{"display_name":"John Doe","three_pids":[{"address":"john.doe@example.org","medium":"email"},{"address":"123456789","medium":"msisdn"}]},"success":true}}"#,
            ),
            (r#"{"a": "日本語"}"#, r#"{"a":"日本語"}"#),
            (r#"{"本": 2, "日": 1}"#, r#"{"日":1,"本":2}"#),
            (r#"{"a": "\u65E5"}"#, r#"{"a":"日"}"#),
            (r#"{"a": null}"#, r#"{"a":null}"#),
            (r#"{"a": -0, "b": []}"#, r#"{"a":0,"b":[]}"#),
            (
                r#"{"\ud83d\ude00":1,"\uffee":2,"A":"\u000b\n\/"}"#,
                "{\"A\":\"\\u000b\\n/\",\"\u{ffee}\":2,\"\u{1f600}\":1}",
            ),
        ] {
            assert_eq!(canonical(json).as_deref(), Ok(expected), "{json}");
        }
    }

    #[test]
    fn what_has_no_canonical_json_is_refused() {
        for (json, error) in [
            (r#"{"a": 1.5}"#, JsonError::Type),
            (r#"{"a": 1e10}"#, JsonError::Type),
            (r#"{"a": 9007199254740992}"#, JsonError::Type),
            (r#"{"a": 1, "\u0061": 2}"#, JsonError::Malformed),
            ("[]", JsonError::Type),
            ("{} {}", JsonError::Malformed),
            (r#"{"a": 1"#, JsonError::Incomplete),
        ] {
            assert_eq!(canonical(json), Err(error), "{json}");
        }
        assert!(canonical(r#"{"a": -9007199254740991}"#).is_ok());
    }

    #[test]
    fn values_lie_as_deep_in_what_is_left_out_as_in_what_is_not() {
        for left_out in [&[][..], &["a"]] {
            let lists = |count| format!("{{\"a\":{}{}}}", "[".repeat(count), "]".repeat(count));
            let read = |count| of_object(lists(count).as_bytes(), left_out).map(drop);
            assert_eq!(read(DEPTH_MAX), Ok(()));
            assert_eq!(read(DEPTH_MAX + 1), Err(JsonError::Malformed));
            assert_eq!(read(DEPTH_MAX + 2), Err(JsonError::Malformed));
        }
        let objects = |count| format!("{}1{}", "{\"a\":".repeat(count), "}".repeat(count));
        assert!(canonical(&objects(DEPTH_MAX)).is_ok());
        assert_eq!(canonical(&objects(DEPTH_MAX + 2)), Err(JsonError::Malformed));
    }

    #[test]
    fn fields_are_left_out_of_the_outermost_object_only() {
        let json = br#"{"signatures": {"x": 1}, "a": {"signatures": 1}, "unsigned": []}"#;
        assert_eq!(
            of_object(json, &["signatures", "unsigned"]).as_deref(),
            Ok(&br#"{"a":{"signatures":1}}"#[..])
        );
        let escaped = br#"{"\u0073ignatures": {"x": 1}, "\u0053ignatures": 2}"#;
        assert_eq!(
            of_object(escaped, &["signatures"]).as_deref(),
            Ok(&br#"{"Signatures":2}"#[..])
        );
    }
}
