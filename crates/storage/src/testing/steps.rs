//! What the tests of objects do over and over.

use bytes::Bytes;
use keyhaven_protocol::persona::AccountId;

use super::samples::{NOW, author, minutes, sign_up_with_keys};
use crate::{
    ObjectBytes,
    Precondition::{self, Absent},
    Store, WriteObject,
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
    store.read_object(account, id).await.unwrap()
}

/// The bytes of an object.
pub async fn content(store: &dyn Store, account: AccountId, id: &str) -> Option<Bytes> {
    store
        .read_object(account, id)
        .await
        .unwrap()
        .map(|object| object.bytes)
}

/// What is listed.
pub async fn ids(store: &dyn Store, account: AccountId) -> Vec<String> {
    store
        .objects(account)
        .await
        .unwrap()
        .1
        .into_iter()
        .map(|object| object.id)
        .collect()
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
    let read = store.read_inventory(account).await.unwrap();
    let listed = store.objects(account).await.unwrap().0;
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
