//! An account whose address nobody has confirmed, and the owner of the address who comes later.

use bytes::Bytes;
use keyhaven_protocol::persona::{AccountState, ConfirmResponse, limits};

use super::{
    moves::{
        add_freeze_link, author_then, credential, is_there, mails, recover, sign_up_unconfirmed, state, undo,
        write_then,
    },
    samples::{
        FRESH, NOW, account_now, address, author_at, days, first_write, new_account, new_credential,
        new_session, open_session, password_change, reset, seconds, session_is_open, sign_up_with_keys,
    },
    steps::{delete_sealed, write_sealed},
};
use crate::{
    ChangePassword, CreateAccount, CreateSession, Freeze, Listed, MailRequest, MailSubject, NewLink, Notice,
    Precondition::{Absent, Version},
    RecoveryOutcome, SpendCode, Store, UndoOutcome, WriteKeyRecord, WriteObject,
};

pub async fn a_sign_up_waits_for_its_letter(store: &dyn Store) {
    let carol = sign_up_unconfirmed(store, "carol").await;
    let account = account_now(store, carol, NOW).await;
    let end = NOW.plus(limits::UNCONFIRMED_LIFE);
    assert_eq!(
        (account.state, account.state_until),
        (AccountState::Unconfirmed, Some(end))
    );
    let to = "carol@example.org".to_owned();
    assert_eq!(
        mails(store, NOW).await,
        [(to, MailSubject::Request(MailRequest::Confirm))]
    );
    store
        .add_link(carol, NewLink::Confirm, [1; 32], NOW)
        .await
        .unwrap();
    let last = end.minus(seconds(1));
    assert_eq!(
        store.confirm([1; 32], last).await.unwrap(),
        Some(ConfirmResponse::AccountConfirmed)
    );
    let account = account_now(store, carol, NOW.plus(days(400))).await;
    assert_eq!((account.state, account.state_until), (AccountState::Active, None));
    assert_eq!(store.confirm([1; 32], last).await.unwrap(), None, "used");
}

pub async fn nobody_confirms_an_account_that_is_past_its_time(store: &dyn Store) {
    let carol = sign_up_unconfirmed(store, "carol").await;
    open_session(store, carol, 1, 1, NOW).await;
    store
        .add_link(carol, NewLink::Confirm, [1; 32], NOW)
        .await
        .unwrap();
    let end = NOW.plus(limits::UNCONFIRMED_LIFE);
    assert_eq!(store.confirm([1; 32], end).await.unwrap(), None);
    assert!(!is_there(store, carol, end).await, "before the sweeper came");
    let by_address = store.account_by_address(&address("carol@example.org"), end).await;
    assert!(by_address.unwrap().is_none());
    assert!(!session_is_open(store, 1, end).await);
    let opened = store.create_session(new_session(carol, 1, 2), end).await;
    assert_eq!(opened.unwrap(), CreateSession::CredentialChanged);
    // Its address is free for whoever comes next.
    let next = crate::NewAccount {
        id: FRESH,
        ..new_account("carol")
    };
    assert_eq!(
        store.create_account(next, end).await.unwrap(),
        CreateAccount::Created
    );
    assert_eq!(state(store, FRESH, end).await, AccountState::Active);
}

pub async fn an_unconfirmed_account_holds_a_mebibyte_on_either_wire(store: &dyn Store) {
    let carol = sign_up_unconfirmed(store, "carol").await;
    let most = usize::try_from(limits::UNCONFIRMED_QUOTA_BYTES).unwrap();
    let all_but_ten = vec![7; most - 10];
    assert_eq!(
        write_then(store, carol, "work", &all_but_ten, NOW).await,
        WriteObject::Written(())
    );
    assert_eq!(
        write_then(store, carol, "more", &[1; 11], NOW).await,
        WriteObject::QuotaExceeded
    );
    assert_eq!(
        write_sealed(store, carol, "a", b"123456", b"12345", Absent).await,
        WriteObject::QuotaExceeded,
        "object and inventory together"
    );
    assert_eq!(
        write_sealed(store, carol, "a", b"12345", b"12345", Absent).await,
        WriteObject::Written(1)
    );
    assert_eq!(
        delete_sealed(store, carol, "a", b"x", Version(1)).await,
        WriteObject::QuotaExceeded,
        "there is no reserve"
    );
    store
        .add_link(carol, NewLink::Confirm, [1; 32], NOW)
        .await
        .unwrap();
    store.confirm([1; 32], NOW).await.unwrap();
    assert_eq!(
        delete_sealed(store, carol, "a", b"x", Version(1)).await,
        WriteObject::Written(2),
        "confirming makes room"
    );
}

