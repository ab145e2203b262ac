//! A write that is refused is told with the reason that the server gave, and is not sent again.

use core::cell::Cell;
use std::rc::Rc;

use keyhaven_protocol::error::ErrorCode;

use super::{
    super::{server::Fault, world::World},
    deeds::{DEEDS, Deed, perform},
    is_write,
};
use crate::problem::{InputFault, ProblemKind, RetryReason, ServerFault};

/// Refuses the first write with `code`. Answers how many were sent.
fn refuse(world: &World, code: ErrorCode) -> Rc<Cell<usize>> {
    let sent = Rc::new(Cell::new(0));
    let counted = Rc::clone(&sent);
    world.server.on_request(move |request| {
        if !is_write(request) {
            return None;
        }
        counted.set(counted.get() + 1);
        (counted.get() == 1).then_some(Fault::Answer(code))
    });
    sent
}

#[test]
fn a_write_that_is_refused_for_another_reason_than_a_race_is_sent_once_and_told_with_the_reason() {
    for &deed in DEEDS {
        let world = World::new();
        let mut sent = None;
        let told = perform(deed, &world, || sent = Some(refuse(&world, ErrorCode::Busy)));
        let busy = ProblemKind::Retry(RetryReason::Busy { after: None });
        assert_eq!(told.map(|problem| problem.kind), Some(busy), "{deed:?}");
        assert_eq!(sent.expect("it was armed").get(), 1, "{deed:?}");
    }
}

#[test]
fn a_proof_that_is_refused_is_the_password_where_one_was_sent_and_else_another_backups() {
    let wrong_password = ProblemKind::from(InputFault::WrongPassword);
    let foreign = ProblemKind::from(ServerFault::Foreign);
    for (deed, expected) in [
        (Deed::ChangePassword, &wrong_password),
        (Deed::ChangeAddress, &wrong_password),
        (Deed::DeleteAccount, &wrong_password),
        (Deed::FirstRecord, &foreign),
        (Deed::UnlockByCode, &foreign),
        (Deed::NewCode, &foreign),
    ] {
        let world = World::new();
        let told = perform(deed, &world, || drop(refuse(&world, ErrorCode::WrongProof)));
        assert_eq!(
            told.map(|problem| problem.kind).as_ref(),
            Some(expected),
            "{deed:?}"
        );
    }
}
