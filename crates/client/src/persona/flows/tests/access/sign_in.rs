//! Signing in: under each derivation that an address may have, and never under a weak one.

use keyhaven_protocol::{
    error::ErrorCode,
    kdf::Argon2Params,
    persona::{AccountId, AccountState},
};

use super::{KEYS, RELEASE, form_problem, record, reset};
use crate::{
    host::UnixSeconds,
    persona::{
        Remembered,
        flows::{
            access::{AccessView, Entrance},
            tests::{
                page::{Reply, get_in_with, sign_in, sign_up, signing_in, signing_up, some_inventory, store},
                server::{Fault, UNTIL},
                world::World,
            },
        },
    },
    problem::{InputFault, Problem, ProblemKind, RetryReason, ServerFault},
    transport::Method,
};

#[test]
fn a_wrong_password_is_told_after_every_derivation_was_tried() {
    let world = World::new();
    world.server.state.borrow_mut().offer(&[
        Argon2Params {
            passes: 3,
            ..Argon2Params::FLOOR
        },
        Argon2Params::FLOOR,
    ]);
    let got = sign_in(&world, "wrong");
    assert_eq!(
        form_problem(&got),
        ProblemKind::Input(InputFault::WrongCredentials)
    );
    assert_eq!(world.server.requests(Method::Post, "/persona/v1/sessions"), 2);
}

#[test]
fn a_refusal_without_words_is_a_wrong_password_where_its_status_says_so_and_nothing_else_where_not() {
    for (status, expected) in [
        (401, ProblemKind::Input(InputFault::WrongCredentials)),
        (403, ProblemKind::Report { status: 403 }),
    ] {
        let world = World::new();
        sign_up(&world);
        world
            .server
            .fail_once(Method::Post, "/persona/v1/sessions", Fault::Html(status));
        assert_eq!(form_problem(&sign_in(&world, "correct horse")), expected);
    }
}

#[test]
fn an_account_of_older_parameters_is_still_opened() {
    let world = World::new();
    let (first, _) = sign_up(&world);
    world.server.state.borrow_mut().offer(&[
        Argon2Params {
            passes: 3,
            ..Argon2Params::FLOOR
        },
        Argon2Params::FLOOR,
    ]);
    let second = sign_in(&world, "correct horse")
        .unlocked
        .expect("the second set of parameters signs in");
    assert_eq!(first.backup_keys().present(), second.backup_keys().present());
}

#[test]
fn weak_parameters_are_refused_before_anything_is_derived() {
    let world = World::new();
    world.server.state.borrow_mut().offer(&[Argon2Params {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    }]);
    let got = sign_in(&world, "correct horse");
    assert!(matches!(
        form_problem(&got),
        ProblemKind::Server(ServerFault::Kdf(_))
    ));
    assert_eq!(
        world.server.seen.borrow().len(),
        1,
        "only the parameters were asked for"
    );
}

#[test]
fn a_wrap_that_names_weak_parameters_is_refused() {
    let world = World::new();
    sign_up(&world);
    record(&mut world.server.state.borrow_mut()).password.kdf = Some(Argon2Params {
        memory_kib: 8,
        ..Argon2Params::FLOOR
    });
    let got = sign_in(&world, "correct horse");
    assert!(matches!(
        form_problem(&got),
        ProblemKind::Server(ServerFault::Kdf(_))
    ));
}

#[test]
fn a_server_that_hides_the_key_record_gets_no_new_one() {
    let world = World::new();
    sign_up(&world);
    reset(&world, "new password");
    world.server.state.borrow_mut().only().record = None;
    let got = sign_in(&world, "new password");
    assert_eq!(
        form_problem(&got),
        ProblemKind::Server(ServerFault::DamagedKeyRecord)
    );
    assert!(got.code.is_none());
}

#[test]
fn an_account_that_stores_something_gets_no_new_key_record_in_any_state() {
    for frozen in [false, true] {
        let world = World::new();
        let (unlocked, _) = sign_up(&world);
        store(&world, &unlocked, "Work", b"keys");
        world.server.state.borrow_mut().only().record = None;
        world.server.state.borrow_mut().only().frozen = frozen;
        let got = sign_in(&world, "correct horse");
        assert_eq!(
            form_problem(&got),
            ProblemKind::Server(ServerFault::DamagedKeyRecord),
            "frozen: {frozen}"
        );
        assert!(got.code.is_none());
    }
}

