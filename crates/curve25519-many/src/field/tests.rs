//! The field against whole numbers, with limbs as large as they may be.

use num_bigint::BigUint;

use super::inverse::invert;
use super::*;
use crate::draws::Draws;
use crate::lanes::{Single, Widest};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

type Limbs = [(u32, u32); 5];

fn prime() -> BigUint {
    (BigUint::from(1_u8) << 255) - 19_u8
}

/// What the limbs stand for.
fn number(limbs: &Limbs) -> BigUint {
    let weights = [(0, 26), (51, 77), (102, 128), (153, 179), (204, 230)];
    let terms = limbs.iter().zip(weights);
    terms
        .map(|((even, odd), (low, high))| (BigUint::from(*even) << low) + (BigUint::from(*odd) << high))
        .sum()
}

fn element<L: Lanes>([first, second]: [&Limbs; 2]) -> Element<L> {
    let pairs = [0, 1, 2, 3, 4].map(|pair| L::gather([first[pair], second[pair]]));
    Element(pairs)
}

/// What each lane stands for, modulo the prime; a lane that is not there is left out.
fn numbers<L: Lanes>(element: &Element<L>) -> Vec<BigUint> {
    let lanes = [0, 1].map(|lane| number(&element.0.map(|pair| L::scatter(pair)[lane])));
    lanes
        .into_iter()
        .take(L::COUNT)
        .map(|lane| lane % prime())
        .collect()
}

/// All limbs as large as the size lets them, all zero, one of both, and any.
fn samples(size: Size, draws: &mut Draws) -> Vec<Limbs> {
    let (even, odd) = size.bounds();
    let largest = [(even - 1, odd - 1); 5];
    let mut samples = vec![largest, [(0, 0); 5], [(even - 1, 0); 5], [(0, odd - 1); 5]];
    for pair in 0..5 {
        let mut one = [(0, 0); 5];
        one[pair] = (even - 1, odd - 1);
        samples.push(one);
        let mut others = largest;
        others[pair] = (0, 0);
        samples.push(others);
    }
    for _ in 0..200 {
        samples.push([(); 5].map(|()| (below(even, draws), below(odd, draws))));
    }
    samples
}

fn below(bound: u32, draws: &mut Draws) -> u32 {
    u32::try_from(draws.word() % u64::from(bound)).expect("a remainder below 2^32")
}

/// Each operation on each pair of neighbouring samples, in both lanes.
fn operations_agree<L: Lanes>() {
    let mut draws = Draws::new(1);
    let sizes = [Size::Tight, Size::Sum, Size::Difference];
    let [tight, sums, differences] = sizes.map(|size| samples(size, &mut draws));
    for (at, [x, y]) in pairs(&tight) {
        let (a, b) = (element::<L>([x, y]), element::<L>([y, x]));
        let [m, n] = [number(x), number(y)];
        let of_both = |of: fn(&BigUint, &BigUint) -> BigUint| both::<L>(of(&m, &n), of(&n, &m));
        assert_eq!(numbers(&a.plus(&b)), of_both(|m, n| m + n), "sum {at}");
        assert_eq!(
            numbers(&a.minus(&b)),
            of_both(|m, n| m + (prime() << 2) - n),
            "difference {at}"
        );
        assert!(
            a.plus(&b).is_within(Size::Sum) && a.minus(&b).is_within(Size::Difference),
            "{at}"
        );
        let canonical = a.canonical().map(|words| from_words(&words));
        assert_eq!(
            canonical[..L::COUNT],
            both::<L>(m.clone(), n.clone()),
            "canonical {at}"
        );
        let mut exchanged = (a, b);
        Element::exchange(&mut exchanged.0, &mut exchanged.1, 0);
        assert_eq!(
            (numbers(&exchanged.0), numbers(&exchanged.1)),
            (numbers(&a), numbers(&b)),
            "left {at}"
        );
        Element::exchange(&mut exchanged.0, &mut exchanged.1, u32::MAX);
        assert_eq!(
            (numbers(&exchanged.0), numbers(&exchanged.1)),
            (numbers(&b), numbers(&a)),
            "exchanged {at}"
        );
    }
    for ((at, [x, y]), (_, [v, w])) in pairs(&differences).zip(pairs(&sums)) {
        let product = element::<L>([x, y]).times(&element([v, w]));
        assert_eq!(
            numbers(&product),
            both::<L>(number(x) * number(v), number(y) * number(w)),
            "product {at}"
        );
        assert!(product.is_within(Size::Tight), "product {at}");
        let square = element::<L>([x, y]).square();
        assert_eq!(
            numbers(&square),
            both::<L>(number(x) * number(x), number(y) * number(y)),
            "square {at}"
        );
        assert!(square.is_within(Size::Tight), "square {at}");
        for factor in [0, 1, 121_665, (1 << 26) - 1] {
            let scaled = element::<L>([x, y]).scaled(factor);
            assert_eq!(
                numbers(&scaled),
                both::<L>(number(x) * factor, number(y) * factor),
                "{factor} times {at}"
            );
            assert!(scaled.is_within(Size::Tight), "{factor} times {at}");
        }
    }
}

