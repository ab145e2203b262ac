//! Signing up: nothing is promised before it is in force, and nothing is lost by an interruption.

use core::mem;

use keyhaven_protocol::{error::ErrorCode, persona::AccountId};

use super::{ACCOUNTS, KEYS, form_problem, record};
use crate::{
    persona::{
        TypedText,
        flows::{
            access::{AccessInput, AccessView, CodeReason},
            tests::{
                page::{GotIn, Reply, get_in, get_in_with, groups_of, sign_in, sign_up, signing_up},
                server::{FakeRecord, Fault, State},
                world::World,
            },
        },
    },
    problem::{Effect, InputFault, ProblemKind, RetryReason, ServerFault},
    transport::Method,
};

#[test]
fn a_sign_up_ends_unlocked_and_signing_in_opens_the_same_backup() {
    let world = World::new();
    let (first, _) = sign_up(&world);
    let second = sign_in(&world, "correct horse")
        .unlocked
        .expect("the password opens it");
    assert_eq!(first.backup_keys().present(), second.backup_keys().present());
}

#[test]
fn nothing_is_written_before_the_code_was_confirmed() {
    let world = World::new();
    let wrong_groups =
        || AccessInput::ConfirmGroups(["aaaa", "bbbb"].map(|typed| TypedText::new(typed.into())));
    // Trying again is for codes that were confirmed, and which another way in must not be.
    let mut tries = [
        AccessInput::TryAgain,
        wrong_groups(),
        AccessInput::TryAgain,
        wrong_groups(),
    ]
    .into_iter();
    let got = get_in_with(&world, signing_up("correct horse"), |view| match view {
        AccessView::ConfirmCode { .. } => tries.next().map(Reply::Send),
        _ => None,
    });
    let Some(AccessView::ConfirmCode { groups, wrong, .. }) = got.views.last() else {
        panic!("{:?}", got.views)
    };
    assert_eq!(wrong.as_slice(), groups.as_slice());
    assert!(groups[0] < groups[1] && groups[0].0 >= 2 && groups[1].0 <= 9);
    assert_eq!(world.server.requests(Method::Put, KEYS), 0);
    assert!(world.server.state.borrow_mut().only().record.is_none());
}

#[test]
fn one_right_group_of_two_confirms_nothing() {
    for wrong_one in 0..2 {
        let world = World::new();
        let mut shown = None;
        let mut asked = false;
        let got = get_in_with(&world, signing_up("correct horse"), |view| match view {
            AccessView::ShowCode { code, .. } => {
                shown = Some(code.clone());
                None
            }
            AccessView::ConfirmCode { groups, .. } if !mem::replace(&mut asked, true) => {
                let mut typed = groups_of(shown.as_ref().unwrap(), *groups);
                typed[wrong_one] = TypedText::new("aaaa".into());
                Some(Reply::Send(AccessInput::ConfirmGroups(typed)))
            }
            _ => None,
        });
        let Some(AccessView::ConfirmCode { groups, wrong, .. }) = got.views.last() else {
            panic!("{:?}", got.views)
        };
        assert_eq!(wrong.as_slice(), [groups[wrong_one]]);
        assert_eq!(world.server.requests(Method::Put, KEYS), 0);
    }
}

#[test]
fn an_interrupted_sign_up_goes_on_with_a_new_code() {
    let world = World::new();
    let interrupted = get_in_with(&world, signing_up("correct horse"), |view| {
        matches!(view, AccessView::ShowCode { .. }).then_some(Reply::Leave)
    });
    assert_eq!(reasons(&interrupted), [CodeReason::NewAccount]);
    let got = sign_in(&world, "correct horse");
    assert!(got.unlocked.is_some());
    assert_eq!(reasons(&got), [CodeReason::ResumedSignUp]);
    assert_eq!(got.code, got.code.clone());
    assert_ne!(
        interrupted.code, got.code,
        "a code that was shown and never confirmed is not used again"
    );
}

#[test]
fn a_taken_address_is_named_and_its_owner_can_sign_in() {
    let world = World::new();
    sign_up(&world);
    let got = get_in(&world, signing_up("another"));
    assert_eq!(form_problem(&got), ProblemKind::Input(InputFault::AddressTaken));
    assert!(sign_in(&world, "correct horse").unlocked.is_some());
}

#[test]
fn a_sign_up_whose_answer_was_lost_is_found_again() {
    let world = World::new();
    world.server.fail_once(Method::Post, ACCOUNTS, Fault::CutAfter);
    let mut again = Some(signing_up("correct horse"));
    let got = get_in_with(&world, signing_up("correct horse"), |view| match view {
        AccessView::Form {
            problem: Some(problem),
            ..
        } => {
            assert_eq!(problem.kind, ProblemKind::Retry(RetryReason::Offline));
            again.take().map(Reply::Send)
        }
        _ => None,
    });
    assert!(got.unlocked.is_some(), "{:?}", got.views);
    assert!(again.is_none(), "the lost answer was told");
}

#[test]
fn a_sign_up_for_an_account_that_was_there_does_not_sign_in_to_it() {
    let world = World::new();
    sign_up(&world);
    let got = get_in(&world, signing_up("correct horse"));
    assert_eq!(form_problem(&got), ProblemKind::Input(InputFault::AddressTaken));
}

