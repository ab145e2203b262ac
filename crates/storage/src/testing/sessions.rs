//! Sessions: who finds them, and when they end.

use keyhaven_protocol::persona::{AccountId, SessionId, limits};

use super::{
    samples::{NOW, minutes, new_session, open_session, seconds, session_is_open, sign_up},
    steps::{end_session, end_sessions, sessions},
};
use crate::{CreateSession, Store};

pub async fn a_session_is_found_by_its_token_only(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    open_session(store, carol, 1, 1, NOW).await;
    open_session(store, dave, 1, 2, NOW).await;
    let (session, account) = store
        .use_session([2; 32], NOW)
        .await
        .unwrap()
        .expect("it was opened");
    assert_eq!(account.id, dave);
    assert_eq!(session.id, SessionId::from_bytes([2; 16]));
    assert_eq!((session.created_at, session.last_used_at), (NOW, NOW));
    assert!(!session_is_open(store, 3, NOW).await);
}

pub async fn a_session_ends_when_it_is_idle(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    open_session(store, carol, 1, 1, NOW).await;
    open_session(store, carol, 1, 2, NOW).await;
    assert!(session_is_open(store, 1, NOW.plus(limits::SESSION_IDLE - seconds(1))).await);
    assert!(!session_is_open(store, 2, NOW.plus(limits::SESSION_IDLE)).await);
}

pub async fn a_session_in_use_ends_after_its_life(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    open_session(store, carol, 1, 1, NOW).await;
    let mut now = NOW;
    while now.plus(minutes(10)) < NOW.plus(limits::SESSION_LIFE) {
        now = now.plus(minutes(10));
        assert!(session_is_open(store, 1, now).await, "ended early at {now:?}");
    }
    assert!(session_is_open(store, 1, NOW.plus(limits::SESSION_LIFE - seconds(1))).await);
    assert!(!session_is_open(store, 1, NOW.plus(limits::SESSION_LIFE)).await);
}

pub async fn using_a_session_moves_its_time_by_whole_minutes_only(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    open_session(store, carol, 1, 1, NOW).await;
    for (now, expected) in [
        (NOW.plus(seconds(59)), NOW),
        (NOW.plus(seconds(60)), NOW.plus(seconds(60))),
    ] {
        let (used, _) = store
            .use_session([1; 32], now)
            .await
            .unwrap()
            .expect("it is open");
        assert_eq!(used.last_used_at, expected);
        let listed = sessions(store, carol, now).await;
        assert_eq!(
            listed.first().map(|session| session.last_used_at),
            Some(expected),
            "stored"
        );
    }
}

pub async fn a_session_for_another_epoch_is_not_opened(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    for epoch in [0, 2, u64::MAX] {
        let outcome = store
            .create_session(new_session(carol, epoch, 1), NOW)
            .await
            .unwrap();
        assert_eq!(outcome, CreateSession::CredentialChanged);
    }
    assert!(!session_is_open(store, 1, NOW).await);
}

pub async fn a_session_for_an_unknown_account_is_not_opened(store: &dyn Store) {
    let nobody = AccountId::from_bytes([9; 16]);
    let outcome = store
        .create_session(new_session(nobody, 1, 1), NOW)
        .await
        .unwrap();
    assert_eq!(outcome, CreateSession::CredentialChanged);
}

pub async fn sessions_are_listed_newest_first_without_the_ended(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    open_session(store, carol, 1, 1, NOW).await;
    open_session(store, carol, 1, 3, NOW.plus(minutes(10))).await;
    open_session(store, carol, 1, 2, NOW.plus(minutes(12))).await;
    open_session(store, dave, 1, 4, NOW.plus(minutes(12))).await;
    let listed = sessions(store, carol, NOW.plus(minutes(16))).await;
    let ids: Vec<_> = listed.iter().map(|session| session.id).collect();
    assert_eq!(ids, [2, 3].map(|seed| SessionId::from_bytes([seed; 16])));
}

pub async fn ending_a_session_ends_that_one_only(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    open_session(store, carol, 1, 1, NOW).await;
    open_session(store, carol, 1, 2, NOW).await;
    let first = SessionId::from_bytes([1; 16]);
    assert!(end_session(store, carol, first, NOW).await);
    assert!(!end_session(store, carol, first, NOW).await, "it ended already");
    let idle = NOW.plus(limits::SESSION_IDLE);
    assert!(session_is_open(store, 2, NOW).await);
    assert!(!session_is_open(store, 1, NOW).await);
    assert!(
        !end_session(store, carol, SessionId::from_bytes([2; 16]), idle).await,
        "it was idle too long"
    );
}

pub async fn another_account_cannot_end_a_session(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    open_session(store, carol, 1, 1, NOW).await;
    assert!(!end_session(store, dave, SessionId::from_bytes([1; 16]), NOW).await);
    assert!(session_is_open(store, 1, NOW).await);
}

pub async fn ending_all_sessions_spares_other_accounts(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    open_session(store, carol, 1, 1, NOW).await;
    open_session(store, carol, 1, 2, NOW).await;
    open_session(store, dave, 1, 3, NOW).await;
    end_sessions(store, carol, NOW).await;
    assert!(sessions(store, carol, NOW).await.is_empty());
    assert!(!session_is_open(store, 1, NOW).await && !session_is_open(store, 2, NOW).await);
    assert!(session_is_open(store, 3, NOW).await);
}

pub async fn of_too_many_sessions_the_one_that_was_not_used_longest_ends(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    open_session(store, dave, 1, 200, NOW).await;
    let most = u8::try_from(limits::SESSIONS_MAX).unwrap();
    for seed in 1..=most {
        open_session(store, carol, 1, seed, NOW.plus(seconds(u64::from(seed)))).await;
    }
    // The oldest is in use; the second is not.
    let later = NOW.plus(minutes(3));
    assert!(session_is_open(store, 1, later).await);
    open_session(store, carol, 1, most + 1, later).await;
    assert!(!session_is_open(store, 2, later).await);
    for seed in [1, 3, most, most + 1, 200] {
        assert!(session_is_open(store, seed, later).await, "{seed}");
    }
    assert_eq!(sessions(store, carol, later).await.len(), limits::SESSIONS_MAX);
}
