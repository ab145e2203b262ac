//! The text form: Bech32m over the characters' values.

use bech32::{
    Bech32m, Checksum as _, Fe32,
    primitives::checksum::{Engine, PackedFe32 as _},
};
use zeroize::{Zeroize as _, Zeroizing};

use super::{CodeLength, CodeVersion, RecoveryCode, RecoveryCodeError};

/// Characters of one group.
pub(super) const GROUP_LEN: usize = 4;
/// What every code begins with: the prefix and Bech32's separator.
pub(super) const PREFIX: &str = "kh1";
/// Characters of the check.
const CHECK_LEN: usize = Bech32m::CHECKSUM_LENGTH;
/// Bits of one character.
const CHAR_BITS: u32 = 5;
/// `kh` as the checksum sees it (BIP-173): high bits, zero, low bits.
const PREFIX_VALUES: [u8; 5] = [3, 3, 0, 11, 8];

impl CodeVersion {
    const fn value(self) -> u8 {
        match self {
            Self::V1 => 1,
        }
    }

    const fn from_value(value: u8) -> Option<Self> {
        match value {
            1 => Some(Self::V1),
            _ => None,
        }
    }
}

/// The whole code in lower case, without spaces.
pub(super) fn encode(code: &RecoveryCode) -> Zeroizing<String> {
    let length = code.length();
    let mut values = Zeroizing::new(Vec::with_capacity(length.characters()));
    values.push(CodeVersion::V1.value());
    // EXPOSE: written out for the person whose code it is.
    to_characters(code.expose_secret(), &mut values);
    let check = check_of(&values);
    let mut text = Zeroizing::new(String::with_capacity(length.characters()));
    text.push_str(PREFIX);
    for value in values.iter().copied().chain(check) {
        text.push(to_char(value));
    }
    text
}

/// The code of the values behind the prefix: version, data, check.
pub(super) fn decode(values: &[u8]) -> Result<RecoveryCode, RecoveryCodeError> {
    if !check_fits(values) {
        return Err(RecoveryCodeError::Typo { suggestion: None });
    }
    let data_and_version = values
        .len()
        .checked_sub(CHECK_LEN)
        .and_then(|end| values.get(..end))
        .unwrap_or_default();
    let (version, data) = data_and_version
        .split_first()
        .ok_or(RecoveryCodeError::NotFound)?;
    if CodeVersion::from_value(*version).is_none() {
        return Err(RecoveryCodeError::Version {
            version: to_char(*version),
        });
    }
    let bytes = from_characters(data).ok_or(RecoveryCodeError::NotCanonical)?;
    RecoveryCode::take(bytes).ok_or(RecoveryCodeError::NotCanonical)
}

/// The value of a character, if codes have it.
pub(super) fn to_value(character: char) -> Option<u8> {
    Fe32::from_char(character).ok().map(Fe32::to_u8)
}

/// The character of a value below 32.
pub(super) fn to_char(value: u8) -> char {
    Fe32::try_from(value).map_or('?', Fe32::to_char)
}

/// Number of values behind the prefix.
pub(super) const fn value_count(length: CodeLength) -> usize {
    length.characters() - PREFIX.len()
}

/// Whether the last characters are the check of the others.
pub(super) fn check_fits(values: &[u8]) -> bool {
    *engine(values).residue() == Bech32m::TARGET_RESIDUE
}

fn check_of(values: &[u8]) -> impl Iterator<Item = u8> {
    let mut engine = engine(values);
    engine.input_target_residue();
    let residue = *engine.residue();
    (0..CHECK_LEN).rev().map(move |index| residue.unpack(index))
}

fn engine(values: &[u8]) -> Engine<Bech32m> {
    let mut engine = Engine::<Bech32m>::new();
    for value in PREFIX_VALUES.iter().chain(values) {
        if let Ok(value) = Fe32::try_from(*value) {
            engine.input_fe(value);
        }
    }
    engine
}

/// Five bits at a time, the last bits padded with zeros.
fn to_characters(bytes: &[u8], values: &mut Vec<u8>) {
    let (mut buffer, mut bits) = (0u32, 0u32);
    for byte in bytes {
        buffer = (buffer << u8::BITS) | u32::from(*byte);
        bits += u8::BITS;
        while bits >= CHAR_BITS {
            bits -= CHAR_BITS;
            values.push(low_five_bits(buffer >> bits));
        }
    }
    if bits > 0 {
        values.push(low_five_bits(buffer << (CHAR_BITS - bits)));
    }
    buffer.zeroize();
}

/// The bytes of the values; `None` if the bits that are left over are not zeros.
fn from_characters(values: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(values.len()));
    let (mut buffer, mut bits) = (0u32, 0u32);
    for value in values {
        buffer = (buffer << CHAR_BITS) | u32::from(*value);
        bits += CHAR_BITS;
        if bits >= u8::BITS {
            bits -= u8::BITS;
            let [byte, ..] = (buffer >> bits).to_le_bytes();
            bytes.push(byte);
        }
    }
    let left_over = buffer & ((1 << bits) - 1);
    buffer.zeroize();
    (bits < CHAR_BITS && left_over == 0).then_some(bytes)
}

const fn low_five_bits(number: u32) -> u8 {
    let [low, ..] = number.to_le_bytes();
    low & 0b1_1111
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_check(mut values: Vec<u8>) -> Vec<u8> {
        values.extend(check_of(&values.clone()));
        values
    }

    #[test]
    fn bits_that_are_left_over_are_zeros_and_nothing_else() {
        let mut values = vec![CodeVersion::V1.value()];
        values.extend([3; 26]);
        // 26 characters have two bits more than 16 bytes.
        for (last, is_code) in [(0, true), (4, true), (1, false), (2, false), (7, false)] {
            values[26] = last;
            let decoded = decode(&with_check(values.clone()));
            assert_eq!(decoded.is_ok(), is_code, "{last}");
            if !is_code {
                assert_eq!(decoded, Err(RecoveryCodeError::NotCanonical));
            }
        }
    }

    #[test]
    fn a_newer_version_is_told_by_its_character() {
        let values = with_check([vec![2], vec![0; 26]].concat());
        assert_eq!(decode(&values), Err(RecoveryCodeError::Version { version: 'z' }));
    }
}
