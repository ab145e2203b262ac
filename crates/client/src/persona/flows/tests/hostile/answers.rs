//! What a server can say.

use crate::{
    persona::{
        Remembered,
        flows::{
            access::AccessView,
            tests::{
                page::{file, in_vault, sign_in, sign_up, store},
                world::World,
            },
            vault::{VaultDone, VaultInput},
        },
    },
    problem::{Effect, Problem, ProblemKind, ServerFault},
};

#[test]
fn a_server_that_says_stored_and_did_not_is_caught() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    world.server.before(|_, state| {
        let account = state.only();
        account.objects.clear();
    });
    let view = in_vault(&world, &unlocked, VaultInput::Store(file("Work", b"keys")));
    assert_eq!(view.done, Some(VaultDone::Failed(not_to_be_seen())));
}

/// Answered as done, and the list says otherwise: neither is taken for the truth.
fn not_to_be_seen() -> Problem {
    Problem::from(ServerFault::Foreign).at_least(Effect::Open)
}

#[test]
fn a_server_that_says_deleted_and_did_not_is_caught() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"keys");
    world.server.before(|_, state| {
        let account = state.only();
        account.objects.extend(account.deleted.clone());
    });
    let view = in_vault(&world, &unlocked, VaultInput::Delete(id));
    let unseen = VaultDone::DeletionUnseen {
        id,
        name: "Work".to_owned(),
        problem: not_to_be_seen(),
    };
    assert_eq!(view.done, Some(unseen));
}

#[test]
fn an_epoch_that_was_given_before_is_not_taken_for_the_next_one() {
    let world = World::new();
    sign_up(&world);
    world.server.on_answer(|request, response| {
        if request.path == "/persona/v1/sessions" {
            let mut body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
            body["account"]["next_credential_epoch"] = body["account"]["credential_epoch"].clone();
            response.body = zeroize::Zeroizing::new(serde_json::to_vec(&body).unwrap());
        }
    });
    let got = sign_in(&world, "correct horse");
    let Some(AccessView::Form {
        problem: Some(problem),
        ..
    }) = got.views.last()
    else {
        panic!("{:?}", got.views)
    };
    assert_eq!(problem.kind, ProblemKind::Server(ServerFault::Unreadable));
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
