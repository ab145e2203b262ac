//! The end of an account.

use keyhaven_protocol::persona::AccountState;

use super::done;
use crate::{
    host::UnixSeconds,
    persona::{
        SessionOver, TypedText,
        flows::{
            access::CodeProblem,
            settings::{Settings, SettingsDone, SettingsInput, SettingsView},
            tests::{
                page::{Reply, in_settings, in_vault, password, play, sign_in, sign_up, store, text},
                server::UNTIL,
                world::World,
            },
            vault::{Selection, VaultDone, VaultInput},
        },
    },
    problem::{InputFault, ProblemKind},
};

fn deleting(typed: &str, code: Option<String>) -> SettingsInput {
    SettingsInput::DeleteAccount {
        password: password(typed),
        code: code.map(TypedText::new),
    }
}

#[test]
fn a_deleted_account_can_be_restored_from_and_taken_back() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "Work", b"keys");
    let removed = UnixSeconds(UNTIL);
    assert_eq!(
        done(in_settings(&world, &unlocked, deleting("correct horse", None))),
        Some(SettingsDone::AccountDeleted { removed })
    );
    assert_eq!(unlocked.account().state, AccountState::Deleted);
    let again = sign_in(&world, "correct horse")
        .unlocked
        .expect("it is still there");
    assert_eq!(again.account().state_until, Some(removed));
    let restored = in_vault(&world, &again, VaultInput::Restore(Selection::All)).done;
    assert!(matches!(restored, Some(VaultDone::Restored { report, .. }) if report.is_complete()));
    let back = in_vault(&world, &again, VaultInput::TakeDeletionBack);
    assert_eq!(back.done, Some(VaultDone::DeletionTakenBack));
    assert_eq!(back.account.state, AccountState::Active);
}

#[test]
fn with_the_code_it_is_removed_at_once_and_the_session_with_it() {
    let world = World::new();
    let (unlocked, code) = sign_up(&world);
    let mut input = Some(deleting("correct horse", Some(text(&code))));
    let (end, _) = play(Settings::new(unlocked), &world, |view| match view {
        SettingsView::Ready { .. } => input.take().map_or(Reply::Leave, Reply::Send),
        _ => Reply::Wait,
    });
    assert_eq!(end, Some(SessionOver::AccountRemoved));
    assert!(world.server.state.borrow().accounts.is_empty());
}

#[test]
fn a_wrong_password_or_code_removes_nothing_and_is_told_which() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let other = World::new_seeded(99);
    let (_, foreign) = sign_up(&other);
    let fails = |input| done(in_settings(&world, &unlocked, input));
    assert_eq!(
        fails(deleting("wrong", None)),
        Some(SettingsDone::Failed(InputFault::WrongPassword.into()))
    );
    assert_eq!(
        fails(deleting("correct horse", Some(text(&foreign)))),
        Some(SettingsDone::DeletionCodeFails(CodeProblem::OtherBackup))
    );
    assert!(matches!(
        fails(deleting("correct horse", Some("typo".to_owned()))),
        Some(SettingsDone::DeletionCodeFails(CodeProblem::Malformed(_)))
    ));
    assert_eq!(world.server.state.borrow_mut().only().state, AccountState::Active);
}

#[test]
fn what_went_wrong_is_let_go_when_the_person_turns_to_something_else() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let mut inputs = vec![SettingsInput::Dismiss, deleting("wrong", None)];
    let mut ready = Vec::new();
    play(Settings::new(unlocked), &world, |view| match view {
        SettingsView::Ready { done, .. } => {
            ready.push(done.clone());
            inputs.pop().map_or(Reply::Leave, Reply::Send)
        }
        _ => Reply::Wait,
    });
    let failed = Some(SettingsDone::Failed(InputFault::WrongPassword.into()));
    assert_eq!(ready, [None, failed, None]);
}

#[test]
fn a_frozen_account_is_not_deleted() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    world.server.state.borrow_mut().only().frozen = true;
    let input = deleting("correct horse", None);
    let Some(SettingsDone::Failed(problem)) = done(in_settings(&world, &unlocked, input)) else {
        panic!("deleted")
    };
    assert_eq!(problem.kind, ProblemKind::Frozen);
}
