use super::*;
use crate::extract::Network;

const SUBJECT: &[&[u8]] = &[b"a", b"b"];

fn limiter() -> AttemptLimiter {
    AttemptLimiter::new(3, Duration::from_secs(60))
}

#[test]
fn wrong_guesses_are_used_up_and_come_back_with_time() {
    let limiter = limiter();
    for _ in 0..3 {
        let _wrong = limiter.begin(SUBJECT, Crowd::Everybody, Timestamp(0)).unwrap();
    }
    let refused = limiter
        .begin(SUBJECT, Crowd::Everybody, Timestamp(20))
        .unwrap_err();
    assert_eq!(refused.retry_after, Duration::from_secs(40));
    let _wrong = limiter.begin(SUBJECT, Crowd::Everybody, Timestamp(60)).unwrap();
    assert!(limiter.begin(SUBJECT, Crowd::Everybody, Timestamp(61)).is_err());
}

#[test]
fn right_guesses_cost_nothing() {
    let limiter = limiter();
    for _ in 0..100 {
        limiter
            .begin(SUBJECT, Crowd::Everybody, Timestamp(0))
            .unwrap()
            .give_back();
    }
    assert!(limiter.buckets.lock().unwrap().counted.is_empty());
}

#[test]
fn guesses_at_the_same_time_are_counted_before_they_are_answered() {
    let limiter = limiter();
    let open: Vec<_> = (0..3)
        .map(|_| limiter.begin(SUBJECT, Crowd::Everybody, Timestamp(0)).unwrap())
        .collect();
    assert!(limiter.begin(SUBJECT, Crowd::Everybody, Timestamp(0)).is_err());
    for attempt in open {
        attempt.give_back();
    }
    assert!(limiter.begin(SUBJECT, Crowd::Everybody, Timestamp(0)).is_ok());
}

#[test]
fn subjects_do_not_share_a_bucket() {
    let limiter = limiter();
    for _ in 0..3 {
        let _wrong = limiter.begin(&[b"ab"], Crowd::Everybody, Timestamp(0)).unwrap();
    }
    assert!(limiter.begin(SUBJECT, Crowd::Everybody, Timestamp(0)).is_ok());
}

/// A limiter with no room for one more subject, and that room for crowds which `crowds` leave.
fn full(crowds: usize) -> AttemptLimiter {
    let limiter = limiter();
    let mut buckets = limiter.buckets.lock().unwrap();
    let bucket = Bucket {
        taken: 1,
        since: Timestamp(0),
    };
    for number in 0..SUBJECTS_MAX + crowds {
        let mut name = [0; 32];
        name[..8].copy_from_slice(&number.to_be_bytes());
        buckets.counted.insert(Counted::Alone(name), bucket);
    }
    drop(buckets);
    limiter
}

fn crowd(address: &str) -> Crowd {
    Crowd::Of(Network::of(address.parse().unwrap()).wider())
}

/// How many attempts somebody new has, each of another subject.
fn left(limiter: &AttemptLimiter, crowd: Crowd) -> usize {
    (0..9u8)
        .filter(|name| limiter.begin(&[b"new", &[*name]], crowd, Timestamp(1)).is_ok())
        .count()
}

#[test]
fn without_room_who_comes_new_is_counted_with_its_wider_network() {
    let limiter = full(0);
    assert_eq!(left(&limiter, crowd("192.0.2.1")), 3);
    assert_eq!(left(&limiter, crowd("192.0.99.1")), 0, "the same /16");
    assert_eq!(left(&limiter, crowd("198.51.100.1")), 3);
    assert_eq!(left(&limiter, crowd("2001:db8:1::1")), 3);
    assert_eq!(left(&limiter, crowd("2001:db8:2::1")), 0, "the same /32");
    assert_eq!(left(&limiter, crowd("2001:db9::1")), 3);
    assert_eq!(left(&limiter, Crowd::Everybody), 3);
}

#[test]
fn without_room_for_networks_either_all_who_are_new_are_counted_together() {
    let limiter = full(CROWDS_MAX - 1);
    assert_eq!(left(&limiter, crowd("192.0.2.1")), 3, "the last that has room");
    assert_eq!(left(&limiter, crowd("198.51.100.1")), 3, "the first of everybody");
    assert_eq!(left(&limiter, crowd("203.0.113.1")), 0);
    assert_eq!(
        limiter.buckets.lock().unwrap().counted.len(),
        SUBJECTS_MAX + CROWDS_MAX + 1,
        "and that is the bound"
    );
}

#[test]
fn without_room_nobody_who_is_counted_is_forgotten() {
    let limiter = limiter();
    for _ in 0..3 {
        let _wrong = limiter.begin(SUBJECT, Crowd::Everybody, Timestamp(0)).unwrap();
    }
    let others = full(0).buckets.into_inner().unwrap().counted;
    limiter.buckets.lock().unwrap().counted.extend(others);
    assert_eq!(left(&limiter, crowd("192.0.2.1")), 3);
    assert!(limiter.begin(SUBJECT, Crowd::Everybody, Timestamp(1)).is_err());
}

#[test]
fn a_crowd_gives_back_what_was_right_and_ends_when_there_is_room_again() {
    let limiter = full(0);
    for _ in 0..9 {
        let right = limiter.begin(SUBJECT, crowd("192.0.2.1"), Timestamp(1));
        right.unwrap().give_back();
    }
    assert_eq!(left(&limiter, crowd("192.0.2.1")), 3);
    // All have one attempt taken, which is back after a minute.
    let later = Timestamp(60);
    let _own = limiter.begin(SUBJECT, crowd("192.0.2.1"), later).unwrap();
    let buckets = limiter.buckets.lock().unwrap();
    assert!(buckets.counted.len() < 9, "what was full again is gone");
}

#[test]
fn an_attempt_that_the_store_did_not_try_is_given_back() {
    let limiter = limiter();
    let begin = || limiter.begin(SUBJECT, Crowd::Everybody, Timestamp(0));
    for _ in 0..4 {
        for untried in [StorageError::Busy, StorageError::Full] {
            assert!(begin().unwrap().tried::<()>(Err(untried)).is_err());
        }
    }
    for _ in 0..2 {
        assert!(begin().unwrap().tried::<()>(Err(StorageError::Stopped)).is_err());
    }
    let (_taken, value) = begin().unwrap().tried(Ok(7)).unwrap();
    assert_eq!(value, 7);
    assert!(begin().is_err(), "what may have been tried stays taken");
}
