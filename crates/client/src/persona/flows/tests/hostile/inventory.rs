//! What a server can do to the inventory.

use std::rc::Rc;

use keyhaven_core::{
    inventory::INVENTORY_OBJECT_ID,
    object::{ObjectContext, seal_file},
};

use super::{object, restore, twelve};
use crate::{
    engine,
    host::Host as _,
    persona::{
        CountedAgainst, Finding, Remembered, Standing, Unlocked,
        flows::{
            tests::{
                page::{block_on, file, in_vault_all, sign_in, sign_up, store},
                world::{World, content_of},
            },
            vault::{FileVersion, Notice, Selection, VaultDone, VaultInput},
        },
    },
    problem::{Problem, ProblemKind, ServerFault},
    transport::Method,
};

#[test]
fn a_server_that_serves_an_older_inventory_is_caught_by_the_newer_object_and_by_memory() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"first");
    let views = in_vault_all(
        &world,
        &unlocked,
        None,
        vec![VaultInput::Replace {
            id,
            file: file("Work", b"second"),
        }],
    );
    let remembered = views.last().unwrap().remember;
    {
        let mut state = world.server.state.borrow_mut();
        let older = state.only().inventories[0].clone();
        state.only().inventory.as_mut().unwrap().1 = older;
    }
    let inputs = vec![VaultInput::Restore(Selection::All)];
    let view = in_vault_all(&world, &unlocked, remembered, inputs).pop().unwrap();
    assert_eq!(
        view.notices,
        [Notice::WentBack {
            remembered: 2,
            found: 1
        }]
    );
    assert_eq!(view.remember, remembered, "the newer counter stays remembered");
    let Some(VaultDone::Restored { report, files }) = view.done else {
        panic!("{:?}", view.done)
    };
    assert_eq!(
        report.items[0].finding,
        Finding::Newer {
            found: 2,
            expected: 1
        }
    );
    assert_eq!(
        (report.is_complete(), files[0].version),
        (false, FileVersion::Newer)
    );
}

#[test]
fn a_server_that_rolls_everything_back_is_noticed_by_a_device_that_remembers() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "Work", b"keys");
    let then = world.server.state.borrow_mut().only().contents();
    store(&world, &unlocked, "Later", b"keys");
    let remembered = in_vault_all(&world, &unlocked, None, Vec::new())
        .pop()
        .unwrap()
        .remember;
    world.server.state.borrow_mut().only().show(then);
    let another_sitting = || sign_in(&world, "correct horse").unlocked.unwrap();
    let view = in_vault_all(&world, &another_sitting(), remembered, Vec::new())
        .pop()
        .unwrap();
    assert_eq!(
        view.notices,
        [Notice::WentBack {
            remembered: 2,
            found: 1
        }]
    );
    // A device that never saw the newer state cannot notice; it says no more than it knows.
    let unlocked = another_sitting();
    let view = in_vault_all(&world, &unlocked, None, Vec::new()).pop().unwrap();
    assert_eq!(view.notices, []);
}

/// A server that goes back and is written to by another device has an inventory with the same counter as before.
#[test]
fn another_history_with_the_same_counter_is_noticed_and_asked_about_as_an_older_one_is() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "Work", b"keys");
    let then = world.server.state.borrow_mut().only().contents();
    store(&world, &unlocked, "Lost", b"keys");
    let seen = in_vault_all(&world, &unlocked, None, Vec::new()).pop().unwrap();
    world.server.state.borrow_mut().only().show(then);
    let another_device = sign_in(&world, "correct horse").unlocked.unwrap();
    store(&world, &another_device, "Other", b"keys");

    let here = sign_in(&world, "correct horse").unlocked.unwrap();
    let inputs = vec![
        VaultInput::Store(file("More", b"keys")),
        VaultInput::AcceptOlder,
        VaultInput::Store(file("More", b"keys")),
    ];
    let views = in_vault_all(&world, &here, seen.remember, inputs);
    let went_back = Notice::WentBack {
        remembered: 2,
        found: 2,
    };
    assert_eq!(views[0].notices, [went_back]);
    assert_eq!(
        views[0].remember, seen.remember,
        "the first of the two stays remembered"
    );
    let refused = Problem::from(ProblemKind::ListWentBack);
    assert_eq!(views[1].done, Some(VaultDone::Failed(refused)));
    assert_eq!(views[2].notices, []);
    assert!(
        matches!(views[3].done, Some(VaultDone::Stored { .. })),
        "{:?}",
        views[3].done
    );
    assert_eq!(views[3].remember.unwrap().inventory.counter, 3);
}

