//! The inventory as an account lives with it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/counting_rng.rs"]
mod counting_rng;

use counting_rng::CountingRng;
use keyhaven_core::{
    inventory::{
        ENTRIES_MAX, Evidence, INVENTORY_MAX_BYTES, INVENTORY_OBJECT_ID, Inventory, InventoryEntry,
        InventoryEntryFields, InventoryError, ItemState, ServerObject, compare, open_inventory,
        seal_inventory,
    },
    job::run_in_software,
    keys::BackupKey,
    object::{CounterExpectation, ObjectContext, seal_file},
};
use keyhaven_protocol::persona::{AccountId, ObjectId, limits};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

const ACCOUNT: AccountId = AccountId::from_bytes([1; 16]);

fn backup_key() -> BackupKey {
    BackupKey::take_bytes(&mut [9; 32])
}

fn id(number: usize) -> ObjectId {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    ObjectId::from_bytes(bytes)
}

fn stored(number: usize, counter: u64) -> Vec<u8> {
    let context = ObjectContext {
        account_id: ACCOUNT,
        object_id: id(number),
        counter,
    };
    let content = Zeroizing::new(vec![7; 10 * number]);
    run_in_software(seal_file(
        &backup_key(),
        context,
        content,
        &mut CountingRng::default(),
    ))
    .unwrap()
}

fn entry(number: usize, counter: u64, file: &[u8]) -> InventoryEntry {
    InventoryEntry::new(InventoryEntryFields {
        id: id(number),
        name: format!("persona {number}"),
        media_type: "application/zip".to_owned(),
        counter,
        sealed_len: file.len() as u64,
        sealed_sha256: Sha256::digest(file).into(),
        content_len: 10 * number as u64,
        modified_at: 1_795_262_400,
        generation: 0,
    })
    .unwrap()
}

#[test]
fn the_reserved_id_is_the_hash_of_its_label() {
    assert_eq!(
        INVENTORY_OBJECT_ID.as_bytes()[..],
        Sha256::digest(b"keyhaven/inventory/1")[..16]
    );
}

#[test]
fn each_change_is_a_new_version() {
    let empty = Inventory::new();
    assert_eq!(
        (empty.counter(), empty.len(), empty.next_counter(&id(1))),
        (0, 0, 1)
    );
    let one = empty.with_entry(entry(1, 1, b"x")).unwrap();
    assert_eq!((one.counter(), one.len(), one.next_counter(&id(1))), (1, 1, 2));
    let again = one.with_entry(entry(1, 2, b"y")).unwrap();
    assert_eq!((again.counter(), again.len()), (2, 1));
    let none = again.without_entry(&id(1));
    assert_eq!((none.counter(), none.len()), (3, 0));
}

#[test]
fn a_raised_inventory_has_the_same_entries_and_a_counter_that_never_falls() {
    let file = stored(1, 1);
    let inventory = Inventory::new().with_entry(entry(1, 1, &file)).unwrap();
    for (counter, expected) in [(0, 1), (1, 1), (7, 7)] {
        let raised = inventory.raised_to(counter);
        assert_eq!(raised.counter(), expected);
        assert_eq!(raised.entry(&id(1)), inventory.entry(&id(1)));
    }
}

#[test]
fn what_a_server_did_to_each_object_is_named() {
    let (first, second, old) = (stored(1, 3), stored(2, 5), stored(2, 4));
    let mut damaged = stored(3, 1);
    let entries = [
        entry(1, 3, &first),
        entry(2, 5, &second),
        entry(3, 1, &damaged),
        entry(4, 1, b"gone"),
    ];
    let inventory = Inventory::new().with_entries(entries).unwrap();
    damaged[300] ^= 1;
    let objects = [
        ServerObject::of_file(&id(1).to_string(), &first),
        ServerObject::of_file(&id(2).to_string(), &old),
        ServerObject::of_file(&id(3).to_string(), &damaged),
        ServerObject::of_file("something else", &first),
    ];
    let report = compare(&inventory, &objects);
    let states: Vec<ItemState> = report.items.iter().map(|item| item.state).collect();
    assert_eq!(
        states,
        [
            ItemState::Intact,
            ItemState::Stale { found: 4 },
            ItemState::Damaged,
            ItemState::Missing
        ]
    );
    assert_eq!(report.extra, ["something else"]);
    assert_eq!(report.intact(), 1);
    assert!(!report.is_complete());
}

