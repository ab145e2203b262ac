//! "Type two groups of it": shows that the code was written down, without typing all of it.

use keyhaven_core::recovery_code::RecoveryCode;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::shown_code::{GroupNumber, TypedText};

/// The first group is the prefix and the version: the same in every code, so it proves nothing.
const FIRST_ASKED: usize = 2;

/// Two different groups of `code`, in ascending order.
pub(super) fn draw_groups(code: &RecoveryCode, rng: &mut impl CryptoRng) -> [GroupNumber; 2] {
    let count = code.to_groups().len().saturating_sub(FIRST_ASKED - 1).max(2);
    let first = draw_below(count, rng);
    let mut second = draw_below(count - 1, rng);
    // Skips over the first, so that every pair is equally likely.
    if second >= first {
        second += 1;
    }
    let (low, high) = (first.min(second), first.max(second));
    [GroupNumber(low + FIRST_ASKED), GroupNumber(high + FIRST_ASKED)]
}

/// Which of the two were typed wrongly.
pub(super) fn wrong_groups(
    code: &RecoveryCode,
    asked: [GroupNumber; 2],
    typed: &[TypedText; 2],
) -> Vec<GroupNumber> {
    let groups = code.to_groups();
    let is_right = |number: GroupNumber, typed: &TypedText| {
        groups
            .get(number.0.wrapping_sub(1))
            .is_some_and(|group| fold(group) == fold(typed.expose_text()))
    };
    asked
        .into_iter()
        .zip(typed)
        .filter(|(number, typed)| !is_right(*number, typed))
        .map(|(number, _)| number)
        .collect()
}

/// What carries no information in a code: case, spaces, dashes, and the look-alikes that its alphabet leaves out.
fn fold(text: &str) -> Zeroizing<String> {
    let mut folded = Zeroizing::new(String::with_capacity(text.len()));
    for character in text.chars().filter(char::is_ascii_alphanumeric) {
        folded.push(match character.to_ascii_lowercase() {
            'o' => '0',
            'i' | '1' => 'l',
            other => other,
        });
    }
    folded
}

/// Uniform below `bound`, which is between 1 and 256.
fn draw_below(bound: usize, rng: &mut impl CryptoRng) -> usize {
    let bound = bound.clamp(1, 256);
    let fair = 256 - 256 % bound;
    loop {
        let mut byte = [0];
        rng.fill_bytes(&mut byte);
        let drawn = usize::from(u8::from_be_bytes(byte));
        if drawn < fair {
            return drawn % bound;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{host::Host as _, persona::flows::tests::world::World};

    fn code(world: &World) -> RecoveryCode {
        world.with_rng(|rng| RecoveryCode::generate(keyhaven_core::recovery_code::CodeLength::Bits128, rng))
    }

    #[test]
    fn every_pair_but_those_of_the_prefix_is_asked_about_equally_often() {
        let world = World::new();
        let code = code(&world);
        let mut seen: BTreeMap<_, u32> = BTreeMap::new();
        for _ in 0..28 * 200 {
            *seen
                .entry(world.with_rng(|rng| draw_groups(&code, rng)))
                .or_default() += 1;
        }
        assert_eq!(seen.len(), 28, "eight groups give 28 pairs");
        for ([low, high], count) in seen {
            assert!(GroupNumber(2) <= low && low < high && high <= GroupNumber(9));
            assert!((130..=270).contains(&count), "{low:?} {high:?}: {count}");
        }
    }

    #[test]
    fn what_carries_no_information_is_forgiven_and_the_rest_is_not() {
        let world = World::new();
        let code = code(&world);
        let groups = code.to_groups();
        let asked = [GroupNumber(3), GroupNumber(9)];
        let spaced = format!(" {}-{} ", &groups[2][..2], &groups[2][2..]);
        let right = [TypedText::new(spaced), TypedText::new(groups[8].to_uppercase())];
        assert_eq!(wrong_groups(&code, asked, &right), []);
        let swapped = [
            TypedText::new(groups[8].to_string()),
            TypedText::new(groups[2].to_string()),
        ];
        assert_eq!(wrong_groups(&code, asked, &swapped), asked);
        let half = [
            TypedText::new(groups[2][..3].to_owned()),
            TypedText::new(groups[8].to_string()),
        ];
        assert_eq!(wrong_groups(&code, asked, &half), [GroupNumber(3)]);
    }

    /// Answers these bytes, one after the other.
    struct Bytes(Vec<u8>);

    impl rand_core::TryRng for Bytes {
        type Error = core::convert::Infallible;

        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            Ok(u32::from(self.0.remove(0)))
        }

        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            Ok(u64::from(self.0.remove(0)))
        }

        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
            bytes.fill_with(|| self.0.remove(0));
            Ok(())
        }
    }

    impl rand_core::TryCryptoRng for Bytes {}

    #[test]
    fn a_byte_that_would_make_some_numbers_likelier_is_drawn_again() {
        // 252 is the greatest multiple of 7 below 256.
        assert_eq!(draw_below(7, &mut Bytes(vec![251, 3])), 6);
        assert_eq!(draw_below(7, &mut Bytes(vec![252, 255, 3])), 3);
    }

    #[test]
    fn look_alikes_fold_to_the_character_that_codes_have() {
        assert_eq!(*fold("O1iL 0ll"), *fold("0lll 0LI"));
        assert_ne!(*fold("abcd"), *fold("abce"));
    }
}
