//! The page behind a mailed link.

use keyhaven_protocol::{
    error::ErrorCode,
    persona::{ResetCode, ResetCodeKind},
};

use super::{
    super::{
        access::{AccessInput, AccessView},
        reset::{Reset, ResetInput, ResetView},
    },
    page::{Reply, ada, address, get_in, password, play, sign_in, sign_up},
    server::Fault,
    world::World,
};
use crate::{
    problem::{Effect, InputFault, Problem, ProblemKind, RetryReason},
    transport::Method,
};

const RESET: &str = "/password/reset";

fn mail_code(world: &World, kind: ResetCodeKind) -> String {
    mail_code_to(world, kind, "ada@example.org")
}

fn mail_code_to(world: &World, kind: ResetCodeKind, normalised: &str) -> String {
    let text = ResetCode::new(kind, [7; 32]).expose_text();
    world
        .server
        .state
        .borrow_mut()
        .codes
        .insert(text.clone(), normalised.to_owned());
    text
}

/// Opens the link and types `typed` each time a password is asked for.
fn set(world: &World, code: &str, typed: &[&str]) -> ResetView {
    follow(world, "Ada@Example.org", code, typed)
}

fn follow(world: &World, email: &str, code: &str, typed: &[&str]) -> ResetView {
    let mut typed = typed.iter();
    let (_, mut views) = play(Reset::open_link(email, code), world, |view| match view {
        ResetView::ChoosePassword { .. } => typed.next().map_or(Reply::Leave, |text| {
            Reply::Send(ResetInput::SetPassword(password(text)))
        }),
        ResetView::Working { .. } => Reply::Wait,
        _ => Reply::Leave,
    });
    views.pop().unwrap()
}

#[test]
fn opening_a_link_sends_nothing() {
    let world = World::new();
    let code = mail_code(&world, ResetCodeKind::Derived);
    let view = set(&world, &code, &[]);
    assert_eq!(
        view,
        ResetView::ChoosePassword {
            address: "Ada@Example.org".to_owned(),
            kind: ResetCodeKind::Derived,
            problem: None
        }
    );
    assert!(world.server.seen.borrow().is_empty());
}

#[test]
fn a_reset_signs_in_and_opens_nothing() {
    let world = World::new();
    sign_up(&world);
    let code = mail_code(&world, ResetCodeKind::Derived);
    assert_eq!(
        set(&world, &code, &["new password"]),
        ResetView::Done {
            address: "Ada@Example.org".to_owned(),
            kind: ResetCodeKind::Derived
        }
    );
    let got = sign_in(&world, "new password");
    assert!(
        matches!(got.views.last(), Some(AccessView::Locked { problem: None, .. })),
        "{:?}",
        got.views.last()
    );
    assert!(got.unlocked.is_none());
}

#[test]
fn a_code_of_kind_k_sends_the_derived_key_and_never_what_was_typed() {
    let world = World::new();
    sign_up(&world);
    let code = mail_code(&world, ResetCodeKind::Derived);
    set(&world, &code, &["new password"]);
    let seen = world.server.seen.borrow();
    assert!(seen.iter().all(|(_, path, body)| {
        !String::from_utf8_lossy(body).contains("new password") && !path.contains("new password")
    }));
}

#[test]
fn a_code_of_kind_r_sends_what_was_typed() {
    let world = World::new();
    sign_up(&world);
    let code = mail_code(&world, ResetCodeKind::Typed);
    assert!(matches!(
        set(&world, &code, &["new password"]),
        ResetView::Done {
            kind: ResetCodeKind::Typed,
            ..
        }
    ));
    assert_eq!(world.server.state.borrow_mut().only().secret, "new password");
}

#[test]
fn a_spent_link_leads_to_asking_for_another() {
    let world = World::new();
    sign_up(&world);
    let code = ResetCode::new(ResetCodeKind::Derived, [8; 32]).expose_text();
    let view = set(&world, &code, &["new password"]);
    let ResetView::AskForLink {
        problem: Some(problem),
    } = view
    else {
        panic!("{view:?}")
    };
    assert_eq!(problem.kind, ProblemKind::Input(InputFault::LinkSpent));
}

#[test]
fn a_link_that_is_none_leads_to_asking_for_one() {
    let world = World::new();
    let code = ResetCode::new(ResetCodeKind::Derived, [8; 32]).expose_text();
    for (email, code) in [
        ("", ""),
        ("ada@example.org", "1234"),
        ("not an address", &code),
        ("ada@", &code),
    ] {
        let (_, views) = play(Reset::open_link(email, code), &world, |_| Reply::Leave);
        let problem = Some(Problem::from(InputFault::LinkSpent));
        assert_eq!(views, [ResetView::AskForLink { problem }], "{email:?} {code:?}");
    }
    assert!(world.server.seen.borrow().is_empty());
}