#[test]
fn what_was_sealed_anew_is_newer_or_damaged_by_its_counter() {
    let file = stored(1, 3);
    let inventory = Inventory::new().with_entry(entry(1, 3, b"other bytes")).unwrap();
    let state = |file: &[u8]| {
        let object = ServerObject::of_file(&id(1).to_string(), file);
        compare(&inventory, &[object]).items[0].state
    };
    assert_eq!(state(&file), ItemState::Damaged, "whole, and not what was stored");
    assert_eq!(state(&stored(1, 4)), ItemState::Newer { found: 4 });
    assert_eq!(state(&stored(1, 2)), ItemState::Stale { found: 2 });
}

#[test]
fn what_a_list_claims_is_told_from_what_it_does_not() {
    let inventory = Inventory::new().with_entry(entry(1, 1, b"keys")).unwrap();
    let state = |sealed_len, sha256| {
        let listed = ServerObject {
            id: id(1).to_string(),
            sealed_len,
            evidence: Evidence::Listed { sha256 },
        };
        compare(&inventory, &[listed]).items[0].state
    };
    let right = Sha256::digest(b"keys").into();
    assert_eq!(state(4, Some(right)), ItemState::Intact);
    assert_eq!(state(4, Some([0; 32])), ItemState::Different);
    assert_eq!(state(5, Some(right)), ItemState::Different);
    assert_eq!(state(4, None), ItemState::Unchecked);
    assert_eq!(state(5, None), ItemState::Different);
}

#[test]
fn what_no_entry_names_is_extra_and_so_is_what_is_listed_twice() {
    let inventory = Inventory::new().with_entry(entry(1, 1, b"keys")).unwrap();
    let seen = |id: String, bytes: &[u8]| ServerObject::of_file(&id, bytes);
    let objects = [
        seen("b".to_owned(), b""),
        seen(id(1).to_string(), b"keys"),
        seen(id(1).to_string(), b"others"),
        seen("a".to_owned(), b""),
        seen(id(2).to_string(), b""),
        seen("c".to_owned(), b""),
        seen(INVENTORY_OBJECT_ID.to_string(), b""),
    ];
    let report = compare(&inventory, &objects);
    assert_eq!(report.items[0].state, ItemState::Intact, "the first one counts");
    let (one, two) = (id(1).to_string(), id(2).to_string());
    assert_eq!(report.extra, [one.as_str(), two.as_str(), "a", "b", "c"]);
    assert!(!report.is_complete());
}

#[test]
fn a_list_that_claims_the_right_hashes_is_complete() {
    let file = stored(1, 1);
    let inventory = Inventory::new().with_entry(entry(1, 1, &file)).unwrap();
    let listed = ServerObject {
        id: id(1).to_string(),
        sealed_len: file.len() as u64,
        evidence: Evidence::Listed {
            sha256: Some(Sha256::digest(&file).into()),
        },
    };
    assert!(compare(&inventory, &[listed]).is_complete());
}

#[test]
fn the_largest_inventory_fits_the_wire_and_a_larger_one_is_refused() {
    let long = |number: usize| {
        InventoryEntry::new(InventoryEntryFields {
            id: id(number),
            name: "n".repeat(255),
            media_type: "m".repeat(127),
            counter: (1 << 53) - 1,
            sealed_len: 1 << 40,
            sealed_sha256: [7; 32],
            content_len: 1 << 30,
            modified_at: 1 << 40,
            generation: u32::MAX,
        })
        .unwrap()
    };
    let of = |count: usize| Inventory::new().with_entries((0..count).map(long));
    let mut largest = 0;
    for step in [2_048, 1_024, 512, 256, 128, 64, 32, 16, 8, 4, 2, 1] {
        match of(largest + step) {
            Ok(_) => largest += step,
            Err(error) => assert_eq!(error, InventoryError::TooLarge),
        }
    }
    assert!(
        (2_500..4_095).contains(&largest),
        "{largest} entries of the longest kind fit"
    );
    let inventory = of(largest).unwrap();
    let file = run_in_software(seal_inventory(
        &backup_key(),
        ACCOUNT,
        &inventory,
        &mut CountingRng::default(),
    ));
    let file = file.unwrap();
    assert!(file.len() <= limits::INVENTORY_MAX_BYTES, "{} bytes", file.len());
    let opened = run_in_software(open_inventory(
        &backup_key(),
        ACCOUNT,
        CounterExpectation::AtLeast(1),
        &file,
    ))
    .unwrap();
    assert_eq!(opened, inventory);
}

