use super::*;

const OLD: KdfGeneration = KdfGeneration {
    memory_kib: 64 * 1024,
    passes: 3,
    lanes: 1,
    offered_from: Day::of(Timestamp(0)),
};
const RAISED: KdfGeneration = KdfGeneration {
    memory_kib: 128 * 1024,
    passes: 4,
    lanes: 1,
    offered_from: day(100),
};
/// Addresses that are looked at together.
const PEOPLE: u32 = 300;

const fn day(number: i64) -> Day {
    Day::of(Timestamp(number * 86_400))
}

fn keys(days: &[i64]) -> SaltKeys {
    let later = days.iter().map(|number| Some(day(*number)));
    SaltKeys::new(
        std::iter::once(None)
            .chain(later)
            .zip(1..)
            .map(|(day, byte)| (ServerSaltKey::new([byte; 32]), day)),
    )
    .unwrap()
}

fn policy(days: &[i64], generations: &[KdfGeneration]) -> KdfPolicy {
    KdfPolicy::new(keys(days), generations).unwrap()
}

fn address(number: u32) -> Address {
    format!("person{number}@example.org").parse().unwrap()
}

/// Which key's salt and which parameters, newest first.
fn seen(policy: &KdfPolicy, address: &Address, now: Timestamp) -> Vec<(u8, Argon2Params)> {
    let number = |salt: [u8; 32]| {
        (1..=9)
            .find(|byte| ServerSaltKey::new([*byte; 32]).salt(address) == salt)
            .expect("a salt of a known key")
    };
    let offered = policy.offered(address, now);
    offered
        .iter()
        .map(|offer| (number(offer.server_salt.0), offer.kdf))
        .collect()
}

#[test]
fn the_default_stands_where_nothing_is_configured() {
    assert_eq!(
        seen(&policy(&[], &[]), &address(1), Timestamp(0)),
        [(1, Argon2Params::DEFAULT)]
    );
}

#[test]
fn raised_parameters_and_new_keys_reach_addresses_one_by_one_and_all_within_a_month() {
    let raised = policy(&[], &[OLD, RAISED]);
    let replaced = policy(&[100], &[OLD]);
    for policy in [raised, replaced] {
        let reached_after = |days: i64| {
            let now = day(100 + days).start();
            (0..PEOPLE)
                .filter(|number| policy.offered(&address(*number), now).len() == 2)
                .count()
        };
        let last_second = Timestamp(day(100).start().0 - 1);
        assert_eq!(policy.offered(&address(1), last_second).len(), 1);
        let counts: Vec<_> = (0..=30).map(reached_after).collect();
        assert!(
            counts.is_sorted() && counts.windows(2).all(|pair| pair[1] - pair[0] < 30),
            "{counts:?}"
        );
        assert!((50..250).contains(&counts[15]), "{counts:?}");
        assert_eq!(counts[29], PEOPLE as usize, "{counts:?}");
    }
}

#[test]
fn what_was_the_newest_stays_offered_in_its_place() {
    let policy = policy(&[100, 110], &[OLD, RAISED]);
    for number in 0..PEOPLE {
        let address = address(number);
        let mut before = seen(&policy, &address, day(99).start());
        for now in 100..145 {
            let after = seen(&policy, &address, day(now).start());
            assert!(after.ends_with(&before), "{now}: {before:?} became {after:?}");
            before = after;
        }
        let (old, raised) = (OLD.params(), RAISED.params());
        assert_eq!(before, [(3, raised), (2, raised), (1, old)]);
    }
}

#[test]
fn a_key_and_parameters_of_other_days_make_a_derivation_each() {
    let later = KdfGeneration {
        offered_from: day(105),
        ..RAISED
    };
    let (old, raised) = (OLD.params(), RAISED.params());
    let seen_at_last = |policy: &KdfPolicy| seen(policy, &address(1), day(200).start());
    assert_eq!(
        seen_at_last(&policy(&[100], &[OLD, later])),
        [(2, raised), (2, old), (1, old)]
    );
    assert_eq!(
        seen_at_last(&policy(&[110], &[OLD, later])),
        [(2, raised), (1, raised), (1, old)]
    );
}

#[test]
fn a_new_password_and_what_it_may_say_it_was_derived_with_follow_what_is_offered() {
    let policy = policy(&[], &[OLD, RAISED]);
    let (before, after) = (day(99).start(), day(130).start());
    assert_eq!(policy.newest(&address(1), before), OLD.params());
    assert_eq!(policy.newest(&address(1), after), RAISED.params());
    assert!(!policy.offers(&address(1), RAISED.params(), before));
    assert!(policy.offers(&address(1), RAISED.params(), after));
    assert!(policy.offers(&address(1), OLD.params(), after));
}

#[test]
fn more_derivations_than_clients_try_are_refused() {
    assert!(KdfPolicy::new(keys(&[1, 2, 3]), &[]).is_ok());
    let refused =
        |days: &[i64], generations: &[KdfGeneration]| KdfPolicy::new(keys(days), generations).err().unwrap();
    let five = KdfPolicyError::TooMany { found: 5 };
    assert_eq!(refused(&[1, 2, 3, 4], &[]), five);
    assert_eq!(refused(&[1, 2, 3], &[OLD, RAISED]), five);
    assert!(
        KdfPolicy::new(keys(&[1, 2, 100]), &[OLD, RAISED]).is_ok(),
        "one day, one derivation"
    );
}

#[test]
fn a_list_is_taken_over_only_whole() {
    let policy = policy(&[100], &[]);
    let numbers = || {
        let seen = seen(&policy, &address(1), day(500).start());
        seen.into_iter().map(|(number, _)| number).collect::<Vec<_>>()
    };
    assert_eq!(policy.take_over(keys(&[])), Err(KdfPolicyError::Lost));
    assert_eq!(policy.take_over(keys(&[101])), Err(KdfPolicyError::Lost));
    let too_many = policy.take_over(keys(&[100, 200, 300, 400]));
    assert_eq!(too_many, Err(KdfPolicyError::TooMany { found: 5 }));
    assert_eq!(numbers(), [2, 1], "the present list stays");
    assert_eq!(policy.take_over(keys(&[100])), Ok(0));
    assert_eq!(policy.take_over(keys(&[100, 200])), Ok(1));
    assert_eq!(numbers(), [3, 2, 1]);
}
