//! What an account may do between a reset and the proof of its owner.

use bytes::Bytes;
use keyhaven_protocol::persona::{AccountState, limits};

use super::{
    samples::{
        NOW, RECOVERY, WRONG_PROOF, account_now, author, next_write, recovery_wrap, renewal, reset,
        sign_up_and_reset, sign_up_with_keys,
    },
    steps::{
        account_with_object, content, delete_sealed, ids, inventory, key_record, read, undelete_sealed,
        write, write_sealed,
    },
};
use crate::{
    KeyRecordWrite,
    Precondition::{Absent, Version},
    RecoveryWrite, Store, UnlockBy, UnlockOutcome, WriteKeyRecord, WriteObject,
};

pub async fn an_unproven_account_adds_but_neither_overwrites_nor_deletes(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    write(store, carol, "work", b"first").await;
    reset(store, carol, "$argon2id$thief", NOW).await;
    assert_eq!(
        write(store, carol, "work", b"overwritten").await,
        WriteObject::NotAllowed(AccountState::Unproven)
    );
    assert_eq!(
        store
            .delete_object(author(store, carol).await, "work", NOW)
            .await
            .unwrap(),
        WriteObject::NotAllowed(AccountState::Unproven)
    );
    assert_eq!(
        read(store, carol, "work").await.unwrap().bytes.as_ref(),
        b"first",
        "reading is allowed"
    );
    assert_eq!(
        write(store, carol, "new", b"added").await,
        WriteObject::Written(())
    );
    assert_eq!(
        write(store, carol, "new", b"again").await,
        WriteObject::NotAllowed(AccountState::Unproven),
        "not even what it added"
    );
    assert_eq!(ids(store, carol).await, ["new", "work"]);
}

pub async fn what_an_unproven_account_adds_is_bounded_from_the_first_reset_on(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    let half = vec![7; usize::try_from(limits::UNPROVEN_ADDED_BYTES / 2).unwrap()];
    for id in ["a", "b"] {
        assert_eq!(write(store, carol, id, &half).await, WriteObject::Written(()));
    }
    for hash in ["$argon2id$again", "$argon2id$and again"] {
        assert_eq!(write(store, carol, "c", b"x").await, WriteObject::QuotaExceeded);
        reset(store, carol, hash, NOW).await;
    }
    // Takes no bytes; two ids are there.
    for number in 2..limits::UNPROVEN_ADDED_OBJECTS {
        assert_eq!(
            write(store, carol, &number.to_string(), b"").await,
            WriteObject::Written(())
        );
    }
    assert_eq!(write(store, carol, "more", b"").await, WriteObject::QuotaExceeded);
    let by = UnlockBy::RecoveryAuth(RECOVERY);
    assert_eq!(
        store.unlock(author(store, carol).await, by, NOW).await.unwrap(),
        UnlockOutcome::Unlocked(AccountState::Active)
    );
    assert_eq!(
        write(store, carol, "more", b"x").await,
        WriteObject::Written(()),
        "its owner is back"
    );
    reset(store, carol, "$argon2id$much later", NOW).await;
    assert_eq!(
        write(store, carol, "c", b"x").await,
        WriteObject::Written(()),
        "counted anew after a proof"
    );
}

pub async fn a_deleted_id_is_not_new_to_an_unproven_account(store: &dyn Store) {
    let carol = sign_up_with_keys(store, "carol").await;
    write(store, carol, "work", b"first").await;
    store
        .delete_object(author(store, carol).await, "work", NOW)
        .await
        .unwrap();
    reset(store, carol, "$argon2id$thief", NOW).await;
    assert_eq!(
        write(store, carol, "work", b"in its place").await,
        WriteObject::NotAllowed(AccountState::Unproven)
    );
}

pub async fn an_unproven_account_cannot_write_the_inventory(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    write_sealed(store, carol, "gone", b"object", b"two", Version(1)).await;
    delete_sealed(store, carol, "gone", b"three", Version(2)).await;
    reset(store, carol, "$argon2id$thief", NOW).await;
    for precondition in [Version(3), Version(1), Absent] {
        assert_eq!(
            write_sealed(store, carol, "a", b"late", b"late", precondition).await,
            WriteObject::NotAllowed(AccountState::Unproven)
        );
        assert_eq!(
            write_sealed(store, carol, "new", b"late", b"late", precondition).await,
            WriteObject::NotAllowed(AccountState::Unproven)
        );
        assert_eq!(
            delete_sealed(store, carol, "a", b"late", precondition).await,
            WriteObject::NotAllowed(AccountState::Unproven)
        );
        assert_eq!(
            undelete_sealed(store, carol, "gone", b"late", precondition).await,
            WriteObject::NotAllowed(AccountState::Unproven)
        );
    }
    assert_eq!(
        inventory(store, carol).await,
        Some((3, Bytes::from_static(b"three")))
    );
    assert_eq!(
        content(store, carol, "a").await,
        Some(Bytes::from_static(b"object")),
        "reading is allowed"
    );
}

pub async fn an_unproven_account_cannot_change_code_or_backup_key(store: &dyn Store) {
    let carol = sign_up_and_reset(store, "carol").await;
    let new_code = RecoveryWrite {
        wrap: recovery_wrap(7),
        verifier: [7; 32],
    };
    let same_code_other_verifier = RecoveryWrite {
        wrap: recovery_wrap(2),
        verifier: [7; 32],
    };
    let with = |recovery| KeyRecordWrite {
        recovery: Some(recovery),
        ..next_write(1, 2, 3)
    };
    for write in [with(new_code), with(same_code_other_verifier), renewal(1, 2, 8)] {
        assert_eq!(
            store
                .write_key_record(author(store, carol).await, write, NOW)
                .await
                .unwrap(),
            WriteKeyRecord::NotAllowed(AccountState::Unproven)
        );
    }
    assert_eq!(account_now(store, carol, NOW).await.state, AccountState::Unproven);
    assert_eq!(key_record(store, carol).await.unwrap().recovery, recovery_wrap(2));
}

pub async fn a_write_with_proof_makes_an_unproven_account_active(store: &dyn Store) {
    let stored_code = Some(RecoveryWrite {
        wrap: recovery_wrap(2),
        verifier: RECOVERY,
    });
    for (name, recovery) in [("carol", None), ("dave", stored_code)] {
        let id = sign_up_and_reset(store, name).await;
        let wrong = KeyRecordWrite {
            unlock_verifier: WRONG_PROOF,
            ..next_write(1, 2, 3)
        };
        assert_eq!(
            store
                .write_key_record(author(store, id).await, wrong, NOW)
                .await
                .unwrap(),
            WriteKeyRecord::WrongProof
        );
        assert_eq!(account_now(store, id, NOW).await.state, AccountState::Unproven);
        let write = KeyRecordWrite {
            recovery,
            ..next_write(1, 2, 3)
        };
        assert_eq!(
            store
                .write_key_record(author(store, id).await, write, NOW)
                .await
                .unwrap(),
            WriteKeyRecord::Written(2)
        );
        assert_eq!(account_now(store, id, NOW).await.state, AccountState::Active);
    }
}
