//! What state the account is in, and what was done about it.

use keyhaven_client::host::UnixSeconds;
use keyhaven_client::persona::Account;
use keyhaven_client::persona::flows::access::CodeProblem;
use keyhaven_client::persona::flows::vault::{VaultDone, VaultView};
use keyhaven_protocol::persona::AccountState;
use leptos::prelude::*;

use super::super::account;
use super::{done, items, panel, sample};
use crate::route::Base;

/// An account in this state, with a day on which it ends.
pub(super) fn in_state(state: AccountState, done: Option<VaultDone>) -> AnyView {
    let account = Account {
        state,
        state_until: Some(UnixSeconds(1_764_300_000)),
        ..account()
    };
    panel(VaultView {
        account,
        done,
        ..sample(items())
    })
}

pub(in crate::gallery::samples) fn unconfirmed(_: Base) -> AnyView {
    in_state(AccountState::Unconfirmed, None)
}

pub(in crate::gallery::samples) fn confirmation_sent(_: Base) -> AnyView {
    in_state(AccountState::Unconfirmed, Some(VaultDone::ConfirmationSent))
}

pub(in crate::gallery::samples) fn disputed(_: Base) -> AnyView {
    in_state(AccountState::Disputed, None)
}

pub(in crate::gallery::samples) fn disputed_other_code(_: Base) -> AnyView {
    let fails = VaultDone::CodeFails(CodeProblem::OtherBackup);
    in_state(AccountState::Disputed, Some(fails))
}

pub(in crate::gallery::samples) fn decided(_: Base) -> AnyView {
    done(VaultDone::Decided)
}

pub(in crate::gallery::samples) fn frozen(_: Base) -> AnyView {
    in_state(AccountState::Frozen, None)
}

pub(in crate::gallery::samples) fn lifted(_: Base) -> AnyView {
    done(VaultDone::Lifted)
}

pub(in crate::gallery::samples) fn deleted_account(_: Base) -> AnyView {
    in_state(AccountState::Deleted, None)
}

pub(in crate::gallery::samples) fn taken_back(_: Base) -> AnyView {
    done(VaultDone::DeletionTakenBack)
}

pub(in crate::gallery::samples) fn unproven(_: Base) -> AnyView {
    in_state(AccountState::Unproven, None)
}