fn pairs(samples: &[Limbs]) -> impl Iterator<Item = (usize, [&Limbs; 2])> {
    let next = samples.iter().cycle().skip(1);
    samples.iter().zip(next).map(|(x, y)| [x, y]).enumerate()
}

fn both<L: Lanes>(first: BigUint, second: BigUint) -> Vec<BigUint> {
    [first, second]
        .into_iter()
        .take(L::COUNT)
        .map(|number| number % prime())
        .collect()
}

fn from_words(words: &[u64; 4]) -> BigUint {
    words
        .iter()
        .rev()
        .fold(BigUint::default(), |number, word| (number << 64) + *word)
}

#[test]
fn operations_agree_with_whole_numbers_at_the_bounds_of_their_limbs() {
    operations_agree::<Single>();
    operations_agree::<Widest>();
}

#[test]
fn largest_limbs_of_each_size_times_the_largest_sum_keep_their_columns() {
    // One by one, so that a column that overflows is not hidden by another sample.
    for size in [Size::Tight, Size::Sum, Size::Difference] {
        let ((even, odd), (sum_even, sum_odd)) = (size.bounds(), Size::Sum.bounds());
        let (x, y) = ([(even - 1, odd - 1); 5], [(sum_even - 1, sum_odd - 1); 5]);
        let product = element::<Widest>([&x, &x]).times(&element([&y, &y]));
        assert_eq!(
            numbers(&product),
            both::<Widest>(number(&x) * number(&y), number(&x) * number(&y))
        );
    }
}

#[test]
fn numbers_around_the_prime_are_read_and_written_modulo_it() {
    for distance in 0..40_u8 {
        let near = prime() + 20_u8 - distance;
        let mut bytes = near.to_bytes_le();
        bytes.resize(32, 0);
        let mut bytes: [u8; 32] = bytes.try_into().expect("255 bits and one");
        let below = near % (BigUint::from(1_u8) << 255);
        // The highest bit is no part of the number.
        for highest in [0, 0x80] {
            bytes[31] = bytes[31] & 0x7f | highest;
            let read = Element::<Widest>::read([&bytes, &bytes]);
            assert!(read.is_within(Size::Tight));
            assert_eq!(
                from_words(&read.canonical()[0]),
                &below % prime(),
                "{distance} {highest}"
            );
        }
    }
}

#[test]
fn inverse_times_number_is_one_and_that_of_zero_is_zero() {
    let mut draws = Draws::new(2);
    for _ in 0..20 {
        let (x, y) = (draws.bytes(), draws.bytes());
        let z = Element::<Widest>::read([&x, &y]);
        assert_eq!(
            numbers(&invert(&z).times(&z)),
            both::<Widest>(1_u8.into(), 1_u8.into())
        );
    }
    let zero = Element::<Widest>::small(0);
    assert_eq!(numbers(&invert(&zero)), both::<Widest>(0_u8.into(), 0_u8.into()));
}

#[test]
#[should_panic(expected = "limbs are not Sum")]
#[cfg(debug_assertions)]
fn larger_limbs_than_a_function_takes_are_noticed() {
    let (even, odd) = Size::Sum.bounds();
    let (tight, large) = ([(1, 1); 5], [(even, odd); 5]);
    let _ = element::<Widest>([&tight, &tight]).times(&element([&large, &large]));
}
