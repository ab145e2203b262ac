use std::sync::Arc;

use keyhaven_client::persona::GroupNumber;
use keyhaven_client::persona::account::OldPassword;
use keyhaven_client::persona::flows::access::{
    AccessView, CodeProblem, CodeReason, Entrance, LockedProblem, OldPasswordProblem, RecoverProblem,
};
use keyhaven_client::problem::{InputFault, Problem, ProblemKind, ServerFault};
use keyhaven_core::recovery_code::RecoveryCode;
use keyhaven_protocol::persona::AccountState;
use leptos::prelude::*;

use super::{account, deriving, offline, shown, shown_code};
use crate::pages::persona::access::AccessPanel;
use crate::pages::persona::locked::Way;
use crate::pages::stage::Stage;
use crate::route::Base;

fn panel(base: Base, view: AccessView, way: Way) -> AnyView {
    let nothing = Callback::new(|_| ());
    let cancel = Callback::new(|()| ());
    let stage = Stage::new(view);
    view! {
        <div data-shows=stage.peek(shown::access)>
            <AccessPanel base=base stage=stage on_input=nothing on_cancel=cancel way=way />
        </div>
    }
    .into_any()
}

fn form(base: Base, entrance: Entrance, problem: Option<InputFault>) -> AnyView {
    panel(
        base,
        AccessView::Form {
            entrance,
            problem: problem.map(Into::into),
        },
        Way::Choose,
    )
}

pub(super) fn sign_in(base: Base) -> AnyView {
    form(base, Entrance::SignIn, None)
}

pub(super) fn sign_in_wrong(base: Base) -> AnyView {
    form(base, Entrance::SignIn, Some(InputFault::WrongCredentials))
}

pub(super) fn sign_in_working(base: Base) -> AnyView {
    let stage = Stage::new(AccessView::Form {
        entrance: Entrance::SignIn,
        problem: None,
    });
    stage.work(Some(deriving()));
    let nothing = Callback::new(|_| ());
    let cancel = Callback::new(|()| ());
    view! { <AccessPanel base=base stage=stage on_input=nothing on_cancel=cancel /> }.into_any()
}

pub(super) fn old_password(base: Base) -> AnyView {
    form(base, Entrance::OldPassword, None)
}

pub(super) fn old_password_wrong(base: Base) -> AnyView {
    form(base, Entrance::OldPassword, Some(InputFault::NotTheOldPassword))
}

fn recover_with(base: Base, problem: Option<RecoverProblem>) -> AnyView {
    panel(base, AccessView::Recover { problem }, Way::Choose)
}

pub(super) fn recover(base: Base) -> AnyView {
    recover_with(base, None)
}

pub(super) fn recover_typo(base: Base) -> AnyView {
    let error = RecoveryCode::parse(&typo()).err();
    recover_with(
        base,
        error.map(|error| RecoverProblem::Malformed(Arc::new(error))),
    )
}

pub(super) fn recover_other_address(base: Base) -> AnyView {
    recover_with(base, Some(RecoverProblem::NotOfThisAddress))
}

pub(super) fn recover_damaged(base: Base) -> AnyView {
    recover_with(base, Some(RecoverProblem::DamagedRecord))
}

pub(super) fn recover_failed(base: Base) -> AnyView {
    recover_with(base, Some(RecoverProblem::Other(offline())))
}

pub(super) fn sign_up(base: Base) -> AnyView {
    form(base, Entrance::SignUp, None)
}

pub(super) fn sign_up_taken(base: Base) -> AnyView {
    form(base, Entrance::SignUp, Some(InputFault::AddressTaken))
}

fn code(base: Base, reason: CodeReason) -> AnyView {
    panel(
        base,
        AccessView::ShowCode {
            code: shown_code(),
            reason,
            account: account(),
        },
        Way::Choose,
    )
}

pub(super) fn show_code(base: Base) -> AnyView {
    code(base, CodeReason::NewAccount)
}

pub(super) fn show_code_resumed(base: Base) -> AnyView {
    code(base, CodeReason::ResumedSignUp)
}

fn confirm(base: Base, wrong: Vec<GroupNumber>, problem: Option<Problem>) -> AnyView {
    let groups = [GroupNumber(3), GroupNumber(7)];
    panel(
        base,
        AccessView::ConfirmCode {
            groups,
            wrong,
            problem,
        },
        Way::Choose,
    )
}

pub(super) fn confirm_code(base: Base) -> AnyView {
    confirm(base, Vec::new(), None)
}

