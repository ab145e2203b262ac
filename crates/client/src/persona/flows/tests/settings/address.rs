//! Another address.

use std::rc::Rc;

use keyhaven_protocol::persona::LinkKind;

use super::done;
use crate::{
    persona::{
        Unlocked,
        flows::{
            access::AccessInput,
            letter::{LetterDone, LetterPage, LetterView},
            settings::{SettingsDone, SettingsInput},
            tests::{
                letter::{click, mail},
                page::{address, get_in, in_settings, password, sign_in, sign_up},
                server::UNTIL,
                world::World,
            },
        },
    },
    problem::InputFault,
    transport::Method,
};

const NEW: &str = "lovelace@example.org";

fn ask(world: &World, unlocked: &Rc<Unlocked>, typed: &str, new: &str) -> Option<SettingsDone> {
    let input = SettingsInput::ChangeAddress {
        password: password(typed),
        new: address(new),
    };
    done(in_settings(world, unlocked, input))
}

fn confirm(world: &World, kind: LinkKind) -> Option<LetterView> {
    let code = mail(world, kind);
    click(world, LetterPage::Confirm, &code, 1).pop()
}

#[test]
fn the_password_opens_the_backup_at_the_new_address_once_both_have_confirmed() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    assert_eq!(
        ask(&world, &unlocked, "correct horse", NEW),
        Some(SettingsDone::AddressChangeAsked)
    );
    let change = unlocked.account().address_change.expect("it waits");
    assert_eq!(change.new_address, NEW);
    assert_eq!(change.expires.0, UNTIL);
    let opens = |at: &str| {
        let input = AccessInput::SignIn {
            address: address(at),
            password: password("correct horse"),
        };
        get_in(&world, input).unlocked
    };
    assert!(opens("ada@example.org").is_some(), "until then nothing changes");
    assert_eq!(
        confirm(&world, LinkKind::ChangeTo),
        Some(LetterView::Done(LetterDone::AddressChangeWaits))
    );
    assert!(opens("ada@example.org").is_some(), "one side is not enough");
    assert_eq!(
        confirm(&world, LinkKind::ChangeFrom),
        Some(LetterView::Done(LetterDone::AddressChanged))
    );
    assert!(opens("ada@example.org").is_none(), "the old address is gone");
    let there = opens(NEW).expect("the new one opens");
    assert_eq!(there.backup_keys().present(), unlocked.backup_keys().present());
}

#[test]
fn a_change_can_be_taken_back() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    ask(&world, &unlocked, "correct horse", NEW);
    let cancelled = in_settings(&world, &unlocked, SettingsInput::CancelAddressChange);
    assert_eq!(done(cancelled), Some(SettingsDone::AddressChangeCancelled));
    assert_eq!(unlocked.account().address_change, None);
}

#[test]
fn a_wrong_password_and_the_present_address_are_told_without_asking_for_the_change() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    assert_eq!(
        ask(&world, &unlocked, "wrong", NEW),
        Some(SettingsDone::Failed(InputFault::WrongPassword.into()))
    );
    assert_eq!(
        ask(&world, &unlocked, "correct horse", "ADA@example.org"),
        Some(SettingsDone::Failed(InputFault::SameAddress.into()))
    );
    assert_eq!(world.server.requests(Method::Put, "/persona/v1/address"), 0);
}

#[test]
fn a_record_that_another_device_wrote_is_followed() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    world
        .server
        .state
        .borrow_mut()
        .only()
        .record
        .as_mut()
        .unwrap()
        .version += 3;
    assert_eq!(
        ask(&world, &unlocked, "correct horse", NEW),
        Some(SettingsDone::AddressChangeAsked)
    );
    let _ = sign_in(&world, "correct horse")
        .unlocked
        .expect("nothing changed yet");
}
