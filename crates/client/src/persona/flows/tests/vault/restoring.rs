//! Restoring: item by item, with progress, over a connection that is not always there.

use core::time::Duration;
use std::rc::Rc;

use keyhaven_core::job::JobError;
use keyhaven_protocol::error::ErrorCode;

use super::OBJECTS;
use crate::{
    persona::{
        Finding,
        flows::{
            tests::{
                page::{Reply, in_vault, play, sign_up, store},
                server::Fault,
                world::{World, content_of},
            },
            vault::{Activity, Selection, Vault, VaultDone, VaultInput},
        },
    },
    problem::{ProblemKind, RetryReason},
    transport::Method,
};

#[test]
fn one_item_is_restored_alone() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "One", b"1");
    store(&world, &unlocked, "Two", b"2");
    let view = in_vault(&world, &unlocked, VaultInput::Restore(Selection::One(id.into())));
    let Some(VaultDone::Restored { report, files }) = view.done else {
        panic!("{:?}", view.done)
    };
    assert_eq!((report.restored(), report.expected(), files.len()), (1, 1, 1));
    assert_eq!(
        (files[0].name.as_str(), content_of(&files[0])),
        ("One", &b"1"[..])
    );
}

#[test]
fn what_the_device_has_no_room_for_is_not_said_to_be_restored() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    for (name, content) in [("1", &b"12"[..]), ("2", b"1234"), ("3", b"1")] {
        store(&world, &unlocked, name, content);
    }
    world.room.set(3);
    let view = in_vault(&world, &unlocked, VaultInput::Restore(Selection::All));
    let Some(VaultDone::Restored { report, files }) = view.done else {
        panic!("{:?}", view.done)
    };
    assert_eq!((report.restored(), report.expected()), (2, 3));
    assert!(!report.is_complete());
    assert_eq!(
        report.items[1].finding,
        Finding::NotFetched(JobError::OutOfMemory.into())
    );
    let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["1", "3"]);
}

#[test]
fn an_item_that_the_server_fails_to_give_is_asked_for_once() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "Work", b"keys");
    world
        .server
        .fail_once(Method::Get, "/persona/v1/objects/", Fault::Html(500));
    let view = in_vault(&world, &unlocked, VaultInput::Restore(Selection::All));
    let Some(VaultDone::Restored { report, .. }) = view.done else {
        panic!("{:?}", view.done)
    };
    let Finding::NotFetched(problem) = &report.items[0].finding else {
        panic!("{report:?}")
    };
    assert_eq!(problem.kind, ProblemKind::Retry(RetryReason::ServerFailed));
    assert_eq!(world.server.requests(Method::Get, "/persona/v1/objects/"), 1);
}

#[test]
fn an_item_that_is_not_fetched_does_not_take_the_others_with_it() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let first = store(&world, &unlocked, "1", b"1");
    store(&world, &unlocked, "2", b"2");
    let path = format!("{OBJECTS}/{first}");
    world
        .server
        .on_request(move |request| (request.path == path).then_some(Fault::Html(500)));
    let view = in_vault(&world, &unlocked, VaultInput::Restore(Selection::All));
    let Some(VaultDone::Restored { report, files }) = view.done else {
        panic!("{:?}", view.done)
    };
    let Finding::NotFetched(problem) = &report.items[0].finding else {
        panic!("{report:?}")
    };
    assert_eq!(problem.kind, ProblemKind::Retry(RetryReason::ServerFailed));
    assert_eq!((report.restored(), report.expected(), files.len()), (1, 2, 1));
    assert!(!report.is_complete());
}

