//! What the way back after a deletion, or after damage of the inventory, stands on: the list of what is deleted, the
//! inventories before, and an inventory alone.

use bytes::Bytes;
use keyhaven_protocol::persona::{AccountId, AccountState, limits};
use sha2::{Digest as _, Sha256};

use super::{
    moves::{author_then, write_then},
    samples::{NOW, QUOTA_BYTES, account_now, author, author_at, minutes, reset, seconds, sign_up},
    steps::{
        account_with_object, delete_sealed, inventory, objects, read, undelete_sealed, write, write_sealed,
    },
};
use crate::{
    Content, DeletedRecord, ForAuthor,
    Precondition::{self, Absent, Version},
    Store, Timestamp, WriteObject,
    objects::list_size,
};

async fn deleted(store: &dyn Store, account: AccountId) -> Vec<DeletedRecord> {
    let asking = author(store, account).await;
    let listed = store.deleted_objects(asking, u64::MAX).await.unwrap();
    let listed = listed.given().expect("the author is signed in").here();
    let counted = store.objects(asking, u64::MAX).await.unwrap();
    let counted = counted.given().unwrap().here().unwrap().deleted;
    let listed = listed.expect("a list is never absent");
    assert_eq!(
        u64::try_from(listed.len()),
        Ok(counted),
        "list and count disagree"
    );
    listed
}

async fn delete_at(store: &dyn Store, account: AccountId, id: &str, now: Timestamp) {
    let done = store.delete_object(author(store, account).await, id, now).await;
    assert_eq!(done.unwrap(), WriteObject::Written(()));
}

async fn write_alone(
    store: &dyn Store,
    account: AccountId,
    inventory: &'static [u8],
    precondition: Precondition,
) -> WriteObject<u64> {
    let asking = author(store, account).await;
    let inventory = Bytes::from_static(inventory);
    let written = store.write_inventory(asking, inventory, precondition, NOW).await;
    written.unwrap()
}

pub async fn what_is_deleted_is_listed_with_what_comes_back(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    let dave = account_with_object(store, "dave").await;
    write_sealed(store, carol, "a", b"newest", b"two", Version(1)).await;
    write_then(store, carol, "b", b"other", NOW).await;
    write_then(store, carol, "c", b"stays", NOW).await;
    assert!(deleted(store, carol).await.is_empty());
    let before = read(store, carol, "a").await.unwrap().record;
    delete_sealed(store, carol, "a", b"three", Version(2)).await;
    delete_at(store, carol, "b", NOW.plus(minutes(1))).await;
    let listed = deleted(store, carol).await;
    let what = |record: &DeletedRecord| (record.object.id.clone(), record.deleted_at);
    assert_eq!(
        listed.iter().map(what).collect::<Vec<_>>(),
        [("b".to_owned(), NOW.plus(minutes(1))), ("a".to_owned(), NOW)]
    );
    assert_eq!(listed[1].object, before, "the newest with content");
    assert_eq!(
        listed[1].object.sha256,
        <[u8; 32]>::from(Sha256::digest(b"newest"))
    );
    assert!(deleted(store, dave).await.is_empty(), "of nobody else");
    let late = store.deleted_objects(author_at(carol, 7), u64::MAX).await;
    assert_eq!(late.unwrap(), ForAuthor::SignedOut);

    undelete_sealed(store, carol, "a", b"four", Version(3)).await;
    write_then(store, carol, "b", b"again", NOW.plus(minutes(2))).await;
    assert!(deleted(store, carol).await.is_empty());
}

pub async fn a_list_of_what_is_deleted_says_what_it_takes(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let long = "\"".repeat(512);
    for id in [long.as_str(), "☃", "stays"] {
        write(store, carol, id, b"x").await;
    }
    for id in [long.as_str(), "☃"] {
        delete_at(store, carol, id, NOW).await;
    }
    let signed_in = author(store, carol).await;
    let size = list_size(2, 512 + 3);
    for (room, fits) in [(size, true), (size - 1, false), (0, false)] {
        let listed = store.deleted_objects(signed_in, room).await.unwrap();
        match listed.given().unwrap() {
            Content::Here(listed) => assert!(fits && listed.len() == 2),
            other => assert!(!fits && other == Content::Longer { size }, "{other:?}"),
        }
    }
}

pub async fn a_deletion_that_is_over_is_listed_no_more(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    write(store, carol, "work", b"x").await;
    delete_at(store, carol, "work", NOW).await;
    let over = NOW.plus(limits::DELETED_KEPT);
    store.sweep(over.minus(seconds(1))).await.unwrap();
    assert_eq!(deleted(store, carol).await.len(), 1);
    store.sweep(over).await.unwrap();
    assert!(deleted(store, carol).await.is_empty());
}

/// The sweeper removes what is over in rounds, the content before the deletion that tells it so.
pub async fn what_is_removed_in_part_does_not_come_back(store: &dyn Store) {
    static LONG: [u8; 3_000_000] = [7; 3_000_000];
    let carol = account_with_object(store, "carol").await;
    write_sealed(store, carol, "b", &LONG, b"two", Version(1)).await;
    write_sealed(store, carol, "b", &LONG, b"three", Version(2)).await;
    delete_sealed(store, carol, "b", b"four", Version(3)).await;
    let (before, listed) = (inventory(store, carol).await, objects(store, carol).await);
    let swept = store.sweep(NOW.plus(limits::DELETED_KEPT)).await.unwrap();
    assert!(
        swept.more && swept.objects == 0,
        "not all of it at once: {swept:?}"
    );
    assert_eq!(
        undelete_sealed(store, carol, "b", b"five", Version(4)).await,
        WriteObject::NotFound
    );
    assert_eq!(inventory(store, carol).await, before);
    assert_eq!(objects(store, carol).await, listed);
}

