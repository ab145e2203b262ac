//! Sorting in few bytes of code.

/// Puts `items` in order: `before` says which of two comes first. Items that neither comes first of are in any order.
///
/// A heap sort. The one of the standard library is faster on what is nearly sorted, and each type that it sorts costs
/// the app three kilobytes.
pub fn sort<T>(items: &mut [T], before: impl Fn(&T, &T) -> bool) {
    for root in (0..items.len()).rev() {
        sift_down(items, root, &before);
    }
    let mut rest = items;
    while let [_, .., _] = rest {
        let last = rest.len() - 1;
        rest.swap(0, last);
        let Some((_, unsorted)) = rest.split_last_mut() else {
            return;
        };
        rest = unsorted;
        sift_down(rest, 0, &before);
    }
}

/// Lets the item at `at` sink below every one that comes after it.
fn sift_down<T>(heap: &mut [T], mut at: usize, before: &impl Fn(&T, &T) -> bool) {
    loop {
        let left = 2 * at + 1;
        let pair = heap.get(left).zip(heap.get(left + 1));
        let later = match pair {
            Some((one, other)) if before(one, other) => left + 1,
            _ => left,
        };
        match heap.get(at).zip(heap.get(later)) {
            Some((parent, child)) if before(parent, child) => heap.swap(at, later),
            _ => return,
        }
        at = later;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn everything_comes_into_the_order_of_the_standard_library(mut items in prop::collection::vec(0u8..50, 0..200)) {
            let mut expected = items.clone();
            expected.sort_unstable();
            sort(&mut items, |one, other| one < other);
            prop_assert_eq!(items, expected);
        }
    }
}
