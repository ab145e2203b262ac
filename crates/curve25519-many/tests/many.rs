//! Many points at once against one at a time by curve25519-dalek, whatever the points are.

use curve25519_dalek::{EdwardsPoint, MontgomeryPoint, Scalar, traits::IsIdentity as _};
use ed25519_dalek::VerifyingKey;
use keyhaven_curve25519_many::{FixedBase, SharedScalar, is_ed25519_point};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[path = "../src/draws.rs"]
mod draws;

use draws::Draws;

/// The prime 2^255 - 19.
const PRIME: [u8; 32] = {
    let mut prime = [0xff; 32];
    prime[0] = 0xed;
    prime[31] = 0x7f;
    prime
};

fn one_by_one(scalar: [u8; 32], points: &[[u8; 32]]) -> Vec<Option<[u8; 32]>> {
    let products = points
        .iter()
        .map(|point| MontgomeryPoint(*point).mul_clamped(scalar).to_bytes());
    products
        .map(|product| (product != [0; 32]).then_some(product))
        .collect()
}

fn at_once(scalar: [u8; 32], points: &[[u8; 32]]) -> Vec<Option<[u8; 32]>> {
    let secrets = SharedScalar::new(scalar).shared_secrets(points);
    secrets
        .iter()
        .map(|secret| secret.as_ref().map(|secret| *secret.expose_secret()))
        .collect()
}

/// The prime and so much more.
fn above_the_prime(more: u8) -> [u8; 32] {
    let mut number = PRIME;
    number[0] += more;
    number
}

/// All u-coordinates of points of low order, on the curve and its twist: the smallest multiple of the order of the
/// large subgroup is what is left of any point, and the ones found are told apart by their coordinate.
fn low_order() -> Vec<[u8; 32]> {
    let torsion = curve25519_dalek::constants::EIGHT_TORSION.map(|point| point.to_montgomery().to_bytes());
    let mut minus_one = PRIME;
    minus_one[0] -= 1;
    // -1 has order four on the twist.
    let mut low: Vec<_> = torsion.into_iter().chain([[0; 32], minus_one]).collect();
    low.sort_unstable();
    low.dedup();
    low
}

/// Of all that is unusual about points, with the highest bit and without.
fn unusual() -> Vec<[u8; 32]> {
    let above = (0..19).map(above_the_prime);
    let small = (0..20).map(|number| {
        let mut bytes = [0; 32];
        bytes[0] = number;
        bytes
    });
    let plain: Vec<_> = low_order().into_iter().chain(above).chain(small).collect();
    let marked = plain.iter().map(|point| {
        let mut point = *point;
        point[31] |= 0x80;
        point
    });
    plain.iter().copied().chain(marked).collect()
}

#[test]
fn points_of_low_order_are_refused_and_there_are_five() {
    let low = low_order();
    assert_eq!(low.len(), 5);
    let mut draws = Draws::new(10);
    for _ in 0..4 {
        assert_eq!(at_once(draws.bytes(), &low), [None; 5]);
    }
}

#[test]
fn unusual_points_come_out_as_one_by_one() {
    let mut draws = Draws::new(11);
    let points = unusual();
    for scalar in [[0; 32], [0xff; 32], draws.bytes(), draws.bytes()] {
        let found = at_once(scalar, &points);
        assert_eq!(found, one_by_one(scalar, &points));
        assert!(found.iter().filter(|secret| secret.is_none()).count() >= 10);
    }
}

#[test]
fn a_refused_point_anywhere_leaves_the_others_as_they_are() {
    let mut draws = Draws::new(12);
    let scalar = draws.bytes();
    let low = low_order();
    for length in [1, 2, 3, 4, 7] {
        let points: Vec<_> = (0..length).map(|_| draws.bytes()).collect();
        for at in 0..length {
            let mut points = points.clone();
            points[at] = low[(at + length) % low.len()];
            let found = at_once(scalar, &points);
            assert_eq!(found, one_by_one(scalar, &points), "point {at} of {length}");
            assert_eq!(found[at], None, "point {at} of {length}");
        }
    }
    assert_eq!(
        at_once(scalar, &[low[1]; 5]),
        [None; 5],
        "nothing but refused ones"
    );
}

#[test]
fn any_number_of_points_on_the_curve_and_its_twist_comes_out_as_one_by_one() {
    let mut draws = Draws::new(13);
    let scalar = draws.bytes();
    // Half of all numbers are coordinates on the twist.
    let points: Vec<_> = (0..131).map(|_| draws.bytes()).collect();
    let on_curve = points
        .iter()
        .filter(|point| MontgomeryPoint(**point).to_edwards(0).is_some())
        .count();
    assert!((40..90).contains(&on_curve));
    let expected = one_by_one(scalar, &points);
    for length in [0, 1, 2, 3, 5, 8, 63, 64, 65, 131] {
        assert_eq!(
            at_once(scalar, &points[..length]),
            expected[..length],
            "{length} points"
        );
    }
}

