//! Signing up, in, and unlocking.

use keyhaven_protocol::{error::ErrorCode, kdf::Argon2Params, persona::AccountState};

use super::{
    super::access::{
        Access, AccessEnd, AccessInput, AccessView, CodeProblem, CodeReason, Entrance, LockedProblem,
        OldPasswordProblem,
    },
    page::{GotIn, Reply, ada, get_in, groups_of, password, play, sign_in, sign_up},
    server::Fault,
    world::World,
};
use crate::{
    persona::TypedText,
    problem::{InputFault, Problem, ProblemKind, RetryReason, ServerFault},
    transport::Method,
};

const KEYS: &str = "/persona/v1/keys";
const ACCOUNTS: &str = "/persona/v1/accounts";

fn reset(world: &World, secret_of: &str) {
    // The new credential is what the flow would send: made by signing up elsewhere with the same derivation.
    let other = World::new();
    let input = AccessInput::SignUp {
        address: ada(),
        password: password(secret_of),
    };
    get_in(&other, Entrance::SignUp, input);
    let secret = other.server.state.borrow_mut().only().secret.clone();
    let mut state = world.server.state.borrow_mut();
    state.sessions.clear();
    let account = state.only();
    let wrap = account.record.as_ref().unwrap().password.clone();
    account.proven = Some((account.secret.clone(), wrap));
    account.secret = secret;
    account.epoch += 1;
    account.state = AccountState::Unproven;
}

/// Signs in to a locked account, answers the locked views by `replies`, and gives how it went.
fn unlock(world: &World, replies: Vec<AccessInput>) -> GotIn {
    let mut replies = replies.into_iter();
    let mut first = Some(AccessInput::SignIn {
        address: ada(),
        password: password("new password"),
    });
    let (end, views) = play(Access::new(Entrance::SignIn), world, |view| match view {
        AccessView::Form { .. } => first.take().map_or(Reply::Leave, Reply::Send),
        AccessView::Working { .. } => Reply::Wait,
        _ => replies.next().map_or(Reply::Leave, Reply::Send),
    });
    let unlocked = match end {
        Some(AccessEnd::Unlocked(unlocked)) => Some(unlocked),
        _ => None,
    };
    GotIn {
        unlocked,
        code: None,
        views,
    }
}

fn form_problem(got: &GotIn) -> ProblemKind {
    match got.views.last() {
        Some(AccessView::Form {
            problem: Some(problem),
            ..
        }) => problem.kind.clone(),
        other => panic!("no form with a problem: {other:?}"),
    }
}

fn locked_problem(got: &GotIn) -> LockedProblem {
    match got.views.last() {
        Some(AccessView::Locked {
            problem: Some(problem),
            ..
        }) => problem.clone(),
        other => panic!("not locked with a problem: {other:?}"),
    }
}

#[test]
fn a_sign_up_ends_unlocked_and_signing_in_opens_the_same_backup() {
    let world = World::new();
    let (first, _) = sign_up(&world);
    let second = sign_in(&world, "correct horse")
        .unlocked
        .expect("the password opens it");
    assert_eq!(first.backup_key, second.backup_key);
}

#[test]
fn nothing_is_written_before_the_code_was_confirmed() {
    let world = World::new();
    let mut first = Some(AccessInput::SignUp {
        address: ada(),
        password: password("correct horse"),
    });
    let mut asked = 0;
    let (_, views) = play(Access::new(Entrance::SignUp), &world, |view| match view {
        AccessView::Form { .. } => Reply::Send(first.take().unwrap()),
        AccessView::Working { .. } => Reply::Wait,
        AccessView::ShowCode { .. } => Reply::Send(AccessInput::CodeSaved),
        AccessView::ConfirmCode { .. } if asked < 2 => {
            asked += 1;
            Reply::Send(AccessInput::ConfirmGroups([
                TypedText::new("aaaa".into()),
                TypedText::new("bbbb".into()),
            ]))
        }
        _ => Reply::Leave,
    });
    let Some(AccessView::ConfirmCode { groups, wrong, .. }) = views.last() else {
        panic!("{views:?}")
    };
    assert_eq!(wrong.as_slice(), groups.as_slice());
    assert!(groups[0] < groups[1] && groups[0].0 >= 2 && groups[1].0 <= 9);
    assert_eq!(world.server.requests(Method::Put, KEYS), 0);
    assert!(world.server.state.borrow_mut().only().record.is_none());
}

