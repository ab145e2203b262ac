//! Past a password that somebody else set: the old one put back, and the recovery code without mail.

use keyhaven_protocol::{
    error::ErrorCode,
    kdf::Argon2Params,
    persona::{AccountState, WrapKind},
};

use super::{by_code, form_problem, record, reset, unlock};
use crate::{
    persona::flows::{
        access::{AccessView, RecoverProblem},
        settings::{SettingsDone, SettingsInput, SettingsView},
        tests::{
            page::{
                GotIn, get_in, in_settings, password, putting_back, recovering, sign_in, sign_up, store, text,
            },
            server::{FakeRecord, Fault},
            world::World,
        },
    },
    problem::{InputFault, ProblemKind, RetryReason, ServerFault},
    transport::Method,
};

const UNDO: &str = "/persona/v1/undo";
const RECOVER: &str = "/persona/v1/recover";
const RELEASE_FOR_RECOVERY: &str = "/persona/v1/recover/release";

fn recover_problem(got: &GotIn) -> RecoverProblem {
    match got.views.last() {
        Some(AccessView::Recover {
            problem: Some(problem),
        }) => problem.clone(),
        other => panic!("no recovery with a problem: {other:?}"),
    }
}

#[test]
fn the_old_password_comes_back_after_a_reset_and_opens_the_backup() {
    let world = World::new();
    let (first, _) = sign_up(&world);
    reset(&world, "of the thief");
    let got = get_in(&world, putting_back("correct horse"));
    let unlocked = got.unlocked.expect("the old password opens it");
    assert_eq!(unlocked.backup_keys().present(), first.backup_keys().present());
    assert_eq!(unlocked.account().state, AccountState::Disputed);
    assert!(sign_in(&world, "of the thief").unlocked.is_none());
    assert!(sign_in(&world, "correct horse").unlocked.is_some());
}

#[test]
fn a_wrap_made_after_an_undo_carries_an_epoch_that_was_never_given() {
    let world = World::new();
    let (_, code) = sign_up(&world);
    reset(&world, "of the thief");
    let unlocked = get_in(&world, putting_back("correct horse")).unlocked.unwrap();
    let account = unlocked.account();
    assert_eq!((account.credential_epoch, account.next_credential_epoch), (1, 4));
    // The code decides, and then the password can be changed.
    world.server.state.borrow_mut().only().state = AccountState::Active;
    let change = SettingsInput::ChangePassword {
        current: password("correct horse"),
        new: password("battery staple"),
    };
    let SettingsView::Ready { done, .. } = in_settings(&world, &unlocked, change) else {
        panic!("not ready")
    };
    assert_eq!(done, Some(SettingsDone::PasswordChanged));
    assert_eq!(record(&mut world.server.state.borrow_mut()).password.epoch, 4);
    let check = SettingsInput::CheckCode(crate::persona::TypedText::new(text(&code)));
    assert!(matches!(
        in_settings(&world, &unlocked, check),
        SettingsView::Ready { .. }
    ));
}

#[test]
fn an_old_password_of_older_parameters_comes_back_too() {
    let world = World::new();
    sign_up(&world);
    reset(&world, "of the thief");
    let newer = Argon2Params {
        passes: 3,
        ..Argon2Params::FLOOR
    };
    world
        .server
        .state
        .borrow_mut()
        .offer(&[newer, Argon2Params::FLOOR]);
    assert!(get_in(&world, putting_back("correct horse")).unlocked.is_some());
    assert_eq!(world.server.requests(Method::Post, UNDO), 2);
}

#[test]
fn another_password_is_not_put_back_and_changes_nothing() {
    let world = World::new();
    sign_up(&world);
    reset(&world, "of the thief");
    let got = get_in(&world, putting_back("not it"));
    assert_eq!(
        form_problem(&got),
        ProblemKind::Input(InputFault::NotTheOldPassword)
    );
    assert_eq!(
        world.server.state.borrow_mut().only().state,
        AccountState::Unproven
    );
}

