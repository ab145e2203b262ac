//! Base58 in the alphabet of Bitcoin, for 35 bytes that do not begin with a zero: always 48 characters.

use zeroize::Zeroizing;

/// Bytes of a key with its prefix and its parity.
pub(super) const BYTES: usize = 35;
/// Characters of their text.
pub(super) const CHARACTERS: usize = 48;

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The values of characters, first the most significant.
pub(super) type Digits = Zeroizing<[u8; CHARACTERS]>;

/// What `character` stands for.
pub(super) fn value_of(character: char) -> Option<u8> {
    let at = ALPHABET
        .iter()
        .position(|known| char::from(*known) == character)?;
    u8::try_from(at).ok()
}

/// The character of a value below 58.
pub(super) fn character_of(value: u8) -> char {
    ALPHABET.get(usize::from(value)).copied().map_or('1', char::from)
}

/// The number that the digits are, as bytes. `None` if it has more than [`BYTES`].
pub(super) fn to_bytes(digits: &Digits) -> Option<Zeroizing<[u8; BYTES]>> {
    let mut bytes = Zeroizing::new([0; BYTES]);
    for digit in digits.iter() {
        let mut carry = u32::from(*digit);
        for byte in bytes.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry != 0 {
            return None;
        }
    }
    Some(bytes)
}

/// The digits of a number.
pub(super) fn to_digits(bytes: &[u8; BYTES]) -> Digits {
    let mut digits = Zeroizing::new([0; CHARACTERS]);
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in digits.iter_mut().rev() {
            carry += u32::from(*digit) << 8;
            *digit = (carry % 58) as u8;
            carry /= 58;
        }
    }
    digits
}
