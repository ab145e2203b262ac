//! What the tests of account states do over and over, each at a time of its own.

use bytes::Bytes;
use keyhaven_protocol::{
    kdf::Argon2Params,
    persona::{AccountId, AccountState},
};

use super::samples::{
    NOW, RECOVERY, account_now, address, minutes, new_account, new_code, new_session, next_write,
    password_wrap,
};
use super::steps::key_record;
use crate::{
    AddressChange, Author, Confirmation, CreateAccount, Freeze, KeyRecordWrite, MailOutcome, MailSubject,
    NewAccount, NewLink, Notice, Recovery, RecoveryOutcome, Store, Timestamp, Undo, UndoOutcome, UnlockBy,
    UnlockOutcome, WriteKeyRecord, WriteObject,
};

/// A sign-up that waits for its confirmation.
pub async fn sign_up_unconfirmed(store: &dyn Store, name: &str) -> AccountId {
    let new = NewAccount {
        confirmation: Confirmation::Required,
        ..new_account(name)
    };
    let id = new.id;
    assert_eq!(
        store.create_account(new, NOW).await.unwrap(),
        CreateAccount::Created
    );
    id
}

/// Who signs in with the password now.
pub async fn author_then(store: &dyn Store, id: AccountId, now: Timestamp) -> Author {
    Author::by_password(&account_now(store, id, now).await)
}

/// The state that is in force.
pub async fn state(store: &dyn Store, id: AccountId, now: Timestamp) -> AccountState {
    account_now(store, id, now).await.state
}

/// Hash, epoch and generation of the credential in force.
pub async fn credential(store: &dyn Store, id: AccountId, now: Timestamp) -> (String, u64, u64) {
    let credential = account_now(store, id, now).await.credential;
    (credential.hash, credential.epoch, credential.generation)
}

/// Whether there is an account of that id.
pub async fn is_there(store: &dyn Store, id: AccountId, now: Timestamp) -> bool {
    store.account(id, now).await.unwrap().is_some()
}

/// Puts the last proven password back, as somebody who knows it; opens the session of the seed.
pub async fn undo(store: &dyn Store, id: AccountId, seed: u8, now: Timestamp) -> UndoOutcome {
    let generation = account_now(store, id, now).await.credential.generation;
    let undo = Undo {
        account: id,
        credential_generation: generation,
        session: new_session(id, generation + 1, seed),
    };
    store.undo(undo, now).await.unwrap()
}

/// Recovers with [`RECOVERY`] as somebody who knows the code: password, wrap and session are of the seed.
pub async fn recovery(store: &dyn Store, id: AccountId, seed: u8, now: Timestamp) -> Recovery {
    let account = account_now(store, id, now).await;
    let next = account.credential.next_epoch();
    Recovery {
        account: id,
        recovery_auth: RECOVERY,
        credential_generation: account.credential.generation,
        hash: format!("$argon2id$recovered-{seed}"),
        kdf: Argon2Params::FLOOR,
        keys: next_write(account.key_record_version.unwrap_or(1), next, seed),
        session: new_session(id, next, seed),
    }
}

/// Does so.
pub async fn recover(store: &dyn Store, id: AccountId, seed: u8, now: Timestamp) -> RecoveryOutcome {
    let recovery = recovery(store, id, seed, now).await;
    store.recover(recovery, now).await.unwrap()
}

/// The code of this seed in the place of the one in force, which is not presented.
pub async fn replace_code(store: &dyn Store, id: AccountId, seed: u8, now: Timestamp) {
    let account = account_now(store, id, now).await;
    let version = account.key_record_version.unwrap();
    let write = KeyRecordWrite {
        password: key_record(store, id).await.unwrap().password,
        ..new_code(version, account.credential.epoch, seed)
    };
    let author = author_then(store, id, now).await;
    let written = store.write_key_record(author, write, now).await.unwrap();
    assert_eq!(written, WriteKeyRecord::Written(version + 1));
}

/// Recovers with this code.
pub async fn recover_with(
    store: &dyn Store,
    id: AccountId,
    code: [u8; 32],
    seed: u8,
    now: Timestamp,
) -> RecoveryOutcome {
    let recovery = Recovery {
        recovery_auth: code,
        ..recovery(store, id, seed, now).await
    };
    store.recover(recovery, now).await.unwrap()
}

