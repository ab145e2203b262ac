//! A change of address: asked for, confirmed by both, in force.

use keyhaven_protocol::persona::{AccountId, AccountState, ConfirmResponse, limits};

use super::{
    moves::{address_change, author_then, credential, is_there, mails, sign_up_unconfirmed, state},
    samples::{
        NOW, WRONG_PROOF, account_now, address, author_at, first_write, new_backup_key, next_write,
        open_session, password_change, password_wrap, proven, recovery_wrap, seconds, session_is_open,
        sign_up, sign_up_with_keys,
    },
    steps::key_record,
};
use crate::{
    AddressChange, ChangeId, KeyRecordWrite, MailSubject, NewLink, Notice, PendingAddressChange,
    RecoveryWrite, RequestAddressChange, StateChange, Store, Timestamp, WriteKeyRecord,
};

/// The code for the present address is [1; 32], for the new one [2; 32], both plus the seed.
pub(super) async fn ask(store: &dyn Store, id: AccountId, name: &str, seed: u8, now: Timestamp) -> ChangeId {
    let author = author_then(store, id, now).await;
    let change = address_change(store, id, name, seed, now).await;
    let asked = store.request_address_change(author, change, now).await;
    assert_eq!(asked.unwrap(), RequestAddressChange::Waiting);
    let found = mails(store, now)
        .await
        .into_iter()
        .find_map(|(_, subject)| match subject {
            MailSubject::Notice(Notice::AddressChangeAsked { change, .. }) => Some(change),
            _ => None,
        });
    let change = found.expect("the letter to the present address");
    for (link, code) in [
        (NewLink::ChangeFrom(change), [1 + seed; 32]),
        (NewLink::ChangeTo(change), [2 + seed; 32]),
    ] {
        store.add_link(id, link, code, now).await.unwrap();
    }
    change
}

pub(super) async fn confirm(store: &dyn Store, code: u8, now: Timestamp) -> Option<ConfirmResponse> {
    store.confirm([code; 32], now).await.unwrap()
}

pub async fn a_change_waits_and_tells_both_addresses(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let author = author_at(carol, 1);
    let change = address_change(store, carol, "New", 7, NOW).await;
    let asked = store.request_address_change(author, change, NOW).await;
    assert_eq!(asked.unwrap(), RequestAddressChange::Waiting);
    let expires_at = NOW.plus(limits::ADDRESS_CHANGE_LIFE);
    let mut letters = mails(store, NOW).await.into_iter();
    let (to, asked) = letters.next().unwrap();
    let MailSubject::Notice(Notice::AddressChangeAsked { change, .. }) = asked else {
        panic!("{asked:?}");
    };
    assert_eq!(
        (to.as_str(), asked),
        (
            "carol@example.org",
            MailSubject::Notice(Notice::AddressChangeAsked {
                change,
                to: address("new@example.org"),
                expires_at
            })
        )
    );
    assert_eq!(
        letters.collect::<Vec<_>>(),
        [(
            "New@example.org".to_owned(),
            MailSubject::Notice(Notice::ConfirmNewAddress { change, expires_at })
        )]
    );
    let account = account_now(store, carol, NOW).await;
    assert_eq!(account.address.normalised(), "carol@example.org");
    let pending = PendingAddressChange {
        address: address("New@example.org"),
        confirmed_by_present: false,
        confirmed_by_new: false,
        expires_at,
    };
    assert_eq!(account.address_change, Some(pending));
    assert_eq!(account_now(store, carol, expires_at).await.address_change, None);
}

pub async fn a_change_is_in_force_when_both_have_confirmed_in_either_order(store: &dyn Store) {
    for (name, codes) in [("carol", [1, 2]), ("dave", [12, 11])] {
        let id = sign_up_with_keys(store, name).await;
        let seed = codes[0].min(codes[1]) - 1;
        store
            .change_password(author_at(id, 1), password_change(id, 1, 1, 5), NOW)
            .await
            .unwrap();
        assert!(proven(store, id, NOW).await.is_some());
        open_session(store, id, 2, 77, NOW).await;
        ask(store, id, &format!("new-{name}"), seed, NOW).await;
        assert_eq!(
            confirm(store, codes[0], NOW).await,
            Some(ConfirmResponse::AddressChangeWaits)
        );
        assert_eq!(confirm(store, codes[0], NOW).await, None, "used");
        let waiting = account_now(store, id, NOW).await;
        let pending = waiting.address_change.unwrap();
        assert_eq!(
            (pending.confirmed_by_present, pending.confirmed_by_new),
            (codes[0] < codes[1], codes[0] > codes[1])
        );
        assert_eq!(waiting.address.normalised(), format!("{name}@example.org"));
        assert!(session_is_open(store, 77, NOW).await);
        assert_eq!(
            confirm(store, codes[1], NOW).await,
            Some(ConfirmResponse::AddressChanged)
        );

        let account = account_now(store, id, NOW).await;
        assert_eq!(account.address.normalised(), format!("new-{name}@example.org"));
        assert_eq!(
            credential(store, id, NOW).await,
            (format!("$argon2id$moved-{seed}"), 3, 3)
        );
        let record = key_record(store, id).await.unwrap();
        assert_eq!(
            (record.version, record.password, record.recovery),
            (3, password_wrap(3, seed), recovery_wrap(2))
        );
        assert_eq!(account.address_change, None);
        assert!(!session_is_open(store, 77, NOW).await);
        assert_eq!(
            proven(store, id, NOW).await,
            None,
            "it is derived with the address before"
        );
        let notice = MailSubject::Notice(Notice::AddressChanged {
            from: address(&format!("{name}@example.org")),
            to: address(&format!("new-{name}@example.org")),
        });
        assert_eq!(
            mails(store, NOW).await,
            [
                (format!("{name}@example.org"), notice.clone()),
                (format!("new-{name}@example.org"), notice)
            ]
        );
        let before = store
            .account_by_address(&address(&format!("{name}@example.org")), NOW)
            .await;
        assert!(before.unwrap().is_none());
    }
}

