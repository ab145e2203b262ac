//! Accounts, wraps and proofs for the suite: plain values, told apart by a seed.

use core::time::Duration;

use keyhaven_protocol::{
    address::Address,
    base64url::B64Within,
    kdf::Argon2Params,
    persona::{AccountId, SealedFormerKeys, SessionId, Wrap, WrapKind, former_keys::FORMER_KEYS_LEAST_BYTES},
};

use crate::{
    Account, Author, Confirmation, CreateAccount, CreateSession, CredentialKind, IfTaken, KeyRecordWrite,
    NewAccount, NewBackupKey, NewCredential, NewSession, PasswordChange, RecoveryWrite, SignedInBy,
    SpendCode, Store, Timestamp, WriteKeyRecord,
};

/// The quota of the stores that the suite runs on: room for two objects of the largest size.
pub const QUOTA_BYTES: u64 = 24 * 1024 * 1024;
/// When a test begins: 2026-11-21.
pub const NOW: Timestamp = Timestamp(1_795_219_200);
/// The credential that [`sign_up`] sets.
pub const FIRST_HASH: &str = "$argon2id$first";
/// SHA-256 of the `unlockProof` in [`first_write`].
pub const UNLOCK: [u8; 32] = [0x11; 32];
/// SHA-256 of the `recAuth` in [`first_write`].
pub const RECOVERY: [u8; 32] = [0x22; 32];

/// The id of the account that a reset makes where nobody confirmed the address.
pub const FRESH: AccountId = AccountId::from_bytes([0xf4; AccountId::LEN]);

/// What no proof of any sample hashes to.
pub const WRONG_PROOF: [u8; 32] = [0xee; 32];

/// This many days.
pub const fn days(count: u64) -> Duration {
    Duration::from_secs(count * 24 * 60 * 60)
}

/// This many minutes.
pub const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

/// This many seconds.
pub const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// An address.
pub fn address(typed: &str) -> Address {
    Address::parse(typed).unwrap()
}

/// A sign-up of `name@example.org`, whose id is the name.
pub fn new_account(name: &str) -> NewAccount {
    let mut id = [0; AccountId::LEN];
    for (byte, letter) in id.iter_mut().zip(name.bytes()) {
        *byte = letter;
    }
    NewAccount {
        id: AccountId::from_bytes(id),
        address: address(&format!("{name}@example.org")),
        hash: FIRST_HASH.to_owned(),
        kind: CredentialKind::Derived(Argon2Params::DEFAULT),
        confirmation: Confirmation::NotAsked,
        if_taken: IfTaken::Refuse,
    }
}

/// An account without key record.
pub async fn sign_up(store: &dyn Store, name: &str) -> AccountId {
    let account = new_account(name);
    let id = account.id;
    assert_eq!(
        store.create_account(account, NOW).await.unwrap(),
        CreateAccount::Created
    );
    id
}

/// An account with the key record of [`first_write`].
pub async fn sign_up_with_keys(store: &dyn Store, name: &str) -> AccountId {
    let id = sign_up(store, name).await;
    let written = store
        .write_key_record(author(store, id).await, first_write(), NOW)
        .await
        .unwrap();
    assert_eq!(written, WriteKeyRecord::Written(1));
    id
}

/// An account as [`sign_up_with_keys`] makes it, after a reset at [`NOW`]: `unproven`, epoch 2.
pub async fn sign_up_and_reset(store: &dyn Store, name: &str) -> AccountId {
    let id = sign_up_with_keys(store, name).await;
    reset(store, id, "$argon2id$reset", NOW).await;
    id
}

/// The account as it stands.
pub async fn account_now(store: &dyn Store, id: AccountId, now: Timestamp) -> Account {
    store
        .account(id, now)
        .await
        .unwrap()
        .expect("the account is there")
}

/// The author who signed in to an account just now; of generation 1 where there is no account.
pub async fn author(store: &dyn Store, account: AccountId) -> Author {
    let found = store.account(account, NOW).await.unwrap();
    found.as_ref().map_or(author_at(account, 1), Author::by_password)
}

/// Somebody whose password was verified under this epoch.
pub const fn author_at(account: AccountId, credential_generation: u64) -> Author {
    Author {
        account,
        credential_generation,
        signed_in_by: SignedInBy::Password,
    }
}

/// Who signed in to an account under this epoch and uses the session of a seed.
pub const fn author_by_session(account: AccountId, credential_generation: u64, seed: u8) -> Author {
    Author {
        account,
        credential_generation,
        signed_in_by: SignedInBy::Session(SessionId::from_bytes([seed; SessionId::LEN])),
    }
}

/// Adds a code and spends it.
pub async fn reset(store: &dyn Store, id: AccountId, hash: &str, now: Timestamp) {
    let code = [0xc0; 32];
    store.add_reset_code(id, code, now).await.unwrap();
    let address = account_now(store, id, now).await.address;
    let spent = store
        .spend_reset_code(&address, code, new_credential(hash), FRESH, now)
        .await
        .unwrap();
    assert_eq!(spent, SpendCode::Reset);
}

