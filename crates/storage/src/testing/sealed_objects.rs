//! Objects of our own wire: each write carries the inventory that counts it.

use bytes::Bytes;
use futures_util::future::join_all;
use keyhaven_protocol::persona::{AccountId, limits, objects::SEALED_MEDIA_TYPE};

use super::samples::{NOW, QUOTA_BYTES, account_now, author, minutes, reset, sign_up, sign_up_with_keys};
use crate::{
    DeleteObject,
    Precondition::{self, Absent, Version},
    Store, WriteObject,
};

const CONFLICTS: [Precondition; 4] = [Absent, Version(0), Version(2), Version(u64::MAX)];

async fn write(
    store: &dyn Store,
    account: AccountId,
    id: &str,
    object: &'static [u8],
    inventory: &'static [u8],
    precondition: Precondition,
) -> WriteObject {
    let (object, inventory) = (Bytes::from_static(object), Bytes::from_static(inventory));
    store
        .write_object_and_inventory(
            author(store, account).await,
            id,
            object,
            inventory,
            precondition,
            NOW,
        )
        .await
        .unwrap()
}

async fn delete(
    store: &dyn Store,
    account: AccountId,
    id: &str,
    inventory: &'static [u8],
    precondition: Precondition,
) -> DeleteObject {
    let inventory = Bytes::from_static(inventory);
    store
        .delete_object_and_write_inventory(author(store, account).await, id, inventory, precondition, NOW)
        .await
        .unwrap()
}

async fn undelete(
    store: &dyn Store,
    account: AccountId,
    id: &str,
    inventory: &'static [u8],
    precondition: Precondition,
) -> WriteObject {
    let (inventory, later) = (Bytes::from_static(inventory), NOW.plus(minutes(5)));
    store
        .undelete_object_and_write_inventory(author(store, account).await, id, inventory, precondition, later)
        .await
        .unwrap()
}

async fn inventory(store: &dyn Store, account: AccountId) -> Option<(u64, Bytes)> {
    let read = store.read_inventory(account).await.unwrap();
    let listed = store.objects(account).await.unwrap().0;
    assert_eq!(
        read.as_ref().map(|(version, _)| *version),
        listed,
        "list and inventory disagree"
    );
    read
}

async fn object(store: &dyn Store, account: AccountId, id: &str) -> Option<Bytes> {
    store
        .read_object(account, id)
        .await
        .unwrap()
        .map(|object| object.bytes)
}

/// Object `a` and inventory version 1.
async fn account_with_object(store: &dyn Store, name: &str) -> AccountId {
    let id = sign_up_with_keys(store, name).await;
    assert_eq!(
        write(store, id, "a", b"object", b"one", Absent).await,
        WriteObject::Written(Some(1))
    );
    id
}

pub async fn object_and_inventory_are_written_together(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    assert_eq!(
        inventory(store, carol).await,
        Some((1, Bytes::from_static(b"one")))
    );
    let read = store.read_object(carol, "a").await.unwrap().unwrap();
    assert_eq!(read.bytes.as_ref(), b"object");
    assert_eq!(read.record.content_type, SEALED_MEDIA_TYPE);
    assert_eq!(
        write(store, carol, "a", b"again", b"two", Version(1)).await,
        WriteObject::Written(Some(2))
    );
    assert_eq!(
        write(store, carol, "b", b"other", b"three", Version(2)).await,
        WriteObject::Written(Some(3))
    );
    assert_eq!(
        inventory(store, carol).await,
        Some((3, Bytes::from_static(b"three")))
    );
    let (_, listed) = store.objects(carol).await.unwrap();
    let listed: Vec<_> = listed
        .iter()
        .map(|object| (object.id.as_str(), object.version))
        .collect();
    assert_eq!(listed, [("a", 2), ("b", 1)]);
}

pub async fn the_first_inventory_replaces_none(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    assert_eq!(inventory(store, carol).await, None);
    assert_eq!(
        write(store, carol, "a", b"object", b"one", Version(1)).await,
        WriteObject::VersionConflict
    );
    assert_eq!(
        write(store, carol, "a", b"object", b"", Absent).await,
        WriteObject::Written(Some(1))
    );
    assert_eq!(inventory(store, carol).await, Some((1, Bytes::new())));
}

