//! Former backup keys: all of them come back in their order, or nothing does.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/counting_rng.rs"]
mod counting_rng;

use counting_rng::CountingRng;
use keyhaven_core::{
    former_keys::{BackupKeys, OpenFormerKeysError},
    job::{Job, Step, run_in_software},
    keys::BackupKey,
};
use keyhaven_protocol::{
    base64url::B64Within,
    persona::{
        AccountId, SealedFormerKeys,
        former_keys::{FORMER_KEYS_MAX, ciphertext_len},
    },
};
use proptest::prelude::*;

const ACCOUNT: AccountId = AccountId::from_bytes([1; 16]);

fn key(number: u8) -> BackupKey {
    BackupKey::take_bytes(&mut [number; 32])
}

/// Key number 0, followed by so many.
fn followed_by(count: u8) -> BackupKeys {
    (1..=count).fold(BackupKeys::first(key(0)), |keys, number| {
        keys.followed_by(key(number))
    })
}

fn sealed(keys: &BackupKeys) -> SealedFormerKeys {
    let sealed = keys.seal_former(ACCOUNT, &mut CountingRng::default());
    run_in_software(sealed).unwrap().unwrap()
}

fn bytes(keys: &BackupKeys) -> Vec<[u8; 32]> {
    keys.newest_first().map(|key| *key.expose_secret()).collect()
}

#[test]
fn the_first_key_has_nothing_before_it_to_seal() {
    let first = BackupKeys::first(key(0));
    let sealing = first.seal_former(ACCOUNT, &mut CountingRng::default());
    assert_eq!(run_in_software(sealing), Ok(None));
    assert_eq!(first.generation(), 0);
}

#[test]
fn the_text_of_the_keys_is_as_long_as_was_reserved_so_that_no_copy_is_left_by_growing() {
    let Step::Ask(asked) = followed_by(5).seal_former(ACCOUNT, &mut CountingRng::default()) else {
        panic!("nothing is sealed")
    };
    let (Job::AesGcmSeal(job), _) = asked.into_job() else {
        panic!("another job")
    };
    assert_eq!((job.text.len(), job.text.capacity()), (6 + 5 * 32, 6 + 5 * 32));
}

#[test]
fn a_new_key_comes_first_and_is_of_the_next_generation() {
    let keys = followed_by(2);
    assert_eq!(keys.present(), &key(2));
    assert_eq!(bytes(&keys), [[2; 32], [1; 32], [0; 32]]);
    assert_eq!(keys.generation(), 2);
}

#[test]
fn beyond_thirty_two_the_oldest_is_dropped_and_the_generations_go_on() {
    let most = u8::try_from(FORMER_KEYS_MAX).unwrap();
    let full = followed_by(most);
    assert_eq!(full.newest_first().count(), FORMER_KEYS_MAX + 1);
    assert!(full.newest_first().any(|kept| *kept == key(0)));
    let one_more = full.followed_by(key(most + 1));
    assert_eq!(one_more.newest_first().count(), FORMER_KEYS_MAX + 1);
    assert!(one_more.newest_first().all(|kept| *kept != key(0)));
    let sealed = sealed(&one_more);
    assert_eq!(sealed.ciphertext.as_ref().len(), ciphertext_len(FORMER_KEYS_MAX));
    let opened = run_in_software(BackupKeys::open(key(most + 1), ACCOUNT, &sealed)).unwrap();
    assert_eq!(opened.generation(), 33);
    let of_the_oldest = opened.beginning_with(1).next().unwrap();
    assert_eq!(of_the_oldest, (1, &key(1)));
}

#[test]
fn the_key_of_a_generation_is_tried_first_and_every_other_one_after_it() {
    let keys = followed_by(3);
    let order = |generation| -> Vec<(u32, u8)> {
        keys.beginning_with(generation)
            .map(|(number, key)| (number, key.expose_secret()[0]))
            .collect()
    };
    assert_eq!(order(3), [(3, 3), (2, 2), (1, 1), (0, 0)]);
    assert_eq!(order(1), [(1, 1), (3, 3), (2, 2), (0, 0)]);
    assert_eq!(order(0), [(0, 0), (3, 3), (2, 2), (1, 1)]);
    // Of a generation that no key has.
    assert_eq!(order(9), order(3));
}

proptest! {
    #[test]
    fn what_is_sealed_opens_to_the_same_keys_in_the_same_order(count in 1_u8..=40) {
        let keys = followed_by(count);
        let opened = run_in_software(BackupKeys::open(key(count), ACCOUNT, &sealed(&keys))).unwrap();
        prop_assert_eq!(bytes(&opened), bytes(&keys));
        prop_assert_eq!(opened.generation(), u32::from(count));
    }

    #[test]
    fn whatever_is_altered_nothing_opens(count in 1_u8..=3, at: prop::sample::Index, bit in 0..8) {
        let keys = followed_by(count);
        let good = sealed(&keys);
        let mut altered = good.ciphertext.as_ref().to_vec();
        let at = at.index(altered.len());
        altered[at] ^= 1_u8 << bit;
        let altered = SealedFormerKeys { ciphertext: B64Within::new(altered).unwrap(), ..good };
        let opened = run_in_software(BackupKeys::open(key(count), ACCOUNT, &altered));
        prop_assert_eq!(opened.unwrap_err(), OpenFormerKeysError::NotAuthentic);
    }
}