#[test]
fn a_connection_that_is_gone_is_not_asked_for_every_item() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    for name in ["1", "2", "3", "4"] {
        store(&world, &unlocked, name, b"x");
    }
    let prefix = format!("{OBJECTS}/");
    world
        .server
        .on_request(move |request| request.path.starts_with(&prefix).then_some(Fault::CutBefore));
    let before = world.server.requests(Method::Get, "/persona/v1/objects/");
    let view = in_vault(&world, &unlocked, VaultInput::Restore(Selection::All));
    let Some(VaultDone::Restored { report, .. }) = view.done else {
        panic!("{:?}", view.done)
    };
    let all_named = report
        .items
        .iter()
        .all(|item| matches!(item.finding, Finding::NotFetched(_)));
    assert!(all_named && report.expected() == 4, "{report:?}");
    assert_eq!(
        world.server.requests(Method::Get, "/persona/v1/objects/") - before,
        2,
        "once, and once more"
    );
}

#[test]
fn progress_counts_items_and_bytes_and_can_be_stopped() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "1", &[1; 300_000]);
    store(&world, &unlocked, "2", b"2");
    let mut started = false;
    let (_, views) = play(
        Vault::new(Rc::clone(&unlocked), None),
        &world,
        |view| match view.activity {
            Activity::Idle if !started => {
                started = true;
                Reply::Send(VaultInput::Restore(Selection::All))
            }
            Activity::Idle => Reply::Leave,
            Activity::Working { .. } => Reply::Wait,
        },
    );
    let progress: Vec<_> = views
        .iter()
        .filter_map(|view| match view.activity {
            Activity::Working {
                progress: Some(progress),
            } => Some(progress),
            _ => None,
        })
        .collect();
    assert!(
        progress
            .iter()
            .any(|p| p.items.is_some_and(|items| (items.done, items.total) == (1, 2)))
    );
    let mid_way = progress.iter().any(|p| {
        p.bytes
            .is_some_and(|bytes| 0 < bytes.done && bytes.done < bytes.total)
    });
    assert!(mid_way, "{progress:?}");

    let mut begun = false;
    let (_, views) = play(Vault::new(unlocked, None), &world, |view| match view.activity {
        Activity::Idle if view.done.is_some() => Reply::Leave,
        Activity::Idle => {
            begun = true;
            Reply::Send(VaultInput::Restore(Selection::All))
        }
        Activity::Working { .. } if begun => Reply::Cancel,
        Activity::Working { .. } => Reply::Wait,
    });
    assert_eq!(views.last().unwrap().done, Some(VaultDone::Stopped));
}

#[test]
fn a_server_that_is_busy_for_a_moment_costs_no_item() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "Work", b"keys");
    store(&world, &unlocked, "Home", b"keys");
    let busy = Fault::Answer(ErrorCode::Busy);
    world.server.fail_once(Method::Get, "/persona/v1/objects/", busy);
    let view = in_vault(&world, &unlocked, VaultInput::Restore(Selection::All));
    let Some(VaultDone::Restored { report, .. }) = view.done else {
        panic!("{:?}", view.done)
    };
    assert!(report.is_complete(), "{report:?}");
    assert_eq!(*world.paused.borrow(), [Duration::from_secs(2)]);
}

#[test]
fn a_server_that_stays_busy_is_waited_for_twice_and_then_told() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    for name in ["Work", "Home", "Old"] {
        store(&world, &unlocked, name, b"keys");
    }
    world.server.on_request(|request| {
        let is_object = request.path.starts_with("/persona/v1/objects/");
        is_object.then_some(Fault::Answer(ErrorCode::Busy))
    });
    let view = in_vault(&world, &unlocked, VaultInput::Restore(Selection::All));
    let Some(VaultDone::Restored { report, .. }) = view.done else {
        panic!("{:?}", view.done)
    };
    assert_eq!(report.restored(), 0);
    assert_eq!(world.paused.borrow().len(), 2);
}

#[test]
fn a_wait_that_is_longer_than_a_person_waits_is_told_instead() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "Work", b"keys");
    world.server.on_answer(|request, response| {
        if request.path.starts_with("/persona/v1/objects/") {
            response.status = 503;
            response.headers.push(("retry-after".to_owned(), "31".to_owned()));
        }
    });
    in_vault(&world, &unlocked, VaultInput::Restore(Selection::All));
    assert!(world.paused.borrow().is_empty());
}
