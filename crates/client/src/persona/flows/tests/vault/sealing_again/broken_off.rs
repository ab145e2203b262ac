//! Broken off, and gone on with.

use core::cell::Cell;
use std::rc::Rc;

use crate::{
    persona::{
        SessionOver,
        flows::{
            tests::{
                page::{Reply, in_vault, play},
                renewed::{
                    PERSONAS, Then, all, assert_restores_all, fetches, opens, puts, renew, renewed, report,
                    seal_again, signed_in, unsealed, with_five,
                },
                server::Fault,
                vault::OBJECTS,
                world::World,
            },
            vault::{Activity, NotSealedAgain, SealedAgainReport, Vault, VaultDone, VaultInput},
        },
    },
    problem::{Effect, Problem, ProblemKind, RetryReason},
    transport::Method,
};

#[test]
fn wherever_the_connection_breaks_everything_opens_and_going_on_finishes() {
    // As many requests as a renewal without trouble makes.
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    let before = world.server.seen.borrow().len();
    renewed(&world, &unlocked, &old);
    seal_again(&world, &unlocked);
    let requests = world.server.seen.borrow().len() - before;
    assert!(requests > 2 * PERSONAS as usize, "{requests}");
    for (fault, comes_back) in [
        // One that does not arrive and the one before it whose answer is lost are the same when nothing comes after.
        (Fault::CutAfter, false),
        (Fault::CutBefore, true),
        (Fault::CutAfter, true),
    ] {
        for broken in 0..requests {
            break_at(broken, fault, comes_back);
        }
    }
}

fn break_at(broken: usize, fault: Fault, comes_back: bool) {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    let mut seen = 0;
    world.server.on_request(move |_| {
        seen += 1;
        match seen - 1 {
            at if at == broken => Some(fault),
            at if at > broken && !comes_back => Some(Fault::CutBefore),
            _ => None,
        }
    });
    let (_, shown) = renew(&world, &unlocked, &old, Then::TryAgain);
    seal_again(&world, &unlocked);
    world.server.behave();
    let again = signed_in(&world);
    assert_restores_all(&world, &again);
    // One of the two codes opens it, and only one.
    let is_renewed = shown.as_ref().is_some_and(|code| opens(&world, &again, code));
    assert_ne!(
        is_renewed,
        opens(&world, &again, &old),
        "{fault:?} of request {broken}"
    );
    // With the connection back, trying once more is enough.
    assert!(
        is_renewed || !comes_back || shown.is_none(),
        "{fault:?} of request {broken}"
    );
    if unsealed(&world, &again).is_some() {
        assert!(is_renewed);
        assert_eq!(
            report(seal_again(&world, &again)),
            all(),
            "{fault:?} of request {broken}"
        );
    }
    let last = signed_in(&world);
    assert_eq!(unsealed(&world, &last), None);
    assert_restores_all(&world, &last);
}

#[test]
fn what_is_sealed_again_already_is_left_alone() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    renewed(&world, &unlocked, &old);
    let before = puts(&world);
    let mut left = 2;
    world.server.on_request(move |request| {
        let is_put = request.method == Method::Put && request.path.starts_with(OBJECTS);
        if is_put && left > 0 {
            left -= 1;
            return None;
        }
        (is_put || left == 0).then_some(Fault::CutBefore)
    });
    let view = seal_again(&world, &unlocked);
    assert_eq!(
        report(view),
        SealedAgainReport {
            sealed: 2,
            broken_off: Some(unanswered()),
            ..all()
        }
    );
    assert_eq!(puts(&world) - before, 2);
    world.server.behave();
    // Known from the list alone, in another browser too.
    let fetched = fetches(&world);
    let again = signed_in(&world);
    assert_eq!(unsealed(&world, &again), Some((2, PERSONAS)));
    assert_eq!(fetches(&world), fetched);
    assert_eq!(report(in_vault(&world, &again, VaultInput::SealAgain)), all());
    assert_eq!(puts(&world) - before, PERSONAS);
    assert_eq!(fetches(&world) - fetched, PERSONAS - 2);
}