#[test]
fn going_back_within_one_sitting_is_noticed_too() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "Work", b"keys");
    store(&world, &unlocked, "Later", b"keys");
    let mut reads = 0;
    world.server.before(move |request, state| {
        if request.method == Method::Get && request.path.ends_with("/objects") {
            reads += 1;
            if reads == 2 {
                let older = state.only().inventories[0].clone();
                state.only().inventory.as_mut().unwrap().1 = older;
            }
        }
    });
    let views = in_vault_all(&world, &unlocked, None, vec![VaultInput::Refresh]);
    assert_eq!(views[0].notices, []);
    assert_eq!(
        views[1].notices,
        [Notice::WentBack {
            remembered: 2,
            found: 1
        }]
    );
}

#[test]
fn a_write_between_list_and_inventory_is_read_again() {
    let world = World::new();
    let (unlocked, ids) = twelve(&world);
    let (mut left, gone) = (Some(()), ids[3].to_string());
    // Between the two requests another device deletes one: the list still has it, the inventory does not.
    world.server.before(move |request, state| {
        if request.path.ends_with("/inventory") && left.take().is_some() {
            let account = state.only();
            account.objects.remove(&gone);
            account.inventory.as_mut().unwrap().0 += 1000;
        }
    });
    let view = in_vault_all(&world, &unlocked, None, Vec::new()).pop().unwrap();
    let missing = view
        .listing
        .unwrap()
        .items
        .into_iter()
        .filter(|item| item.standing == Standing::Missing);
    assert_eq!(missing.map(|item| item.name).collect::<Vec<_>>(), ["Persona 03"]);
}

#[test]
fn without_an_inventory_the_count_is_against_the_servers_list_only() {
    let world = World::new();
    let (unlocked, ids) = twelve(&world);
    world.server.state.borrow_mut().only().inventory = None;
    world
        .server
        .state
        .borrow_mut()
        .only()
        .objects
        .remove(&ids[3].to_string());
    let (report, _) = restore(&world, &unlocked);
    assert_eq!(report.counted_against, CountedAgainst::ServerListOnly);
    assert_eq!((report.restored(), report.expected()), (11, 11));
    assert!(
        !report.is_complete(),
        "eleven of eleven by the server's word is not complete"
    );
}

#[test]
fn a_damaged_inventory_is_named_and_nothing_is_written_over_it() {
    for harm in [
        (|bytes: &mut Vec<u8>| bytes[1_000] ^= 1) as fn(&mut Vec<u8>),
        |bytes| bytes.truncate(100),
        |bytes| *bytes = b"{}".to_vec(),
    ] {
        let world = World::new();
        let (unlocked, _) = sign_up(&world);
        let id = store(&world, &unlocked, "Work", b"keys");
        harm(world.server.state.borrow_mut().only().sealed_inventory());
        let inputs = vec![
            VaultInput::Store(file("More", b"keys")),
            VaultInput::Delete(id),
            VaultInput::Restore(Selection::All),
        ];
        let views = in_vault_all(&world, &unlocked, None, inputs);
        assert_eq!(views[0].notices, [Notice::InventoryDamaged]);
        for view in &views[1..3] {
            let damaged = Problem::from(ServerFault::DamagedInventory);
            assert_eq!(view.done, Some(VaultDone::Failed(damaged)));
        }
        let Some(VaultDone::Restored { report, files }) = &views[3].done else {
            panic!("{:?}", views[3].done)
        };
        assert_eq!(report.counted_against, CountedAgainst::ServerListOnly);
        assert_eq!(content_of(&files[0]), b"keys");
    }
}

#[test]
fn an_object_in_the_inventorys_place_is_a_damaged_inventory() {
    let world = World::new();
    let (unlocked, id) = {
        let (unlocked, _) = sign_up(&world);
        let id = store(&world, &unlocked, "Work", b"keys");
        (unlocked, id)
    };
    {
        let mut state = world.server.state.borrow_mut();
        let bytes = object(&mut state, &id).bytes.clone();
        *state.only().sealed_inventory() = bytes;
    }
    let view = in_vault_all(&world, &unlocked, None, Vec::new()).pop().unwrap();
    assert_eq!(view.notices, [Notice::InventoryDamaged]);
}