#[test]
fn an_inventory_takes_up_so_many_bytes_and_no_more() {
    let named = |number: usize, len: usize| {
        InventoryEntry::new(InventoryEntryFields {
            id: id(number),
            name: "n".repeat(len),
            media_type: "m".repeat(127),
            counter: 1,
            sealed_len: 0,
            sealed_sha256: [7; 32],
            content_len: 0,
            modified_at: 0,
            generation: 0,
        })
        .unwrap()
    };
    let bytes_of = |len: usize| {
        let one = Inventory::new().with_entry(named(1, len)).unwrap();
        one.to_bytes().unwrap().len()
    };
    let none = Inventory::new()
        .with_entries([])
        .unwrap()
        .to_bytes()
        .unwrap()
        .len();
    // Entries of the same length, and the last names as much shorter as is needed to end at the bound.
    let (count, long) = (4_000, 200);
    let all = none + count * (bytes_of(long) - none) + count - 1;
    let shorter = (all - INVENTORY_MAX_BYTES).div_ceil(count);
    let exact = all - INVENTORY_MAX_BYTES;
    let lens: Vec<usize> = (0..count)
        .map(|at| long - shorter + usize::from(at < shorter * count - exact))
        .collect();
    let entries = |lens: &[usize]| -> Vec<InventoryEntry> {
        lens.iter().enumerate().map(|(at, len)| named(at, *len)).collect()
    };
    let full = Inventory::new().with_entries(entries(&lens)).unwrap();
    let bytes = full.to_bytes().unwrap();
    assert_eq!(bytes.len(), INVENTORY_MAX_BYTES);
    assert_eq!(Inventory::parse(&bytes), Ok(full));
    let mut longer = lens;
    longer[0] += 1;
    assert_eq!(
        Inventory::new().with_entries(entries(&longer)),
        Err(InventoryError::TooLarge)
    );
    assert_eq!(
        Inventory::parse(&vec![b' '; INVENTORY_MAX_BYTES + 1]),
        Err(InventoryError::TooLarge)
    );
}

fn under(number: usize, counter: u64, generation: u32) -> InventoryEntry {
    InventoryEntry::new(InventoryEntryFields {
        id: id(number),
        name: "Work".to_owned(),
        media_type: "text/plain".to_owned(),
        counter,
        sealed_len: 1,
        sealed_sha256: [7; 32],
        content_len: 0,
        modified_at: 0,
        generation,
    })
    .unwrap()
}

fn generations(inventory: &Inventory) -> Vec<u32> {
    inventory.entries().map(InventoryEntry::generation).collect()
}