pub(super) fn confirm_code_wrong(base: Base) -> AnyView {
    confirm(base, vec![GroupNumber(7)], None)
}

pub(super) fn confirm_code_failed(base: Base) -> AnyView {
    confirm(base, Vec::new(), Some(offline()))
}

fn locked_by(base: Base, problem: Option<LockedProblem>, way: Way) -> AnyView {
    panel(
        base,
        AccessView::Locked {
            account: keyhaven_client::persona::Account {
                state: AccountState::Unproven,
                ..account()
            },
            problem,
        },
        way,
    )
}

pub(super) fn locked(base: Base) -> AnyView {
    locked_by(base, None, Way::Choose)
}

pub(super) fn sign_in_frozen(base: Base) -> AnyView {
    let until = Some(keyhaven_client::host::UnixSeconds(1_764_900_000));
    let view = AccessView::Form {
        entrance: Entrance::SignIn,
        problem: Some(ProblemKind::FrozenBeforeSetUp { until }.into()),
    };
    panel(base, view, Way::Choose)
}

pub(super) fn locked_damaged(base: Base) -> AnyView {
    let problem = LockedProblem::Other(ServerFault::DamagedKeyRecord.into());
    let view = AccessView::Locked {
        account: account(),
        problem: Some(problem),
    };
    panel(base, view, Way::Choose)
}

pub(super) fn locked_frozen(base: Base) -> AnyView {
    let account = keyhaven_client::persona::Account {
        state: AccountState::Frozen,
        ..account()
    };
    let problem = None;
    panel(base, AccessView::Locked { account, problem }, Way::Choose)
}

pub(super) fn locked_old_password_gone(base: Base) -> AnyView {
    let account = keyhaven_client::persona::Account {
        old_password: OldPassword::NotKept,
        former_code_until: None,
        ..account()
    };
    panel(
        base,
        AccessView::Locked {
            account,
            problem: None,
        },
        Way::Choose,
    )
}

pub(super) fn locked_code(base: Base) -> AnyView {
    locked_by(base, None, Way::Code)
}

/// The sample code with one character changed.
fn typo() -> String {
    let mut typed = shown_code().code().to_text().chars().collect::<Vec<_>>();
    if let Some(character) = typed.get_mut(21) {
        *character = if *character == 'q' { 'p' } else { 'q' };
    }
    typed.into_iter().collect()
}

pub(super) fn locked_code_typo(base: Base) -> AnyView {
    let problem = RecoveryCode::parse(&typo())
        .err()
        .map(|error| LockedProblem::Code(CodeProblem::Malformed(Arc::new(error))));
    locked_by(base, problem, Way::Code)
}

pub(super) fn locked_code_other_backup(base: Base) -> AnyView {
    locked_by(
        base,
        Some(LockedProblem::Code(CodeProblem::OtherBackup)),
        Way::Code,
    )
}

pub(super) fn locked_code_damaged(base: Base) -> AnyView {
    locked_by(
        base,
        Some(LockedProblem::Code(CodeProblem::DamagedRecord)),
        Way::Code,
    )
}

pub(super) fn locked_old_password(base: Base) -> AnyView {
    locked_by(base, None, Way::OldPassword)
}

pub(super) fn locked_old_password_damaged(base: Base) -> AnyView {
    locked_by(
        base,
        Some(LockedProblem::OldPassword(OldPasswordProblem::DamagedRecord)),
        Way::OldPassword,
    )
}

pub(super) fn locked_failed(base: Base) -> AnyView {
    locked_by(base, Some(LockedProblem::Other(offline())), Way::Code)
}

pub(super) fn locked_old_password_wrong(base: Base) -> AnyView {
    locked_by(
        base,
        Some(LockedProblem::OldPassword(OldPasswordProblem::NotTheOldOne)),
        Way::OldPassword,
    )
}

pub(super) fn locked_later(base: Base) -> AnyView {
    locked_by(base, None, Way::Later)
}

pub(super) fn not_yet_rewrapped(base: Base) -> AnyView {
    panel(
        base,
        AccessView::NotYetRewrapped {
            account: account(),
            problem: offline(),
        },
        Way::Choose,
    )
}

pub(super) fn sign_up_finished_elsewhere(base: Base) -> AnyView {
    panel(
        base,
        AccessView::Form {
            entrance: Entrance::SignIn,
            problem: Some(ProblemKind::SetUpElsewhere.into()),
        },
        Way::Choose,
    )
}
