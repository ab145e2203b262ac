//! Objects of the original wire: one at a time, by any id.

use bytes::Bytes;
use futures_util::future::join_all;
use keyhaven_protocol::persona::{AccountId, limits};
use sha2::{Digest as _, Sha256};

use super::{
    samples::{NOW, account_now, author, minutes, sign_up, sign_up_and_reset},
    steps::{ids, objects, read, write},
};
use crate::{Content, ForAuthor, Store, WriteObject, objects::list_size};

/// Bytes that no chunk of theirs repeats.
fn long(len: usize) -> Bytes {
    (0..len)
        .map(|index| u8::try_from((index ^ (index >> 8) ^ (index >> 16)) & 0xff).unwrap())
        .collect()
}

pub async fn an_object_comes_back_byte_for_byte(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let bytes = Bytes::from_static(b"PK\x03\x04 \x00\xff sealed");
    let later = NOW.plus(minutes(7));
    let written = store
        .write_object(
            author(store, carol).await,
            "work",
            "text/plain; charset=utf-8",
            bytes.clone(),
            later,
        )
        .await;
    assert_eq!(written.unwrap(), WriteObject::Written(()));
    let object = read(store, carol, "work").await.expect("it was written");
    assert_eq!(object.bytes, bytes);
    assert_eq!(object.record.id, "work");
    assert_eq!(object.record.size, 14);
    assert_eq!(object.record.sha256, <[u8; 32]>::from(Sha256::digest(&bytes)));
    assert_eq!(object.record.content_type, "text/plain; charset=utf-8");
    assert_eq!((object.record.version, object.record.modified_at), (1, later));
    assert_eq!(objects(store, carol).await, (None, vec![object.record]));
    assert_eq!(account_now(store, carol, NOW).await.used_bytes, 14);
}

pub async fn an_overwrite_keeps_the_version_before_it(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    write(store, carol, "work", b"first").await;
    write(store, carol, "work", b"second!").await;
    let object = read(store, carol, "work").await.unwrap();
    assert_eq!(
        (object.bytes.as_ref(), object.record.version),
        (b"second!".as_slice(), 2)
    );
    assert_eq!(ids(store, carol).await, ["work"]);
    assert_eq!(
        account_now(store, carol, NOW).await.used_bytes,
        5 + 7,
        "the first version is still stored"
    );
}

pub async fn an_object_may_be_empty(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    assert_eq!(
        write(store, carol, "nothing", b"").await,
        WriteObject::Written(())
    );
    let object = read(store, carol, "nothing").await.unwrap();
    assert!(object.bytes.is_empty());
    assert_eq!(object.record.size, 0);
}

pub async fn nothing_is_read_of_an_object_that_is_longer_than_asked(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    write(store, carol, "work", b"four").await;
    let asking = author(store, carol).await;
    let longer = store.read_object(asking, "work", 3).await.unwrap();
    assert_eq!(longer, ForAuthor::Given(Content::Longer { size: 4 }));
    let here = store.read_object(asking, "work", 4).await.unwrap();
    let here = here.given().and_then(Content::here).unwrap();
    assert_eq!(here.bytes.as_ref(), b"four");
    let absent = store.read_object(asking, "home", 0).await.unwrap();
    assert_eq!(absent, ForAuthor::Given(Content::Absent));
}

pub async fn an_object_of_the_largest_size_comes_back(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let bytes = long(limits::OBJECT_MAX_BYTES);
    let written = store
        .write_object(
            author(store, carol).await,
            "large",
            "application/zip",
            bytes.clone(),
            NOW,
        )
        .await
        .unwrap();
    assert_eq!(written, WriteObject::Written(()));
    assert!(
        read(store, carol, "large").await.unwrap().bytes == bytes,
        "other bytes came back"
    );
}

pub async fn objects_are_listed_by_the_bytes_of_their_id(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    for id in ["b", "é", "a", "B", "a-1", "10", "9", ""] {
        write(store, carol, id, id.as_bytes()).await;
    }
    assert_eq!(
        ids(store, carol).await,
        ["", "10", "9", "B", "a", "a-1", "b", "é"]
    );
}

pub async fn ids_are_any_text(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let long_id = "ü".repeat(limits::LEGACY_ID_MAX_BYTES / 2);
    for id in [
        "..",
        "%2e",
        "'; DROP TABLE objects; --",
        "a\u{0}b",
        "a\u{0}c",
        "line\nbreak",
        "A",
        "a",
        &long_id,
    ] {
        write(store, carol, id, id.as_bytes()).await;
    }
    for id in [
        "..",
        "%2e",
        "'; DROP TABLE objects; --",
        "a\u{0}b",
        "a\u{0}c",
        "line\nbreak",
        "A",
        "a",
        &long_id,
    ] {
        let object = read(store, carol, id).await.expect("it was written");
        assert_eq!(
            (object.bytes.as_ref(), object.record.id.as_str()),
            (id.as_bytes(), id)
        );
    }
    assert_eq!(ids(store, carol).await.len(), 9);
}