pub async fn another_inventory_version_is_a_conflict_and_changes_nothing(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    delete(store, carol, "a", b"two", Version(1)).await;
    write(store, carol, "b", b"object", b"three", Version(2)).await;
    let used = account_now(store, carol, NOW).await.used_bytes;
    for precondition in CONFLICTS {
        assert_eq!(
            write(store, carol, "b", b"late", b"late", precondition).await,
            WriteObject::VersionConflict
        );
        assert_eq!(
            delete(store, carol, "b", b"late", precondition).await,
            DeleteObject::VersionConflict
        );
        assert_eq!(
            undelete(store, carol, "a", b"late", precondition).await,
            WriteObject::VersionConflict
        );
    }
    assert_eq!(
        inventory(store, carol).await,
        Some((3, Bytes::from_static(b"three")))
    );
    assert_eq!(
        object(store, carol, "b").await,
        Some(Bytes::from_static(b"object"))
    );
    assert_eq!(object(store, carol, "a").await, None);
    assert_eq!(account_now(store, carol, NOW).await.used_bytes, used);
}

pub async fn of_two_writes_at_once_exactly_one_wins(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    let names = ["b", "c", "d", "e"];
    let writes = names.map(|id| write(store, carol, id, b"object", b"two", Version(1)));
    let outcomes = join_all(writes).await;
    let count = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    assert_eq!(
        (
            count(WriteObject::Written(Some(2))),
            count(WriteObject::VersionConflict)
        ),
        (1, 3)
    );
    assert_eq!(
        store.objects(carol).await.unwrap().1.len(),
        2,
        "an object without its count was written"
    );
}

pub async fn a_deletion_writes_the_inventory_without_the_object(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    assert_eq!(
        delete(store, carol, "a", b"two", Version(1)).await,
        DeleteObject::Deleted(Some(2))
    );
    assert_eq!(object(store, carol, "a").await, None);
    assert_eq!(
        inventory(store, carol).await,
        Some((2, Bytes::from_static(b"two")))
    );
    assert!(store.objects(carol).await.unwrap().1.is_empty());
}

pub async fn deleting_what_is_not_there_leaves_the_inventory(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    assert_eq!(
        delete(store, carol, "b", b"two", Version(1)).await,
        DeleteObject::NotFound
    );
    assert_eq!(
        inventory(store, carol).await,
        Some((1, Bytes::from_static(b"one")))
    );
}

pub async fn a_deleted_object_comes_back_as_it_was(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    write(store, carol, "a", b"newest", b"two", Version(1)).await;
    let before = store.read_object(carol, "a").await.unwrap();
    delete(store, carol, "a", b"three", Version(2)).await;
    assert_eq!(
        undelete(store, carol, "a", b"four", Version(3)).await,
        WriteObject::Written(Some(4))
    );
    assert_eq!(store.read_object(carol, "a").await.unwrap(), before);
    assert_eq!(
        inventory(store, carol).await,
        Some((4, Bytes::from_static(b"four")))
    );
}

pub async fn what_was_not_deleted_cannot_come_back(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    for id in ["a", "never there"] {
        assert_eq!(
            undelete(store, carol, id, b"two", Version(1)).await,
            WriteObject::NotFound
        );
    }
    delete(store, carol, "a", b"two", Version(1)).await;
    undelete(store, carol, "a", b"three", Version(2)).await;
    assert_eq!(
        undelete(store, carol, "a", b"four", Version(3)).await,
        WriteObject::NotFound,
        "twice"
    );
    assert_eq!(
        inventory(store, carol).await,
        Some((3, Bytes::from_static(b"three")))
    );
}

pub async fn the_inventory_is_no_object(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    for id in ["", "inventory"] {
        assert_eq!(object(store, carol, id).await, None);
        assert_eq!(
            store
                .delete_object(author(store, carol).await, id, NOW)
                .await
                .unwrap(),
            DeleteObject::NotFound
        );
    }
    let listed: Vec<_> = store
        .objects(carol)
        .await
        .unwrap()
        .1
        .into_iter()
        .map(|object| object.id)
        .collect();
    assert_eq!(listed, ["a"]);
    write(store, carol, "", b"empty id", b"two", Version(1)).await;
    assert_eq!(
        inventory(store, carol).await,
        Some((2, Bytes::from_static(b"two")))
    );
    assert_eq!(
        object(store, carol, "").await,
        Some(Bytes::from_static(b"empty id"))
    );
}

