//! What a server can say.

use keyhaven_protocol::{base64url::B64, persona::ObjectId};
use serde_json::{Value, json};
use zeroize::Zeroizing;

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
    transport::{Method, Request},
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

#[test]
fn a_server_that_lists_another_version_than_was_stored_or_keeps_the_list_of_before_is_caught() {
    let is_list = |request: &Request| request.method == Method::Get && request.path.ends_with("/objects");
    for field in ["id", "size", "sha256"] {
        let world = World::new();
        let (unlocked, _) = sign_up(&world);
        world.server.on_answer(move |request, response| {
            let mut body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
            if is_list(request)
                && let Some(object) = body["objects"].get_mut(0)
            {
                object[field] = match field {
                    "size" => json!(object[field].as_u64().unwrap() + 1),
                    "id" => json!(ObjectId::from_bytes([9; 16])),
                    _ => json!(B64([9; 32])),
                };
                response.body = Zeroizing::new(serde_json::to_vec(&body).unwrap());
            }
        });
        let view = in_vault(&world, &unlocked, VaultInput::Store(file("Work", b"keys")));
        assert_eq!(view.done, Some(VaultDone::Failed(not_to_be_seen())), "{field}");
    }
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let id = store(&world, &unlocked, "Work", b"keys");
    let before = world.server.state.borrow_mut().only().inventory.clone();
    world.server.before(move |request, state| {
        if is_list(request) {
            state.only().inventory.clone_from(&before);
        }
    });
    let view = in_vault(&world, &unlocked, VaultInput::Store(file("More", b"keys")));
    assert_eq!(view.done, Some(VaultDone::Failed(not_to_be_seen())));
    let view = in_vault(&world, &unlocked, VaultInput::Delete(id));
    let unseen = VaultDone::DeletionUnseen {
        id,
        name: "Work".to_owned(),
        problem: not_to_be_seen(),
    };
    assert_eq!(view.done, Some(unseen));
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
            let mut body: Value = serde_json::from_slice(&response.body).unwrap();
            body["account"]["next_credential_epoch"] = body["account"]["credential_epoch"].clone();
            response.body = Zeroizing::new(serde_json::to_vec(&body).unwrap());
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
                response.body = Zeroizing::new(body.clone());
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
