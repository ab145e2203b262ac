//! What the tests of objects do over and over.

use bytes::Bytes;
use keyhaven_protocol::persona::{AccountId, SessionId};

use super::samples::{NOW, author, minutes, sign_up_with_keys};
use crate::{
    KeyRecord, ObjectBytes, ObjectRecord,
    Precondition::{self, Absent},
    Session, Store, Timestamp, WriteObject,
};

/// Writes an object of the original wire.
pub async fn write(store: &dyn Store, account: AccountId, id: &str, bytes: &[u8]) -> WriteObject<()> {
    let bytes = Bytes::copy_from_slice(bytes);
    store
        .write_object(author(store, account).await, id, "application/zip", bytes, NOW)
        .await
        .unwrap()
}

/// An object with its facts.
pub async fn read(store: &dyn Store, account: AccountId, id: &str) -> Option<ObjectBytes> {
    let asking = author(store, account).await;
    let read = store.read_object(asking, id, u64::MAX).await.unwrap();
    read.given().expect("the author is signed in").here()
}

/// The bytes of an object.
pub async fn content(store: &dyn Store, account: AccountId, id: &str) -> Option<Bytes> {
    read(store, account, id).await.map(|object| object.bytes)
}

/// What is listed, and the version of the inventory.
pub async fn objects(store: &dyn Store, account: AccountId) -> (Option<u64>, Vec<ObjectRecord>) {
    let listed = store
        .objects(author(store, account).await, u64::MAX)
        .await
        .unwrap();
    let listed = listed.given().expect("the author is signed in");
    let listed = listed.here().expect("a list is never absent");
    (listed.inventory_version, listed.objects)
}

/// The key record.
pub async fn key_record(store: &dyn Store, account: AccountId) -> Option<KeyRecord> {
    let read = store.key_record(author(store, account).await).await.unwrap();
    read.given().expect("the author is signed in")
}

/// The open sessions.
pub async fn sessions(store: &dyn Store, account: AccountId, now: Timestamp) -> Vec<Session> {
    let listed = store.sessions(author(store, account).await, now).await.unwrap();
    listed.given().expect("the author is signed in")
}

/// Ends a session, if it is open.
pub async fn end_session(store: &dyn Store, account: AccountId, id: SessionId, now: Timestamp) -> bool {
    let asking = author(store, account).await;
    let ended = store.end_session(asking, id, now).await.unwrap();
    ended.given().expect("the author is signed in")
}

/// Signs out everywhere.
pub async fn end_sessions(store: &dyn Store, account: AccountId, now: Timestamp) {
    let ended = store
        .end_sessions(author(store, account).await, now)
        .await
        .unwrap();
    ended.given().expect("the author is signed in");
}

/// What is listed.
pub async fn ids(store: &dyn Store, account: AccountId) -> Vec<String> {
    let (_, listed) = objects(store, account).await;
    listed.into_iter().map(|object| object.id).collect()
}

/// Writes an object of ours with an inventory.
pub async fn write_sealed(
    store: &dyn Store,
    account: AccountId,
    id: &str,
    object: &'static [u8],
    inventory: &'static [u8],
    precondition: Precondition,
) -> WriteObject<u64> {
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

/// Deletes an object of ours and writes an inventory.
pub async fn delete_sealed(
    store: &dyn Store,
    account: AccountId,
    id: &str,
    inventory: &'static [u8],
    precondition: Precondition,
) -> WriteObject<u64> {
    let inventory = Bytes::from_static(inventory);
    store
        .delete_object_and_write_inventory(author(store, account).await, id, inventory, precondition, NOW)
        .await
        .unwrap()
}

/// Brings an object of ours back, some minutes later, and writes an inventory.
pub async fn undelete_sealed(
    store: &dyn Store,
    account: AccountId,
    id: &str,
    inventory: &'static [u8],
    precondition: Precondition,
) -> WriteObject<u64> {
    let (inventory, later) = (Bytes::from_static(inventory), NOW.plus(minutes(5)));
    store
        .undelete_object_and_write_inventory(author(store, account).await, id, inventory, precondition, later)
        .await
        .unwrap()
}

/// The inventory and its version.
pub async fn inventory(store: &dyn Store, account: AccountId) -> Option<(u64, Bytes)> {
    let asking = author(store, account).await;
    let read = store.read_inventory(asking, u64::MAX).await.unwrap();
    let read = read.given().expect("the author is signed in").here();
    let (listed, _) = objects(store, account).await;
    assert_eq!(
        read.as_ref().map(|(version, _)| *version),
        listed,
        "list and inventory disagree"
    );
    read
}

/// Object `a` and inventory version 1.
pub async fn account_with_object(store: &dyn Store, name: &str) -> AccountId {
    let id = sign_up_with_keys(store, name).await;
    assert_eq!(
        write_sealed(store, id, "a", b"object", b"one", Absent).await,
        WriteObject::Written(1)
    );
    id
}