pub async fn an_unproven_account_cannot_write_the_inventory(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    write(store, carol, "gone", b"object", b"two", Version(1)).await;
    delete(store, carol, "gone", b"three", Version(2)).await;
    reset(store, carol, "$argon2id$thief", NOW).await;
    for precondition in [Version(3), Version(1), Absent] {
        assert_eq!(
            write(store, carol, "a", b"late", b"late", precondition).await,
            WriteObject::Unproven
        );
        assert_eq!(
            write(store, carol, "new", b"late", b"late", precondition).await,
            WriteObject::Unproven
        );
        assert_eq!(
            delete(store, carol, "a", b"late", precondition).await,
            DeleteObject::Unproven
        );
        assert_eq!(
            undelete(store, carol, "gone", b"late", precondition).await,
            WriteObject::Unproven
        );
    }
    assert_eq!(
        inventory(store, carol).await,
        Some((3, Bytes::from_static(b"three")))
    );
    assert_eq!(
        object(store, carol, "a").await,
        Some(Bytes::from_static(b"object")),
        "reading is allowed"
    );
}

pub async fn object_and_inventory_count_to_the_quota_together(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    let used = account_now(store, carol, NOW).await.used_bytes;
    assert_eq!(used, 6 + 3);
    delete(store, carol, "a", b"", Version(1)).await;
    let room = usize::try_from(QUOTA_BYTES - used).unwrap();
    let signed_in = author(store, carol).await;
    let write_big = |object: usize, inventory: usize| {
        let (object, inventory) = (Bytes::from(vec![1; object]), Bytes::from(vec![2; inventory]));
        store.write_object_and_inventory(signed_in, "b", object, inventory, Version(2), NOW)
    };
    assert_eq!(write_big(room, 1).await.unwrap(), WriteObject::QuotaExceeded);
    assert_eq!(write_big(0, room + 1).await.unwrap(), WriteObject::QuotaExceeded);
    assert_eq!(inventory(store, carol).await.unwrap().0, 2);
    assert_eq!(
        write_big(room - 1, 1).await.unwrap(),
        WriteObject::Written(Some(3)),
        "exactly full"
    );
}

pub async fn a_full_account_can_be_cleaned_up_within_a_reserve(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    let used = account_now(store, carol, NOW).await.used_bytes;
    let filling = Bytes::from(vec![1; usize::try_from(QUOTA_BYTES - used - 3).unwrap()]);
    let full = store.write_object_and_inventory(
        author(store, carol).await,
        "b",
        filling,
        b"two".as_slice().into(),
        Version(1),
        NOW,
    );
    assert_eq!(full.await.unwrap(), WriteObject::Written(Some(2)));
    assert_eq!(
        write(store, carol, "b", b"", b"x", Version(2)).await,
        WriteObject::QuotaExceeded
    );
    // Each of the largest size that is sent: the reserve is for so many of them.
    let largest = Bytes::from(vec![2; limits::INVENTORY_MAX_BYTES]);
    let steps = limits::CLEANUP_RESERVE_BYTES / u64::try_from(limits::INVENTORY_MAX_BYTES).unwrap();
    for step in 0..steps {
        let (version, next) = (Version(2 + step), Some(3 + step));
        if step % 2 == 0 {
            let deleted = store.delete_object_and_write_inventory(
                author(store, carol).await,
                "b",
                largest.clone(),
                version,
                NOW,
            );
            assert_eq!(deleted.await.unwrap(), DeleteObject::Deleted(next));
        } else {
            let back = store.undelete_object_and_write_inventory(
                author(store, carol).await,
                "b",
                largest.clone(),
                version,
                NOW,
            );
            assert_eq!(back.await.unwrap(), WriteObject::Written(next));
        }
    }
    assert_eq!(
        delete(store, carol, "b", b"x", Version(2 + steps)).await,
        DeleteObject::QuotaExceeded
    );
    assert_eq!(
        delete(store, carol, "b", b"", Version(2 + steps)).await,
        DeleteObject::Deleted(Some(3 + steps)),
        "takes no room"
    );
    assert_eq!(
        undelete(store, carol, "b", b"x", Version(3 + steps)).await,
        WriteObject::QuotaExceeded
    );
}

pub async fn a_write_of_the_original_wire_leaves_the_inventory(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    let bytes = Bytes::from_static(b"by another client");
    store
        .write_object(author(store, carol).await, "a", "text/plain", bytes.clone(), NOW)
        .await
        .unwrap();
    assert_eq!(object(store, carol, "a").await, Some(bytes));
    assert_eq!(
        inventory(store, carol).await,
        Some((1, Bytes::from_static(b"one")))
    );
}