#[test]
fn a_link_with_another_spelling_of_the_address_sets_the_password_of_that_account() {
    let world = World::new();
    let credentials = |typed| (address("jos\u{e9}@b\u{fc}cher.example"), password(typed));
    let (address, password) = credentials("correct horse");
    let got = get_in(&world, AccessInput::SignUp { address, password });
    assert!(got.unlocked.is_some());
    let code = mail_code_to(&world, ResetCodeKind::Derived, "jos\u{e9}@xn--bcher-kva.example");
    let view = follow(
        &world,
        "Jose\u{301}@B\u{fc}cher.example",
        &code,
        &["new password"],
    );
    assert!(matches!(view, ResetView::Done { .. }), "{view:?}");
    let (address, password) = credentials("new password");
    let got = get_in(&world, AccessInput::SignIn { address, password });
    let last = got.views.last();
    assert!(
        matches!(last, Some(AccessView::Locked { problem: None, .. })),
        "{last:?}"
    );
}

#[test]
fn a_link_whose_address_has_no_normal_form_is_spent_without_a_request() {
    let world = World::new();
    let code = ResetCode::new(ResetCodeKind::Derived, [7; 32]).expose_text();
    let view = follow(&world, "jos\u{e9}@b..c", &code, &["new password"]);
    let problem = Some(Problem::from(InputFault::LinkSpent));
    assert_eq!(view, ResetView::AskForLink { problem });
    assert!(world.server.seen.borrow().is_empty());
}

#[test]
fn asking_for_a_link_says_the_same_for_every_address() {
    let world = World::new();
    let (_, views) = play(Reset::ask(), &world, |view| match view {
        ResetView::AskForLink { .. } => Reply::Send(ResetInput::AskForLink(ada())),
        ResetView::Working { .. } => Reply::Wait,
        _ => Reply::Leave,
    });
    assert_eq!(views.last(), Some(&ResetView::Asked));
    assert_eq!(world.server.requests(Method::Put, RESET), 1);
}

#[test]
fn a_reset_whose_answer_was_lost_is_found_and_signs_out_again() {
    let world = World::new();
    sign_up(&world);
    let code = mail_code(&world, ResetCodeKind::Derived);
    world.server.fail_once(Method::Post, RESET, Fault::CutAfter);
    let view = set(&world, &code, &["new password", "new password"]);
    assert!(matches!(view, ResetView::Done { .. }), "{view:?}");
    assert!(world.server.state.borrow().sessions.is_empty());
}

#[test]
fn a_spent_link_is_not_mistaken_for_our_own_try_if_that_was_refused() {
    let world = World::new();
    sign_up(&world);
    let spent = ResetCode::new(ResetCodeKind::Derived, [8; 32]).expose_text();
    world
        .server
        .fail_once(Method::Post, RESET, Fault::Answer(ErrorCode::RateLimited));
    // The password in force: it would sign in.
    let view = set(&world, &spent, &["correct horse", "correct horse"]);
    let problem = Some(Problem::from(InputFault::LinkSpent));
    let ResetView::AskForLink { problem: found } = view else {
        panic!("{view:?}")
    };
    assert_eq!(
        found.map(|problem| problem.kind),
        problem.map(|problem| problem.kind)
    );
}

#[test]
fn a_reset_that_never_arrived_can_be_tried_again_with_the_same_link() {
    let world = World::new();
    sign_up(&world);
    let code = mail_code(&world, ResetCodeKind::Derived);
    world.server.fail_once(Method::Post, RESET, Fault::CutBefore);
    let view = set(&world, &code, &["new password"]);
    let ResetView::ChoosePassword {
        problem: Some(problem),
        ..
    } = view
    else {
        panic!("{view:?}")
    };
    assert_eq!(problem.kind, ProblemKind::Retry(RetryReason::Offline));
    assert!(matches!(
        set(&world, &code, &["new password"]),
        ResetView::Done { .. }
    ));
}

/// The problem after a lost answer, whatever comes `between`, and a last try with `last`.
fn after_a_lost_answer(kind: ResetCodeKind, between: Option<Fault>, last: &str) -> ResetView {
    let world = World::new();
    sign_up(&world);
    let code = mail_code(&world, kind);
    let mut lost = Some(Fault::CutAfter);
    let mut between_left = between;
    world.server.on_request(move |request| {
        let is_write = request.method == Method::Post && request.path == RESET;
        match lost {
            Some(_) if is_write => lost.take(),
            Some(_) => None,
            None => between_left.take(),
        }
    });
    let mut typed = vec!["new password"];
    typed.extend(between.map(|_| "new password"));
    typed.push(last);
    set(&world, &code, &typed)
}

#[test]
fn a_link_that_an_earlier_try_of_ours_may_have_spent_is_not_said_to_have_changed_nothing() {
    for (kind, last) in [
        (ResetCodeKind::Typed, "new password"),
        (ResetCodeKind::Derived, "another password"),
    ] {
        let ResetView::AskForLink {
            problem: Some(problem),
        } = after_a_lost_answer(kind, None, last)
        else {
            panic!("{kind:?}")
        };
        assert_eq!(problem.kind, ProblemKind::Input(InputFault::LinkSpent));
        assert_eq!(problem.effect, Effect::Open, "{kind:?}");
    }
}

#[test]
fn a_lost_answer_is_not_forgotten_over_a_server_that_was_busy_since() {
    let busy = Some(Fault::Answer(ErrorCode::RateLimited));
    let view = after_a_lost_answer(ResetCodeKind::Derived, busy, "new password");
    assert!(matches!(view, ResetView::Done { .. }), "{view:?}");
}