#[test]
fn an_account_that_was_frozen_before_its_first_record_says_so() {
    let world = World::new();
    get_in_with(&world, signing_up("correct horse"), |view| {
        matches!(view, AccessView::ShowCode { .. }).then_some(Reply::Leave)
    });
    world.server.state.borrow_mut().only().frozen = true;
    let got = sign_in(&world, "correct horse");
    let until = Some(UnixSeconds(UNTIL));
    assert_eq!(form_problem(&got), ProblemKind::FrozenBeforeSetUp { until });
    assert!(got.code.is_none());
}

#[test]
fn an_account_whose_inventory_this_device_has_seen_gets_no_new_code_when_its_record_is_gone() {
    for (counter, has_code) in [(3, false), (0, true)] {
        let world = World::new();
        let (unlocked, _) = sign_up(&world);
        world.remembered.set(Some(Remembered {
            account_id: unlocked.account().id,
            inventory: some_inventory(counter),
        }));
        world.server.state.borrow_mut().only().record = None;
        let got = sign_in(&world, "correct horse");
        assert_eq!(got.code.is_some(), has_code, "{counter}");
        if !has_code {
            let damaged = ProblemKind::Server(ServerFault::DamagedKeyRecord);
            assert_eq!(form_problem(&got), damaged);
        }
    }
}

#[test]
fn whoever_can_open_the_backup_proves_it_where_the_account_waits_for_that() {
    let world = World::new();
    sign_up(&world);
    world.server.state.borrow_mut().only().state = AccountState::Unproven;
    let unlocked = sign_in(&world, "correct horse").unlocked.expect("it opens");
    assert_eq!(unlocked.account().state, AccountState::Active);
    assert_eq!(world.server.state.borrow_mut().only().state, AccountState::Active);
}

#[test]
fn a_busy_server_is_not_asked_under_the_other_derivations() {
    let world = World::new();
    sign_up(&world);
    let newer = Argon2Params {
        passes: 3,
        ..Argon2Params::FLOOR
    };
    world
        .server
        .state
        .borrow_mut()
        .offer(&[newer, Argon2Params::FLOOR]);
    let asked_before = world.server.requests(Method::Post, "/persona/v1/sessions");
    world.server.fail_once(
        Method::Post,
        "/persona/v1/sessions",
        Fault::Answer(ErrorCode::Busy),
    );
    let got = sign_in(&world, "correct horse");
    assert_eq!(
        form_problem(&got),
        ProblemKind::Retry(RetryReason::Busy { after: None })
    );
    assert_eq!(
        world.server.requests(Method::Post, "/persona/v1/sessions"),
        asked_before + 1
    );
}

#[test]
fn a_busy_server_is_taken_neither_for_one_without_a_key_record_nor_for_a_locked_backup() {
    for (method, path) in [(Method::Get, KEYS), (Method::Post, RELEASE)] {
        let world = World::new();
        sign_up(&world);
        world
            .server
            .fail_once(method, path, Fault::Answer(ErrorCode::Busy));
        let got = sign_in(&world, "correct horse");
        assert_eq!(
            form_problem(&got),
            ProblemKind::Retry(RetryReason::Busy { after: None }),
            "{path}"
        );
        assert!(got.code.is_none());
    }
}

#[test]
fn a_server_that_answers_for_another_account_once_the_backup_is_open_is_refused() {
    let world = World::new();
    sign_up(&world);
    world.server.before(|request, state| {
        if request.path == "/persona/v1/account" {
            state.only().id = AccountId::from_bytes([1; 16]);
        }
    });
    let got = sign_in(&world, "correct horse");
    assert_eq!(form_problem(&got), ProblemKind::Server(ServerFault::Foreign));
}

#[test]
fn stopping_leads_back_to_the_form() {
    let world = World::new();
    let got = get_in_with(&world, signing_in("correct horse"), |view| {
        matches!(view, AccessView::Working { .. }).then_some(Reply::Cancel)
    });
    let stopped = Problem::from(ProblemKind::Retry(RetryReason::Stopped));
    assert_eq!(
        got.views.last(),
        Some(&AccessView::Form {
            entrance: Entrance::SignIn,
            problem: Some(stopped)
        })
    );
    assert!(world.server.seen.borrow().is_empty());
}
