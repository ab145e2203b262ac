//! How much an account may hold: bytes of all versions, and ids.

use bytes::Bytes;
use futures_util::future::join_all;
use keyhaven_protocol::persona::limits;

use super::{
    samples::{NOW, QUOTA_BYTES, account_now, author, sign_up},
    steps::{account_with_object, delete_sealed, ids, inventory, read, undelete_sealed, write, write_sealed},
};
use crate::{
    Precondition::{self, Version},
    Store, WriteObject,
};

pub async fn a_write_over_the_quota_changes_nothing(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    let quota = usize::try_from(QUOTA_BYTES).unwrap();
    write(store, carol, "small", b"kept").await;
    assert_eq!(
        write(store, carol, "large", &vec![7; quota - 3]).await,
        WriteObject::QuotaExceeded
    );
    assert_eq!(
        write(store, carol, "small", &vec![7; quota - 3]).await,
        WriteObject::QuotaExceeded
    );
    assert_eq!(read(store, carol, "small").await.unwrap().bytes.as_ref(), b"kept");
    assert_eq!(ids(store, carol).await, ["small"]);
    assert_eq!(account_now(store, carol, NOW).await.used_bytes, 4);
    assert_eq!(
        write(store, carol, "large", &vec![7; quota - 4]).await,
        WriteObject::Written(()),
        "exactly full"
    );
    assert_eq!(
        write(store, carol, "one more", b"x").await,
        WriteObject::QuotaExceeded
    );
    assert_eq!(
        write(store, dave, "one more", b"x").await,
        WriteObject::Written(()),
        "another account's quota"
    );
}

pub async fn the_quota_counts_every_version(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let third = vec![1; usize::try_from(QUOTA_BYTES / 3).unwrap()];
    for _ in 0..2 {
        assert_eq!(write(store, carol, "a", &third).await, WriteObject::Written(()));
    }
    store
        .delete_object(author(store, carol).await, "a", NOW)
        .await
        .unwrap();
    assert_eq!(write(store, carol, "b", &third).await, WriteObject::Written(()));
    assert_eq!(write(store, carol, "b", b"xx").await, WriteObject::QuotaExceeded);
    assert_eq!(
        account_now(store, carol, NOW).await.used_bytes,
        QUOTA_BYTES / 3 * 3
    );
}

pub async fn object_and_inventory_count_to_the_quota_together(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    let used = account_now(store, carol, NOW).await.used_bytes;
    assert_eq!(used, 6 + 3);
    delete_sealed(store, carol, "a", b"", Version(1)).await;
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
        WriteObject::Written(3),
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
    assert_eq!(full.await.unwrap(), WriteObject::Written(2));
    assert_eq!(
        write_sealed(store, carol, "b", b"", b"x", Version(2)).await,
        WriteObject::QuotaExceeded
    );
    // Each of the largest size that is sent: the reserve is for so many of them.
    let largest = Bytes::from(vec![2; limits::INVENTORY_MAX_BYTES]);
    let steps = limits::CLEANUP_RESERVE_BYTES / u64::try_from(limits::INVENTORY_MAX_BYTES).unwrap();
    for step in 0..steps {
        let (version, next) = (Version(2 + step), 3 + step);
        if step % 2 == 0 {
            let deleted = store.delete_object_and_write_inventory(
                author(store, carol).await,
                "b",
                largest.clone(),
                version,
                NOW,
            );
            assert_eq!(deleted.await.unwrap(), WriteObject::Written(next));
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
        delete_sealed(store, carol, "b", b"x", Version(2 + steps)).await,
        WriteObject::QuotaExceeded
    );
    assert_eq!(
        delete_sealed(store, carol, "b", b"", Version(2 + steps)).await,
        WriteObject::Written(3 + steps),
        "takes no room"
    );
    assert_eq!(
        undelete_sealed(store, carol, "b", b"x", Version(3 + steps)).await,
        WriteObject::QuotaExceeded
    );
}

pub async fn an_account_has_no_more_than_the_most_ids(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let names: Vec<String> = (0..limits::OBJECTS_MAX)
        .map(|number| number.to_string())
        .collect();
    for some in names.chunks(500) {
        let written = join_all(some.iter().map(|id| write(store, carol, id, b""))).await;
        assert!(written.iter().all(|outcome| *outcome == WriteObject::Written(())));
    }
    assert_eq!(
        write(store, carol, "one more", b"").await,
        WriteObject::QuotaExceeded
    );
    assert_eq!(
        write(store, carol, "0", b"again").await,
        WriteObject::Written(()),
        "an id that is there"
    );
    store
        .delete_object(author(store, carol).await, "1", NOW)
        .await
        .unwrap();
    assert_eq!(
        write(store, carol, "one more", b"").await,
        WriteObject::QuotaExceeded,
        "a deleted id still counts"
    );
    let inventory = Bytes::from_static(b"inventory");
    let sealed = store.write_object_and_inventory(
        author(store, carol).await,
        "new",
        Bytes::new(),
        inventory,
        Precondition::Absent,
        NOW,
    );
    assert_eq!(sealed.await.unwrap(), WriteObject::QuotaExceeded);
}
