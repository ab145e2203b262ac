//! Unlocking after a reset: by the code or the old password, and by nothing else.

use core::mem;

use keyhaven_protocol::{
    error::ErrorCode,
    kdf::Argon2Params,
    persona::{AccountState, Wrap},
};

use super::{KEYS, RELEASE, by_code, by_old_password, locked_problem, record, reset, unlock};
use crate::{
    persona::flows::{
        access::{AccessInput, AccessView, CodeProblem, LockedProblem, OldPasswordProblem},
        tests::{
            page::{Reply, get_in_with, sign_in, sign_up, signing_in},
            server::Fault,
            world::World,
        },
    },
    problem::{Problem, ProblemKind, ServerFault},
    transport::Method,
};

#[test]
fn after_a_reset_the_code_unlocks_and_the_new_password_opens_from_then_on() {
    let world = World::new();
    let (first, code) = sign_up(&world);
    reset(&world, "new password");
    let typed = format!("my code: {}", code.code().to_text().to_uppercase());
    let got = unlock(&world, vec![by_code(&typed)]);
    assert_eq!(
        got.unlocked.expect("the code unlocks").backup_keys().present(),
        first.backup_keys().present()
    );
    assert_eq!(world.server.state.borrow_mut().only().state, AccountState::Active);
    let again = sign_in(&world, "new password")
        .unlocked
        .expect("the new password opens it");
    assert_eq!(again.backup_keys().present(), first.backup_keys().present());
}

#[test]
fn after_a_reset_the_old_password_unlocks() {
    let world = World::new();
    let (first, _) = sign_up(&world);
    reset(&world, "new password");
    let got = unlock(&world, vec![by_old_password("correct horse")]);
    assert_eq!(
        got.unlocked
            .expect("the old password unlocks")
            .backup_keys()
            .present(),
        first.backup_keys().present()
    );
    assert_eq!(record(&mut world.server.state.borrow_mut()).password.epoch, 2);
}

#[test]
fn an_old_password_of_older_parameters_unlocks() {
    let world = World::new();
    let (first, _) = sign_up(&world);
    reset(&world, "new password");
    let newer = Argon2Params {
        passes: 3,
        ..Argon2Params::FLOOR
    };
    world
        .server
        .state
        .borrow_mut()
        .offer(&[newer, Argon2Params::FLOOR]);
    let got = unlock(&world, vec![by_old_password("correct horse")]);
    assert_eq!(
        got.unlocked
            .expect("the second set of parameters fits")
            .backup_keys()
            .present(),
        first.backup_keys().present()
    );
}

#[test]
fn a_wrap_that_names_other_parameters_than_were_derived_with_is_not_blamed_on_the_password() {
    let world = World::new();
    sign_up(&world);
    reset(&world, "new password");
    let (_, wrap) = world.server.state.borrow_mut().only().proven.clone().unwrap();
    let others = Argon2Params {
        passes: 3,
        ..Argon2Params::FLOOR
    };
    world.server.state.borrow_mut().only().proven.as_mut().unwrap().1 = Wrap {
        kdf: Some(others),
        ..wrap
    };
    let got = unlock(&world, vec![by_old_password("correct horse")]);
    assert_eq!(
        locked_problem(&got),
        LockedProblem::Other(ServerFault::Foreign.into())
    );
}

#[test]
fn a_wrap_of_another_kind_is_not_blamed_on_the_code() {
    let world = World::new();
    let (_, code) = sign_up(&world);
    reset(&world, "new password");
    {
        let mut state = world.server.state.borrow_mut();
        let record = record(&mut state);
        record.recovery = Wrap {
            kdf: None,
            ..record.password.clone()
        };
    }
    let got = unlock(&world, vec![by_code(&code.code().to_text())]);
    let LockedProblem::Other(problem) = locked_problem(&got) else {
        panic!("{:?}", got.views)
    };
    assert_eq!(problem.kind, ProblemKind::Server(ServerFault::Foreign));
}

#[test]
fn wrong_secrets_are_told_apart_and_change_nothing() {
    let world = World::new();
    sign_up(&world);
    reset(&world, "new password");
    let (_, foreign) = sign_up(&World::new_seeded(9_000));
    let text = foreign.code().to_text();
    let mut mistyped = text.to_string();
    let tail = if mistyped.ends_with('q') { 'p' } else { 'q' };
    mistyped.pop();
    mistyped.push(tail);

    let got = unlock(&world, vec![by_code(&mistyped)]);
    assert!(matches!(
        locked_problem(&got),
        LockedProblem::Code(CodeProblem::Malformed(_))
    ));
    let got = unlock(&world, vec![by_code(&text)]);
    assert_eq!(
        locked_problem(&got),
        LockedProblem::Code(CodeProblem::OtherBackup)
    );
    let got = unlock(&world, vec![by_old_password("never used")]);
    assert_eq!(
        locked_problem(&got),
        LockedProblem::OldPassword(OldPasswordProblem::NotTheOldOne)
    );
    assert_eq!(
        world.server.requests(Method::Put, KEYS),
        1,
        "only the sign-up wrote the record"
    );
}