#[test]
fn a_connection_that_takes_no_writes_ends_it_and_is_named() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    renewed(&world, &unlocked, &old);
    let (mut puts, tried) = (0, Rc::new(Cell::new(0)));
    let counted = Rc::clone(&tried);
    world.server.on_request(move |request| {
        let is_put = request.method == Method::Put && request.path.starts_with(OBJECTS);
        puts += u64::from(is_put);
        counted.set(puts);
        (is_put && puts > 2).then_some(Fault::CutBefore)
    });
    assert_eq!(
        report(seal_again(&world, &unlocked)),
        SealedAgainReport {
            sealed: 2,
            broken_off: Some(unanswered()),
            ..all()
        }
    );
    assert_eq!(tried.get(), 4, "the third one twice");
}

#[test]
fn stopping_says_that_it_goes_on() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    renewed(&world, &unlocked, &old);
    let vault = Vault::new(Rc::clone(&unlocked), None).sealing_again_first();
    let mut stopped = false;
    let (_, mut views) = play(vault, &world, |view| match view.activity {
        Activity::Working { .. } if !stopped => {
            stopped = true;
            Reply::Cancel
        }
        Activity::Working { .. } => Reply::Wait,
        Activity::Idle => Reply::Leave,
    });
    let view = views.pop().unwrap();
    assert_eq!(view.done, Some(VaultDone::Stopped));
    assert!(view.sealing_again.is_some());
    assert_restores_all(&world, &unlocked);
}

#[test]
fn a_session_that_ends_on_the_way_ends_the_vault() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    renewed(&world, &unlocked, &old);
    world.server.before(|request, state| {
        if request.method == Method::Put {
            state.sessions.clear();
        }
    });
    let fetched = fetches(&world);
    let vault = Vault::new(unlocked, None).sealing_again_first();
    let (end, _) = play(vault, &world, |_| Reply::Wait);
    assert_eq!(end, Some(SessionOver::Ended));
    assert_eq!(fetches(&world), fetched + 1, "the others are not tried");
    world.server.behave();
    let again = signed_in(&world);
    assert_eq!(report(seal_again(&world, &again)), all());
}

#[test]
fn a_session_that_ends_before_the_last_look_ends_the_vault() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    renewed(&world, &unlocked, &old);
    let mut puts = 0;
    world.server.before(move |request, state| {
        puts += u64::from(request.method == Method::Put);
        if request.method == Method::Get && puts == PERSONAS {
            state.sessions.clear();
        }
    });
    let vault = Vault::new(unlocked, None).sealing_again_first();
    let (end, _) = play(vault, &world, |_| Reply::Wait);
    assert_eq!(end, Some(SessionOver::Ended));
}

#[test]
fn a_persona_that_the_server_does_not_give_is_named_and_the_rest_is_done() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    renewed(&world, &unlocked, &old);
    world
        .server
        .fail_once(Method::Get, "/persona/v1/objects/", Fault::Html(418));
    let report = report(seal_again(&world, &unlocked));
    assert_eq!((report.sealed, report.broken_off), (PERSONAS - 1, None));
    let [left] = &report.left[..] else {
        panic!("{:?}", report.left)
    };
    let refused = ProblemKind::Report { status: 418 };
    assert!(
        matches!(&left.why, NotSealedAgain::Problem(problem) if problem.kind == refused),
        "{left:?}"
    );
}

#[test]
fn what_the_last_look_shows_is_counted_whatever_was_answered() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    renewed(&world, &unlocked, &old);
    let mut puts = 0;
    let mut after_the_last = [Fault::CutAfter, Fault::CutBefore].into_iter();
    world.server.on_request(move |request| {
        puts += u64::from(request.method == Method::Put);
        (puts == PERSONAS).then(|| after_the_last.next()).flatten()
    });
    let seen = SealedAgainReport {
        broken_off: Some(unanswered()),
        ..all()
    };
    assert_eq!(report(seal_again(&world, &unlocked)), seen);
}

/// A write that left, and no answer came.
fn unanswered() -> Problem {
    Problem::from(ProblemKind::Retry(RetryReason::Offline)).at_least(Effect::Open)
}
