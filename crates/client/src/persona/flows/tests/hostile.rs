//! "12 of 12" is true: each thing that a server can do to a backup is named in the result.

use std::rc::Rc;

use keyhaven_protocol::persona::ObjectId;

use super::{
    super::vault::{FileVersion, Notice, RestoredFile, Selection, VaultDone, VaultInput},
    page::{file, in_vault, in_vault_all, sign_up, store},
    server::{FakeObject, State},
    world::World,
};
use crate::{
    persona::{CountedAgainst, Damage, Finding, Remembered, RestoreReport, Standing, Unlocked},
    problem::{Problem, ProblemKind, ServerFault},
    transport::Method,
};

/// An account with twelve personas, `Persona 00` to `Persona 11`.
fn twelve(world: &World) -> (Rc<Unlocked>, Vec<ObjectId>) {
    let (unlocked, _) = sign_up(world);
    let ids = (0..12)
        .map(|n| {
            store(
                world,
                &unlocked,
                &format!("Persona {n:02}"),
                format!("keys {n}").as_bytes(),
            )
        })
        .collect();
    (unlocked, ids)
}

fn restore(world: &World, unlocked: &Rc<Unlocked>) -> (RestoreReport, Vec<RestoredFile>) {
    match in_vault(world, unlocked, VaultInput::Restore(Selection::All)).done {
        Some(VaultDone::Restored { report, files }) => (report, files),
        other => panic!("not restored: {other:?}"),
    }
}

/// Restores after the server did `harm`, expects eleven of twelve, and gives what is said of `Persona 03`.
fn finding_after(harm: impl FnOnce(&mut State, &[ObjectId])) -> Finding {
    let world = World::new();
    let (unlocked, ids) = twelve(&world);
    harm(&mut world.server.state.borrow_mut(), &ids);
    let (report, files) = restore(&world, &unlocked);
    assert_eq!(
        (report.restored(), report.expected(), report.is_complete()),
        (11, 12, false)
    );
    assert_eq!(
        files
            .iter()
            .filter(|file| file.version == FileVersion::Current)
            .count(),
        11
    );
    let item = report
        .items
        .iter()
        .find(|item| item.name == "Persona 03")
        .unwrap();
    item.finding.clone()
}

fn object<'state>(state: &'state mut State, id: &ObjectId) -> &'state mut FakeObject {
    state.only().objects.get_mut(&id.to_string()).unwrap()
}

#[test]
fn twelve_of_twelve_when_nothing_is_wrong() {
    let world = World::new();
    let (unlocked, _) = twelve(&world);
    let (report, files) = restore(&world, &unlocked);
    assert_eq!(
        (
            report.restored(),
            report.expected(),
            report.is_complete(),
            files.len()
        ),
        (12, 12, true, 12)
    );
}

#[test]
fn a_server_that_omits_one_is_caught() {
    let finding = finding_after(|state, ids| drop(state.only().objects.remove(&ids[3].to_string())));
    assert_eq!(finding, Finding::Missing);
}

#[test]
fn a_server_that_truncates_one_is_caught() {
    for cut in [1, 100, 4_000] {
        let finding = finding_after(|state, ids| {
            let object = object(state, &ids[3]);
            object.bytes.truncate(object.bytes.len() - cut);
        });
        assert_eq!(finding, Finding::Damaged(Damage::Truncated), "{cut} bytes short");
    }
}

#[test]
fn a_server_that_swaps_two_is_caught() {
    let world = World::new();
    let (unlocked, ids) = twelve(&world);
    {
        let mut state = world.server.state.borrow_mut();
        let (one, other) = (
            object(&mut state, &ids[3]).clone(),
            object(&mut state, &ids[7]).clone(),
        );
        *object(&mut state, &ids[3]) = other;
        *object(&mut state, &ids[7]) = one;
    }
    let (report, _) = restore(&world, &unlocked);
    assert_eq!(report.restored(), 10);
    for name in ["Persona 03", "Persona 07"] {
        let item = report.items.iter().find(|item| item.name == name).unwrap();
        assert_eq!(item.finding, Finding::Damaged(Damage::OtherObject), "{name}");
    }
}

#[test]
fn a_server_that_flips_a_bit_is_caught() {
    let finding = finding_after(|state, ids| object(state, &ids[3]).bytes[1_000] ^= 1);
    assert_eq!(finding, Finding::Damaged(Damage::NotAuthentic));
}

#[test]
fn a_server_that_stores_something_else_is_caught() {
    let finding = finding_after(|state, ids| object(state, &ids[3]).bytes = b"PK not a sealed file".to_vec());
    assert_eq!(finding, Finding::Damaged(Damage::NotSealed));
}

#[test]
fn a_server_that_serves_an_older_version_is_caught_and_it_is_marked() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"first");
    in_vault(
        &world,
        &unlocked,
        VaultInput::Replace {
            id,
            file: file("Work", b"second"),
        },
    );
    {
        let mut state = world.server.state.borrow_mut();
        let first = state.only().versions[0].1.clone();
        object(&mut state, &id).bytes = first;
    }
    let view = in_vault(&world, &unlocked, VaultInput::Restore(Selection::All));
    assert_eq!(view.listing.unwrap().items[0].standing, Standing::Differs);
    let Some(VaultDone::Restored { report, files }) = view.done else {
        panic!("{:?}", view.done)
    };
    assert_eq!(
        report.items[0].finding,
        Finding::Stale {
            found: 1,
            expected: 2
        }
    );
    assert_eq!(
        (report.restored(), report.expected(), report.is_complete()),
        (0, 1, false)
    );
    assert_eq!(
        (files[0].version, files[0].content.as_slice()),
        (FileVersion::Older, &b"first"[..])
    );
}

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
    let then = {
        let mut state = world.server.state.borrow_mut();
        (state.only().inventory.clone(), state.only().objects.clone())
    };
    store(&world, &unlocked, "Later", b"keys");
    let remembered = in_vault_all(&world, &unlocked, None, Vec::new())
        .pop()
        .unwrap()
        .remember;
    {
        let mut state = world.server.state.borrow_mut();
        (state.only().inventory, state.only().objects) = then;
    }
    let view = in_vault_all(&world, &unlocked, remembered, Vec::new())
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
    let view = in_vault_all(&world, &unlocked, None, Vec::new()).pop().unwrap();
    assert_eq!(view.notices, []);
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

