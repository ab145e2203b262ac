//! The mask of what is zero.

use super::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

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
