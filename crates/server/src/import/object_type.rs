//! The content type of an object: kept where the dump has it, told from its first bytes where not.

use keyhaven_protocol::persona::limits::CONTENT_TYPE_MAX_BYTES;
use serde_json::Value;

/// Longest `.meta` file that is read.
pub(super) const META_MAX_BYTES: u64 = 16 * 1024;

/// Where a content type comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ContentType {
    /// From the dump.
    Kept(String),
    /// By us.
    Told(&'static str),
}

impl ContentType {
    pub(super) fn of(meta: Option<&[u8]>, bytes: &[u8]) -> Self {
        match meta.and_then(from_meta) {
            Some(kept) => Self::Kept(kept),
            // What the original's clients store.
            None if bytes.starts_with(b"PK\x03\x04") => Self::Told("application/zip"),
            None => Self::Told("application/octet-stream"),
        }
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Kept(text) => text,
            Self::Told(text) => text,
        }
    }
}

/// The content type in a `.meta` file, at its top or one level below, however it is spelt there.
fn from_meta(meta: &[u8]) -> Option<String> {
    let Value::Object(top) = serde_json::from_slice(meta).ok()? else {
        return None;
    };
    let below = top.values().filter_map(Value::as_object).flatten();
    let mut entries = top.iter().chain(below);
    let found = entries.find_map(|(name, value)| {
        let name: String = name.chars().filter(char::is_ascii_alphabetic).collect();
        value
            .as_str()
            .filter(|_| name.eq_ignore_ascii_case("contenttype"))
    })?;
    // The rule of `POST /personas/{id}`.
    let usable = !found.trim().is_empty()
        && found.len() <= CONTENT_TYPE_MAX_BYTES
        && found.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    usable.then(|| found.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_type_of_the_dump_is_kept_as_it_is() {
        for meta in [
            r#"{"ContentType":"text/x-persona"}"#,
            r#"{"content-type":"text/x-persona"}"#,
            r#"{"Metadata":{"contentType":"text/x-persona"}}"#,
        ] {
            let kept = ContentType::of(Some(meta.as_bytes()), b"PK\x03\x04");
            assert_eq!(kept, ContentType::Kept("text/x-persona".to_owned()), "{meta}");
        }
    }

    #[test]
    fn without_one_the_first_bytes_tell_a_zip() {
        let long = format!(
            r#"{{"ContentType":"{}"}}"#,
            "x".repeat(CONTENT_TYPE_MAX_BYTES + 1)
        );
        for meta in [
            "",
            "[]",
            "{}",
            r#"{"ContentType":"a\r\nb"}"#,
            r#"{"ContentType":7}"#,
            &long,
        ] {
            assert_eq!(
                ContentType::of(Some(meta.as_bytes()), b"PK\x03\x04rest"),
                ContentType::Told("application/zip"),
                "{meta}"
            );
        }
        assert_eq!(
            ContentType::of(None, b"{}"),
            ContentType::Told("application/octet-stream")
        );
    }
}