pub async fn neither_undo_nor_recovery_confirms_an_address(store: &dyn Store) {
    let carol = sign_up_unconfirmed(store, "carol").await;
    let end = account_now(store, carol, NOW).await.state_until;
    let written = store
        .write_key_record(author_at(carol, 1), first_write(), NOW)
        .await;
    assert_eq!(written.unwrap(), WriteKeyRecord::Written(1));
    let changed = store
        .change_password(author_at(carol, 1), password_change(carol, 1, 1, 5), NOW)
        .await;
    assert_eq!(changed.unwrap(), ChangePassword::Changed(2));
    assert_eq!(undo(store, carol, 9, NOW).await, UndoOutcome::Undone);
    assert_eq!(
        recover(store, carol, 10, NOW).await,
        RecoveryOutcome::Recovered(4)
    );
    let account = account_now(store, carol, NOW).await;
    assert_eq!(
        (account.state, account.state_until),
        (AccountState::Unconfirmed, end)
    );
    assert!(!is_there(store, carol, NOW.plus(limits::UNCONFIRMED_LIFE)).await);
}

/// Everything that the maker of an account could hold of it.
pub async fn a_squatter_and_the_owner_of_the_address_get_nothing_of_each_other(store: &dyn Store) {
    let squatted = sign_up_unconfirmed(store, "carol").await;
    let written = store
        .write_key_record(author_at(squatted, 1), first_write(), NOW)
        .await;
    assert_eq!(written.unwrap(), WriteKeyRecord::Written(1));
    write_then(store, squatted, "bait", b"squatter", NOW).await;
    open_session(store, squatted, 1, 1, NOW).await;
    let squatter = author_then(store, squatted, NOW).await;
    store.add_reset_code(squatted, [7; 32], NOW).await.unwrap();
    store
        .add_link(squatted, NewLink::Confirm, [8; 32], NOW)
        .await
        .unwrap();
    add_freeze_link(store, squatted, 9, NOW).await;
    mails(store, NOW).await;

    reset(store, squatted, "$argon2id$owner", NOW).await;
    let owned = store
        .account_by_address(&address("carol@example.org"), NOW)
        .await
        .unwrap()
        .expect("a fresh one");
    assert_eq!(
        (owned.id, owned.state, owned.credential.hash.as_str()),
        (FRESH, AccountState::Active, "$argon2id$owner")
    );
    assert_eq!((owned.key_record_version, owned.used_bytes), (None, 0));
    let notice = MailSubject::Notice(Notice::PasswordReset);
    assert_eq!(
        mails(store, NOW).await,
        [("carol@example.org".to_owned(), notice)]
    );

    // Nothing of the squatter's leads anywhere.
    assert!(!is_there(store, squatted, NOW).await);
    assert!(!session_is_open(store, 1, NOW).await);
    assert!(
        store
            .read_object(squatter, "bait", u64::MAX)
            .await
            .unwrap()
            .given()
            .is_none()
    );
    let late = Bytes::from_static(b"late");
    let written = store
        .write_object(squatter, "new", "application/zip", late, NOW)
        .await;
    assert_eq!(written.unwrap(), WriteObject::SignedOut);
    let spent = store
        .spend_reset_code(
            &owned.address,
            [7; 32],
            new_credential("$argon2id$squatter"),
            squatted,
            NOW,
        )
        .await;
    assert_eq!(spent.unwrap(), SpendCode::Invalid);
    assert_eq!(store.confirm([8; 32], NOW).await.unwrap(), None);
    assert_eq!(store.freeze([9; 32], NOW).await.unwrap(), Freeze::Invalid);
    assert_eq!(credential(store, FRESH, NOW).await.0, "$argon2id$owner");

    // Nor does the owner see anything of it, now or when it is removed.
    let owner = author_then(store, FRESH, NOW).await;
    let listed = store.objects(owner, u64::MAX).await.unwrap().given().unwrap();
    assert_eq!(listed.here().unwrap(), Listed::default());
    write_then(store, FRESH, "work", b"owner", NOW).await;
    let removed = NOW.plus(limits::ARCHIVED_KEPT);
    assert_eq!(store.sweep(removed.minus(seconds(1))).await.unwrap().accounts, 0);
    assert_eq!(store.sweep(removed).await.unwrap().accounts, 1);
    assert_eq!(account_now(store, FRESH, removed).await.used_bytes, 5);
}

pub async fn an_unconfirmed_account_is_not_frozen_and_loses_nothing(store: &dyn Store) {
    let unconfirmed = sign_up_unconfirmed(store, "carol").await;
    write_then(store, unconfirmed, "work", b"kept", NOW).await;
    add_freeze_link(store, unconfirmed, 9, NOW).await;
    assert_eq!(store.freeze([9; 32], NOW).await.unwrap(), Freeze::Invalid);
    let account = account_now(store, unconfirmed, NOW).await;
    assert_eq!(
        (account.state, account.used_bytes),
        (AccountState::Unconfirmed, 4)
    );
}

pub async fn an_account_with_a_confirmed_address_is_reset_as_it_is(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    reset(store, carol, "$argon2id$reset", NOW).await;
    assert!(!is_there(store, FRESH, NOW).await);
    assert_eq!(state(store, carol, NOW).await, AccountState::Unproven);
}
