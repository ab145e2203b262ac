//! What a file or a pasted text is, told by its first and its last bytes, before anything is asked of its owner.

use super::{
    armour,
    exported_session::{Input, SessionReader},
    key_file::{Header, HeaderReader, OpenKeyFileError},
    recovery_key::{RecoveryKey, RecoveryKeyError},
};
use crate::{recovery_code::RecoveryCode, stored_zip};

/// How many first bytes are looked at: what may stand before the first line, and a header behind it.
pub const HEAD_BYTES: usize = armour::PREAMBLE_MAX_BYTES + 4 * 1024;
/// How many last bytes are looked at for the last line.
pub const TAIL_BYTES: usize = 64 * 1024;
/// Longest text that may be a recovery key or a recovery code with words around it.
const TYPED_MAX_BYTES: usize = 1024;

/// What something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recognised {
    /// A key file that can be opened with its passphrase.
    KeyFile(Header),
    /// A key file that no passphrase opens.
    Refused(OpenKeyFileError),
    /// Something else.
    Other(Other),
}

/// What is no key file, as far as people have it beside key files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Other {
    /// Nothing.
    Empty,
    /// A recovery key of Matrix, as text; possibly with a typing mistake.
    RecoveryKey,
    /// A recovery code of ours, as text.
    RecoveryCode,
    /// A list of sessions that nothing protects.
    Sessions,
    /// Other JSON.
    Json,
    /// A zip, as personas are saved.
    Zip,
    /// A persona as it is stored, sealed.
    SealedObject,
    /// None of these.
    Unknown,
}

/// What has `len` bytes and begins with `head` and ends with `tail`: [`HEAD_BYTES`] and [`TAIL_BYTES`] of it, or all.
#[must_use]
pub fn recognise(head: &[u8], tail: &[u8], len: u64) -> Recognised {
    let mut reader = HeaderReader::default();
    match reader.push(head) {
        Ok(Some(_)) if !armour::ends_with_last_line(tail) => {
            Recognised::Refused(OpenKeyFileError::Incomplete)
        }
        Ok(Some(header)) => Recognised::KeyFile(header),
        Err(OpenKeyFileError::NotAKeyFile) => Recognised::Other(other(head, len)),
        Err(error) => Recognised::Refused(error),
        Ok(None) => match reader.finish() {
            OpenKeyFileError::NotAKeyFile => Recognised::Other(other(head, len)),
            error => Recognised::Refused(error),
        },
    }
}

fn other(head: &[u8], len: u64) -> Other {
    if len == 0 {
        return Other::Empty;
    }
    if head.starts_with(stored_zip::LOCAL_SIGNATURE) {
        return Other::Zip;
    }
    if head.starts_with(&crate::object::MAGIC) {
        return Other::SealedObject;
    }
    let text = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    match text.first() {
        None => Other::Empty,
        Some(b'[') if has_session(text, len) => Other::Sessions,
        Some(b'[' | b'{') => Other::Json,
        _ => typed(text, len),
    }
}

/// Whether one of the first of a list is a session.
fn has_session(text: &[u8], len: u64) -> bool {
    let mut reader = SessionReader::new();
    reader.push(text);
    let whole = text.len() as u64 >= len;
    let input = if whole { Input::Over } else { Input::MayGoOn };
    while let Ok(Some(batch)) = reader.next_batch(1, input) {
        if !batch.dangerous_without_points().is_empty() {
            return true;
        }
    }
    false
}

fn typed(text: &[u8], len: u64) -> Other {
    let short = usize::try_from(len).is_ok_and(|len| len <= TYPED_MAX_BYTES);
    let Ok(text) = core::str::from_utf8(text) else {
        return Other::Unknown;
    };
    if !short {
        return Other::Unknown;
    }
    match RecoveryKey::parse(text) {
        Ok(_) | Err(RecoveryKeyError::Parity) => Other::RecoveryKey,
        Err(_) if RecoveryCode::parse(text).is_ok() => Other::RecoveryCode,
        Err(_) if resembles_key(text) => Other::RecoveryKey,
        Err(_) => Other::Unknown,
    }
}

/// Whether this is what a recovery key becomes by a slip or two: a character that is in no key, one or two too few or too many.
fn resembles_key(text: &str) -> bool {
    let mut letters = text
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-');
    let is_start = letters.next() == Some('E') && letters.next() == Some('s');
    let rest = letters.clone().count();
    is_start && (44..=48).contains(&rest) && letters.all(|letter| letter.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests;
