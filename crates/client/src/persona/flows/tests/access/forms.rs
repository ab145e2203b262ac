//! From one form to the other.

use crate::persona::flows::{
    access::{Access, AccessInput, AccessView, Entrance},
    tests::{
        page::{Reply, play, putting_back, recovering, sign_up, signing_in, signing_up},
        world::World,
    },
};

/// What is shown where something can be done: which form, or `None` for the one with the recovery code; and whether it
/// tells of a problem.
fn shown(world: &World, first: Entrance, inputs: Vec<AccessInput>) -> Vec<(Option<Entrance>, bool)> {
    let mut inputs = inputs.into_iter();
    let (_, views) = play(Access::new(first), world, |view| match view {
        AccessView::Working { .. } => Reply::Wait,
        _ => inputs.next().map_or(Reply::Leave, Reply::Send),
    });
    let seen = views.iter().filter_map(|view| match view {
        AccessView::Form { entrance, problem } => Some((Some(*entrance), problem.is_some())),
        AccessView::Recover { problem } => Some((None, problem.is_some())),
        _ => None,
    });
    seen.collect()
}

#[test]
fn another_entrance_is_another_form_that_tells_of_no_problem() {
    let world = World::new();
    let enter = AccessInput::Enter;
    let inputs = vec![
        signing_in("wrong"),
        enter(Entrance::SignUp),
        enter(Entrance::RecoveryCode),
        recovering("no code", "battery staple"),
        enter(Entrance::OldPassword),
        enter(Entrance::RecoveryCode),
    ];
    assert_eq!(
        shown(&world, Entrance::SignIn, inputs),
        [
            (Some(Entrance::SignIn), false),
            (Some(Entrance::SignIn), true),
            (Some(Entrance::SignUp), false),
            (None, false),
            (None, true),
            (Some(Entrance::OldPassword), false),
            (None, false),
        ]
    );
}

#[test]
fn a_problem_is_shown_in_the_form_that_was_filled_in() {
    let world = World::new();
    sign_up(&world);
    let inputs = vec![
        signing_in("wrong"),
        putting_back("wrong"),
        signing_in("wrong"),
        signing_up("wrong"),
    ];
    assert_eq!(
        shown(&world, Entrance::SignUp, inputs),
        [
            (Some(Entrance::SignUp), false),
            (Some(Entrance::SignIn), true),
            (Some(Entrance::OldPassword), true),
            (Some(Entrance::SignIn), true),
            (Some(Entrance::SignUp), true),
        ]
    );
}
