//! Objects of our own wire: each write carries the inventory that counts it.

use bytes::Bytes;
use futures_util::future::join_all;
use keyhaven_protocol::persona::objects::SEALED_MEDIA_TYPE;

use super::{
    samples::{NOW, account_now, author, sign_up},
    steps::{
        account_with_object, content, delete_sealed, ids, inventory, objects, read, undelete_sealed,
        write_sealed,
    },
};
use crate::{
    Precondition::{self, Absent, Version},
    Store, WriteObject,
};

const CONFLICTS: [Precondition; 4] = [Absent, Version(0), Version(2), Version(u64::MAX)];

pub async fn object_and_inventory_are_written_together(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    assert_eq!(
        inventory(store, carol).await,
        Some((1, Bytes::from_static(b"one")))
    );
    let read = read(store, carol, "a").await.unwrap();
    assert_eq!(read.bytes.as_ref(), b"object");
    assert_eq!(read.record.content_type, SEALED_MEDIA_TYPE);
    assert_eq!(
        write_sealed(store, carol, "a", b"again", b"two", Version(1)).await,
        WriteObject::Written(2)
    );
    assert_eq!(
        write_sealed(store, carol, "b", b"other", b"three", Version(2)).await,
        WriteObject::Written(3)
    );
    assert_eq!(
        inventory(store, carol).await,
        Some((3, Bytes::from_static(b"three")))
    );
    let (_, listed) = objects(store, carol).await;
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
        write_sealed(store, carol, "a", b"object", b"one", Version(1)).await,
        WriteObject::VersionConflict
    );
    assert_eq!(
        write_sealed(store, carol, "a", b"object", b"", Absent).await,
        WriteObject::Written(1)
    );
    assert_eq!(inventory(store, carol).await, Some((1, Bytes::new())));
}

pub async fn another_inventory_version_is_a_conflict_and_changes_nothing(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    delete_sealed(store, carol, "a", b"two", Version(1)).await;
    write_sealed(store, carol, "b", b"object", b"three", Version(2)).await;
    let used = account_now(store, carol, NOW).await.used_bytes;
    for precondition in CONFLICTS {
        assert_eq!(
            write_sealed(store, carol, "b", b"late", b"late", precondition).await,
            WriteObject::VersionConflict
        );
        assert_eq!(
            delete_sealed(store, carol, "b", b"late", precondition).await,
            WriteObject::VersionConflict
        );
        assert_eq!(
            undelete_sealed(store, carol, "a", b"late", precondition).await,
            WriteObject::VersionConflict
        );
    }
    assert_eq!(
        inventory(store, carol).await,
        Some((3, Bytes::from_static(b"three")))
    );
    assert_eq!(
        content(store, carol, "b").await,
        Some(Bytes::from_static(b"object"))
    );
    assert_eq!(content(store, carol, "a").await, None);
    assert_eq!(account_now(store, carol, NOW).await.used_bytes, used);
}

pub async fn of_two_writes_at_once_exactly_one_wins(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    let names = ["b", "c", "d", "e"];
    let writes = names.map(|id| write_sealed(store, carol, id, b"object", b"two", Version(1)));
    let outcomes = join_all(writes).await;
    let count = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    assert_eq!(
        (
            count(WriteObject::Written(2)),
            count(WriteObject::VersionConflict)
        ),
        (1, 3)
    );
    assert_eq!(
        objects(store, carol).await.1.len(),
        2,
        "an object without its count was written"
    );
}

pub async fn a_deletion_writes_the_inventory_without_the_object(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    assert_eq!(
        delete_sealed(store, carol, "a", b"two", Version(1)).await,
        WriteObject::Written(2)
    );
    assert_eq!(content(store, carol, "a").await, None);
    assert_eq!(
        inventory(store, carol).await,
        Some((2, Bytes::from_static(b"two")))
    );
    assert!(objects(store, carol).await.1.is_empty());
}

pub async fn deleting_what_is_not_there_leaves_the_inventory(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    assert_eq!(
        delete_sealed(store, carol, "b", b"two", Version(1)).await,
        WriteObject::NotFound
    );
    assert_eq!(
        inventory(store, carol).await,
        Some((1, Bytes::from_static(b"one")))
    );
}

pub async fn a_deleted_object_comes_back_as_it_was(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    write_sealed(store, carol, "a", b"newest", b"two", Version(1)).await;
    let before = read(store, carol, "a").await;
    delete_sealed(store, carol, "a", b"three", Version(2)).await;
    assert_eq!(
        undelete_sealed(store, carol, "a", b"four", Version(3)).await,
        WriteObject::Written(4)
    );
    assert_eq!(read(store, carol, "a").await, before);
    assert_eq!(
        inventory(store, carol).await,
        Some((4, Bytes::from_static(b"four")))
    );
}

pub async fn what_was_not_deleted_cannot_come_back(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    for id in ["a", "never there"] {
        assert_eq!(
            undelete_sealed(store, carol, id, b"two", Version(1)).await,
            WriteObject::NotFound
        );
    }
    delete_sealed(store, carol, "a", b"two", Version(1)).await;
    undelete_sealed(store, carol, "a", b"three", Version(2)).await;
    assert_eq!(
        undelete_sealed(store, carol, "a", b"four", Version(3)).await,
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
        assert_eq!(content(store, carol, id).await, None);
        assert_eq!(
            store
                .delete_object(author(store, carol).await, id, NOW)
                .await
                .unwrap(),
            WriteObject::NotFound
        );
    }
    assert_eq!(ids(store, carol).await, ["a"]);
    write_sealed(store, carol, "", b"empty id", b"two", Version(1)).await;
    assert_eq!(
        inventory(store, carol).await,
        Some((2, Bytes::from_static(b"two")))
    );
    assert_eq!(
        content(store, carol, "").await,
        Some(Bytes::from_static(b"empty id"))
    );
}

pub async fn a_write_of_the_original_wire_leaves_the_inventory(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    let bytes = Bytes::from_static(b"by another client");
    store
        .write_object(author(store, carol).await, "a", "text/plain", bytes.clone(), NOW)
        .await
        .unwrap();
    assert_eq!(content(store, carol, "a").await, Some(bytes));
    assert_eq!(
        inventory(store, carol).await,
        Some((1, Bytes::from_static(b"one")))
    );
}
