//! Password, recovery code, sessions.

mod address;
mod deletion;
mod renewal;
mod unseen_code;

use core::mem;
use std::rc::Rc;

use keyhaven_core::{
    job::run_in_software,
    keys::BackupKey,
    wrap::{WrapContext, seal_wrap},
};
use keyhaven_protocol::error::ErrorCode;

use super::{
    super::{
        access::CodeProblem,
        settings::{CodeCheck, Settings, SettingsDone, SettingsInput, SettingsView},
        vault::{VaultDone, VaultInput},
    },
    page::{Reply, file, groups_of, in_settings, in_vault, password, play, sign_in, sign_up, store, text},
    server::Fault,
    world::World,
};
use crate::{
    host::Host as _,
    persona::{SessionOver, ShownCode, TypedText, Unlocked},
    problem::InputFault,
    transport::Method,
};

fn change(world: &World, unlocked: &Rc<Unlocked>, current: &str, new: &str) -> Option<SettingsDone> {
    let input = SettingsInput::ChangePassword {
        current: password(current),
        new: password(new),
    };
    done(in_settings(world, unlocked, input))
}

fn check(world: &World, unlocked: &Rc<Unlocked>, typed: &str) -> Option<SettingsDone> {
    done(in_settings(
        world,
        unlocked,
        SettingsInput::CheckCode(TypedText::new(typed.to_owned())),
    ))
}

pub(super) fn done(view: SettingsView) -> Option<SettingsDone> {
    match view {
        SettingsView::Ready { done, .. } => done,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_changed_password_opens_the_backup_and_the_one_before_does_not() {
    let world = World::new();
    let (unlocked, code) = sign_up(&world);
    store(&world, &unlocked, "Work", b"keys");
    assert_eq!(
        change(&world, &unlocked, "correct horse", "battery staple"),
        Some(SettingsDone::PasswordChanged)
    );
    // The same open backup goes on, under the new session.
    let stored = in_vault(&world, &unlocked, VaultInput::Store(file("More", b"keys"))).done;
    assert!(matches!(stored, Some(VaultDone::Stored { .. })), "{stored:?}");
    assert!(sign_in(&world, "correct horse").unlocked.is_none());
    let again = sign_in(&world, "battery staple")
        .unlocked
        .expect("the new password opens it");
    assert_eq!(again.backup_keys().present(), unlocked.backup_keys().present());
    assert_eq!(
        check(&world, &again, &text(&code)),
        Some(SettingsDone::CodeChecked(CodeCheck::Opens))
    );
}

#[test]
fn a_wrong_present_password_is_told_without_asking_the_server() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let failed = change(&world, &unlocked, "wrong", "battery staple");
    assert_eq!(
        failed,
        Some(SettingsDone::Failed(InputFault::WrongPassword.into()))
    );
    assert_eq!(world.server.requests(Method::Post, "/persona/v1/password"), 0);
}

#[test]
fn a_change_whose_answer_was_lost_is_found() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    world
        .server
        .fail_once(Method::Post, "/persona/v1/password", Fault::CutAfter);
    assert_eq!(
        change(&world, &unlocked, "correct horse", "battery staple"),
        Some(SettingsDone::PasswordChanged)
    );
    assert!(sign_in(&world, "battery staple").unlocked.is_some());
}

#[test]
fn a_change_that_never_arrived_changes_nothing() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    world
        .server
        .fail_once(Method::Post, "/persona/v1/password", Fault::CutBefore);
    let failed = change(&world, &unlocked, "correct horse", "battery staple");
    assert!(matches!(failed, Some(SettingsDone::Failed(_))), "{failed:?}");
    assert!(sign_in(&world, "correct horse").unlocked.is_some());
}

#[test]
fn a_change_that_had_happened_unseen_is_found_at_the_next_try() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let mut faults = [
        ("/persona/v1/password", Fault::CutAfter),
        ("/persona/v1/sessions", Fault::CutBefore),
    ]
    .into_iter()
    .peekable();
    world.server.on_request(move |request| {
        let (_, fault) = faults.next_if(|(path, _)| request.path == *path)?;
        Some(fault)
    });
    let unseen = change(&world, &unlocked, "correct horse", "battery staple");
    assert!(matches!(unseen, Some(SettingsDone::Failed(_))), "{unseen:?}");
    // It has ended every session.
    assert_eq!(
        change(&world, &unlocked, "correct horse", "battery staple"),
        Some(SettingsDone::PasswordChanged)
    );
}

#[test]
fn a_change_that_is_refused_is_not_looked_for() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let busy = Fault::Answer(ErrorCode::Busy);
    world.server.fail_once(Method::Post, "/persona/v1/password", busy);
    let sessions = world.server.requests(Method::Post, "/persona/v1/sessions");
    change(&world, &unlocked, "correct horse", "battery staple");
    assert_eq!(
        world.server.requests(Method::Post, "/persona/v1/sessions"),
        sessions
    );
}

