//! The way out when the inventory does not open: an earlier one in its place.

use std::rc::Rc;

use keyhaven_protocol::{error::ErrorCode, persona::paths};

use crate::{
    persona::{
        CountedAgainst, Remembered, Standing, Unlocked,
        flows::{
            tests::{
                page::{file, in_vault, in_vault_all, sign_in, sign_up, some_inventory, store},
                server::Fault,
                world::World,
            },
            vault::{EarlierList, Selection, VaultDone, VaultInput},
        },
    },
    problem::{Effect, Problem, ProblemKind, ServerFault},
    transport::Method,
};

/// Three personas, and an inventory that does not open.
fn damaged(world: &World) -> Rc<Unlocked> {
    let (unlocked, _) = sign_up(world);
    for name in ["First", "Second", "Third"] {
        store(world, &unlocked, name, name.as_bytes());
    }
    harm(world, 1);
    unlocked
}

/// Breaks the newest inventories, the present one among them.
fn harm(world: &World, newest: usize) {
    let mut state = world.server.state.borrow_mut();
    let account = state.only();
    for bytes in account.inventories.iter_mut().rev().take(newest) {
        bytes[1_000] ^= 1;
    }
    account.inventory.as_mut().unwrap().1[1_000] ^= 1;
}

/// After the good ones, of which none is reached any more.
pub(super) fn more_lists_than_are_read(world: &World) {
    let mut state = world.server.state.borrow_mut();
    let account = state.only();
    for number in 1_000..1_070 {
        account.inventory_numbers.push(number);
        account.inventories.push(b"no list".to_vec());
    }
}

fn found(world: &World, unlocked: &Rc<Unlocked>) -> Option<EarlierList> {
    match in_vault(world, unlocked, VaultInput::FindEarlierList).done {
        Some(VaultDone::EarlierList(found)) => found,
        other => panic!("nothing was looked for: {other:?}"),
    }
}

#[test]
fn the_newest_that_opens_takes_the_place_of_a_damaged_one_and_nothing_is_lost() {
    let world = World::new();
    let unlocked = damaged(&world);
    let earlier = found(&world, &unlocked).unwrap();
    assert_eq!(
        (earlier.named, earlier.intact, earlier.missing, earlier.extra),
        (2, 2, 0, 1)
    );
    let views = in_vault_all(
        &world,
        &unlocked,
        None,
        vec![
            VaultInput::PutListBack(earlier.number),
            VaultInput::Store(file("Fourth", b"Fourth")),
            VaultInput::Restore(Selection::All),
        ],
    );
    assert_eq!(views[1].done, Some(VaultDone::ListPutBack(earlier)));
    assert_eq!(views[1].notices, []);
    let listing = views[1].listing.as_ref().unwrap();
    assert_eq!(listing.counted_against, CountedAgainst::Inventory);
    let standings: Vec<_> = listing.items.iter().map(|item| item.standing).collect();
    assert_eq!(standings.iter().filter(|one| **one == Standing::Extra).count(), 1);
    assert_eq!(standings.len(), 3);
    assert!(matches!(views[2].done, Some(VaultDone::Stored { .. })));
    let Some(VaultDone::Restored { report, files }) = &views[3].done else {
        panic!("{:?}", views[3].done)
    };
    // What the list does not name comes back too, and is not counted as one of its own.
    assert_eq!((files.len(), report.restored(), report.expected()), (4, 3, 3));
}

#[test]
fn the_list_that_is_put_back_is_newer_than_every_one_that_any_device_has_seen() {
    let world = World::new();
    let unlocked = damaged(&world);
    let another_device = Remembered {
        account_id: unlocked.account().id,
        inventory: some_inventory(3),
    };
    let number = found(&world, &unlocked).unwrap().number;
    // A version that is kept no more, and that some device may have seen.
    let present = {
        let mut state = world.server.state.borrow_mut();
        let newest = state.only().inventory.as_mut().unwrap();
        newest.0 += 5;
        newest.0
    };
    let here = sign_in(&world, "correct horse").unlocked.unwrap();
    let view = in_vault(&world, &here, VaultInput::PutListBack(number));
    let counter = view.remember.unwrap().inventory.counter;
    assert!(counter > another_device.inventory.counter, "{counter}");
    assert_eq!(
        counter,
        2 + (present - number) + 1,
        "the second, and what came after it"
    );
    let there = sign_in(&world, "correct horse").unlocked.unwrap();
    let view = in_vault_all(&world, &there, Some(another_device), Vec::new())
        .pop()
        .unwrap();
    assert_eq!(view.notices, []);
    // Also above what this device alone has seen.
    harm(&world, 1);
    let seen = Some(Remembered {
        inventory: some_inventory(5_000_000_000_000),
        ..another_device
    });
    let view = in_vault_all(&world, &there, seen, vec![VaultInput::FindEarlierList]);
    let Some(VaultDone::EarlierList(Some(earlier))) = view[1].done else {
        panic!("{:?}", view[1].done)
    };
    let views = in_vault_all(
        &world,
        &there,
        seen,
        vec![VaultInput::PutListBack(earlier.number)],
    );
    let counter = views[1].remember.unwrap().inventory.counter;
    assert_eq!(counter, 5_000_000_000_001);
}