/// After going back, the device writes the same counter a second time: now there are two authentic versions 2.
#[test]
fn a_server_that_forks_the_history_is_caught_by_the_hash() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"first");
    let then = {
        let mut state = world.server.state.borrow_mut();
        (state.only().inventory.clone(), state.only().objects.clone())
    };
    in_vault(
        &world,
        &unlocked,
        VaultInput::Replace {
            id,
            file: file("Work", b"other"),
        },
    );
    {
        let mut state = world.server.state.borrow_mut();
        (state.only().inventory, state.only().objects) = then;
    }
    in_vault(
        &world,
        &unlocked,
        VaultInput::Replace {
            id,
            file: file("Work", b"mine!"),
        },
    );
    {
        let mut state = world.server.state.borrow_mut();
        let other_branch = state.only().versions[1].1.clone();
        object(&mut state, &id).bytes = other_branch;
    }
    let (report, files) = restore(&world, &unlocked);
    assert_eq!(report.items[0].finding, Finding::Damaged(Damage::Hash));
    assert_eq!((report.restored(), files.len()), (0, 0));
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
fn an_object_that_no_inventory_names_is_extra_and_not_counted() {
    let world = World::new();
    let (unlocked, ids) = twelve(&world);
    {
        // The inventory of before the twelfth was stored.
        let mut state = world.server.state.borrow_mut();
        let older = state.only().inventories[10].clone();
        state.only().inventory.as_mut().unwrap().1 = older;
        let foreign = FakeObject {
            bytes: b"anything".to_vec(),
            version: 1,
        };
        state
            .only()
            .objects
            .insert("someone's zip".to_owned(), foreign.clone());
        state
            .only()
            .objects
            .insert(ObjectId::from_bytes([5; 16]).to_string(), foreign);
    }
    let (report, files) = restore(&world, &unlocked);
    assert_eq!((report.restored(), report.expected(), files.len()), (11, 11, 12));
    let of = |id: &str| {
        report
            .items
            .iter()
            .find(|item| item.id.as_str() == id)
            .unwrap()
            .finding
            .clone()
    };
    assert_eq!(of(&ids[11].to_string()), Finding::Extra { content_bytes: 7 });
    assert_eq!(of("someone's zip"), Finding::UnnamedUnreadable(Damage::NotSealed));
    assert_eq!(
        of(&ObjectId::from_bytes([5; 16]).to_string()),
        Finding::UnnamedUnreadable(Damage::NotSealed)
    );
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
        harm(
            &mut world
                .server
                .state
                .borrow_mut()
                .only()
                .inventory
                .as_mut()
                .unwrap()
                .1,
        );
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
        assert_eq!(files[0].content.as_slice(), b"keys");
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
        state.only().inventory.as_mut().unwrap().1 = bytes;
    }
    let view = in_vault_all(&world, &unlocked, None, Vec::new()).pop().unwrap();
    assert_eq!(view.notices, [Notice::InventoryDamaged]);
}

#[test]
fn a_server_that_says_stored_and_did_not_is_caught() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    world.server.before(|_, state| {
        let account = state.only();
        account.objects.clear();
    });
    let view = in_vault(&world, &unlocked, VaultInput::Store(file("Work", b"keys")));
    assert_eq!(
        view.done,
        Some(VaultDone::Failed(Problem::from(ServerFault::Foreign)))
    );
}

#[test]
fn answers_that_are_too_long_or_unreadable_are_refused() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "Work", b"keys");
    for (body, fault) in [
        (vec![b' '; 9 * 1024 * 1024], ServerFault::TooLong),
        (b"[]".to_vec(), ServerFault::Unreadable),
    ] {
        world.server.on_answer(move |request, response| {
            if request.path.ends_with("/objects") {
                response.body = zeroize::Zeroizing::new(body.clone());
            }
        });
        let view = in_vault(&world, &unlocked, VaultInput::Refresh);
        let Some(VaultDone::Failed(problem)) = view.done else {
            panic!("{:?}", view.done)
        };
        assert_eq!(problem.kind, ProblemKind::Server(fault));
        assert_eq!(problem.request_id.unwrap().as_str(), "req-1");
    }
}

#[test]
fn a_server_that_answers_for_another_account_is_refused() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    world.server.state.borrow_mut().only().id = keyhaven_protocol::persona::AccountId::from_bytes([1; 16]);
    let view = in_vault(&world, &unlocked, VaultInput::Refresh);
    assert_eq!(
        view.done,
        Some(VaultDone::Failed(Problem::from(ServerFault::Foreign)))
    );
    world.server.behave();
    let remembered: Option<Remembered> = view.remember;
    assert_eq!(
        remembered, None,
        "nothing was read, so there is nothing to remember"
    );
}