pub async fn a_deleted_object_is_gone_and_can_be_written_again(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    write(store, carol, "work", b"first").await;
    write(store, carol, "play", b"other").await;
    assert_eq!(
        store
            .delete_object(author(store, carol).await, "work", NOW)
            .await
            .unwrap(),
        WriteObject::Written(())
    );
    assert_eq!(read(store, carol, "work").await, None);
    assert_eq!(ids(store, carol).await, ["play"]);
    assert_eq!(
        account_now(store, carol, NOW).await.used_bytes,
        10,
        "its versions are kept"
    );
    assert_eq!(
        write(store, carol, "work", b"again").await,
        WriteObject::Written(())
    );
    let object = read(store, carol, "work").await.unwrap();
    assert_eq!(
        (object.bytes.as_ref(), object.record.version),
        (b"again".as_slice(), 3),
        "the deletion was a version"
    );
}

pub async fn deleting_what_is_not_there_says_so(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    assert_eq!(
        store
            .delete_object(author(store, carol).await, "work", NOW)
            .await
            .unwrap(),
        WriteObject::NotFound
    );
    write(store, carol, "work", b"first").await;
    store
        .delete_object(author(store, carol).await, "work", NOW)
        .await
        .unwrap();
    assert_eq!(
        store
            .delete_object(author(store, carol).await, "work", NOW)
            .await
            .unwrap(),
        WriteObject::NotFound
    );
}

pub async fn another_accounts_objects_are_invisible(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let dave = sign_up(store, "dave").await;
    write(store, carol, "work", b"carol's").await;
    assert_eq!(read(store, dave, "work").await, None);
    assert!(ids(store, dave).await.is_empty());
    assert_eq!(
        store
            .delete_object(author(store, dave).await, "work", NOW)
            .await
            .unwrap(),
        WriteObject::NotFound
    );
    write(store, dave, "work", b"dave's").await;
    assert_eq!(
        read(store, carol, "work").await.unwrap().bytes.as_ref(),
        b"carol's"
    );
    assert_eq!(read(store, dave, "work").await.unwrap().bytes.as_ref(), b"dave's");
}

pub async fn an_unknown_account_has_no_objects(store: &dyn Store) {
    let nobody = AccountId::from_bytes([9; 16]);
    sign_up_and_reset(store, "carol").await;
    assert_eq!(
        write(store, nobody, "work", b"first").await,
        WriteObject::SignedOut
    );
    assert_eq!(
        store
            .delete_object(author(store, nobody).await, "work", NOW)
            .await
            .unwrap(),
        WriteObject::SignedOut
    );
    let nobody = author(store, nobody).await;
    assert_eq!(
        store.objects(nobody, u64::MAX).await.unwrap(),
        ForAuthor::SignedOut
    );
    assert_eq!(
        store.read_object(nobody, "work", u64::MAX).await.unwrap(),
        ForAuthor::SignedOut
    );
    assert_eq!(
        store.read_inventory(nobody, u64::MAX).await.unwrap(),
        ForAuthor::SignedOut
    );
}

pub async fn writes_at_once_to_many_ids_all_arrive(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let names: Vec<String> = (0..200).map(|number| format!("{number:03}")).collect();
    let written = join_all(names.iter().map(|id| write(store, carol, id, id.as_bytes()))).await;
    assert!(written.iter().all(|outcome| *outcome == WriteObject::Written(())));
    assert_eq!(ids(store, carol).await, names);
    for id in &names {
        assert_eq!(
            read(store, carol, id).await.unwrap().bytes.as_ref(),
            id.as_bytes()
        );
    }
}

/// Whoever lists has a bound for the memory that it takes, and long ids count.
pub async fn a_list_says_what_it_takes_before_it_is_read(store: &dyn Store) {
    let carol = sign_up(store, "carol").await;
    let long = "\"".repeat(512);
    for id in [long.as_str(), "☃", "gone"] {
        write(store, carol, id, b"x").await;
    }
    let signed_in = author(store, carol).await;
    store.delete_object(signed_in, "gone", NOW).await.unwrap();
    let size = list_size(2, 512 + 3);
    for (room, fits) in [(size, true), (size - 1, false), (0, false)] {
        let listed = store.objects(signed_in, room).await.unwrap().given().unwrap();
        match listed {
            Content::Here(listed) => assert!(fits && (listed.objects.len(), listed.deleted) == (2, 1)),
            other => assert!(!fits && other == Content::Longer { size }, "{other:?}"),
        }
    }
    write(store, carol, "☃", b"y").await;
    let size = list_size(2, 0);
    for (room, fits) in [(size, true), (size - 1, false)] {
        let kept = store
            .versions(signed_in, "☃", room)
            .await
            .unwrap()
            .given()
            .unwrap();
        match kept {
            Content::Here(versions) => assert!(fits && versions.len() == 2),
            other => assert!(!fits && other == Content::Longer { size }, "{other:?}"),
        }
    }
    let never = store.versions(signed_in, "never", 0).await.unwrap();
    assert_eq!(never.given().unwrap(), Content::Absent);
}