pub async fn earlier_inventories_are_listed_and_read(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let asking = author(store, carol).await;
    let kept = store.inventory_versions(asking, u64::MAX).await.unwrap();
    assert_eq!(kept.given().unwrap(), Content::Absent);
    write_sealed(store, carol, "a", b"object", b"one", Absent).await;
    delete_sealed(store, carol, "a", b"second", Version(1)).await;
    let kept = store.inventory_versions(asking, u64::MAX).await.unwrap();
    let kept = kept.given().unwrap().here().unwrap();
    let facts = |inventory: &[u8]| (inventory.len() as u64, Sha256::digest(inventory).into());
    let found: Vec<(u64, Timestamp, (u64, [u8; 32]))> = kept
        .into_iter()
        .map(|kept| {
            let content = kept.content.expect("an inventory is never deleted");
            (kept.version, kept.written_at, (content.size, content.sha256))
        })
        .collect();
    assert_eq!(found, [(2, NOW, facts(b"second")), (1, NOW, facts(b"one"))]);
    let size = list_size(2, 0);
    let short = store.inventory_versions(asking, size - 1).await.unwrap();
    assert_eq!(short.given().unwrap(), Content::Longer { size });

    let read = |version, room| store.read_inventory_version(asking, version, room);
    let first = read(1, 3).await.unwrap().given().unwrap();
    assert_eq!(first, Content::Here((1, Bytes::from_static(b"one"))));
    let too_long = read(1, 2).await.unwrap().given().unwrap();
    assert_eq!(too_long, Content::Longer { size: 3 });
    for absent in [0, 3, u64::MAX] {
        let read = read(absent, u64::MAX).await.unwrap();
        assert_eq!(read.given().unwrap(), Content::Absent, "{absent}");
    }

    let dave = sign_up(store, "dave").await;
    let other = author(store, dave).await;
    let read = store.read_inventory_version(other, 1, u64::MAX).await.unwrap();
    assert_eq!(read.given().unwrap(), Content::Absent, "of nobody else");
    let late = author_at(carol, 7);
    let read = store.read_inventory_version(late, 1, u64::MAX).await.unwrap();
    assert_eq!(read, ForAuthor::SignedOut);
    let kept = store.inventory_versions(late, u64::MAX).await.unwrap();
    assert_eq!(kept, ForAuthor::SignedOut);
}

pub async fn an_inventory_alone_takes_the_place_of_the_one_before(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    for refused in [Absent, Version(0), Version(2), Version(u64::MAX)] {
        assert_eq!(
            write_alone(store, carol, b"late", refused).await,
            WriteObject::VersionConflict
        );
    }
    let used = account_now(store, carol, NOW).await.used_bytes;
    assert_eq!(
        write_alone(store, carol, b"repaired", Version(1)).await,
        WriteObject::Written(2)
    );
    assert_eq!(
        inventory(store, carol).await,
        Some((2, Bytes::from_static(b"repaired")))
    );
    assert_eq!(objects(store, carol).await.1.len(), 1);
    assert_eq!(account_now(store, carol, NOW).await.used_bytes, used + 8);
    let dave = sign_up(store, "dave").await;
    assert_eq!(
        write_alone(store, dave, b"first", Absent).await,
        WriteObject::Written(1)
    );
}

pub async fn an_inventory_alone_is_refused_as_a_deletion_is(store: &dyn Store) {
    let carol = account_with_object(store, "carol").await;
    let bytes = || Bytes::from_static(b"late");
    let late = store.write_inventory(author_at(carol, 7), bytes(), Version(1), NOW);
    assert_eq!(late.await.unwrap(), WriteObject::SignedOut);

    // A full account can be repaired, within the reserve.
    let used = account_now(store, carol, NOW).await.used_bytes;
    let rest = vec![7; usize::try_from(QUOTA_BYTES - used).unwrap()];
    assert_eq!(write(store, carol, "rest", &rest).await, WriteObject::Written(()));
    assert_eq!(
        write_alone(store, carol, b"over", Version(1)).await,
        WriteObject::Written(2)
    );
    let largest = Bytes::from(vec![2; limits::INVENTORY_MAX_BYTES]);
    let mut version = 2;
    let refused = loop {
        let asking = author(store, carol).await;
        let write = store.write_inventory(asking, largest.clone(), Version(version), NOW);
        match write.await.unwrap() {
            WriteObject::Written(next) => version = next,
            refused => break refused,
        }
    };
    assert_eq!(refused, WriteObject::QuotaExceeded);
    let fit = limits::CLEANUP_RESERVE_BYTES / u64::try_from(limits::INVENTORY_MAX_BYTES).unwrap();
    assert_eq!(version, 2 + fit - 1, "one less, since the first took some of it");

    reset(store, carol, "$argon2id$thief", NOW).await;
    let thief = author_then(store, carol, NOW).await;
    let written = store.write_inventory(thief, bytes(), Version(version), NOW);
    assert_eq!(
        written.await.unwrap(),
        WriteObject::NotAllowed(AccountState::Unproven)
    );
}