pub async fn confirming_a_change_confirms_the_sign_up_too(store: &dyn Store) {
    let carol = sign_up_unconfirmed(store, "carol").await;
    let written = store
        .write_key_record(author_at(carol, 1), first_write(), NOW)
        .await;
    assert_eq!(written.unwrap(), WriteKeyRecord::Written(1));
    ask(store, carol, "new", 0, NOW).await;
    confirm(store, 1, NOW).await;
    assert_eq!(state(store, carol, NOW).await, AccountState::Unconfirmed);
    assert_eq!(
        confirm(store, 2, NOW).await,
        Some(ConfirmResponse::AddressChanged)
    );
    assert_eq!(state(store, carol, NOW).await, AccountState::Active);
    assert!(is_there(store, carol, NOW.plus(limits::UNCONFIRMED_LIFE)).await);
}

pub async fn a_change_ends_after_its_day(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    ask(store, carol, "new", 0, NOW).await;
    let end = NOW.plus(limits::ADDRESS_CHANGE_LIFE);
    assert_eq!(
        confirm(store, 1, end.minus(seconds(1))).await,
        Some(ConfirmResponse::AddressChangeWaits)
    );
    assert_eq!(confirm(store, 2, end).await, None);
    assert_eq!(
        account_now(store, carol, end).await.address.normalised(),
        "carol@example.org"
    );
}

pub async fn a_refused_key_record_asks_for_nothing(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    let new_code = Some(RecoveryWrite {
        wrap: recovery_wrap(8),
        verifier: [8; 32],
    });
    let good = address_change(store, carol, "new", 7, NOW).await;
    let refused = |why| RequestAddressChange::Refused(why);
    for (id, keys, outcome) in [
        (
            carol,
            next_write(7, 2, 7),
            refused(WriteKeyRecord::VersionConflict),
        ),
        (carol, next_write(1, 1, 7), refused(WriteKeyRecord::WrongEpoch)),
        (
            carol,
            KeyRecordWrite {
                unlock_verifier: WRONG_PROOF,
                ..next_write(1, 2, 7)
            },
            refused(WriteKeyRecord::WrongProof),
        ),
        (
            carol,
            KeyRecordWrite {
                recovery: new_code.clone(),
                ..next_write(1, 2, 7)
            },
            RequestAddressChange::NewSecret,
        ),
        (
            carol,
            KeyRecordWrite {
                recovery: new_code,
                new_backup_key: Some(new_backup_key(9)),
                ..next_write(1, 2, 7)
            },
            RequestAddressChange::NewSecret,
        ),
        (
            dave,
            next_write(1, 2, 7),
            refused(WriteKeyRecord::VersionConflict),
        ),
        (dave, first_write(), refused(WriteKeyRecord::VersionConflict)),
    ] {
        let change = AddressChange { keys, ..good.clone() };
        let asked = store.request_address_change(author_at(id, 1), change, NOW).await;
        assert_eq!(asked.unwrap(), outcome);
        assert_eq!(account_now(store, id, NOW).await.address_change, None);
    }
    let asked = store.request_address_change(author_at(carol, 7), good, NOW).await;
    assert_eq!(asked.unwrap(), RequestAddressChange::SignedOut);
    assert_eq!(mails(store, NOW).await, []);
}

pub async fn a_change_is_taken_back(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    ask(store, carol, "new", 0, NOW).await;
    for _ in 0..2 {
        let cancelled = store.cancel_address_change(author_at(carol, 1), NOW).await;
        assert_eq!(cancelled.unwrap(), StateChange::Done);
    }
    assert_eq!(account_now(store, carol, NOW).await.address_change, None);
    for code in [1, 2] {
        assert_eq!(confirm(store, code, NOW).await, None);
    }
    let late = store.cancel_address_change(author_at(carol, 7), NOW).await;
    assert_eq!(late.unwrap(), StateChange::SignedOut);
}
