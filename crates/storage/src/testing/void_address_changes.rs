//! What makes a pending change of address void, and one that nobody can confirm.

use keyhaven_protocol::persona::{AccountState, ConfirmResponse};

use super::{
    address_change::{ask, confirm},
    moves::{address_change, author_then, freeze, mails, state},
    samples::{
        FIRST_HASH, NOW, account_now, address, author_at, next_write, password_change, reset, sign_up,
        sign_up_and_reset, sign_up_with_keys,
    },
};
use crate::{
    ChangeId, Deletion, MailSubject, NewLink, Notice, Removal, RequestAddressChange, StateChange, Store,
};

pub async fn a_change_is_void_once_anything_that_it_stands_on_changed(store: &dyn Store) {
    for what in ["password", "key record", "reset", "freeze", "deletion"] {
        let id = sign_up_with_keys(store, what.split(' ').next().unwrap()).await;
        ask(store, id, "new", 0, NOW).await;
        assert_eq!(
            confirm(store, 1, NOW).await,
            Some(ConfirmResponse::AddressChangeWaits)
        );
        let author = author_at(id, 1);
        match what {
            "password" => drop(
                store
                    .change_password(author, password_change(id, 1, 1, 5), NOW)
                    .await,
            ),
            "key record" => drop(store.write_key_record(author, next_write(1, 1, 7), NOW).await),
            "reset" => reset(store, id, "$argon2id$reset", NOW).await,
            "freeze" => freeze(store, id, NOW).await,
            _ => drop(store.delete_account(author, Deletion::Later, NOW).await),
        }
        let account = account_now(store, id, NOW).await;
        assert_eq!(account.address_change, None, "{what}");
        assert_eq!(confirm(store, 2, NOW).await, None, "{what}");
        let name = what.split(' ').next().unwrap();
        assert_eq!(account.address.normalised(), format!("{name}@example.org"));
    }
}

pub async fn an_account_in_trouble_asks_for_no_change(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    let author = author_then(store, carol, NOW).await;
    let change = address_change(store, carol, "new", 7, NOW).await;
    let unproven = AccountState::Unproven;
    assert_eq!(
        store.request_address_change(author, change, NOW).await.unwrap(),
        RequestAddressChange::NotAllowed(unproven)
    );
    assert_eq!(
        store.cancel_address_change(author, NOW).await.unwrap(),
        StateChange::NotAllowed(unproven)
    );
}

pub async fn a_taken_address_answers_alike_and_is_never_confirmed(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    let change = address_change(store, carol, "DAVE", 7, NOW).await;
    let asked = store
        .request_address_change(author_at(carol, 1), change, NOW)
        .await;
    assert_eq!(asked.unwrap(), RequestAddressChange::Waiting);
    let pending = account_now(store, carol, NOW).await.address_change;
    assert_eq!(
        pending.expect("as any other").address.as_typed(),
        "DAVE@example.org"
    );
    let letters = mails(store, NOW).await;
    let (to, subject) = letters.first().unwrap();
    let MailSubject::Notice(Notice::AddressChangeAsked { change, .. }) = subject else {
        panic!("{subject:?}");
    };
    assert_eq!(to, "carol@example.org");
    let told = MailSubject::Notice(Notice::AddressTakenAsked);
    assert_eq!(letters[1..], [("dave@example.org".to_owned(), told)]);
    for (link, code) in [
        (NewLink::ChangeFrom(*change), [1; 32]),
        (NewLink::ChangeTo(*change), [2; 32]),
    ] {
        store.add_link(carol, link, code, NOW).await.unwrap();
    }
    assert_eq!(
        confirm(store, 1, NOW).await,
        Some(ConfirmResponse::AddressChangeWaits)
    );
    assert_eq!(account_now(store, dave, NOW).await.credential.hash, FIRST_HASH);
    // Not even once the address is free.
    store.remove_account(dave, Removal::Now, NOW).await.unwrap();
    assert_eq!(confirm(store, 2, NOW).await, None, "no such link was stored");
}

pub async fn an_address_that_was_taken_meanwhile_is_not_confirmed(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    ask(store, carol, "new", 0, NOW).await;
    confirm(store, 1, NOW).await;
    let new = sign_up(store, "new").await;
    assert_eq!(confirm(store, 2, NOW).await, None);
    let account = account_now(store, carol, NOW).await;
    assert_eq!(account.address.normalised(), "carol@example.org");
    assert_eq!(
        (account.credential.hash.as_str(), account.address_change),
        (FIRST_HASH, None)
    );
    let found = store.account_by_address(&address("new@example.org"), NOW).await;
    assert_eq!(found.unwrap().unwrap().id, new);
}

pub async fn the_code_of_a_change_confirms_no_later_one(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let first = ask(store, carol, "new", 0, NOW).await;
    let second = ask(store, carol, "thief", 10, NOW).await;
    assert_ne!(first, second);
    // Mailed before, and one whose letter is only made now.
    store
        .add_link(carol, NewLink::ChangeFrom(first), [33; 32], NOW)
        .await
        .unwrap();
    store
        .add_link(carol, NewLink::ChangeTo(ChangeId(first.0)), [34; 32], NOW)
        .await
        .unwrap();
    for code in [1, 2, 33, 34] {
        assert_eq!(confirm(store, code, NOW).await, None);
    }
    let pending = account_now(store, carol, NOW).await.address_change.unwrap();
    assert_eq!(
        (pending.confirmed_by_present, pending.confirmed_by_new),
        (false, false)
    );
    assert_eq!(state(store, carol, NOW).await, AccountState::Active);
}
