//! A password of older parameters, or of an older salt, is derived anew by the first sign-in that finds it so.

use keyhaven_protocol::{error::ErrorCode, kdf::Argon2Params, persona::AccountState};

use super::record;
use crate::{
    persona::{
        Unlocked,
        flows::{
            settings::{SettingsDone, SettingsInput, SettingsView},
            tests::{
                page::{in_settings, password, sign_in, sign_up, store},
                server::{FakeAddressChange, Fault},
                world::World,
            },
        },
    },
    transport::Method,
};

const PASSWORD: &str = "/persona/v1/password";
const SESSIONS: &str = "/persona/v1/sessions";
const RAISED: Argon2Params = Argon2Params {
    passes: 3,
    ..Argon2Params::FLOOR
};
const OLDER: (Argon2Params, u8) = (Argon2Params::FLOOR, 1);

/// What may take the place of [`OLDER`]: raised parameters, another salt, or both.
const NEWER: [(Argon2Params, u8); 3] = [(RAISED, 1), (Argon2Params::FLOOR, 2), (RAISED, 2)];

fn offer(world: &World, derivations: &[(Argon2Params, u8)]) {
    world.server.state.borrow_mut().derivations = derivations.to_vec();
}

/// Somebody who signed up before there was a newer salt.
fn world_with_an_older_password() -> World {
    let world = World::new();
    sign_up(&world);
    offer(&world, &[NEWER[1], OLDER]);
    world
}

fn signed_in(world: &World) -> std::rc::Rc<Unlocked> {
    sign_in(world, "correct horse").unlocked.expect("signed in")
}

fn changes(world: &World) -> usize {
    world.server.requests(Method::Post, PASSWORD)
}

/// Whether the password can be changed from where it stands, as this device knows it.
fn can_change(world: &World, unlocked: &std::rc::Rc<Unlocked>) -> bool {
    let change = SettingsInput::ChangePassword {
        current: password("correct horse"),
        new: password("battery staple"),
    };
    matches!(
        in_settings(world, unlocked, change),
        SettingsView::Ready {
            done: Some(SettingsDone::PasswordChanged),
            ..
        }
    )
}

#[test]
fn the_first_sign_in_moves_the_password_and_the_next_one_finds_it_moved() {
    for newer in NEWER {
        let world = World::new();
        let (first, _) = sign_up(&world);
        offer(&world, &[newer, OLDER]);
        let unlocked = signed_in(&world);
        assert_eq!(unlocked.backup_keys().present(), first.backup_keys().present());
        assert_eq!(changes(&world), 1, "{newer:?}");
        assert_eq!(unlocked.account().credential_epoch, 2);
        store(&world, &unlocked, "Work", b"by the session of the move");
        {
            let mut state = world.server.state.borrow_mut();
            let wrap = &record(&mut state).password;
            assert_eq!((wrap.kdf, wrap.epoch), (Some(newer.0), 2));
        }
        // The older derivation is needed no more.
        offer(&world, &[newer]);
        let asked = world.server.requests(Method::Post, SESSIONS);
        let again = signed_in(&world);
        assert_eq!(again.backup_keys().present(), first.backup_keys().present());
        assert_eq!(world.server.requests(Method::Post, SESSIONS), asked + 1);
        assert_eq!(changes(&world), 1, "nothing is left to move");
        assert!(can_change(&world, &again));
    }
}

#[test]
fn a_moved_password_is_changed_from_the_device_that_moved_it() {
    let world = world_with_an_older_password();
    let unlocked = signed_in(&world);
    assert!(can_change(&world, &unlocked));
}

#[test]
fn the_oldest_of_four_derivations_is_moved_too() {
    let world = World::new();
    sign_up(&world);
    offer(&world, &[NEWER[2], NEWER[1], (Argon2Params::FLOOR, 3), OLDER]);
    signed_in(&world);
    offer(&world, &[NEWER[2]]);
    signed_in(&world);
}

#[test]
fn where_the_move_is_refused_the_sign_in_stands_and_the_next_one_tries_again() {
    for refusal in [ErrorCode::Busy, ErrorCode::RateLimited, ErrorCode::Internal] {
        let world = world_with_an_older_password();
        world
            .server
            .fail_once(Method::Post, PASSWORD, Fault::Answer(refusal));
        let unlocked = signed_in(&world);
        assert_eq!(unlocked.account().credential_epoch, 1);
        store(&world, &unlocked, "Work", b"by the session of the sign-in");
        assert!(can_change(&world, &unlocked), "under the older derivation");
        let world = world_with_an_older_password();
        world
            .server
            .fail_once(Method::Post, PASSWORD, Fault::Answer(refusal));
        signed_in(&world);
        assert_eq!(signed_in(&world).account().credential_epoch, 2);
    }
}

#[test]
fn a_move_whose_answer_was_lost_is_found_by_signing_in() {
    for (fault, epoch) in [(Fault::CutAfter, 2), (Fault::CutBefore, 1)] {
        let world = world_with_an_older_password();
        world.server.fail_once(Method::Post, PASSWORD, fault);
        let unlocked = signed_in(&world);
        assert_eq!(unlocked.account().credential_epoch, epoch);
        store(&world, &unlocked, "Work", b"by a session that is open");
    }
}

#[test]
fn nothing_is_moved_where_nothing_may_change() {
    for (state, frozen) in [
        (AccountState::Disputed, false),
        (AccountState::Deleted, false),
        (AccountState::Active, true),
    ] {
        let world = world_with_an_older_password();
        {
            let mut server = world.server.state.borrow_mut();
            let account = server.only();
            (account.state, account.frozen) = (state, frozen);
        }
        signed_in(&world);
        assert_eq!(changes(&world), 0, "{state:?}");
    }
}

#[test]
fn a_change_of_address_that_waits_is_not_taken_back_by_signing_in() {
    let world = world_with_an_older_password();
    {
        let mut state = world.server.state.borrow_mut();
        let wrap = record(&mut state).password.clone();
        state.only().address_change = Some(FakeAddressChange {
            new_email: "new@example.org".to_owned(),
            secret: String::new(),
            wrap,
            confirmed: [false, false],
        });
    }
    signed_in(&world);
    assert_eq!(changes(&world), 0);
    assert!(world.server.state.borrow_mut().only().address_change.is_some());
    world.server.state.borrow_mut().only().address_change = None;
    signed_in(&world);
    assert_eq!(changes(&world), 1);
}

#[test]
fn a_wrong_password_moves_nothing() {
    let world = world_with_an_older_password();
    assert!(sign_in(&world, "wrong").unlocked.is_none());
    assert_eq!(changes(&world), 0);
}
