//! A write that went through, or may have, and a look afterwards that fails: nobody is told that nothing was changed.

mod deeds;
mod device;
mod refused;

use core::cell::Cell;
use std::rc::Rc;

use keyhaven_protocol::{
    error::ErrorCode,
    persona::{legacy, paths},
};

use self::deeds::{DEEDS, Deed, perform};
use super::{
    page::{Reply, file, in_vault, in_vault_all, play, sign_up, store},
    server::Fault,
    world::World,
};
use crate::{
    persona::flows::vault::{Activity, Selection, Vault, VaultDone, VaultInput, VaultView},
    problem::{Effect, Problem, ProblemKind},
    transport::{Method, Request},
};

/// Whether a request changes something. The ones that only carry a secret are named, so that a new one is a write until
/// somebody says otherwise.
fn is_write(request: &Request) -> bool {
    let reads = [paths::SESSIONS, paths::RELEASE, paths::RECOVER_RELEASE];
    match request.method {
        Method::Get => false,
        Method::Post => !reads.contains(&request.path.as_str()),
        Method::Put | Method::Delete => true,
    }
}

/// How far the first write has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Before,
    Written,
    Met,
}

/// Makes the first request after the first write that went through meet `fault`.
fn fail_after_the_write(world: &World, fault: Fault) -> Rc<Cell<Stage>> {
    let stage = Rc::new(Cell::new(Stage::Before));
    let (seen, answered) = (Rc::clone(&stage), Rc::clone(&stage));
    world.server.on_answer(move |request, response| {
        if answered.get() == Stage::Before && is_write(request) && response.status == 200 {
            answered.set(Stage::Written);
        }
    });
    world.server.on_request(move |_| {
        (seen.get() == Stage::Written).then(|| {
            seen.set(Stage::Met);
            fault
        })
    });
    stage
}

/// Loses the answer of the first write, and refuses what comes next.
fn lose_the_answer(world: &World) -> Rc<Cell<Stage>> {
    let stage = Rc::new(Cell::new(Stage::Before));
    let seen = Rc::clone(&stage);
    world.server.on_request(move |request| match seen.get() {
        Stage::Before if is_write(request) => {
            seen.set(Stage::Written);
            Some(Fault::CutAfter)
        }
        Stage::Written => {
            seen.set(Stage::Met);
            Some(Fault::Answer(ErrorCode::Busy))
        }
        Stage::Before | Stage::Met => None,
    });
    stage
}

fn effect(told: Option<&Problem>) -> Option<Effect> {
    told.map(|problem| problem.effect)
}

#[test]
fn a_look_that_fails_after_a_write_is_never_told_as_nothing_changed() {
    let faults = [
        Fault::Answer(ErrorCode::Busy),
        Fault::Answer(ErrorCode::RateLimited),
        Fault::CutBefore,
    ];
    for &deed in DEEDS {
        for fault in faults {
            let world = World::new();
            let mut stage = None;
            let told = perform(deed, &world, || stage = Some(fail_after_the_write(&world, fault)));
            let stage = stage.expect("it was armed").get();
            assert_ne!(stage, Stage::Before, "{deed:?} wrote nothing");
            assert_ne!(
                effect(told.as_ref()),
                Some(Effect::None),
                "{deed:?} {fault:?} {told:?}"
            );
            // What has nothing to look at afterwards is done.
            assert!(
                stage == Stage::Met || told.is_none(),
                "{deed:?} {fault:?} {told:?}"
            );
        }
    }
}

#[test]
fn a_write_without_an_answer_is_never_told_as_nothing_changed() {
    for &deed in DEEDS {
        let world = World::new();
        let mut stage = None;
        let told = perform(deed, &world, || stage = Some(lose_the_answer(&world)));
        assert_ne!(
            stage.expect("it was armed").get(),
            Stage::Before,
            "{deed:?} wrote nothing"
        );
        assert_ne!(effect(told.as_ref()), Some(Effect::None), "{deed:?} {told:?}");
    }
}

#[test]
fn what_a_person_hears_of_a_write_that_was_answered_is_that_it_is_done() {
    for deed in [
        Deed::ChangePassword,
        Deed::Recover,
        Deed::PutPasswordBack,
        Deed::Delete,
        Deed::Store,
        Deed::NewCode,
        Deed::DeleteAccount,
    ] {
        let world = World::new();
        let fault = Fault::Answer(ErrorCode::Busy);
        let told = perform(deed, &world, || drop(fail_after_the_write(&world, fault)));
        assert_eq!(effect(told.as_ref()), Some(Effect::Done), "{deed:?} {told:?}");
    }
}

#[test]
fn a_refused_write_is_told_as_nothing_changed() {
    for &deed in DEEDS {
        let world = World::new();
        let told = perform(deed, &world, || {
            let mut left = Some(Fault::Answer(ErrorCode::Busy));
            let hook = move |request: &Request| if is_write(request) { left.take() } else { None };
            world.server.on_request(hook);
        });
        let of_this = match deed {
            // What was sent before it is as open as it was.
            Deed::SettleCode => Effect::Open,
            _ => Effect::None,
        };
        assert_eq!(effect(told.as_ref()), Some(of_this), "{deed:?} {told:?}");
    }
}