#[test]
fn an_interrupted_sign_up_goes_on_with_a_new_code() {
    let world = World::new();
    let mut first = Some(AccessInput::SignUp {
        address: ada(),
        password: password("correct horse"),
    });
    let mut shown = None;
    play(Access::new(Entrance::SignUp), &world, |view| match view {
        AccessView::Form { .. } => Reply::Send(first.take().unwrap()),
        AccessView::ShowCode { code, reason, .. } => {
            assert_eq!(*reason, CodeReason::NewAccount);
            shown = Some(code.clone());
            Reply::Leave
        }
        _ => Reply::Wait,
    });
    let got = sign_in(&world, "correct horse");
    assert!(got.unlocked.is_some());
    assert_ne!(
        shown, got.code,
        "a code that was shown and never confirmed is not used again"
    );
    let resumed = got.views.iter().any(|view| {
        matches!(
            view,
            AccessView::ShowCode {
                reason: CodeReason::ResumedSignUp,
                ..
            }
        )
    });
    assert!(resumed);
}

#[test]
fn a_taken_address_is_named_and_its_owner_can_sign_in() {
    let world = World::new();
    sign_up(&world);
    let input = AccessInput::SignUp {
        address: ada(),
        password: password("another"),
    };
    let got = get_in(&world, Entrance::SignUp, input);
    assert_eq!(form_problem(&got), ProblemKind::Input(InputFault::AddressTaken));
}

#[test]
fn a_wrong_password_is_told_after_every_derivation_was_tried() {
    let world = World::new();
    world.server.state.borrow_mut().kdf = vec![
        Argon2Params {
            passes: 3,
            ..Argon2Params::FLOOR
        },
        Argon2Params::FLOOR,
    ];
    let got = sign_in(&world, "wrong");
    assert_eq!(
        form_problem(&got),
        ProblemKind::Input(InputFault::WrongCredentials)
    );
    assert_eq!(world.server.requests(Method::Post, "/persona/v1/sessions"), 2);
}

#[test]
fn an_account_of_older_parameters_is_still_opened() {
    let world = World::new();
    let (first, _) = sign_up(&world);
    world.server.state.borrow_mut().kdf = vec![
        Argon2Params {
            passes: 3,
            ..Argon2Params::FLOOR
        },
        Argon2Params::FLOOR,
    ];
    let second = sign_in(&world, "correct horse")
        .unlocked
        .expect("the second set of parameters signs in");
    assert_eq!(first.backup_key, second.backup_key);
}

#[test]
fn weak_parameters_are_refused_before_anything_is_derived() {
    let world = World::new();
    world.server.state.borrow_mut().kdf = vec![Argon2Params {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    }];
    let got = sign_in(&world, "correct horse");
    assert!(matches!(
        form_problem(&got),
        ProblemKind::Server(ServerFault::Kdf(_))
    ));
    assert_eq!(
        world.server.seen.borrow().len(),
        1,
        "only the parameters were asked for"
    );
}

#[test]
fn after_a_reset_the_code_unlocks_and_the_new_password_opens_from_then_on() {
    let world = World::new();
    let (first, code) = sign_up(&world);
    reset(&world, "new password");
    let typed = TypedText::new(format!("my code: {}", code.code().to_text().to_uppercase()));
    let got = unlock(&world, vec![AccessInput::UnlockByCode(typed)]);
    assert_eq!(
        got.unlocked.expect("the code unlocks").backup_key,
        first.backup_key
    );
    assert_eq!(world.server.state.borrow_mut().only().state, AccountState::Active);
    let again = sign_in(&world, "new password")
        .unlocked
        .expect("the new password opens it");
    assert_eq!(again.backup_key, first.backup_key);
}

