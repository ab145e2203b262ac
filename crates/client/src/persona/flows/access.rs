//! Getting in: sign up, sign in, finish an interrupted sign-up, unlock after a reset.

mod view;

pub use view::{
    AccessInput, AccessView, CodeProblem, CodeReason, Entrance, LockedProblem, OldPasswordProblem,
};
