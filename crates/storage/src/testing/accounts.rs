//! Sign-up and look-up.

use futures_util::future::join_all;
use keyhaven_protocol::{
    kdf::Argon2Params,
    persona::{AccountId, AccountState},
};

use super::samples::{
    FIRST_HASH, NOW, account_now, address, days, new_account, open_session, session_is_open, sign_up,
};
use crate::{
    Confirmation, CreateAccount, CredentialKind, IfTaken, MailRequest, MailSubject, NewAccount, QueueRequest,
    Store,
};

pub async fn an_account_is_found_by_address_and_by_id(store: &dyn Store) {
    let new = NewAccount {
        address: address(" Carol@Example.ORG "),
        ..new_account("carol")
    };
    assert_eq!(
        store.create_account(new.clone(), NOW).await.unwrap(),
        CreateAccount::Created
    );
    let later = NOW.plus(days(400));
    let by_address = store
        .account_by_address(&address("carol@example.org"), later)
        .await
        .unwrap();
    let by_id = store.account(new.id, later).await.unwrap();
    for account in [by_address, by_id] {
        let account = account.expect("the account was created");
        assert_eq!(account.id, new.id);
        assert_eq!(account.address.normalised(), "carol@example.org");
        assert_eq!(account.address.as_typed(), "Carol@Example.ORG", "shown as typed");
        assert_eq!(account.state, AccountState::Active);
        assert_eq!(account.credential.hash, FIRST_HASH);
        assert_eq!(account.credential.epoch, 1);
        assert_eq!(account.key_record_version, None);
        assert!(!account.proven_kept);
        assert_eq!(account.created_at, NOW);
        assert_eq!(account.used_bytes, 0);
    }
}

pub async fn a_taken_address_tells_its_owner_once_while_a_letter_waits(store: &dyn Store) {
    let id = sign_up(store, "carol").await;
    let attempt = |number| NewAccount {
        id: AccountId::from_bytes([number; 16]),
        hash: "$argon2id$squatter".to_owned(),
        if_taken: IfTaken::TellOwner,
        ..new_account("carol")
    };
    for (number, told) in [(8, QueueRequest::Queued), (9, QueueRequest::Waiting)] {
        assert_eq!(
            store.create_account(attempt(number), NOW).await.unwrap(),
            CreateAccount::OwnerTold(told)
        );
    }
    let job = store.claim_mail(NOW, NOW.plus(days(1))).await.unwrap().unwrap();
    assert_eq!(
        (job.address.normalised(), job.subject),
        (
            "carol@example.org",
            MailSubject::Request(MailRequest::SignUpAttempt)
        )
    );
    let account = account_now(store, id, NOW).await;
    assert_eq!(account.credential.hash, FIRST_HASH, "the account is as it was");
    // Somebody else's sign-up has nothing to do with it.
    let dave = NewAccount {
        if_taken: IfTaken::TellOwner,
        ..new_account("dave")
    };
    assert_eq!(
        store.create_account(dave, NOW).await.unwrap(),
        CreateAccount::Created
    );
}

pub async fn an_address_is_taken_in_every_case(store: &dyn Store) {
    let id = sign_up(store, "carol").await;
    let other = NewAccount {
        id: AccountId::from_bytes([9; 16]),
        address: address("CAROL@example.org"),
        hash: "$argon2id$squatter".to_owned(),
        kind: CredentialKind::Typed,
        confirmation: Confirmation::NotAsked,
        if_taken: IfTaken::Refuse,
    };
    assert_eq!(
        store.create_account(other, NOW).await.unwrap(),
        CreateAccount::AddressTaken
    );
    let account = store
        .account_by_address(&address("carol@example.org"), NOW)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (account.id, account.credential.hash.as_str()),
        (id, FIRST_HASH),
        "the first account is as it was"
    );
    assert!(
        store
            .account(AccountId::from_bytes([9; 16]), NOW)
            .await
            .unwrap()
            .is_none()
    );
}

pub async fn an_id_is_taken_under_another_address(store: &dyn Store) {
    let id = sign_up(store, "carol").await;
    let other = NewAccount {
        id,
        ..new_account("dave")
    };
    assert_eq!(
        store.create_account(other, NOW).await.unwrap(),
        CreateAccount::IdTaken
    );
    assert!(
        store
            .account_by_address(&address("dave@example.org"), NOW)
            .await
            .unwrap()
            .is_none()
    );
}