#[test]
fn after_a_reset_the_old_password_unlocks() {
    let world = World::new();
    let (first, _) = sign_up(&world);
    reset(&world, "new password");
    let got = unlock(
        &world,
        vec![AccessInput::UnlockByOldPassword(password("correct horse"))],
    );
    assert_eq!(
        got.unlocked.expect("the old password unlocks").backup_key,
        first.backup_key
    );
    assert_eq!(
        world
            .server
            .state
            .borrow_mut()
            .only()
            .record
            .as_ref()
            .unwrap()
            .password
            .epoch,
        2
    );
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

    let got = unlock(&world, vec![AccessInput::UnlockByCode(TypedText::new(mistyped))]);
    assert!(matches!(
        locked_problem(&got),
        LockedProblem::Code(CodeProblem::Malformed(_))
    ));
    let got = unlock(
        &world,
        vec![AccessInput::UnlockByCode(TypedText::new(text.to_string()))],
    );
    assert_eq!(
        locked_problem(&got),
        LockedProblem::Code(CodeProblem::OtherBackup)
    );
    let got = unlock(
        &world,
        vec![AccessInput::UnlockByOldPassword(password("never used"))],
    );
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
    world
        .server
        .state
        .borrow_mut()
        .only()
        .record
        .as_mut()
        .unwrap()
        .recovery
        .ciphertext
        .0[0] ^= 1;
    let typed = TypedText::new(code.code().to_text().to_string());
    let got = unlock(&world, vec![AccessInput::UnlockByCode(typed)]);
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
    let mut first = Some(AccessInput::SignIn {
        address: ada(),
        password: password("new password"),
    });
    let (end, _) = play(Access::new(Entrance::SignIn), &world, |view| match view {
        AccessView::Form { .. } => Reply::Send(first.take().unwrap()),
        AccessView::Locked { .. } => Reply::Send(AccessInput::Later),
        _ => Reply::Wait,
    });
    assert!(matches!(end, Some(AccessEnd::LeftLocked)));
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
    world
        .server
        .state
        .borrow_mut()
        .only()
        .record
        .as_mut()
        .unwrap()
        .password
        .ciphertext
        .0[0] ^= 1;
    let mut replies = vec![AccessInput::UnlockByCode(TypedText::new(
        code.code().to_text().to_string(),
    ))]
    .into_iter();
    let mut first_input = Some(AccessInput::SignIn {
        address: ada(),
        password: password("correct horse"),
    });
    let (end, views) = play(Access::new(Entrance::SignIn), &world, |view| match view {
        AccessView::Form { .. } => Reply::Send(first_input.take().unwrap()),
        AccessView::Working { .. } => Reply::Wait,
        _ => replies.next().map_or(Reply::Leave, Reply::Send),
    });
    let damaged = LockedProblem::Other(Problem::from(ServerFault::DamagedKeyRecord));
    assert!(
        views
            .iter()
            .any(|view| matches!(view, AccessView::Locked { problem: Some(p), .. } if *p == damaged))
    );
    let Some(AccessEnd::Unlocked(unlocked)) = end else {
        panic!("{views:?}")
    };
    assert_eq!(unlocked.backup_key, first.backup_key);
    assert!(sign_in(&world, "correct horse").unlocked.is_some());
}

#[test]
fn a_sign_up_whose_answer_was_lost_is_found_again() {
    let world = World::new();
    world.server.fail_once(Method::Post, ACCOUNTS, Fault::CutAfter);
    let mut tries = 0;
    let mut code = None;
    let (end, views) = play(Access::new(Entrance::SignUp), &world, |view| match view {
        AccessView::Form { .. } if tries < 2 => {
            tries += 1;
            Reply::Send(AccessInput::SignUp {
                address: ada(),
                password: password("correct horse"),
            })
        }
        AccessView::Working { .. } => Reply::Wait,
        AccessView::ShowCode { code: shown, .. } => {
            code = Some(shown.clone());
            Reply::Send(AccessInput::CodeSaved)
        }
        AccessView::ConfirmCode { groups, .. } => Reply::Send(AccessInput::ConfirmGroups(groups_of(
            code.as_ref().unwrap(),
            *groups,
        ))),
        AccessView::Form { .. } | AccessView::Locked { .. } | AccessView::NotYetRewrapped { .. } => {
            Reply::Leave
        }
    });
    let offline = views.iter().any(|view| match view {
        AccessView::Form {
            problem: Some(problem),
            ..
        } => problem.kind == ProblemKind::Retry(RetryReason::Offline),
        _ => false,
    });
    assert!(offline, "the lost answer was told");
    assert!(matches!(end, Some(AccessEnd::Unlocked(_))), "{views:?}");
}

