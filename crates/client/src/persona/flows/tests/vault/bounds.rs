//! How large a persona and how long the list can be: said before, and held to the byte.

use keyhaven_core::inventory::{Inventory, InventoryEntry, InventoryEntryFields, seal_inventory};
use keyhaven_protocol::persona::ObjectId;
use zeroize::Zeroizing;

use super::OBJECTS;
use crate::{
    engine,
    host::Host as _,
    persona::flows::{
        tests::{
            page::{block_on, file, in_vault, sign_up},
            world::World,
        },
        vault::{CONTENT_MAX_BYTES, Folder, VaultDone, VaultInput},
    },
    problem::InputFault,
    transport::Method,
};

#[test]
fn the_bound_is_said_before_and_holds_to_the_byte() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let fits = vec![7; usize::try_from(CONTENT_MAX_BYTES).unwrap()];
    let view = in_vault(&world, &unlocked, VaultInput::Store(file("Largest", &fits)));
    assert_eq!(view.content_max_bytes, CONTENT_MAX_BYTES);
    assert!(
        matches!(view.done, Some(VaultDone::Stored { .. })),
        "{:?}",
        view.done
    );
    let sealed = world
        .server
        .state
        .borrow_mut()
        .only()
        .objects
        .values()
        .next()
        .unwrap()
        .bytes
        .len();
    assert!(sealed <= 10 * 1024 * 1024, "{sealed}");

    let puts = world.server.requests(Method::Put, OBJECTS);
    let mut one_more = fits;
    one_more.push(7);
    let view = in_vault(&world, &unlocked, VaultInput::Store(file("Too large", &one_more)));
    let max_bytes = CONTENT_MAX_BYTES;
    let fault = InputFault::TooLarge {
        content_bytes: max_bytes + 1,
        max_bytes,
    };
    assert_eq!(view.done, Some(VaultDone::Failed(fault.into())));
    assert_eq!(
        world.server.requests(Method::Put, OBJECTS),
        puts,
        "nothing was sent"
    );
}

#[test]
fn a_folder_that_is_too_large_is_refused_with_its_size_and_not_packed() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let folder = |bytes: u64| {
        let half = Zeroizing::new(vec![7; usize::try_from(bytes / 2).unwrap()]);
        VaultInput::StoreFolder(Folder {
            name: "Keyring".to_owned(),
            // Two of one name, which packing would find.
            files: vec![("a.txt".to_owned(), half.clone()), ("a.txt".to_owned(), half)],
        })
    };
    let too_large = CONTENT_MAX_BYTES / 2 * 2 + 2;
    let fault = InputFault::TooLarge {
        content_bytes: too_large,
        max_bytes: CONTENT_MAX_BYTES,
    };
    let done = in_vault(&world, &unlocked, folder(too_large)).done;
    assert_eq!(done, Some(VaultDone::Failed(fault.into())));
    let done = in_vault(&world, &unlocked, folder(4)).done;
    assert_eq!(done, Some(VaultDone::Failed(InputFault::FolderRefused.into())));
}

#[test]
fn a_list_that_is_full_takes_no_more_and_nothing_is_sent() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let entry = |number: u32| {
        let mut id = [1; 16];
        id[..4].copy_from_slice(&number.to_be_bytes());
        InventoryEntry::new(InventoryEntryFields {
            id: ObjectId::from_bytes(id),
            name: "One of many".to_owned(),
            media_type: "text/plain".to_owned(),
            counter: 1,
            sealed_len: 4_096,
            sealed_sha256: [1; 32],
            content_len: 1,
            modified_at: 1,
            generation: 0,
        })
        .unwrap()
    };
    // By their bytes.
    let most = 9_359;
    assert!(Inventory::new().with_entries((0..=most).map(entry)).is_err());
    let full = Inventory::new().with_entries((0..most).map(entry)).unwrap();
    let keys = unlocked.backup_keys();
    let sealing = world.with_rng(|rng| seal_inventory(keys.present(), unlocked.account().id, &full, rng));
    let sealed = block_on(engine::run(sealing, world.engine(), &|_| {})).unwrap();
    world.server.state.borrow_mut().only().inventory = Some((1, sealed));
    let done = in_vault(
        &world,
        &unlocked,
        VaultInput::Store(file("One more than there is room for", b"keys")),
    )
    .done;
    assert_eq!(done, Some(VaultDone::Failed(InputFault::TooMany.into())));
    assert_eq!(world.server.requests(Method::Put, OBJECTS), 0);
}
