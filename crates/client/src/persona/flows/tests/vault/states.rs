//! An open backup whose account is in trouble: read everything, change nothing, and the way out when it is asked for.

use keyhaven_protocol::{error::ErrorCode, persona::AccountState};

use crate::{
    persona::{
        TypedText,
        flows::{
            access::CodeProblem,
            tests::{
                page::{file, in_vault, sign_in, sign_up, store, text},
                server::Fault,
                world::World,
            },
            vault::{Selection, VaultDone, VaultInput},
        },
    },
    problem::{Effect, ProblemKind, RetryReason},
    transport::Method,
};

fn set(world: &World, state: AccountState, frozen: bool) {
    let mut server = world.server.state.borrow_mut();
    let account = server.only();
    account.state = state;
    account.frozen = frozen;
}

#[test]
fn signing_in_ends_no_state_by_itself() {
    for (state, frozen, shown) in [
        (AccountState::Unconfirmed, false, AccountState::Unconfirmed),
        (AccountState::Disputed, false, AccountState::Disputed),
        (AccountState::Deleted, false, AccountState::Deleted),
        (AccountState::Active, true, AccountState::Frozen),
    ] {
        let world = World::new();
        sign_up(&world);
        set(&world, state, frozen);
        let unlocked = sign_in(&world, "correct horse").unlocked.expect("it opens");
        assert_eq!(unlocked.account().state, shown);
        assert_eq!(
            world.server.requests(Method::Post, "/persona/v1/unlock"),
            0,
            "{shown:?}"
        );
    }
}

#[test]
fn in_trouble_everything_comes_back_and_nothing_is_changed() {
    for (state, frozen, refusal) in [
        (AccountState::Disputed, false, ProblemKind::Disputed),
        (AccountState::Deleted, false, ProblemKind::Deleted),
        (AccountState::Active, true, ProblemKind::Frozen),
    ] {
        let world = World::new();
        let (unlocked, _) = sign_up(&world);
        let id = store(&world, &unlocked, "Work", b"keys");
        set(&world, state, frozen);
        for input in [VaultInput::Store(file("More", b"keys")), VaultInput::Delete(id)] {
            let Some(VaultDone::Failed(problem)) = in_vault(&world, &unlocked, input).done else {
                panic!("changed while {refusal}")
            };
            assert_eq!(problem.kind, refusal);
        }
        let restored = in_vault(&world, &unlocked, VaultInput::Restore(Selection::All)).done;
        assert!(
            matches!(restored, Some(VaultDone::Restored { report, .. }) if report.is_complete()),
            "{refusal}"
        );
    }
}

#[test]
fn a_freeze_is_lifted_when_it_is_asked_for() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    set(&world, AccountState::Active, true);
    let view = in_vault(&world, &unlocked, VaultInput::Lift);
    assert_eq!(view.done, Some(VaultDone::Lifted));
    assert_eq!(view.account.state, AccountState::Active);
}

#[test]
fn only_the_recovery_code_decides_a_dispute() {
    let world = World::new();
    let (unlocked, code) = sign_up(&world);
    let other = World::new_seeded(99);
    let (_, foreign) = sign_up(&other);
    set(&world, AccountState::Disputed, false);
    let decide = |typed: &str| {
        let input = VaultInput::Decide(TypedText::new(typed.to_owned()));
        in_vault(&world, &unlocked, input)
    };
    assert!(matches!(
        decide("typo").done,
        Some(VaultDone::CodeFails(CodeProblem::Malformed(_)))
    ));
    let view = decide(&text(&foreign));
    assert_eq!(view.done, Some(VaultDone::CodeFails(CodeProblem::OtherBackup)));
    assert_eq!(view.account.state, AccountState::Disputed);
    // The backup key lifts a freeze, and decides nothing.
    let lifted = in_vault(&world, &unlocked, VaultInput::Lift);
    assert_eq!(lifted.account.state, AccountState::Disputed);
    world
        .server
        .fail_once(Method::Post, "/persona/v1/unlock", Fault::Answer(ErrorCode::Busy));
    let busy = ProblemKind::Retry(RetryReason::Busy { after: None });
    assert!(
        matches!(decide(&text(&code)).done, Some(VaultDone::Failed(problem)) if problem.kind == busy),
        "a busy server says nothing about the code"
    );
    let view = decide(&text(&code));
    assert_eq!(view.done, Some(VaultDone::Decided));
    assert_eq!(view.account.state, AccountState::Active);
}

#[test]
fn a_code_that_decides_nothing_changed_nothing_also_where_the_look_fails() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let (_, foreign) = sign_up(&World::new_seeded(99));
    set(&world, AccountState::Disputed, false);
    let mut asked = false;
    world.server.on_request(move |request| {
        asked |= request.path == "/persona/v1/unlock";
        let is_look = request.method == Method::Get && asked;
        is_look.then_some(Fault::Answer(ErrorCode::Busy))
    });
    let input = VaultInput::Decide(TypedText::new(text(&foreign)));
    let done = in_vault(&world, &unlocked, input).done;
    assert!(
        matches!(&done, Some(VaultDone::Failed(problem)) if problem.effect == Effect::None),
        "{done:?}"
    );
}

#[test]
fn an_unconfirmed_account_is_worked_with_and_its_letter_sent_again() {
    let world = World::new();
    world.server.state.borrow_mut().asks_for_confirmation = true;
    let (unlocked, _) = sign_up(&world);
    assert_eq!(unlocked.account().state, AccountState::Unconfirmed);
    store(&world, &unlocked, "Work", b"keys");
    let view = in_vault(&world, &unlocked, VaultInput::ResendConfirmation);
    assert_eq!(view.done, Some(VaultDone::ConfirmationSent));
    assert_eq!(world.server.requests(Method::Post, "/persona/v1/confirmation"), 1);
}