#[test]
fn damaged_ones_are_passed_over_until_one_opens_or_none_does() {
    let world = World::new();
    let unlocked = damaged(&world);
    {
        let mut state = world.server.state.borrow_mut();
        state.only().inventories[1][1_000] ^= 1;
    }
    assert_eq!(found(&world, &unlocked).unwrap().named, 1);
    {
        let mut state = world.server.state.borrow_mut();
        state.only().inventories[0][1_000] ^= 1;
    }
    assert_eq!(found(&world, &unlocked), None);
}

#[test]
fn no_more_lists_are_read_than_one_question_is_worth() {
    let world = World::new();
    let unlocked = damaged(&world);
    more_lists_than_are_read(&world);
    assert_eq!(found(&world, &unlocked), None);
    let each = format!("{}/", paths::INVENTORY_VERSIONS);
    assert_eq!(world.server.requests(Method::Get, &each), 64);
}

#[test]
fn a_server_that_keeps_no_earlier_lists_has_none_to_offer_and_a_busy_one_is_busy() {
    let world = World::new();
    let unlocked = damaged(&world);
    let asked = |code| {
        let answer = Fault::Answer(code);
        world
            .server
            .fail_once(Method::Get, paths::INVENTORY_VERSIONS, answer);
    };
    asked(ErrorCode::NoSuchItem);
    assert_eq!(found(&world, &unlocked), None);
    asked(ErrorCode::Busy);
    let done = in_vault(&world, &unlocked, VaultInput::FindEarlierList).done;
    assert!(matches!(done, Some(VaultDone::Failed(_))), "{done:?}");
}

#[test]
fn what_an_earlier_list_names_and_the_server_does_not_have_is_counted_as_missing() {
    let world = World::new();
    let unlocked = damaged(&world);
    {
        let mut state = world.server.state.borrow_mut();
        let account = state.only();
        let second = account.versions[1].0.clone();
        account.objects.remove(&second).unwrap();
    }
    let earlier = found(&world, &unlocked).unwrap();
    assert_eq!(
        (earlier.named, earlier.intact, earlier.missing, earlier.extra),
        (2, 1, 1, 1)
    );
    let view = in_vault(&world, &unlocked, VaultInput::PutListBack(earlier.number));
    assert_eq!(view.done, Some(VaultDone::ListPutBack(earlier)));
    let items = view.listing.unwrap().items;
    assert!(
        items
            .iter()
            .any(|item| item.name == "Second" && item.standing == Standing::Missing)
    );
}

#[test]
fn only_a_damaged_list_is_replaced_and_only_by_the_one_that_was_shown() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "First", b"First");
    store(&world, &unlocked, "Second", b"Second");
    let number = world.server.state.borrow_mut().only().inventory_numbers[0];
    let again = Some(VaultDone::Failed(ProblemKind::ReadAgain.into()));
    for input in [VaultInput::FindEarlierList, VaultInput::PutListBack(number)] {
        assert_eq!(in_vault(&world, &unlocked, input).done, again, "it opens");
    }
    harm(&world, 1);
    let other = VaultInput::PutListBack(number + 1);
    assert_eq!(
        in_vault(&world, &unlocked, other).done,
        again,
        "not the one that was shown"
    );
    // Another device repairs it just before this one writes.
    world.server.before(|request, state| {
        if request.method == Method::Put {
            state.only().inventory.as_mut().unwrap().0 += 1_000;
        }
    });
    let done = in_vault(&world, &unlocked, VaultInput::PutListBack(number)).done;
    let Some(VaultDone::Failed(problem)) = done else {
        panic!("{done:?}")
    };
    assert_eq!(
        (problem.kind, problem.effect),
        (ProblemKind::ReadAgain, Effect::None)
    );
}

#[test]
fn an_account_that_allows_no_change_shows_the_earlier_list_and_keeps_the_damaged_one() {
    let world = World::new();
    let unlocked = damaged(&world);
    world.server.state.borrow_mut().only().frozen = true;
    let number = found(&world, &unlocked).unwrap().number;
    assert_eq!(
        in_vault(&world, &unlocked, VaultInput::PutListBack(number)).done,
        Some(VaultDone::Failed(Problem {
            kind: ProblemKind::Frozen,
            effect: Effect::None,
            request_id: crate::problem::RequestId::parse("req-1"),
        }))
    );
}

#[test]
fn a_server_that_says_written_and_did_not_is_caught() {
    let world = World::new();
    let unlocked = damaged(&world);
    let number = found(&world, &unlocked).unwrap().number;
    let kept = world.server.state.borrow_mut().only().inventories[1].clone();
    // The earlier one itself, as it was, in the place of what was sent.
    world.server.before(move |_, state| {
        if state.only().inventories.len() > 3 {
            state.only().inventory.as_mut().unwrap().1.clone_from(&kept);
        }
    });
    let problem = Problem::from(ServerFault::Foreign).at_least(Effect::Open);
    assert_eq!(
        in_vault(&world, &unlocked, VaultInput::PutListBack(number)).done,
        Some(VaultDone::Failed(problem))
    );
}