/// The record is written, the answer is lost, and the person tries again: the code that was written down is in force.
#[test]
fn a_record_whose_answer_was_lost_is_found_in_force() {
    for fault in [Fault::CutAfter, Fault::CutBefore, Fault::Html(502)] {
        let world = World::new();
        world.server.fail_once(Method::Put, KEYS, fault);
        let mut first = Some(AccessInput::SignUp {
            address: ada(),
            password: password("correct horse"),
        });
        let mut code = None;
        let (end, _) = play(Access::new(Entrance::SignUp), &world, |view| match view {
            AccessView::Form { .. } => Reply::Send(first.take().unwrap()),
            AccessView::ShowCode { code: shown, .. } => {
                code = Some(shown.clone());
                Reply::Send(AccessInput::CodeSaved)
            }
            AccessView::ConfirmCode { problem: Some(_), .. } => Reply::Send(AccessInput::TryAgain),
            AccessView::ConfirmCode { groups, .. } => Reply::Send(AccessInput::ConfirmGroups(groups_of(
                code.as_ref().unwrap(),
                *groups,
            ))),
            _ => Reply::Wait,
        });
        assert!(matches!(end, Some(AccessEnd::Unlocked(_))), "{fault:?}");
    }
}

#[test]
fn a_session_that_ended_while_the_code_was_written_down_is_opened_again() {
    let world = World::new();
    let mut first = Some(AccessInput::SignUp {
        address: ada(),
        password: password("correct horse"),
    });
    let mut code = None;
    let (end, _) = play(Access::new(Entrance::SignUp), &world, |view| match view {
        AccessView::Form { .. } => Reply::Send(first.take().unwrap()),
        AccessView::ShowCode { code: shown, .. } => {
            code = Some(shown.clone());
            world.server.state.borrow_mut().sessions.clear();
            Reply::Send(AccessInput::CodeSaved)
        }
        AccessView::ConfirmCode {
            groups,
            problem: None,
            ..
        } => Reply::Send(AccessInput::ConfirmGroups(groups_of(
            code.as_ref().unwrap(),
            *groups,
        ))),
        AccessView::ConfirmCode { .. } => Reply::Leave,
        _ => Reply::Wait,
    });
    assert!(matches!(end, Some(AccessEnd::Unlocked(_))));
}

#[test]
fn an_unlock_whose_answer_was_lost_goes_on() {
    for fault in [Fault::CutAfter, Fault::CutBefore, Fault::Answer(ErrorCode::Busy)] {
        let world = World::new();
        let (first, _) = sign_up(&world);
        reset(&world, "new password");
        world.server.fail_once(Method::Put, KEYS, fault);
        let inputs = vec![
            AccessInput::UnlockByOldPassword(password("correct horse")),
            AccessInput::TryAgain,
        ];
        let got = unlock(&world, inputs);
        let told = got
            .views
            .iter()
            .any(|view| matches!(view, AccessView::NotYetRewrapped { .. }));
        assert!(told, "{fault:?}");
        assert_eq!(
            got.unlocked.expect("it goes on").backup_key,
            first.backup_key,
            "{fault:?}"
        );
    }
}

#[test]
fn a_server_that_hides_the_key_record_gets_no_new_one() {
    let world = World::new();
    sign_up(&world);
    reset(&world, "new password");
    world.server.state.borrow_mut().only().record = None;
    let got = sign_in(&world, "new password");
    assert_eq!(
        form_problem(&got),
        ProblemKind::Server(ServerFault::DamagedKeyRecord)
    );
    assert!(got.code.is_none());
}

#[test]
fn stopping_leads_back_to_the_form() {
    let world = World::new();
    let mut first = Some(AccessInput::SignIn {
        address: ada(),
        password: password("correct horse"),
    });
    let (end, views) = play(Access::new(Entrance::SignIn), &world, |view| match view {
        AccessView::Form { .. } => first.take().map_or(Reply::Leave, Reply::Send),
        AccessView::Working { .. } => Reply::Cancel,
        _ => Reply::Leave,
    });
    assert!(end.is_none());
    let stopped = Problem::from(ProblemKind::Retry(RetryReason::Stopped));
    assert_eq!(
        views.last(),
        Some(&AccessView::Form {
            entrance: Entrance::SignIn,
            problem: Some(stopped)
        })
    );
    assert!(world.server.seen.borrow().is_empty());
}

