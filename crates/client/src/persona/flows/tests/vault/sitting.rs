//! What a vault says while it is open, and how it ends.

use std::rc::Rc;

use keyhaven_protocol::error::ErrorCode;

use crate::{
    persona::{
        CountedAgainst, Remembered, SessionOver, Standing,
        flows::{
            tests::{
                page::{Reply, file, in_vault, in_vault_all, play, sign_up, some_inventory, store},
                server::Fault,
                world::World,
            },
            vault::{Activity, Notice, Selection, Vault, VaultDone, VaultInput},
        },
    },
    transport::Method,
};

#[test]
fn an_ended_session_ends_the_flow() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    world.server.state.borrow_mut().sessions.clear();
    let (end, _) = play(Vault::new(Rc::clone(&unlocked), None), &world, |_| Reply::Wait);
    assert_eq!(end, Some(SessionOver::Ended));
}

#[test]
fn signing_out_ends_the_session_on_the_server() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let (end, _) = play(
        Vault::new(Rc::clone(&unlocked), None),
        &world,
        |view| match view.activity {
            Activity::Idle => Reply::Send(VaultInput::SignOut),
            Activity::Working { .. } => Reply::Wait,
        },
    );
    assert_eq!(end, Some(SessionOver::SignedOut));
    assert!(world.server.state.borrow().sessions.is_empty());
}

#[test]
fn the_room_that_is_used_is_read_again_after_each_change() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let stored = VaultInput::Store(file("Work", &[1; 5_000]));
    let views = in_vault_all(&world, &unlocked, None, vec![stored]);
    let used: Vec<u64> = views.iter().map(|view| view.account.used_bytes).collect();
    assert_eq!(used[0], 0);
    assert!(used[1] > 5_000, "{used:?}");
    let id = views[1].listing.as_ref().unwrap().items[0]
        .id
        .object_id()
        .unwrap();
    let views = in_vault_all(&world, &unlocked, None, vec![VaultInput::Delete(id)]);
    assert_eq!(views.last().unwrap().account.used_bytes, 0);
}

#[test]
fn the_room_that_is_used_is_not_asked_for_where_nothing_was_changed() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    in_vault(&world, &unlocked, VaultInput::Store(file("Work", b"keys")));
    let asked = || world.server.requests(Method::Get, "/persona/v1/account");
    for (input, fault) in [
        (VaultInput::Restore(Selection::All), None),
        (
            VaultInput::Store(file("More", b"keys")),
            Some(Fault::Answer(ErrorCode::QuotaExceeded)),
        ),
    ] {
        let before = asked();
        if let Some(fault) = fault {
            world.server.fail_once(Method::Put, "/persona/v1/objects", fault);
        }
        in_vault(&world, &unlocked, input);
        assert_eq!(asked() - before, 1, "when the vault was opened");
    }
    let seen = world.server.seen.borrow();
    let (method, ..) = seen.last().unwrap();
    assert_eq!(*method, Method::Put, "what was refused is not looked for");
}

#[test]
fn a_store_is_done_although_the_room_that_is_used_could_not_be_read() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let mut written = false;
    world.server.on_request(move |request| {
        written |= request.method == Method::Put;
        (written && request.path == "/persona/v1/account").then_some(Fault::CutBefore)
    });
    let view = in_vault(&world, &unlocked, VaultInput::Store(file("Work", b"keys")));
    assert!(
        matches!(view.done, Some(VaultDone::Stored { .. })),
        "{:?}",
        view.done
    );
}

#[test]
fn a_list_says_what_it_was_counted_against() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let empty = in_vault_all(&world, &unlocked, None, Vec::new())
        .pop()
        .unwrap()
        .listing
        .unwrap();
    assert_eq!(
        (empty.items.len(), empty.counted_against),
        (0, CountedAgainst::ServerListOnly)
    );
    store(&world, &unlocked, "Work", b"keys");
    let view = in_vault_all(&world, &unlocked, None, Vec::new()).pop().unwrap();
    let listing = view.listing.unwrap();
    assert_eq!(listing.counted_against, CountedAgainst::Inventory);
    let item = &listing.items[0];
    assert_eq!(
        (item.name.as_str(), item.content_bytes, item.standing),
        ("Work", Some(4), Standing::Listed)
    );
    assert_eq!(view.remember.unwrap().inventory.counter, 1);
}

#[test]
fn what_another_account_remembers_is_not_held_against_this_one() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let foreign = Remembered {
        account_id: keyhaven_protocol::persona::AccountId::from_bytes([9; 16]),
        inventory: some_inventory(99),
    };
    let view = in_vault_all(&world, &unlocked, Some(foreign), Vec::new())
        .pop()
        .unwrap();
    assert_eq!(view.notices, []);
    let own = Remembered {
        account_id: unlocked.account().id,
        inventory: some_inventory(99),
    };
    let view = in_vault_all(&world, &unlocked, Some(own), Vec::new())
        .pop()
        .unwrap();
    assert_eq!(
        view.notices,
        [Notice::WentBack {
            remembered: 99,
            found: 0
        }]
    );
}