#[test]
fn an_undo_whose_answer_was_lost_is_found_by_signing_in() {
    let world = World::new();
    sign_up(&world);
    reset(&world, "of the thief");
    world.server.fail_once(Method::Post, UNDO, Fault::CutAfter);
    assert!(get_in(&world, putting_back("correct horse")).unlocked.is_some());
}

#[test]
fn an_undo_that_never_arrived_is_told() {
    let world = World::new();
    sign_up(&world);
    reset(&world, "of the thief");
    world.server.fail_once(Method::Post, UNDO, Fault::CutBefore);
    let got = get_in(&world, putting_back("correct horse"));
    assert!(matches!(form_problem(&got), ProblemKind::Retry(_)));
    assert_eq!(
        world.server.state.borrow_mut().only().state,
        AccountState::Unproven
    );
}

#[test]
fn address_and_code_set_a_password_that_opens_the_backup() {
    let world = World::new();
    let (first, code) = sign_up(&world);
    store(&world, &first, "Work", b"keys");
    let typed = format!("it is {}", text(&code).to_uppercase());
    let got = get_in(&world, recovering(&typed, "battery staple"));
    assert_eq!(
        got.unlocked.expect("the code recovers").backup_keys().present(),
        first.backup_keys().present()
    );
    assert!(sign_in(&world, "correct horse").unlocked.is_none());
    let again = sign_in(&world, "battery staple");
    assert_eq!(
        again
            .unlocked
            .expect("the new password opens it")
            .backup_keys()
            .present(),
        first.backup_keys().present()
    );
    assert_eq!(
        world.server.requests(Method::Put, "/password/reset"),
        0,
        "no mail"
    );
}

#[test]
fn the_code_ends_every_state_that_keeps_its_owner_out() {
    for (state, frozen) in [
        (AccountState::Unproven, false),
        (AccountState::Disputed, false),
        (AccountState::Deleted, false),
        (AccountState::Active, true),
    ] {
        let world = World::new();
        let (_, code) = sign_up(&world);
        {
            let mut server = world.server.state.borrow_mut();
            let account = server.only();
            account.state = state;
            account.frozen = frozen;
        }
        let got = get_in(&world, recovering(&text(&code), "battery staple"));
        let account = got.unlocked.expect("recovered").account();
        assert_eq!(account.state, AccountState::Active, "{state:?}");
    }
}

#[test]
fn a_typo_and_another_backups_code_are_told_apart_and_nothing_is_derived_for_either() {
    let world = World::new();
    sign_up(&world);
    let other = World::new_seeded(99);
    let (_, foreign) = sign_up(&other);
    let got = get_in(&world, recovering("kh1p nonsense", "battery staple"));
    assert!(matches!(recover_problem(&got), RecoverProblem::Malformed(_)));
    assert_eq!(
        world.server.requests(Method::Post, RECOVER),
        0,
        "a typo is not sent"
    );
    let got = get_in(&world, recovering(&text(&foreign), "battery staple"));
    assert_eq!(recover_problem(&got), RecoverProblem::NotOfThisAddress);
    assert!(
        sign_in(&world, "correct horse").unlocked.is_some(),
        "nothing was changed"
    );
}

#[test]
fn a_damaged_recovery_wrap_is_not_blamed_on_the_code() {
    let world = World::new();
    let (_, code) = sign_up(&world);
    record(&mut world.server.state.borrow_mut()).recovery.ciphertext.0[0] ^= 1;
    let got = get_in(&world, recovering(&text(&code), "battery staple"));
    assert_eq!(recover_problem(&got), RecoverProblem::DamagedRecord);
    assert!(
        sign_in(&world, "correct horse").unlocked.is_some(),
        "nothing was changed"
    );
}

#[test]
fn a_wrap_of_another_kind_than_the_codes_is_the_servers_fault() {
    let harms: [fn(&mut FakeRecord); 2] = [
        |record| record.recovery.kind = WrapKind::Password,
        |record| record.recovery.kdf = Some(Argon2Params::FLOOR),
    ];
    for harm in harms {
        let world = World::new();
        let (_, code) = sign_up(&world);
        harm(record(&mut world.server.state.borrow_mut()));
        let got = get_in(&world, recovering(&text(&code), "battery staple"));
        let RecoverProblem::Other(problem) = recover_problem(&got) else {
            panic!("{:?}", got.views)
        };
        assert_eq!(problem.kind, ServerFault::Foreign.into());
    }
}