#[test]
fn a_deletion_that_could_not_be_seen_can_be_undone() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"keys");
    fail_after_the_write(&world, Fault::Answer(ErrorCode::Busy));
    let inputs = vec![
        VaultInput::Delete(id),
        VaultInput::BringBack(Selection::One(id.into())),
    ];
    let views = in_vault_all(&world, &unlocked, None, inputs);
    assert!(
        matches!(&views[1].done, Some(VaultDone::DeletionUnseen { name, .. }) if name == "Work"),
        "{:?}",
        views[1].done
    );
    let back = VaultDone::Undeleted {
        id,
        name: "Work".to_owned(),
    };
    assert_eq!(views[2].done, Some(back));
    assert!(!world.server.state.borrow_mut().only().objects.is_empty());
}

#[test]
fn a_deletion_is_told_also_where_the_session_ended_before_it_could_be_seen() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"keys");
    fail_after_the_write(&world, Fault::Answer(ErrorCode::Unauthorized));
    let done = in_vault(&world, &unlocked, VaultInput::Delete(id)).done;
    let Some(VaultDone::DeletionUnseen { problem, .. }) = done else {
        panic!("{done:?}")
    };
    assert_eq!(
        (problem.kind, problem.effect),
        (ProblemKind::SignInAgain, Effect::Done)
    );
}

#[test]
fn what_another_device_stored_since_it_was_listed_comes_back_too() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"keys");
    let mut steps = 0;
    let (_, mut views) = play(Vault::new(Rc::clone(&unlocked), None), &world, |view| {
        if view.activity != Activity::Idle {
            return Reply::Wait;
        }
        steps += 1;
        match steps {
            1 => {
                let file = file("Work", b"keys of another device");
                in_vault(&world, &unlocked, VaultInput::Replace { id, file });
                fail_after_the_write(&world, Fault::Answer(ErrorCode::Busy));
                Reply::Send(VaultInput::Delete(id))
            }
            2 => Reply::Send(VaultInput::BringBack(Selection::One(id.into()))),
            _ => Reply::Leave,
        }
    });
    let back = VaultDone::Undeleted {
        id,
        name: "Work".to_owned(),
    };
    assert_eq!(views.pop().unwrap().done, Some(back));
}

#[test]
fn a_deletion_that_never_arrived_is_undone_by_doing_nothing() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"keys");
    world
        .server
        .fail_once(Method::Post, paths::OBJECTS, Fault::CutBefore);
    let inputs = vec![
        VaultInput::Delete(id),
        VaultInput::BringBack(Selection::One(id.into())),
    ];
    let views = in_vault_all(&world, &unlocked, None, inputs);
    assert!(
        matches!(&views[1].done, Some(VaultDone::DeletionUnseen { problem, .. }) if problem.effect == Effect::Open)
    );
    let back = VaultDone::Undeleted {
        id,
        name: "Work".to_owned(),
    };
    assert_eq!(views[2].done, Some(back));
    assert_eq!(world.server.requests(Method::Post, paths::OBJECTS), 1);
}

/// Deletes and stops it too late, and gives what is told when the account is read again with `fault`.
fn delete_and_stop(fault: Option<Fault>) -> VaultView {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"keys");
    let (mut begun, mut stopped) = (false, false);
    let (_, mut views) = play(Vault::new(Rc::clone(&unlocked), None), &world, |view| {
        match view.activity {
            Activity::Idle if begun => Reply::Leave,
            Activity::Idle => {
                begun = true;
                Reply::Send(VaultInput::Delete(id))
            }
            Activity::Working { .. } if begun && !stopped => {
                stopped = true;
                // As if it had left before the stop: nothing of this work is seen here any more.
                in_vault(&world, &unlocked, VaultInput::Delete(id));
                if let Some(fault) = fault {
                    world.server.fail_once(Method::Get, paths::ACCOUNT, fault);
                }
                Reply::Cancel
            }
            Activity::Working { .. } => Reply::Wait,
        }
    });
    views.pop().unwrap()
}

#[test]
fn a_deletion_that_was_stopped_too_late_can_be_undone() {
    let view = delete_and_stop(None);
    assert!(
        matches!(&view.done, Some(VaultDone::Deleted { name, .. }) if name == "Work"),
        "{:?}",
        view.done
    );
}

#[test]
fn a_deletion_that_was_stopped_and_cannot_be_looked_at_can_be_undone() {
    let view = delete_and_stop(Some(Fault::Answer(ErrorCode::Busy)));
    let Some(VaultDone::DeletionUnseen { problem, .. }) = &view.done else {
        panic!("{:?}", view.done)
    };
    assert_eq!(problem.effect, Effect::Open);
}

#[test]
fn the_reset_page_says_that_a_lost_request_for_a_link_may_have_arrived() {
    let world = World::new();
    let told = perform(Deed::AskForLink, &world, || {
        world
            .server
            .fail_once(Method::Put, legacy::PASSWORD_RESET, Fault::CutBefore);
    });
    assert_eq!(effect(told.as_ref()), Some(Effect::Open));
}
