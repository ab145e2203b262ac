//! The symbol against Euler's criterion: a number but zero is a square if its power of (p - 1)/2 is one.

use num_bigint::BigUint;

use super::*;
use crate::draws::Draws;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn prime() -> BigUint {
    number(&PRIME)
}

fn number(words: &[u64; 4]) -> BigUint {
    words
        .iter()
        .rev()
        .fold(BigUint::default(), |number, word| (number << 64) + *word)
}

fn words(number: &BigUint) -> [u64; 4] {
    let mut words = number.to_u64_digits();
    words.resize(4, 0);
    words.try_into().expect("a number below the prime")
}

fn agrees(number: &BigUint) {
    let power = number.modpow(&((prime() - 1_u8) >> 1), &prime());
    let expected = power <= BigUint::from(1_u8);
    assert_eq!(is_square(words(number)), expected, "{number}");
}

#[test]
fn the_prime_is_two_to_the_255_less_19() {
    assert_eq!(prime(), (BigUint::from(1_u8) << 255) - 19_u8);
}

#[test]
fn zero_and_small_numbers_and_their_negatives_are_squares_when_euler_says_so() {
    for small in 0..600_u32 {
        agrees(&BigUint::from(small));
        agrees(&(prime() - 1_u8 - small));
    }
}

#[test]
fn numbers_with_long_runs_of_equal_bits_are_squares_when_euler_says_so() {
    for bits in 0..255_u32 {
        let power = BigUint::from(1_u8) << bits;
        agrees(&power);
        agrees(&(&power - 1_u8));
        agrees(&(prime() - &power));
        agrees(&(((&power << 1) + &power) % prime()));
    }
}

#[test]
fn any_numbers_of_any_length_are_squares_when_euler_says_so() {
    let mut draws = Draws::new(3);
    for _ in 0..1000 {
        let shift = draws.word() % 256;
        let any = number(&[(); 4].map(|()| draws.word()));
        agrees(&((any >> shift) % prime()));
    }
}

#[test]
fn numbers_close_to_fractions_of_the_prime_are_squares_when_euler_says_so() {
    // Here the guess which number is larger is decided by bits that the approximations do not have.
    for divisor in 1..120_u32 {
        for off in 0..3_u32 {
            agrees(&((prime() / divisor + off) % prime()));
        }
    }
}
