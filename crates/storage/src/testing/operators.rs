//! What whoever runs the server may do.

use keyhaven_protocol::persona::{AccountId, AccountState, limits};

use super::{
    moves::{add_freeze_link, author_then, freeze, is_there, notices, sign_up_unconfirmed, state, undo},
    samples::{
        NOW, address, new_account, open_session, session_is_open, sign_up, sign_up_and_reset,
        sign_up_with_keys,
    },
    steps::write,
};
use crate::{
    AccountSummary, Deletion, Freeze, NewAccount, Notice, OperatorMove, Removal, StateChange, Store,
};

async fn names(store: &dyn Store, after: Option<&str>, limit: u32) -> Vec<String> {
    let after = after.map(address);
    let page = store.list_accounts(after.as_ref(), limit, NOW).await.unwrap();
    page.into_iter()
        .map(|account| account.address.as_typed().to_owned())
        .collect()
}

pub async fn accounts_are_listed_page_by_page_in_order_of_their_address(store: &dyn Store) {
    for name in ["carol", "alice", "bob"] {
        sign_up(store, name).await;
    }
    let dave = NewAccount {
        address: address("Dave@Example.org"),
        ..new_account("dave")
    };
    store.create_account(dave, NOW).await.unwrap();
    assert_eq!(
        names(store, None, 3).await,
        ["alice@example.org", "bob@example.org", "carol@example.org"]
    );
    assert_eq!(
        names(store, Some("carol@example.org"), 3).await,
        ["Dave@Example.org"]
    );
    assert!(names(store, Some("dave@example.org"), 3).await.is_empty());
}

pub async fn a_summary_says_what_an_operator_needs(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    write(store, carol, "work", b"12345").await;
    let dave = sign_up_unconfirmed(store, "dave").await;
    let page = store.list_accounts(None, 10, NOW).await.unwrap();
    let [first, second]: [AccountSummary; 2] = page.try_into().unwrap();
    assert_eq!(
        (first.id, first.state, first.state_until, first.created_at),
        (carol, AccountState::Active, None, NOW)
    );
    assert_eq!((first.used_bytes, first.has_key_record), (5, true));
    let end = NOW.plus(limits::UNCONFIRMED_LIFE);
    assert_eq!(
        (second.id, second.state, second.state_until, second.has_key_record),
        (dave, AccountState::Unconfirmed, Some(end), false)
    );
    let later = store.list_accounts(None, 10, end).await.unwrap();
    assert_eq!(later.len(), 1, "what is past its time is not listed");
}

pub async fn an_operator_freezes_and_lifts_without_a_proof(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    open_session(store, carol, 2, 1, NOW).await;
    add_freeze_link(store, carol, 5, NOW).await;
    notices(store, NOW).await;
    let frozen = AccountState::Frozen;
    for outcome in [OperatorMove::Moved(frozen), OperatorMove::Unchanged(frozen)] {
        assert_eq!(store.freeze_account(carol, NOW).await.unwrap(), outcome);
    }
    assert!(!session_is_open(store, 1, NOW).await);
    assert_eq!(notices(store, NOW).await, [Notice::Frozen { until: None }]);
    let beneath = AccountState::Unproven;
    for outcome in [OperatorMove::Moved(beneath), OperatorMove::Unchanged(beneath)] {
        assert_eq!(store.lift_account(carol, NOW).await.unwrap(), outcome);
    }
    assert_eq!(notices(store, NOW).await, [Notice::Lifted]);
    assert_eq!(state(store, carol, NOW).await, beneath, "lifted, and no more");
    assert_eq!(store.freeze([5; 32], NOW).await.unwrap(), Freeze::Invalid);
}

pub async fn an_operator_removes_now_in_any_state(store: &dyn Store) {
    let unconfirmed = sign_up_unconfirmed(store, "alice").await;
    let active = sign_up_with_keys(store, "bob").await;
    let unproven = sign_up_and_reset(store, "carol").await;
    let frozen = sign_up_with_keys(store, "dave").await;
    freeze(store, frozen, NOW).await;
    for id in [unconfirmed, active, unproven, frozen] {
        notices(store, NOW).await;
        let removed = store.remove_account(id, Removal::Now, NOW).await;
        assert_eq!(removed.unwrap(), OperatorMove::Removed);
        assert!(!is_there(store, id, NOW).await);
        assert_eq!(notices(store, NOW).await, [Notice::AccountRemoved]);
    }
    assert_eq!(store.sweep(NOW).await.unwrap().accounts, 4);
}