#[test]
fn a_second_try_that_is_refused_says_why_and_leaves_the_first_one_open_unless_it_is_about_the_address() {
    let busy = ProblemKind::Retry(RetryReason::Busy { after: None });
    for (code, kind, effect) in [
        (ErrorCode::Busy, busy, Effect::Open),
        (
            ErrorCode::InvalidEmail,
            InputFault::AddressRefused.into(),
            Effect::None,
        ),
    ] {
        let world = World::new();
        let mut faults = [Fault::CutAfter, Fault::Answer(code)].into_iter();
        world
            .server
            .on_request(move |request| (request.path == ACCOUNTS).then(|| faults.next()).flatten());
        let mut again = Some(signing_up("correct horse"));
        let got = get_in_with(&world, signing_up("correct horse"), |view| match view {
            AccessView::Form { problem: Some(_), .. } => again.take().map(Reply::Send),
            _ => None,
        });
        let Some(AccessView::Form {
            problem: Some(problem),
            ..
        }) = got.views.last()
        else {
            panic!("{:?}", got.views.last())
        };
        assert_eq!((&problem.kind, problem.effect), (&kind, effect));
    }
}

#[test]
fn a_server_that_keeps_a_taken_address_to_itself_is_found_out_by_signing_in() {
    let world = World::new();
    sign_up(&world);
    world.server.on_answer(|request, response| {
        if request.path == ACCOUNTS {
            response.status = 200;
        }
    });
    let got = get_in(&world, signing_up("another"));
    assert_eq!(form_problem(&got), ProblemKind::Input(InputFault::AddressTaken));
}

/// The record is written, the answer is lost, and the person tries again: the code that was written down is in force.
#[test]
fn a_record_whose_answer_was_lost_is_found_in_force() {
    for fault in [Fault::CutAfter, Fault::CutBefore, Fault::Html(502)] {
        let world = World::new();
        world.server.fail_once(Method::Put, KEYS, fault);
        let got = get_in_with(&world, signing_up("correct horse"), |view| match view {
            AccessView::ConfirmCode { problem: Some(_), .. } => Some(Reply::Send(AccessInput::TryAgain)),
            _ => None,
        });
        assert!(got.unlocked.is_some(), "{fault:?}");
        assert_eq!(reasons(&got).len(), 1, "{fault:?}");
    }
}

#[test]
fn a_session_that_ended_while_the_code_was_written_down_is_opened_again() {
    let world = World::new();
    let got = get_in_with(&world, signing_up("correct horse"), |view| {
        if let AccessView::ShowCode { .. } = view {
            world.server.state.borrow_mut().sessions.clear();
        }
        None
    });
    assert!(got.unlocked.is_some(), "{:?}", got.views);
}

#[test]
fn a_session_is_not_opened_again_over_another_credential_or_another_account() {
    type Change = fn(&mut State);
    let changes: [Change; 3] = [
        |state| state.only().set_secret("of the other device".to_owned()),
        |state| {
            let secret = state.only().secret.clone();
            state.only().set_secret(secret);
        },
        |state| state.only().id = AccountId::from_bytes([1; 16]),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let world = World::new();
        let got = get_in_with(&world, signing_up("correct horse"), |view| {
            if let AccessView::ShowCode { .. } = view {
                let mut state = world.server.state.borrow_mut();
                state.sessions.clear();
                change(&mut state);
            }
            None
        });
        assert!(got.unlocked.is_none());
        assert_eq!(confirm_problem(&got), ProblemKind::SignInAgain, "change {at}");
    }
}

#[test]
fn a_record_that_was_refused_is_told_with_the_reason() {
    let world = World::new();
    world
        .server
        .fail_once(Method::Put, KEYS, Fault::Answer(ErrorCode::Busy));
    let got = get_in(&world, signing_up("correct horse"));
    assert_eq!(
        confirm_problem(&got),
        ProblemKind::Retry(RetryReason::Busy { after: None })
    );
}

/// What the server stores is not what it was given: the sign-up says so instead of promising a recovery.
#[test]
fn a_record_that_does_not_open_after_it_was_written_is_told() {
    type Harm = fn(&mut FakeRecord);
    let harms: [Harm; 2] = [
        |record| record.recovery.ciphertext.0 = [0; 48],
        |record| record.password.ciphertext.0 = [0; 48],
    ];
    for harm in harms {
        let world = World::new();
        world.server.before(move |request, state| {
            if request.path.ends_with("/release") {
                harm(record(state));
            }
        });
        let got = get_in(&world, signing_up("correct horse"));
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
    let mut other_device = true;
    let got = get_in_with(&world, signing_up("correct horse"), |view| {
        if matches!(view, AccessView::ShowCode { .. }) && mem::take(&mut other_device) {
            assert!(sign_in(&world, "correct horse").unlocked.is_some());
        }
        None
    });
    assert!(got.unlocked.is_none());
    assert_eq!(form_problem(&got), ProblemKind::SetUpElsewhere);
    assert_eq!(record(&mut world.server.state.borrow_mut()).version, 1);
}

fn confirm_problem(got: &GotIn) -> ProblemKind {
    match got.views.last() {
        Some(AccessView::ConfirmCode {
            problem: Some(problem),
            ..
        }) => problem.kind.clone(),
        other => panic!("no code to confirm with a problem: {other:?}"),
    }
}

/// Why codes were shown.
fn reasons(got: &GotIn) -> Vec<CodeReason> {
    let reason = |view: &AccessView| match view {
        AccessView::ShowCode { reason, .. } => Some(*reason),
        _ => None,
    };
    got.views.iter().filter_map(reason).collect()
}