#[test]
fn many_scalars_meet_a_point_as_each_by_itself() {
    let mut draws = Draws::new(15);
    // The digits of these carry all the way, never, and to the last place.
    let mut scalars = vec![
        [0; 32], [0xff; 32], [0x88; 32], [0x77; 32], [0x80; 32], [0x78; 32],
    ];
    scalars.extend((0..12).map(|_| draws.bytes()));
    let mut points = unusual();
    points.extend((0..40).map(|_| draws.bytes()));
    for point in &points {
        let met = FixedBase::new(point).meet(&scalars);
        assert_eq!(met.len(), scalars.len());
        for (scalar, (public, secret)) in scalars.iter().zip(&met) {
            assert_eq!(*public, MontgomeryPoint::mul_base_clamped(*scalar).to_bytes());
            let expected = MontgomeryPoint(*point).mul_clamped(*scalar).to_bytes();
            let expected = (expected != [0; 32]).then_some(expected);
            let secret = secret.as_ref().map(|secret| *secret.expose_secret());
            assert_eq!(secret, expected, "{point:?}");
        }
    }
    let base = FixedBase::new(&points[points.len() - 1]);
    for count in [0, 1, 2, 15, 16, 17] {
        assert_eq!(base.meet(&scalars[..count]).len(), count);
    }
}

#[test]
fn public_keys_are_multiples_of_the_base_point() {
    let mut draws = Draws::new(14);
    for _ in 0..20 {
        let bytes = draws.bytes();
        let scalar = SharedScalar::new(bytes);
        let expected = MontgomeryPoint::mul_base_clamped(bytes).to_bytes();
        assert_eq!(scalar.public_key(), expected);
        let other = draws.bytes();
        let (public, secret) = scalar.meet(&other);
        assert_eq!(public, expected);
        let secret = secret.map(|secret| *secret.expose_secret());
        assert_eq!(secret, one_by_one(bytes, &[other])[0]);
        assert!(scalar.meet(&[0; 32]).1.is_none());
    }
}

#[test]
fn secrets_are_not_in_debug_output() {
    let scalar = SharedScalar::new([3; 32]);
    assert_eq!(format!("{scalar:?}"), "SharedScalar(redacted)");
    assert_eq!(
        format!("{:?}", scalar.shared_secret(&[9; 32])),
        "Some(SharedSecret(redacted))"
    );
}

fn decoding_agrees(bytes: [u8; 32]) -> bool {
    let expected = VerifyingKey::from_bytes(&bytes).is_ok();
    assert_eq!(is_ed25519_point(&bytes), expected, "{bytes:02x?}");
    expected
}

#[test]
fn coordinates_above_the_prime_and_signs_of_zero_are_points_when_dalek_says_so() {
    let mut points = 0;
    for bytes in unusual() {
        points += usize::from(decoding_agrees(bytes));
    }
    assert!(points > 20, "{points}");
    // "Negative zero": x is 0 for y = 1 and y = -1, and a sign bit is not looked at.
    let mut one = [0; 32];
    (one[0], one[31]) = (1, 0x80);
    let mut minus_one = PRIME;
    minus_one[0] -= 1;
    minus_one[31] |= 0x80;
    assert!(decoding_agrees(one) && decoding_agrees(minus_one));
}

#[test]
fn points_and_no_points_are_told_apart_as_dalek_does() {
    let mut draws = Draws::new(15);
    let points = (0..600).filter(|_| decoding_agrees(draws.bytes())).count();
    assert!((200..400).contains(&points), "{points}");
    for _ in 0..50 {
        let point = EdwardsPoint::mul_base(&Scalar::from_bytes_mod_order(draws.bytes()));
        assert!(!point.is_identity() && decoding_agrees(point.compress().to_bytes()));
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod drawn {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::{at_once, decoding_agrees, one_by_one, unusual};

    /// Any number, or one with a reason to be wrong.
    fn point() -> impl Strategy<Value = [u8; 32]> {
        prop_oneof![4 => any::<[u8; 32]>(), 1 => prop::sample::select(unusual())]
    }

    proptest! {
        #[test]
        fn any_points_come_out_as_one_by_one(scalar: [u8; 32], points in vec(point(), 0..9)) {
            prop_assert_eq!(at_once(scalar, &points), one_by_one(scalar, &points));
        }

        #[test]
        fn any_bytes_are_a_point_when_dalek_says_so(bytes in point()) {
            decoding_agrees(bytes);
        }
    }
}