pub async fn an_operator_removes_later_only_what_may_be_taken_back(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    open_session(store, carol, 1, 1, NOW).await;
    for outcome in [
        OperatorMove::Moved(AccountState::Deleted),
        OperatorMove::Unchanged(AccountState::Deleted),
    ] {
        let removed = store.remove_account(carol, Removal::Later, NOW).await;
        assert_eq!(removed.unwrap(), outcome);
    }
    assert!(!session_is_open(store, 1, NOW).await);
    let removed_at = NOW.plus(limits::DELETED_KEPT);
    assert_eq!(notices(store, NOW).await, [Notice::DeletionAsked { removed_at }]);
    let owner = author_then(store, carol, NOW).await;
    assert_eq!(
        store.undelete_account(owner, NOW).await.unwrap(),
        StateChange::Done
    );

    // Taking back would lead out of these without a proof.
    let unproven = sign_up_and_reset(store, "dave").await;
    let disputed = sign_up_and_reset(store, "erin").await;
    undo(store, disputed, 9, NOW).await;
    let frozen = sign_up_with_keys(store, "frank").await;
    freeze(store, frozen, NOW).await;
    for (id, state) in [
        (unproven, AccountState::Unproven),
        (disputed, AccountState::Disputed),
        (frozen, AccountState::Frozen),
    ] {
        let refused = store.remove_account(id, Removal::Later, NOW).await;
        assert_eq!(refused.unwrap(), OperatorMove::NotAllowed(state));
    }
    let asked = store
        .delete_account(author_then(store, carol, NOW).await, Deletion::Later, NOW)
        .await;
    assert!(matches!(asked.unwrap(), crate::DeleteAccount::RemovedAt(_)));
}

pub async fn an_operator_takes_a_removal_back_within_its_days(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    write(store, carol, "work", b"12345").await;
    store.remove_account(carol, Removal::Later, NOW).await.unwrap();
    notices(store, NOW).await;
    let end = NOW.plus(limits::DELETED_KEPT);
    let last = end.minus(std::time::Duration::from_secs(1));
    let active = AccountState::Active;
    for outcome in [OperatorMove::Moved(active), OperatorMove::Unchanged(active)] {
        assert_eq!(store.take_removal_back(carol, last).await.unwrap(), outcome);
    }
    assert_eq!(notices(store, last).await, [Notice::DeletionTakenBack]);
    assert_eq!(state(store, carol, end).await, active);

    store.remove_account(carol, Removal::Later, NOW).await.unwrap();
    let over = store.take_removal_back(carol, end).await;
    assert_eq!(over.unwrap(), OperatorMove::NotFound);

    // It proves nothing that another state waits for.
    let unproven = sign_up_and_reset(store, "dave").await;
    let frozen = sign_up_with_keys(store, "frank").await;
    freeze(store, frozen, NOW).await;
    for (id, state) in [(unproven, AccountState::Unproven), (frozen, AccountState::Frozen)] {
        let refused = store.take_removal_back(id, NOW).await;
        assert_eq!(refused.unwrap(), OperatorMove::NotAllowed(state));
    }
}

pub async fn an_operator_moves_no_account_that_is_not_there(store: &dyn Store) {
    let nobody = AccountId::from_bytes([9; 16]);
    for outcome in [
        store.freeze_account(nobody, NOW).await,
        store.lift_account(nobody, NOW).await,
        store.remove_account(nobody, Removal::Now, NOW).await,
        store.remove_account(nobody, Removal::Later, NOW).await,
        store.take_removal_back(nobody, NOW).await,
    ] {
        assert_eq!(outcome.unwrap(), OperatorMove::NotFound);
    }
    let unconfirmed = sign_up_unconfirmed(store, "carol").await;
    assert_eq!(
        store.freeze_account(unconfirmed, NOW).await.unwrap(),
        OperatorMove::NotAllowed(AccountState::Unconfirmed)
    );
}