#[test]
fn a_damaged_record_is_not_blamed_on_the_code() {
    let world = World::new();
    let (_, code) = sign_up(&world);
    reset(&world, "new password");
    record(&mut world.server.state.borrow_mut()).recovery.ciphertext.0[0] ^= 1;
    let got = unlock(&world, vec![by_code(&code.code().to_text())]);
    assert_eq!(
        locked_problem(&got),
        LockedProblem::Code(CodeProblem::DamagedRecord)
    );
}

#[test]
fn later_leaves_it_locked_and_ends_the_session() {
    let world = World::new();
    sign_up(&world);
    reset(&world, "new password");
    let asked_before = world.server.requests(Method::Post, RELEASE);
    let got = unlock(&world, vec![AccessInput::Later]);
    assert!(got.left_locked);
    assert_eq!(
        world.server.requests(Method::Post, RELEASE),
        asked_before,
        "no wrap of another password is asked for"
    );
    assert!(world.server.state.borrow().sessions.is_empty());
    assert_eq!(
        world.server.state.borrow_mut().only().state,
        AccountState::Unproven
    );
}

#[test]
fn a_damaged_password_wrap_can_be_repaired_with_the_code() {
    let world = World::new();
    let (first, code) = sign_up(&world);
    record(&mut world.server.state.borrow_mut()).password.ciphertext.0[0] ^= 1;
    let mut typed = Some(by_code(&code.code().to_text()));
    let damaged = LockedProblem::Other(Problem::from(ServerFault::DamagedKeyRecord));
    let got = get_in_with(&world, signing_in("correct horse"), |view| match view {
        AccessView::Locked { problem, .. } => {
            assert_eq!(problem.as_ref(), Some(&damaged));
            typed.take().map(Reply::Send)
        }
        _ => None,
    });
    let unlocked = got.unlocked.expect("the code repairs it");
    assert_eq!(unlocked.backup_keys().present(), first.backup_keys().present());
    assert!(typed.is_none(), "it was locked at first");
    assert!(sign_in(&world, "correct horse").unlocked.is_some());
}

#[test]
fn an_unlock_whose_answer_was_lost_goes_on() {
    for fault in [Fault::CutAfter, Fault::CutBefore, Fault::Answer(ErrorCode::Busy)] {
        let world = World::new();
        let (first, _) = sign_up(&world);
        reset(&world, "new password");
        world.server.fail_once(Method::Put, KEYS, fault);
        let got = unlock(
            &world,
            vec![by_old_password("correct horse"), AccessInput::TryAgain],
        );
        let told = got
            .views
            .iter()
            .any(|view| matches!(view, AccessView::NotYetRewrapped { .. }));
        assert!(told, "{fault:?}");
        assert_eq!(
            got.unlocked.expect("it goes on").backup_keys().present(),
            first.backup_keys().present(),
            "{fault:?}"
        );
        // What went through is seen, and not written over.
        let written = if fault == Fault::CutAfter { 2 } else { 3 };
        assert_eq!(world.server.requests(Method::Put, KEYS), written, "{fault:?}");
    }
}

#[test]
fn an_unlock_follows_a_record_that_changed_in_between() {
    let world = World::new();
    let (first, code) = sign_up(&world);
    reset(&world, "new password");
    let mut left = Some(());
    world.server.before(move |request, state| {
        if request.method == Method::Put && left.take().is_some() {
            record(state).version += 5;
        }
    });
    let got = unlock(&world, vec![by_code(&code.code().to_text())]);
    assert_eq!(
        got.unlocked
            .expect("the second write goes through")
            .backup_keys()
            .present(),
        first.backup_keys().present()
    );
}

#[test]
fn a_backup_that_another_device_unlocked_meanwhile_opens_with_the_password_at_hand() {
    let world = World::new();
    let (first, _) = sign_up(&world);
    reset(&world, "new password");
    let mut other_device = true;
    let got = get_in_with(&world, signing_in("new password"), |view| match view {
        AccessView::Locked { .. } if mem::take(&mut other_device) => {
            let theirs = unlock(&world, vec![by_old_password("correct horse")]);
            assert!(theirs.unlocked.is_some());
            // Nothing of the old password is released any more, and nothing of it is needed.
            Some(Reply::Send(by_old_password("correct horse")))
        }
        _ => None,
    });
    let unlocked = got.unlocked.expect("the password at hand opens it");
    assert_eq!(unlocked.backup_keys().present(), first.backup_keys().present());
}