/// Stored twice, and the server shows the first state again.
fn rolled_back(world: &World) -> (Rc<Unlocked>, Option<Remembered>) {
    let (unlocked, _) = sign_up(world);
    store(world, &unlocked, "Work", b"keys");
    let then = world.server.state.borrow_mut().only().contents();
    store(world, &unlocked, "Later", b"keys");
    let view = in_vault_all(world, &unlocked, None, Vec::new()).pop().unwrap();
    world.server.state.borrow_mut().only().show(then);
    // As another sitting on the same device.
    let unlocked = sign_in(world, "correct horse").unlocked.unwrap();
    (unlocked, view.remember)
}

#[test]
fn nothing_is_written_over_an_older_list_before_somebody_says_so() {
    let world = World::new();
    let (unlocked, remembered) = rolled_back(&world);
    let id = world.server.state.borrow_mut().only().list()[0]
        .id
        .parse()
        .unwrap();
    let inputs = vec![
        VaultInput::Store(file("More", b"keys")),
        VaultInput::Delete(id),
        VaultInput::Refresh,
    ];
    let written = world.server.state.borrow_mut().only().inventories.len();
    let views = in_vault_all(&world, &unlocked, remembered, inputs);
    for view in &views[1..3] {
        let refused = Problem::from(ProblemKind::ListWentBack);
        assert_eq!(view.done, Some(VaultDone::Failed(refused)));
    }
    assert_eq!(world.server.state.borrow_mut().only().inventories.len(), written);
    let went_back = Notice::WentBack {
        remembered: 2,
        found: 1,
    };
    assert_eq!(views[3].notices, [went_back]);
}

#[test]
fn a_list_that_somebody_goes_on_with_is_above_every_one_that_was_seen() {
    let world = World::new();
    let (unlocked, remembered) = rolled_back(&world);
    let inputs = vec![VaultInput::AcceptOlder, VaultInput::Store(file("More", b"keys"))];
    let views = in_vault_all(&world, &unlocked, remembered, inputs);
    assert_eq!(views[1].notices, []);
    assert!(
        matches!(views[2].done, Some(VaultDone::Stored { .. })),
        "{:?}",
        views[2].done
    );
    let remember = views[2].remember.unwrap();
    assert_eq!(
        remember.inventory.counter, 3,
        "2 was seen, and is not given twice"
    );
}

#[test]
fn a_server_that_goes_back_further_is_asked_about_again() {
    let world = World::new();
    let (unlocked, remembered) = rolled_back(&world);
    let mut reads = 0;
    world.server.before(move |request, state| {
        if request.method == Method::Get && request.path.ends_with("/objects") {
            reads += 1;
            if reads == 2 {
                state.only().inventory = None;
            }
        }
    });
    let inputs = vec![VaultInput::AcceptOlder, VaultInput::Store(file("More", b"keys"))];
    let views = in_vault_all(&world, &unlocked, remembered, inputs);
    let refused = Problem::from(ProblemKind::ListWentBack);
    assert_eq!(views[2].done, Some(VaultDone::Failed(refused)));
}

#[test]
fn an_inventory_of_a_newer_version_is_called_newer_and_not_damaged() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "Work", b"keys");
    let context = ObjectContext {
        account_id: unlocked.account().id,
        object_id: INVENTORY_OBJECT_ID,
        counter: 2,
    };
    let content = br#"{"format":"keyhaven/inventory","version":2,"counter":2,"items":[]}"#;
    let content = zeroize::Zeroizing::new(content.to_vec());
    let sealing = world.with_rng(|rng| seal_file(unlocked.backup_keys().present(), context, content, rng));
    let sealed = block_on(engine::run(sealing, world.engine(), &|_| {})).unwrap();
    *world.server.state.borrow_mut().only().sealed_inventory() = sealed;
    let inputs = vec![VaultInput::Store(file("More", b"keys"))];
    let views = in_vault_all(&world, &unlocked, None, inputs);
    assert_eq!(views[0].notices, [Notice::InventoryNewer]);
    let newer = Problem::from(ServerFault::NewerInventory);
    assert_eq!(views[1].done, Some(VaultDone::Failed(newer)));
}
