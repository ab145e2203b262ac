//! Former backup keys: all of them come back in their order, or nothing does.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/counting_rng.rs"]
mod counting_rng;

use counting_rng::CountingRng;
use keyhaven_core::{
    former_keys::{BackupKeys, NoRoomError, OpenFormerKeysError, SealingAgain},
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

/// Key number 0, followed by so many, everything sealed again under each before the next one came.
fn followed_by(count: u8) -> BackupKeys {
    (1..=count).fold(BackupKeys::first(key(0)), |keys, number| {
        keys.with_everything_sealed_again()
            .followed_by(key(number))
            .unwrap()
    })
}

fn sealed(keys: &BackupKeys) -> SealedFormerKeys {
    let sealed = keys.seal_former(ACCOUNT, &mut CountingRng::default());
    sealed.unwrap().unwrap()
}

fn bytes(keys: &BackupKeys) -> Vec<[u8; 32]> {
    keys.newest_first().map(|key| *key.expose_secret()).collect()
}

#[test]
fn the_first_key_has_nothing_before_it_to_seal() {
    let first = BackupKeys::first(key(0));
    assert_eq!(first.seal_former(ACCOUNT, &mut CountingRng::default()), Ok(None));
    assert_eq!(first.sealing_again(), SealingAgain::Finished);
}

#[test]
fn a_new_key_comes_first_and_has_nothing_sealed_under_it_yet() {
    let keys = followed_by(2);
    assert_eq!(keys.present(), &key(2));
    assert_eq!(bytes(&keys), [[2; 32], [1; 32], [0; 32]]);
    assert_eq!(keys.sealing_again(), SealingAgain::Unfinished);
    let finished = keys.with_everything_sealed_again();
    assert_eq!(bytes(&finished), bytes(&keys));
    assert_eq!(finished.sealing_again(), SealingAgain::Finished);
}

#[test]
fn beyond_thirty_two_the_oldest_is_dropped_but_not_while_something_may_need_it() {
    let most = u8::try_from(FORMER_KEYS_MAX).unwrap();
    let full = followed_by(most);
    assert_eq!(full.newest_first().count(), FORMER_KEYS_MAX + 1);
    assert!(full.newest_first().any(|kept| *kept == key(0)));
    assert_eq!(full.followed_by(key(99)).unwrap_err(), NoRoomError);
    let one_more = followed_by(most + 1);
    assert_eq!(one_more.newest_first().count(), FORMER_KEYS_MAX + 1);
    assert!(one_more.newest_first().all(|kept| *kept != key(0)));
    assert_eq!(
        sealed(&one_more).ciphertext.as_ref().len(),
        ciphertext_len(FORMER_KEYS_MAX)
    );
}

#[test]
fn an_interruption_of_one_renewal_after_another_drops_no_key() {
    let keys = BackupKeys::first(key(0)).followed_by(key(1)).unwrap();
    let keys = keys.followed_by(key(2)).unwrap();
    assert_eq!(bytes(&keys), [[2; 32], [1; 32], [0; 32]]);
}

proptest! {
    #[test]
    fn what_is_sealed_opens_to_the_same_keys_in_the_same_order(count in 1_u8..=32, finished: bool) {
        let keys = followed_by(count);
        let keys = if finished { keys.with_everything_sealed_again() } else { keys };
        let opened = BackupKeys::open(key(count), ACCOUNT, &sealed(&keys)).unwrap();
        prop_assert_eq!(bytes(&opened), bytes(&keys));
        prop_assert_eq!(opened.sealing_again(), keys.sealing_again());
    }

    #[test]
    fn whatever_is_altered_nothing_opens(count in 1_u8..=3, at: prop::sample::Index, bit in 0..8) {
        let keys = followed_by(count);
        let good = sealed(&keys);
        let mut altered = good.ciphertext.as_ref().to_vec();
        let at = at.index(altered.len());
        altered[at] ^= 1_u8 << bit;
        let altered = SealedFormerKeys { ciphertext: B64Within::new(altered).unwrap(), ..good };
        let opened = BackupKeys::open(key(count), ACCOUNT, &altered);
        prop_assert_eq!(opened.unwrap_err(), OpenFormerKeysError::NotAuthentic);
    }
}