/// An answer that comes only where the address is free would say so.
pub async fn an_id_that_is_taken_is_refused_for_every_address_alike(store: &dyn Store) {
    let id = sign_up(store, "carol").await;
    sign_up(store, "dave").await;
    for name in ["carol", "dave", "nobody"] {
        let other = NewAccount {
            id,
            ..new_account(name)
        };
        let outcome = store.create_account(other, NOW).await.unwrap();
        assert_eq!(outcome, CreateAccount::IdTaken, "{name}");
    }
}

pub async fn of_two_sign_ups_at_once_exactly_one_creates(store: &dyn Store) {
    let sign_ups = (0..8_u8).map(|seed| {
        let account = NewAccount {
            id: AccountId::from_bytes([seed; 16]),
            ..new_account("carol")
        };
        store.create_account(account, NOW)
    });
    let outcomes: Vec<_> = join_all(sign_ups).await.into_iter().map(Result::unwrap).collect();
    let created = outcomes
        .iter()
        .filter(|outcome| **outcome == CreateAccount::Created)
        .count();
    let taken = outcomes
        .iter()
        .filter(|outcome| **outcome == CreateAccount::AddressTaken)
        .count();
    assert_eq!((created, taken), (1, 7));
}

pub async fn an_account_keeps_what_its_credential_is_of(store: &dyn Store) {
    let odd = Argon2Params {
        memory_kib: 65_537,
        passes: 7,
        lanes: 3,
    };
    for (name, kind) in [
        ("typed", CredentialKind::Typed),
        ("derived", CredentialKind::Derived(odd)),
    ] {
        let new = NewAccount {
            kind,
            ..new_account(name)
        };
        let id = new.id;
        store.create_account(new, NOW).await.unwrap();
        assert_eq!(
            store.account(id, NOW).await.unwrap().unwrap().credential.kind,
            kind
        );
    }
}

pub async fn an_unknown_account_is_absent(store: &dyn Store) {
    sign_up(store, "carol").await;
    assert!(
        store
            .account_by_address(&address("dave@example.org"), NOW)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        store
            .account(AccountId::from_bytes([9; 16]), NOW)
            .await
            .unwrap()
            .is_none()
    );
}

pub async fn the_store_says_that_it_can_write(store: &dyn Store) {
    for outcome in join_all((0..4).map(|_| store.check_writable(NOW))).await {
        outcome.unwrap();
    }
}

pub async fn the_store_counts_what_it_does(store: &dyn Store) {
    let before = store.statistics().await.unwrap();
    let names: Vec<String> = (0..20).map(|number| format!("person{number}")).collect();
    join_all(names.iter().map(|name| sign_up(store, name))).await;
    let request = MailRequest::Reset;
    let queued = store
        .request_mail(&address("carol@example.org"), request, NOW)
        .await;
    assert_eq!(queued.unwrap(), QueueRequest::Queued);
    let after = store.statistics().await.unwrap();
    assert_eq!(after.writes - before.writes, 21);
    let commits = after.commits - before.commits;
    assert!((1..=21).contains(&commits), "{commits}");
    assert_eq!((before.mails_waiting, after.mails_waiting), (0, 1));
    assert!(
        after.size_bytes > 0 && after.free_bytes < after.size_bytes,
        "{after:?}"
    );
}

pub async fn a_hash_is_renewed_only_in_the_place_of_the_one_that_was_verified(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    open_session(store, carol, 1, 1, NOW).await;
    let renewed = "$argon2id$renewed";
    assert!(
        store
            .renew_hash(carol, FIRST_HASH, renewed.to_owned())
            .await
            .unwrap()
    );
    let account = account_now(store, carol, NOW).await;
    assert_eq!(
        (account.credential.hash.as_str(), account.credential.epoch),
        (renewed, 1)
    );
    assert!(session_is_open(store, 1, NOW).await, "it is the same password");
    assert_eq!(account_now(store, dave, NOW).await.credential.hash, FIRST_HASH);

    assert!(
        !store
            .renew_hash(carol, FIRST_HASH, "$argon2id$late".to_owned())
            .await
            .unwrap(),
        "another hash stood there"
    );
    assert_eq!(account_now(store, carol, NOW).await.credential.hash, renewed);
}
