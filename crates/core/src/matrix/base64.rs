//! Standard base64 (RFC 4648, section 4), as Matrix has it: written without padding, read with or without.
//!
//! The unused bits of a last character are not looked at: peers do not either, and no byte depends on them.

use zeroize::Zeroizing;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// What a byte outside of the alphabet stands for. The top bit tells it from every value.
pub(super) const NO_VALUE: u8 = 0x80;

const VALUES: [u8; 256] = {
    let mut values = [NO_VALUE; 256];
    let mut rest = ALPHABET.as_slice();
    let mut value = 0;
    while let [character, behind @ ..] = rest {
        #[expect(
            clippy::indexing_slicing,
            reason = "computed by the compiler, which would refuse"
        )]
        {
            values[*character as usize] = value;
        }
        value += 1;
        rest = behind;
    }
    values
};

/// The six bits that a character stands for, or [`NO_VALUE`].
#[inline]
pub(super) fn value_of(character: u8) -> u8 {
    // An array of 256 has a value for every byte, and the compiler knows.
    VALUES.get(usize::from(character)).copied().unwrap_or(NO_VALUE)
}

/// Three bytes of four characters, and whether all four are of the alphabet.
#[inline]
pub(super) fn decode_quad([a, b, c, d]: [u8; 4]) -> ([u8; 3], bool) {
    let [a, b, c, d] = [value_of(a), value_of(b), value_of(c), value_of(d)];
    let bytes = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d];
    (bytes, (a | b | c | d) & NO_VALUE == 0)
}

/// Characters of the text of `len` bytes, without padding.
pub(super) const fn encoded_len(len: usize) -> usize {
    len / 3 * 4 + (len % 3 * 8).div_ceil(6)
}

/// Appends the text of `bytes`, without padding.
pub(super) fn encode(bytes: &[u8], text: &mut Vec<u8>) {
    let (triples, rest) = bytes.as_chunks::<3>();
    for [a, b, c] in triples {
        text.extend_from_slice(&quad([*a, *b, *c]));
    }
    let (last, kept) = match *rest {
        [a] => (quad([a, 0, 0]), 2),
        [a, b] => (quad([a, b, 0]), 3),
        _ => return,
    };
    text.extend(last.into_iter().take(kept));
}

/// The text of `bytes`, without padding. For bytes that are no secret.
pub(super) fn to_text(bytes: &[u8]) -> String {
    let mut text = Vec::with_capacity(encoded_len(bytes.len()));
    encode(bytes, &mut text);
    // It is ASCII, so nothing is ever left out.
    String::from_utf8(text).unwrap_or_default()
}

/// Four characters of three bytes.
#[inline]
pub(super) fn quad([a, b, c]: [u8; 3]) -> [u8; 4] {
    [a >> 2, a << 4 | b >> 4, b << 2 | c >> 6, c]
        .map(|value| ALPHABET.get(usize::from(value & 63)).copied().unwrap_or_default())
}

/// Fills `bytes` from `text`, padded or not. `false` if it is no base64 of exactly so many bytes; `bytes` is then void.
#[must_use]
pub(super) fn decode_into(text: &[u8], bytes: &mut [u8]) -> bool {
    let Some(text) = without_padding(text) else {
        return false;
    };
    if text.len() != encoded_len(bytes.len()) {
        return false;
    }
    let (quads, last) = text.as_chunks::<4>();
    let (triples, rest) = bytes.as_chunks_mut::<3>();
    let mut good = true;
    for (quad, triple) in quads.iter().zip(triples) {
        let (decoded, known) = decode_quad(*quad);
        *triple = decoded;
        good &= known;
    }
    let (decoded, known) = match *last {
        [a, b] => decode_quad([a, b, b'A', b'A']),
        [a, b, c] => decode_quad([a, b, c, b'A']),
        _ => ([0; 3], true),
    };
    rest.iter_mut()
        .zip(decoded)
        .for_each(|(byte, decoded)| *byte = decoded);
    good && known
}

/// Exactly `N` bytes that are no secret.
#[must_use]
pub(super) fn decode_array<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    decode_into(text, &mut bytes).then_some(bytes)
}

/// The bytes of `text`, padded or not.
#[must_use]
pub(super) fn decode(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let unpadded = without_padding(text)?;
    let len = unpadded.len() / 4 * 3 + unpadded.len() % 4 * 6 / 8;
    let mut bytes = Zeroizing::new(vec![0; len]);
    decode_into(text, &mut bytes).then_some(bytes)
}

/// `None` for padding that does not fill the last four characters.
fn without_padding(text: &[u8]) -> Option<&[u8]> {
    let padded_to_four = text.len().is_multiple_of(4);
    match text {
        [unpadded @ .., b'=', b'='] | [unpadded @ .., b'='] => padded_to_four.then_some(unpadded),
        unpadded => Some(unpadded),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648_are_read_with_and_without_padding() {
        for (bytes, padded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            let unpadded = padded.trim_end_matches('=');
            assert_eq!(to_text(bytes.as_bytes()), unpadded);
            for text in [padded, unpadded] {
                assert_eq!(
                    decode(text.as_bytes()).map(|read| read.to_vec()),
                    Some(bytes.as_bytes().to_vec()),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn every_byte_is_read_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        for from in 0..4 {
            let bytes = &bytes[from..];
            let text = to_text(bytes);
            assert_eq!(text.len(), encoded_len(bytes.len()));
            assert_eq!(decode(text.as_bytes()).as_deref().map(Vec::as_slice), Some(bytes));
        }
    }

    #[test]
    fn what_is_no_base64_is_refused() {
        for text in [
            "Z",
            "Zg=",
            "Zg===",
            "Zm9v=",
            "=",
            "====",
            "Zm9v====",
            "Z===",
            "Zm9vY",
            "Zm-_",
            "Zm 9",
            "Zm9v\n",
            "Zm9\u{e9}",
            "Z=g=",
        ] {
            assert_eq!(decode(text.as_bytes()), None, "{text:?}");
        }
    }

    #[test]
    fn another_length_than_asked_for_is_refused() {
        assert_eq!(decode_array::<3>(b"Zm9v"), Some(*b"foo"));
        assert_eq!(decode_array::<2>(b"Zm9v"), None);
        assert_eq!(decode_array::<4>(b"Zm9v"), None);
    }
}