/// Stores a link that freezes under a code of this seed.
pub async fn add_freeze_link(store: &dyn Store, id: AccountId, seed: u8, now: Timestamp) {
    store
        .add_link(id, NewLink::Freeze, [seed; 32], now)
        .await
        .unwrap();
}

/// Freezes with a link that was mailed just now.
pub async fn freeze(store: &dyn Store, id: AccountId, now: Timestamp) {
    add_freeze_link(store, id, 0xfe, now).await;
    assert_eq!(store.freeze([0xfe; 32], now).await.unwrap(), Freeze::Frozen);
    assert_eq!(state(store, id, now).await, AccountState::Frozen);
}

/// Proves something, as somebody who signed in with the password.
pub async fn unlock(store: &dyn Store, id: AccountId, by: UnlockBy, now: Timestamp) -> UnlockOutcome {
    store
        .unlock(author_then(store, id, now).await, by, now)
        .await
        .unwrap()
}

/// Writes an object of the original wire.
pub async fn write_then(
    store: &dyn Store,
    id: AccountId,
    object: &str,
    bytes: &[u8],
    now: Timestamp,
) -> WriteObject<()> {
    let (author, bytes) = (author_then(store, id, now).await, Bytes::copy_from_slice(bytes));
    store
        .write_object(author, object, "application/zip", bytes, now)
        .await
        .unwrap()
}

/// Deletes an object of the original wire.
pub async fn delete_then(store: &dyn Store, id: AccountId, object: &str, now: Timestamp) -> WriteObject<()> {
    let author = author_then(store, id, now).await;
    store.delete_object(author, object, now).await.unwrap()
}

/// A change to `name@example.org` from the account as it is, with a wrap of the seed.
pub async fn address_change(
    store: &dyn Store,
    id: AccountId,
    name: &str,
    seed: u8,
    now: Timestamp,
) -> AddressChange {
    let account = account_now(store, id, now).await;
    let next = account.credential.next_epoch();
    AddressChange {
        address: address(&format!("{name}@example.org")),
        hash: format!("$argon2id$moved-{seed}"),
        kdf: Argon2Params::FLOOR,
        keys: KeyRecordWrite {
            password: password_wrap(next, seed),
            ..next_write(account.key_record_version.unwrap_or(1), next, seed)
        },
    }
}

/// Takes every mail off the queue that is due: address and subject, oldest first.
pub async fn mails(store: &dyn Store, now: Timestamp) -> Vec<(String, MailSubject)> {
    let mut found = Vec::new();
    while let Some(job) = store.claim_mail(now, now.plus(minutes(1))).await.unwrap() {
        found.push((job.address.as_typed().to_owned(), job.subject));
        store.finish_mail(job.id, MailOutcome::Sent, now).await.unwrap();
    }
    found
}

/// The notices among them, whoever they are for.
pub async fn notices(store: &dyn Store, now: Timestamp) -> Vec<Notice> {
    let mails = mails(store, now).await;
    mails
        .into_iter()
        .filter_map(|(_, subject)| match subject {
            MailSubject::Notice(notice) => Some(notice),
            MailSubject::Request(_) => None,
        })
        .collect()
}

/// Sweeps until there is nothing more to do. Returns all that was removed.
pub async fn sweep_all(store: &dyn Store, now: Timestamp) -> crate::Swept {
    let mut all = crate::Swept::default();
    for _ in 0..10_000 {
        let swept = store.sweep(now).await.unwrap();
        all.versions += swept.versions;
        all.objects += swept.objects;
        all.accounts += swept.accounts;
        all.expired += swept.expired;
        if !swept.more {
            return all;
        }
    }
    panic!("the sweeper comes to no end");
}

/// The numbers of the versions of an object that are kept, newest first.
pub async fn kept_versions(store: &dyn Store, id: AccountId, object: &str) -> Vec<u64> {
    let author = author_then(store, id, NOW).await;
    let listed = store.versions(author, object, u64::MAX).await.unwrap();
    let listed = listed.given().expect("the author is signed in");
    listed
        .here()
        .unwrap_or_default()
        .into_iter()
        .map(|record| record.version)
        .collect()
}