#[test]
fn a_new_code_takes_the_place_of_the_one_before() {
    let world = World::new();
    let (unlocked, old) = sign_up(&world);
    let (came_to, new) = in_settings_replacing_code(&world, &unlocked);
    assert_eq!(came_to, Some(SettingsDone::CodeReplaced));
    let opens = SettingsDone::CodeChecked(CodeCheck::Opens);
    let other = SettingsDone::CodeChecked(CodeCheck::Fails(CodeProblem::OtherBackup));
    assert_eq!(check(&world, &unlocked, &text(&new)), Some(opens));
    assert_eq!(check(&world, &unlocked, &text(&old)), Some(other));
    assert!(
        sign_in(&world, "correct horse").unlocked.is_some(),
        "the password still opens it"
    );
}

#[test]
fn a_new_code_that_was_not_confirmed_leaves_the_present_one_in_force() {
    let world = World::new();
    let (unlocked, old) = sign_up(&world);
    let (mut asked, mut tried_again) = (false, false);
    let mut shown = None;
    play(Settings::new(Rc::clone(&unlocked)), &world, |view| match view {
        SettingsView::Ready { .. } if !asked => {
            asked = true;
            Reply::Send(SettingsInput::NewCode)
        }
        SettingsView::Working { .. } => Reply::Wait,
        SettingsView::ShowCode { code, .. } => {
            shown = Some(code.clone());
            Reply::Send(SettingsInput::CodeSaved)
        }
        SettingsView::ConfirmCode { wrong, groups, .. } if wrong.is_empty() => {
            let [right, _] = groups_of(shown.as_ref().unwrap(), *groups);
            let typed = [right, TypedText::new("aaaa".to_owned())];
            Reply::Send(SettingsInput::ConfirmGroups(typed))
        }
        SettingsView::ConfirmCode { .. } if !mem::replace(&mut tried_again, true) => {
            Reply::Send(SettingsInput::TryAgain)
        }
        SettingsView::ConfirmCode { .. } => Reply::Send(SettingsInput::Back),
        SettingsView::Ready { .. } => Reply::Leave,
    });
    let opens = SettingsDone::CodeChecked(CodeCheck::Opens);
    assert_eq!(check(&world, &unlocked, &text(&old)), Some(opens));
}

#[test]
fn a_new_code_whose_answer_was_lost_is_put_into_force_by_trying_again() {
    for fault in [Fault::CutAfter, Fault::CutBefore] {
        let world = World::new();
        let (unlocked, _) = sign_up(&world);
        world.server.fail_once(Method::Put, "/persona/v1/keys", fault);
        let (came_to, _) = in_settings_replacing_code(&world, &unlocked);
        assert_eq!(came_to, Some(SettingsDone::CodeReplaced), "{fault:?}");
    }
}

#[test]
fn a_mistyped_code_is_pointed_at_without_asking_the_server() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let before = world.server.seen.borrow().len();
    let Some(SettingsDone::CodeChecked(CodeCheck::Fails(CodeProblem::Malformed(_)))) =
        check(&world, &unlocked, "kh1p not a code")
    else {
        panic!("a text that is no code was taken for one");
    };
    assert_eq!(world.server.seen.borrow().len(), before);
}

/// Only who has the code could make such a wrap; all the same, opening is not enough: it must open this backup.
#[test]
fn a_code_that_opens_another_backup_key_does_not_pass() {
    let world = World::new();
    let (unlocked, code) = sign_up(&world);
    let id = unlocked.account().id;
    let epoch = world.server.state.borrow_mut().only().epoch;
    let other = world.with_rng(BackupKey::generate);
    let wrap_key = code.code().derive_wrap_key();
    let sealing = world.with_rng(|rng| seal_wrap(&wrap_key, &WrapContext::recovery(id, epoch), &other, rng));
    let wrap = run_in_software(sealing);
    world
        .server
        .state
        .borrow_mut()
        .only()
        .record
        .as_mut()
        .unwrap()
        .recovery = wrap.unwrap();
    let fails = CodeCheck::Fails(CodeProblem::DamagedRecord);
    assert_eq!(
        check(&world, &unlocked, &text(&code)),
        Some(SettingsDone::CodeChecked(fails))
    );
}

