//! Links of letters: each works once, for its time, for what it is for.

use keyhaven_protocol::persona::{AccountId, ConfirmResponse, limits};

use super::{
    moves::{add_freeze_link, sign_up_unconfirmed, state},
    samples::{NOW, seconds, sign_up_with_keys},
};
use crate::{ChangeId, Freeze, NewLink, Store};
use keyhaven_protocol::persona::AccountState;

pub async fn a_link_that_freezes_works_once_for_fourteen_days(store: &dyn Store) {
    let end = NOW.plus(limits::FREEZE_LINK_LIFE);
    for (name, now, outcome) in [
        ("carol", end.minus(seconds(1)), Freeze::Frozen),
        ("dave", end, Freeze::Invalid),
    ] {
        let id = sign_up_with_keys(store, name).await;
        add_freeze_link(store, id, 1, NOW).await;
        assert_eq!(store.freeze([1; 32], now).await.unwrap(), outcome);
        assert_eq!(
            store.freeze([1; 32], now).await.unwrap(),
            Freeze::Invalid,
            "a second time"
        );
    }
    assert_eq!(store.freeze([9; 32], NOW).await.unwrap(), Freeze::Invalid);
}

pub async fn a_newer_link_that_freezes_takes_the_place_of_the_twenty_first(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let dave = sign_up_with_keys(store, "dave").await;
    add_freeze_link(store, dave, 0xff, NOW).await;
    let most = u8::try_from(limits::FREEZE_LINKS_OUTSTANDING).unwrap();
    for seed in 0..=most {
        add_freeze_link(store, carol, seed, NOW).await;
    }
    assert_eq!(store.freeze([0; 32], NOW).await.unwrap(), Freeze::Invalid);
    assert_eq!(store.freeze([1; 32], NOW).await.unwrap(), Freeze::Frozen);
    assert_eq!(
        store.freeze([0xff; 32], NOW).await.unwrap(),
        Freeze::Frozen,
        "another account's"
    );
}

pub async fn a_code_of_one_kind_does_nothing_of_another(store: &dyn Store) {
    let carol = sign_up_unconfirmed(store, "carol").await;
    store
        .add_link(carol, NewLink::Confirm, [1; 32], NOW)
        .await
        .unwrap();
    add_freeze_link(store, carol, 2, NOW).await;
    assert_eq!(store.freeze([1; 32], NOW).await.unwrap(), Freeze::Invalid);
    assert_eq!(store.confirm([2; 32], NOW).await.unwrap(), None);
    // Neither was used up by that.
    assert_eq!(
        store.confirm([1; 32], NOW).await.unwrap(),
        Some(ConfirmResponse::AccountConfirmed)
    );
    assert_eq!(store.freeze([2; 32], NOW).await.unwrap(), Freeze::Frozen);
}

pub async fn no_link_is_stored_that_the_account_is_past(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let nobody = AccountId::from_bytes([9; 16]);
    for (seed, id, link) in [
        (1, carol, NewLink::Confirm),
        (2, carol, NewLink::ChangeFrom(ChangeId(1))),
        (3, carol, NewLink::ChangeTo(ChangeId(1))),
        (4, nobody, NewLink::Confirm),
        (5, nobody, NewLink::Freeze),
    ] {
        store.add_link(id, link, [seed; 32], NOW).await.unwrap();
        assert_eq!(store.confirm([seed; 32], NOW).await.unwrap(), None);
        assert_eq!(store.freeze([seed; 32], NOW).await.unwrap(), Freeze::Invalid);
    }
    assert_eq!(state(store, carol, NOW).await, AccountState::Active);
}