/// What a reset sets.
pub fn new_credential(hash: &str) -> NewCredential {
    NewCredential {
        hash: hash.to_owned(),
        kind: CredentialKind::Derived(Argon2Params::FLOOR),
    }
}

/// A wrap of the password of an epoch.
pub fn password_wrap(epoch: u64, seed: u8) -> Wrap {
    Wrap {
        kind: WrapKind::Password,
        kdf: Some(Argon2Params::DEFAULT),
        epoch,
        nonce: [seed; 12].into(),
        ciphertext: [seed; 48].into(),
        commitment: [seed; 32].into(),
    }
}

/// A wrap of a recovery code. Its epoch uses all bits, because nothing but the client reads it.
pub fn recovery_wrap(seed: u8) -> Wrap {
    Wrap {
        kind: WrapKind::Recovery,
        kdf: None,
        epoch: u64::MAX,
        ..password_wrap(0, seed)
    }
}

/// The first write of a key record: epoch 1, [`UNLOCK`], [`RECOVERY`].
pub fn first_write() -> KeyRecordWrite {
    KeyRecordWrite {
        replaces: None,
        password: password_wrap(1, 1),
        recovery: Some(RecoveryWrite {
            wrap: recovery_wrap(2),
            verifier: RECOVERY,
        }),
        deciding_verifier: None,
        unlock_verifier: UNLOCK,
        new_backup_key: None,
    }
}

/// Former keys of a seed, of one key's length.
pub fn former_keys(seed: u8) -> SealedFormerKeys {
    SealedFormerKeys {
        nonce: [seed; 12].into(),
        ciphertext: B64Within::new(vec![seed; FORMER_KEYS_LEAST_BYTES]).unwrap(),
    }
}

/// The backup key of a seed, with former keys of the same seed.
pub fn new_backup_key(seed: u8) -> NewBackupKey {
    NewBackupKey {
        unlock_verifier: [seed; 32],
        former_keys: former_keys(seed),
    }
}

/// A write that puts the backup key of a seed in force, with a recovery code of the same seed, and presents
/// [`RECOVERY`].
pub fn renewal(replaces: u64, epoch: u64, seed: u8) -> KeyRecordWrite {
    KeyRecordWrite {
        recovery: Some(RecoveryWrite {
            wrap: recovery_wrap(seed),
            verifier: [seed; 32],
        }),
        deciding_verifier: Some(RECOVERY),
        new_backup_key: Some(new_backup_key(seed)),
        ..next_write(replaces, epoch, seed)
    }
}

/// A later write that changes the password wrap only.
pub fn next_write(replaces: u64, epoch: u64, seed: u8) -> KeyRecordWrite {
    KeyRecordWrite {
        replaces: Some(replaces),
        password: password_wrap(epoch, seed),
        recovery: None,
        ..first_write()
    }
}

/// A write with a recovery code of a seed, which presents none.
pub fn new_code(replaces: u64, epoch: u64, seed: u8) -> KeyRecordWrite {
    KeyRecordWrite {
        recovery: Some(RecoveryWrite {
            wrap: recovery_wrap(seed),
            verifier: [seed; 32],
        }),
        ..next_write(replaces, epoch, seed)
    }
}

/// A change of password from an epoch, over a version of the key record.
pub fn password_change(id: AccountId, from_epoch: u64, replaces: u64, seed: u8) -> PasswordChange {
    PasswordChange {
        hash: format!("$argon2id$changed-{seed}"),
        kdf: Argon2Params::FLOOR,
        keys: next_write(replaces, from_epoch + 1, seed),
        session: new_session(id, from_epoch + 1, seed),
    }
}

/// A session to open; id and token hash are of the seed.
pub fn new_session(account: AccountId, credential_generation: u64, seed: u8) -> NewSession {
    NewSession {
        id: SessionId::from_bytes([seed; SessionId::LEN]),
        token_hash: [seed; 32],
        account,
        credential_generation,
    }
}

/// Opens the session of a seed.
pub async fn open_session(store: &dyn Store, account: AccountId, epoch: u64, seed: u8, now: Timestamp) {
    let created = store
        .create_session(new_session(account, epoch, seed), now)
        .await
        .unwrap();
    assert_eq!(created, CreateSession::Created);
}

/// Whether the session of a seed is open.
pub async fn session_is_open(store: &dyn Store, seed: u8, now: Timestamp) -> bool {
    store.use_session([seed; 32], now).await.unwrap().is_some()
}

/// The hash of the kept proven credential and the seed of its wrap.
pub async fn proven(store: &dyn Store, id: AccountId, now: Timestamp) -> Option<(String, Wrap)> {
    let read = store
        .proven_credential(author(store, id).await, now)
        .await
        .unwrap();
    let found = read.given().expect("the author is signed in");
    assert_eq!(
        account_now(store, id, now).await.proven_kept,
        found.is_some(),
        "the account says otherwise"
    );
    found.map(|proven| (proven.hash, proven.wrap))
}