#[test]
fn a_recovery_whose_answer_was_lost_is_found_by_signing_in() {
    let world = World::new();
    let (_, code) = sign_up(&world);
    let mut left = Some(Fault::CutAfter);
    world
        .server
        .on_request(move |request| (request.path == RECOVER).then(|| left.take()).flatten());
    let got = get_in(&world, recovering(&text(&code), "battery staple"));
    assert!(got.unlocked.is_some());
    assert!(sign_in(&world, "battery staple").unlocked.is_some());
}

#[test]
fn a_record_that_changed_in_between_is_read_again_and_derived_once() {
    let world = World::new();
    let (_, code) = sign_up(&world);
    let mut left = Some(());
    world.server.before(move |request, state| {
        if request.path == RECOVER && left.take().is_some() {
            state.only().record.as_mut().unwrap().version += 1;
        }
    });
    assert!(
        get_in(&world, recovering(&text(&code), "battery staple"))
            .unlocked
            .is_some()
    );
    assert_eq!(
        world.server.requests(Method::Post, "/persona/v1/recover/release"),
        2
    );
}

#[test]
fn a_busy_server_is_not_blamed_on_the_code() {
    let world = World::new();
    let (_, code) = sign_up(&world);
    world
        .server
        .fail_once(Method::Post, RECOVER, Fault::Answer(ErrorCode::Busy));
    let got = get_in(&world, recovering(&text(&code), "battery staple"));
    let RecoverProblem::Other(problem) = recover_problem(&got) else {
        panic!("{:?}", got.views)
    };
    assert!(matches!(problem.kind, ProblemKind::Retry(_)));
}

#[test]
fn a_refusal_without_words_is_a_wrong_secret_where_its_status_says_so() {
    let world = World::new();
    let (_, code) = sign_up(&world);
    reset(&world, "of the thief");
    world.server.fail_once(Method::Post, UNDO, Fault::Html(401));
    let got = get_in(&world, putting_back("correct horse"));
    assert_eq!(form_problem(&got), InputFault::NotTheOldPassword.into());
    for path in [RELEASE_FOR_RECOVERY, RECOVER] {
        let mut left = Some(Fault::Html(401));
        world
            .server
            .on_request(move |request| (request.path == path).then(|| left.take()).flatten());
        let got = get_in(&world, recovering(&text(&code), "battery staple"));
        assert_eq!(recover_problem(&got), RecoverProblem::NotOfThisAddress, "{path}");
    }
}

#[test]
fn a_new_password_that_was_refused_is_told_with_the_reason_and_not_tried_again() {
    let world = World::new();
    let (_, code) = sign_up(&world);
    let mut left = Some(Fault::Answer(ErrorCode::Busy));
    world
        .server
        .on_request(move |request| (request.path == RECOVER).then(|| left.take()).flatten());
    let got = get_in(&world, recovering(&text(&code), "battery staple"));
    let RecoverProblem::Other(problem) = recover_problem(&got) else {
        panic!("{:?}", got.views)
    };
    assert_eq!(
        problem.kind,
        ProblemKind::Retry(RetryReason::Busy { after: None })
    );
}

#[test]
fn a_frozen_locked_account_is_lifted_by_opening_it() {
    let world = World::new();
    let (first, code) = sign_up(&world);
    reset(&world, "new password");
    world.server.state.borrow_mut().only().frozen = true;
    let got = unlock(&world, vec![by_code(&text(&code))]);
    assert_eq!(
        got.unlocked.expect("the code unlocks").backup_keys().present(),
        first.backup_keys().present()
    );
    assert!(!world.server.state.borrow_mut().only().frozen);
    assert!(sign_in(&world, "new password").unlocked.is_some());
}
