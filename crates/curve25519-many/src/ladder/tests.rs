//! What only this module can tell: both kinds of lanes give the same, and the mask of what is zero.

use super::*;
use crate::draws::Draws;
use crate::lanes::{Single, Widest};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn coordinates<L: Lanes>(scalar: &[u8; 32], points: &[[u8; 32]]) -> Vec<[u64; 4]> {
    let mut found = Vec::new();
    multiply_many::<L>(scalar, points, |words| found.push(*words));
    found
}

#[test]
fn one_lane_and_as_many_as_there_are_give_the_same_whatever_the_number_of_points() {
    let mut draws = Draws::new(4);
    let scalar = draws.bytes();
    let points: Vec<_> = (0..2 * BATCH + 3).map(|_| draws.bytes()).collect();
    let all = coordinates::<Single>(&scalar, &points);
    for length in [
        0,
        1,
        2,
        3,
        BATCH - 1,
        BATCH,
        BATCH + 1,
        2 * BATCH - 1,
        2 * BATCH,
        2 * BATCH + 3,
    ] {
        assert_eq!(
            coordinates::<Widest>(&scalar, &points[..length]),
            all[..length],
            "{length}"
        );
    }
}

#[test]
fn the_mask_is_all_ones_for_zero_alone() {
    assert_eq!(all_ones_if_zero([0; 4]), u64::MAX);
    for word in 0..4 {
        for bit in 0..64 {
            let mut words = [0; 4];
            words[word] = 1 << bit;
            assert_eq!(all_ones_if_zero(words), 0, "bit {bit} of word {word}");
        }
    }
}