/// What the server stores is not what it was given: the sign-up says so instead of promising a recovery.
#[test]
fn a_record_that_does_not_open_after_it_was_written_is_told() {
    type Harm = fn(&mut super::server::FakeRecord);
    let harms: [Harm; 2] = [
        |record| record.recovery.ciphertext.0 = [0; 48],
        |record| record.password.ciphertext.0 = [0; 48],
    ];
    for harm in harms {
        let world = World::new();
        world.server.before(move |request, state| {
            if request.path.ends_with("/release") {
                harm(state.only().record.as_mut().unwrap());
            }
        });
        let input = AccessInput::SignUp {
            address: ada(),
            password: password("correct horse"),
        };
        let got = get_in(&world, Entrance::SignUp, input);
        assert!(got.unlocked.is_none());
        let Some(AccessView::ConfirmCode {
            problem: Some(problem),
            ..
        }) = got.views.last()
        else {
            panic!("{:?}", got.views.last())
        };
        assert_eq!(problem.kind, ProblemKind::Server(ServerFault::DamagedKeyRecord));
    }
}

#[test]
fn a_record_that_another_device_wrote_first_is_not_overwritten() {
    let world = World::new();
    let mut first = Some(AccessInput::SignUp {
        address: ada(),
        password: password("correct horse"),
    });
    let mut code = None;
    let (end, views) = play(Access::new(Entrance::SignUp), &world, |view| match view {
        AccessView::Form { .. } => first.take().map_or(Reply::Leave, Reply::Send),
        AccessView::Working { .. } => Reply::Wait,
        AccessView::ShowCode { code: shown, .. } => {
            if code.replace(shown.clone()).is_none() {
                assert!(
                    sign_in(&world, "correct horse").unlocked.is_some(),
                    "the other device"
                );
            }
            Reply::Send(AccessInput::CodeSaved)
        }
        AccessView::ConfirmCode { groups, .. } => Reply::Send(AccessInput::ConfirmGroups(groups_of(
            code.as_ref().unwrap(),
            *groups,
        ))),
        _ => Reply::Leave,
    });
    assert!(end.is_none());
    let Some(AccessView::Form {
        problem: Some(problem),
        ..
    }) = views.last()
    else {
        panic!("{views:?}")
    };
    assert_eq!(problem.kind, ProblemKind::SetUpElsewhere);
    assert_eq!(
        world
            .server
            .state
            .borrow_mut()
            .only()
            .record
            .as_ref()
            .unwrap()
            .version,
        1
    );
}

#[test]
fn an_unlock_follows_a_record_that_changed_in_between() {
    let world = World::new();
    let (first, code) = sign_up(&world);
    reset(&world, "new password");
    let mut left = Some(());
    world.server.before(move |request, state| {
        if request.method == Method::Put && left.take().is_some() {
            state.only().record.as_mut().unwrap().version += 5;
        }
    });
    let typed = TypedText::new(code.code().to_text().to_string());
    let got = unlock(&world, vec![AccessInput::UnlockByCode(typed)]);
    assert_eq!(
        got.unlocked.expect("the second write goes through").backup_key,
        first.backup_key
    );
}

#[test]
fn a_backup_that_another_device_unlocked_meanwhile_opens_with_the_password_at_hand() {
    let world = World::new();
    let (first, _) = sign_up(&world);
    reset(&world, "new password");
    let mut input = Some(AccessInput::SignIn {
        address: ada(),
        password: password("new password"),
    });
    let mut other_device = true;
    let (end, views) = play(Access::new(Entrance::SignIn), &world, |view| match view {
        AccessView::Form { .. } => input.take().map_or(Reply::Leave, Reply::Send),
        AccessView::Working { .. } => Reply::Wait,
        AccessView::Locked { .. } if core::mem::take(&mut other_device) => {
            let theirs = AccessInput::UnlockByOldPassword(password("correct horse"));
            assert!(unlock(&world, vec![theirs]).unlocked.is_some());
            // Nothing of the old password is released any more, and nothing of it is needed.
            Reply::Send(AccessInput::UnlockByOldPassword(password("correct horse")))
        }
        _ => Reply::Leave,
    });
    let Some(AccessEnd::Unlocked(unlocked)) = end else {
        panic!("{:?}", views.last())
    };
    assert_eq!(unlocked.backup_key, first.backup_key);
}
