//! Strings: as they are written, and what they stand for.

use zeroize::{Zeroize as _, Zeroizing};

use super::JsonError;

/// A string as it is written between its quotes: valid UTF-8, without control characters, every escape complete.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Text<'json> {
    raw: &'json str,
    escaped: bool,
}

impl<'json> Text<'json> {
    /// Reads what is behind an opening quote: the string, and its length with the closing quote.
    pub(super) fn read(json: &'json [u8]) -> Result<(Self, usize), JsonError> {
        let mut escaped = false;
        let mut at = 0;
        loop {
            at += plain_len(json.get(at..).unwrap_or_default());
            match json.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    // What is escaped is never the end of the string.
                    at += 2;
                }
                Some(_) => return Err(JsonError::Malformed),
                None => return Err(JsonError::Incomplete),
            }
        }
        let raw = json.get(..at).unwrap_or_default();
        let raw = core::str::from_utf8(raw).map_err(|_| JsonError::Malformed)?;
        let text = Self { raw, escaped };
        if escaped {
            text.for_each_char(&mut |_| ())?;
        }
        Ok((text, at + 1))
    }

    /// The string, if nothing in it is escaped. For what is ASCII and needs none: base64 and names of fields.
    pub(in super::super) fn as_plain(&self) -> Option<&'json str> {
        (!self.escaped).then_some(self.raw)
    }

    /// Whether it stands for `expected`.
    pub(in super::super) fn is(&self, expected: &str) -> bool {
        if !self.escaped {
            return self.raw == expected;
        }
        let mut rest = Some(expected);
        let done = self.for_each_char(&mut |character| {
            rest = rest.and_then(|rest| rest.strip_prefix(character));
        });
        done.is_ok() && rest == Some("")
    }

    /// Bytes that it is written with, which are at least as many as it stands for.
    pub(in super::super) const fn raw_len(&self) -> usize {
        self.raw.len()
    }

    /// What it stands for.
    pub(in super::super) fn to_owned_text(self) -> Zeroizing<String> {
        // Reserved once, so that growing leaves no unwiped copy behind: no escape is shorter than what it stands for.
        let mut text = Zeroizing::new(String::with_capacity(self.raw.len()));
        if !self.escaped {
            text.push_str(self.raw);
            return text;
        }
        // Checked when it was read.
        let _ = self.for_each_char(&mut |character| text.push(character));
        text
    }

    /// Writes it with its quotes, in the one spelling of canonical JSON.
    pub(in super::super) fn write(self, out: &mut Vec<u8>) {
        if self.escaped {
            write_escaped(&self.to_owned_text(), out);
            return;
        }
        out.push(b'"');
        out.extend_from_slice(self.raw.as_bytes());
        out.push(b'"');
    }

    fn for_each_char(&self, each: &mut dyn FnMut(char)) -> Result<(), JsonError> {
        let mut rest = self.raw;
        while let Some(at) = rest.find('\\') {
            let (plain, escape) = rest.split_at_checked(at).ok_or(JsonError::Malformed)?;
            plain.chars().for_each(&mut *each);
            let (character, behind) = unescape(escape)?;
            each(character);
            rest = behind;
        }
        rest.chars().for_each(each);
        Ok(())
    }
}

/// Bytes before the next quote, backslash or control character.
fn plain_len(json: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const TOPS: u64 = u64::from_ne_bytes([0x80; 8]);
    let (words, _) = json.as_chunks::<8>();
    // Eight at a time: the top bit of a byte is set where the byte is zero, is below a space, or has its top bit set
    // itself, which the slower look behind sorts out.
    let has_zero = |word: u64| word.wrapping_sub(ONES) & !word & TOPS;
    let mut len = 0;
    for word in words {
        let word = u64::from_ne_bytes(*word);
        let quote = has_zero(word ^ u64::from_ne_bytes([b'"'; 8]));
        let backslash = has_zero(word ^ u64::from_ne_bytes([b'\\'; 8]));
        let control = word.wrapping_sub(u64::from_ne_bytes([0x20; 8])) & !word & TOPS;
        if quote | backslash | control != 0 {
            break;
        }
        len += 8;
    }
    let is_plain = |byte: &&u8| !matches!(**byte, b'"' | b'\\' | ..=0x1f);
    len + json
        .get(len..)
        .unwrap_or_default()
        .iter()
        .take_while(is_plain)
        .count()
}

/// The character that an escape stands for, and what is behind it.
fn unescape(escape: &str) -> Result<(char, &str), JsonError> {
    let mut characters = escape.chars();
    let _backslash = characters.next();
    let character = match characters.next() {
        Some(plain @ ('"' | '\\' | '/')) => plain,
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('u') => return unescape_unicode(characters.as_str()),
        _ => return Err(JsonError::Malformed),
    };
    Ok((character, characters.as_str()))
}

/// Four hexadecimal digits, or two times four for a character beyond the first plane.
fn unescape_unicode(text: &str) -> Result<(char, &str), JsonError> {
    let (first, rest) = unit(text)?;
    if let Some(character) = char::from_u32(first) {
        return Ok((character, rest));
    }
    let rest = rest.strip_prefix("\\u").ok_or(JsonError::Malformed)?;
    let (second, rest) = unit(rest)?;
    let is_pair = (0xd800..0xdc00).contains(&first) && (0xdc00..0xe000).contains(&second);
    let beyond = is_pair.then(|| 0x1_0000 + ((first & 0x3ff) << 10 | (second & 0x3ff)));
    let character = beyond.and_then(char::from_u32).ok_or(JsonError::Malformed)?;
    Ok((character, rest))
}

fn unit(text: &str) -> Result<(u32, &str), JsonError> {
    let (digits, rest) = text.split_at_checked(4).ok_or(JsonError::Malformed)?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let unit = is_hex.then(|| u32::from_str_radix(digits, 16).ok()).flatten();
    Ok((unit.ok_or(JsonError::Malformed)?, rest))
}

/// Writes `text` with its quotes, in the one spelling of canonical JSON: the shortest escape of what must be escaped.
pub(in super::super) fn write_escaped(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for character in text.chars() {
        let escape = match character {
            '"' => b'"',
            '\\' => b'\\',
            '\u{8}' => b'b',
            '\u{c}' => b'f',
            '\n' => b'n',
            '\r' => b'r',
            '\t' => b't',
            control @ ..='\u{1f}' => {
                out.extend_from_slice(b"\\u00");
                let digit = |value: u32| char::from_digit(value, 16).map_or(b'0', |digit| digit as u8);
                out.extend_from_slice(&[digit(control as u32 >> 4), digit(control as u32 & 15)]);
                continue;
            }
            plain => {
                let mut utf8 = [0; 4];
                out.extend_from_slice(plain.encode_utf8(&mut utf8).as_bytes());
                utf8.zeroize();
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', escape]);
    }
    out.push(b'"');
}
