//! Signing up, in, and unlocking.

mod forms;
mod renewal;
mod sign_in;
mod sign_up;
mod unlock;
mod ways_back;

use keyhaven_protocol::persona::AccountState;

use super::{
    super::access::{AccessInput, AccessView, LockedProblem},
    page::{GotIn, Reply, get_in, get_in_with, password, signing_in, signing_up},
    server::{FakeRecord, State},
    world::World,
};
use crate::{persona::TypedText, problem::ProblemKind};

const KEYS: &str = "/persona/v1/keys";
pub(super) const RELEASE: &str = "/persona/v1/keys/release";
const ACCOUNTS: &str = "/persona/v1/accounts";

pub(super) fn reset(world: &World, secret_of: &str) {
    // The new credential is what the flow would send: made by signing up elsewhere with the same derivation.
    let other = World::new();
    get_in(&other, signing_up(secret_of));
    let secret = other.server.state.borrow_mut().only().secret.clone();
    let mut state = world.server.state.borrow_mut();
    state.sessions.clear();
    let account = state.only();
    let wrap = account.record.as_ref().unwrap().password.clone();
    account.proven = Some((account.secret.clone(), wrap));
    account.set_secret(secret);
    account.state = AccountState::Unproven;
}

/// Signs in to a locked account, answers the locked views by `replies`, and gives how it went.
pub(super) fn unlock(world: &World, replies: Vec<AccessInput>) -> GotIn {
    let mut replies = replies.into_iter();
    get_in_with(world, signing_in("new password"), |view| match view {
        AccessView::Locked { .. } | AccessView::NotYetRewrapped { .. } => replies.next().map(Reply::Send),
        _ => None,
    })
}

pub(super) fn by_code(typed: &str) -> AccessInput {
    AccessInput::UnlockByCode(TypedText::new(typed.to_owned()))
}

fn by_old_password(typed: &str) -> AccessInput {
    AccessInput::UnlockByOldPassword(password(typed))
}

/// The key record that the server has.
pub(super) fn record(state: &mut State) -> &mut FakeRecord {
    state.only().record.as_mut().unwrap()
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
