//! What only this module can tell: both kinds of lanes give the same.

use super::*;
use crate::draws::Draws;
use crate::lanes::{Single, Widest};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Vectors of which the coordinates are divided together.
const BATCH: usize = Fractions::<Single>::MANY;

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