#[test]
fn only_entries_under_a_later_backup_key_say_under_which() {
    let text = |generation| {
        let inventory = Inventory::new().with_entry(under(1, 1, generation)).unwrap();
        String::from_utf8(inventory.to_bytes().unwrap().to_vec()).unwrap()
    };
    assert!(text(0).ends_with(r#""modified_at":0}]}"#));
    assert!(text(2).ends_with(r#""modified_at":0,"generation":2}]}"#));
}

#[test]
fn an_inventory_knows_of_no_later_backup_key_than_its_own() {
    let entries = [under(1, 1, 0), under(2, 1, 2), under(3, 1, u32::MAX)];
    let inventory = Inventory::new().with_entries(entries).unwrap();
    assert_eq!(generations(&inventory.clone().under(2)), [0, 2, 2]);
    assert_eq!(generations(&inventory.clone().under(0)), [0, 0, 0]);
    assert_eq!(inventory.clone().under(2).counter(), inventory.counter());
}

#[test]
fn the_backup_key_of_one_version_of_an_object_can_be_corrected() {
    let mut inventory = Inventory::new()
        .with_entries([under(1, 4, 2), under(2, 4, 2)])
        .unwrap();
    let counter = inventory.counter();
    inventory.correct_generation(&id(1), 4, 1);
    assert_eq!(generations(&inventory), [1, 2]);
    // Of another version, and of an object that is not there, nothing was learnt.
    inventory.correct_generation(&id(2), 3, 0);
    inventory.correct_generation(&id(9), 4, 0);
    assert_eq!(generations(&inventory), [1, 2]);
    assert_eq!(inventory.counter(), counter);
}

#[test]
fn debug_shows_no_name() {
    let inventory = Inventory::new().with_entry(entry(1, 1, b"x")).unwrap();
    assert_eq!(
        format!("{inventory:?}"),
        "Inventory { counter: 1, entries: 1, .. }"
    );
    assert!(!format!("{:?}", inventory.entries().next().unwrap()).contains("persona"));
}

#[test]
fn an_account_holds_so_many_objects_and_no_more() {
    // As short as entries can be, so that their number is what counts and not their bytes.
    let shortest = |number| {
        InventoryEntry::new(InventoryEntryFields {
            id: id(number),
            name: "n".to_owned(),
            media_type: "t".to_owned(),
            counter: 1,
            sealed_len: 0,
            sealed_sha256: [0; 32],
            content_len: 0,
            modified_at: 0,
            generation: 0,
        })
        .unwrap()
    };
    let full = Inventory::new()
        .with_entries((1..=ENTRIES_MAX).map(shortest))
        .unwrap();
    assert_eq!(full.len(), ENTRIES_MAX);
    let bytes = full.to_bytes().unwrap();
    assert_eq!(Inventory::parse(&bytes).as_ref(), Ok(&full));
    let one_more = Inventory::new().with_entry(shortest(ENTRIES_MAX + 1)).unwrap();
    let one_more = one_more.to_bytes().unwrap();
    let at = one_more.windows(2).position(|pair| pair == b"[{").unwrap();
    let too_many = [&bytes[..bytes.len() - 2], b",", &one_more[at + 1..]].concat();
    assert!(
        too_many.len() < INVENTORY_MAX_BYTES,
        "it is the number that counts"
    );
    assert_eq!(Inventory::parse(&too_many), Err(InventoryError::TooLarge));
    assert_eq!(
        full.with_entry(shortest(1)).map(|same| same.len()),
        Ok(ENTRIES_MAX)
    );
    assert_eq!(
        full.with_entry(shortest(ENTRIES_MAX + 1)).unwrap_err(),
        InventoryError::TooLarge
    );
}

proptest! {
    #[test]
    fn every_inventory_is_read_as_it_was_written(
        counter in 1u64..1 << 53,
        names in prop::collection::vec("[^\\p{Cc}]{1,40}", 0..8),
        generation: u32,
    ) {
        let mut inventory = Inventory::new();
        for (number, name) in names.into_iter().enumerate() {
            let fields = InventoryEntryFields {
                id: id(number),
                name,
                media_type: "text/plain".to_owned(),
                counter,
                sealed_len: 1,
                sealed_sha256: [number as u8; 32],
                content_len: 0,
                modified_at: 0,
                generation,
            };
            if let Ok(entry) = InventoryEntry::new(fields) {
                inventory = inventory.with_entry(entry).unwrap();
            }
        }
        let bytes = inventory.to_bytes().unwrap();
        prop_assert_eq!(Inventory::parse(&bytes), Ok(inventory));
    }

    #[test]
    fn no_altered_bytes_panic_or_read_as_the_same(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let inventory = Inventory::new().with_entry(entry(1, 1, b"x")).unwrap();
        let mut bytes = inventory.to_bytes().unwrap().to_vec();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        prop_assert_ne!(Inventory::parse(&bytes), Ok(inventory));
    }
}
