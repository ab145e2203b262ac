//! Two devices at once, and answers that were lost: what is there decides.

use std::rc::Rc;

use keyhaven_protocol::persona::paths;

use super::OBJECTS;
use crate::{
    persona::flows::{
        tests::{
            page::{Reply, file, in_vault, play, sign_in, sign_up, store},
            server::Fault,
            world::World,
        },
        vault::{Activity, Selection, Vault, VaultDone, VaultInput},
    },
    problem::{Effect, Problem, ProblemKind},
    transport::Method,
};

#[test]
fn two_devices_that_write_at_once_both_have_their_persona() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "First", b"1");
    let kept = world.server.state.borrow_mut().only().inventory.clone();
    store(&world, &unlocked, "Second", b"2");
    // The other device's write lands between this device's reading and writing, twice.
    let theirs = core::mem::replace(&mut world.server.state.borrow_mut().only().inventory, kept);
    let mut left = Some(theirs);
    world.server.before(move |request, state| {
        if request.method == Method::Put
            && let Some(theirs) = left.take()
        {
            state.only().inventory = theirs;
        }
    });
    let unlocked = sign_in(&world, "correct horse").unlocked.unwrap();
    store(&world, &unlocked, "Third", b"3");
    let view = in_vault(&world, &unlocked, VaultInput::Restore(Selection::All));
    let Some(VaultDone::Restored { report, .. }) = view.done else {
        panic!("{:?}", view.done)
    };
    assert_eq!(
        (report.restored(), report.expected(), report.is_complete()),
        (3, 3, true)
    );
}

#[test]
fn a_race_that_never_ends_is_given_up_and_told() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "First", b"1");
    world.server.before(|request, state| {
        if request.method == Method::Put {
            state.only().inventory.as_mut().unwrap().0 += 1000;
        }
    });
    let puts = world.server.requests(Method::Put, OBJECTS);
    let view = in_vault(&world, &unlocked, VaultInput::Store(file("Second", b"2")));
    assert_eq!(view.done, Some(VaultDone::Failed(ProblemKind::ReadAgain.into())));
    assert_eq!(world.server.requests(Method::Put, OBJECTS) - puts, 4);
}

#[test]
fn a_write_whose_answer_was_lost_is_looked_for() {
    for fault in [Fault::CutAfter, Fault::CutBefore, Fault::Html(502)] {
        let world = World::new();
        let (unlocked, _) = sign_up(&world);
        world.server.fail_once(Method::Put, OBJECTS, fault);
        let view = in_vault(&world, &unlocked, VaultInput::Store(file("Work", b"keys")));
        let stored = world.server.state.borrow_mut().only().objects.len();
        match fault {
            Fault::CutAfter => {
                assert!(
                    matches!(view.done, Some(VaultDone::Stored { .. })),
                    "{:?}",
                    view.done
                );
                assert_eq!(stored, 1);
            }
            _ => {
                assert!(matches!(view.done, Some(VaultDone::Failed(_))), "{:?}", view.done);
                assert_eq!(stored, 0);
            }
        }
    }
}

#[test]
fn a_deletion_whose_answer_was_lost_is_looked_for() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"keys");
    world.server.fail_once(Method::Post, OBJECTS, Fault::CutAfter);
    let view = in_vault(&world, &unlocked, VaultInput::Delete(id));
    assert_eq!(
        view.done,
        Some(VaultDone::Deleted {
            id,
            name: "Work".to_owned()
        })
    );
}

#[test]
fn after_a_stop_the_list_is_what_the_server_has_then() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let mut begun = false;
    let mut stopped = false;
    let (_, views) = play(
        Vault::new(Rc::clone(&unlocked), None),
        &world,
        |view| match view.activity {
            Activity::Idle if view.done.is_some() => Reply::Leave,
            Activity::Idle => {
                begun = true;
                Reply::Send(VaultInput::Store(file("Mine", b"1")))
            }
            Activity::Working { .. } if begun && !stopped => {
                stopped = true;
                store(&world, &unlocked, "Of another device", b"2");
                Reply::Cancel
            }
            Activity::Working { .. } => Reply::Wait,
        },
    );
    let last = views.last().unwrap();
    assert_eq!(last.done, Some(VaultDone::Stopped));
    let names: Vec<&str> = last
        .listing
        .as_ref()
        .unwrap()
        .items
        .iter()
        .map(|item| item.name.as_str())
        .collect();
    assert_eq!(names, ["Of another device"]);
}

#[test]
fn a_deletion_follows_a_list_that_another_device_wrote_in_between() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"keys");
    let mut left = Some(());
    world.server.before(move |request, state| {
        if request.method == Method::Post && left.take().is_some() {
            state.only().inventory.as_mut().unwrap().0 += 1_000;
        }
    });
    let name = "Work".to_owned();
    let done = in_vault(&world, &unlocked, VaultInput::Delete(id)).done;
    assert_eq!(done, Some(VaultDone::Deleted { id, name }));
    assert_eq!(world.server.requests(Method::Post, OBJECTS), 2);
}

#[test]
fn what_another_device_brings_back_first_is_back() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"keys");
    let (objects, before) = {
        let mut state = world.server.state.borrow_mut();
        (state.only().objects.clone(), state.only().inventory.clone())
    };
    in_vault(&world, &unlocked, VaultInput::Delete(id));
    // After the list of what is deleted was read.
    world.server.before(move |request, state| {
        if request.path == paths::INVENTORY_VERSIONS {
            let account = state.only();
            account.objects.clone_from(&objects);
            account.deleted.clear();
            account.inventory = before.clone().map(|(version, bytes)| (version + 1_000, bytes));
        }
    });
    let name = "Work".to_owned();
    let done = in_vault(
        &world,
        &unlocked,
        VaultInput::BringBack(Selection::One(id.into())),
    )
    .done;
    assert_eq!(done, Some(VaultDone::Undeleted { id, name }));
    assert_eq!(
        world.server.requests(Method::Post, OBJECTS),
        1,
        "only the deletion"
    );
}

#[test]
fn what_another_device_writes_over_before_it_was_seen_is_open() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"keys");
    let present = |world: &World| world.server.state.borrow_mut().only().contents();
    let replace = |content: &[u8]| VaultInput::Replace {
        id,
        file: file("Work", content),
    };
    let before = present(&world);
    let elsewhere = sign_in(&world, "correct horse").unlocked.unwrap();
    for content in [b"2", b"3"] {
        in_vault(&world, &elsewhere, replace(content));
    }
    let theirs = present(&world);
    world.server.state.borrow_mut().only().show(before);
    let mut is_written = false;
    world.server.before(move |request, state| {
        if is_written && request.method == Method::Get {
            (state.only().inventory, state.only().objects) = theirs.clone();
        }
        is_written |= request.method == Method::Put;
    });
    let done = in_vault(&world, &unlocked, replace(b"mine")).done;
    let open = Problem::from(ProblemKind::ReadAgain).at_least(Effect::Open);
    assert_eq!(done, Some(VaultDone::Failed(open)));
}