#[test]
fn sessions_are_listed_and_ended() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    sign_in(&world, "correct horse");
    let SettingsView::Ready {
        sessions: Some(sessions),
        ..
    } = in_settings(&world, &unlocked, SettingsInput::ListSessions)
    else {
        panic!("no list");
    };
    assert_eq!(sessions.len(), 2);
    let other = sessions
        .iter()
        .find(|session| !session.current)
        .unwrap()
        .session_id;
    let view = in_settings(&world, &unlocked, SettingsInput::EndSession(other));
    let SettingsView::Ready {
        done: Some(SettingsDone::SessionEnded),
        sessions: Some(left),
        ..
    } = view
    else {
        panic!("{view:?}");
    };
    assert_eq!(left.len(), 1);

    let gone = Fault::Answer(ErrorCode::NoSuchItem);
    world
        .server
        .fail_once(Method::Delete, "/persona/v1/sessions", gone);
    let view = in_settings(&world, &unlocked, SettingsInput::EndSession(other));
    assert_eq!(
        done(view),
        Some(SettingsDone::SessionEnded),
        "one that is not there any more is as good as ended"
    );
}

#[test]
fn signing_out_everywhere_ends_all_and_the_flow() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    sign_in(&world, "correct horse");
    let (end, _) = play(Settings::new(unlocked), &world, |view| match view {
        SettingsView::Ready { .. } => Reply::Send(SettingsInput::SignOutEverywhere),
        _ => Reply::Wait,
    });
    assert_eq!(end, Some(SessionOver::SignedOut));
    assert!(world.server.state.borrow().sessions.is_empty());
}

#[test]
fn ending_ones_own_session_signs_out() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let (end, _) = play(Settings::new(unlocked), &world, |view| match view {
        SettingsView::Ready {
            sessions: Some(sessions),
            ..
        } => Reply::Send(SettingsInput::EndSession(sessions[0].session_id)),
        SettingsView::Ready { .. } => Reply::Send(SettingsInput::ListSessions),
        _ => Reply::Wait,
    });
    assert_eq!(end, Some(SessionOver::SignedOut));
}

#[test]
fn an_ended_session_ends_the_flow() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    world.server.state.borrow_mut().sessions.clear();
    let (end, _) = play(Settings::new(unlocked), &world, |view| match view {
        SettingsView::Ready { .. } => Reply::Send(SettingsInput::ListSessions),
        _ => Reply::Wait,
    });
    assert_eq!(end, Some(SessionOver::Ended));
}

#[test]
fn a_change_of_password_follows_a_record_that_changed_in_between() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let mut left = Some(());
    world.server.before(move |request, state| {
        if request.path.ends_with("/password") && left.take().is_some() {
            state.only().record.as_mut().unwrap().version += 5;
        }
    });
    let changed = change(&world, &unlocked, "correct horse", "battery staple");
    assert_eq!(changed, Some(SettingsDone::PasswordChanged));
    assert!(sign_in(&world, "battery staple").unlocked.is_some());
}

#[test]
fn a_new_code_that_another_device_wrote_over_is_written_again_before_it_is_promised() {
    let world = World::new();
    let (unlocked, old) = sign_up(&world);
    let before = {
        let mut state = world.server.state.borrow_mut();
        let record = state.only().record.as_ref().unwrap();
        (record.recovery.clone(), record.recovery_auth)
    };
    let mut left = Some(before);
    world.server.before(move |request, state| {
        if request.path.ends_with("/release")
            && let Some((recovery, auth)) = left.take()
        {
            let record = state.only().record.as_mut().unwrap();
            (record.recovery, record.recovery_auth) = (recovery, auth);
            record.version += 1;
        }
    });
    let (came_to, new) = in_settings_replacing_code(&world, &unlocked);
    assert_eq!(came_to, Some(SettingsDone::CodeReplaced));
    let opens = SettingsDone::CodeChecked(CodeCheck::Opens);
    assert_eq!(check(&world, &unlocked, &text(&new)), Some(opens));
    let other = SettingsDone::CodeChecked(CodeCheck::Fails(CodeProblem::OtherBackup));
    assert_eq!(check(&world, &unlocked, &text(&old)), Some(other));
}

/// Makes a new code, confirms it, and gives what it came to.
fn in_settings_replacing_code(world: &World, unlocked: &Rc<Unlocked>) -> (Option<SettingsDone>, ShownCode) {
    let (mut started, mut shown, mut came_to) = (false, None, None);
    play(Settings::new(Rc::clone(unlocked)), world, |view| match view {
        SettingsView::Ready { .. } if !started => {
            started = true;
            Reply::Send(SettingsInput::NewCode)
        }
        SettingsView::Ready { done, .. } => {
            came_to.clone_from(done);
            Reply::Leave
        }
        SettingsView::Working { .. } => Reply::Wait,
        SettingsView::ShowCode { code, .. } => {
            shown = Some(code.clone());
            Reply::Send(SettingsInput::CodeSaved)
        }
        SettingsView::ConfirmCode { problem: Some(_), .. } => Reply::Send(SettingsInput::TryAgain),
        SettingsView::ConfirmCode { groups, .. } => {
            let typed = groups_of(shown.as_ref().unwrap(), *groups);
            Reply::Send(SettingsInput::ConfirmGroups(typed))
        }
    });
    (came_to, shown.unwrap())
}
