//! Getting in, screen by screen.

use keyhaven_client::persona::flows::access::{
    AccessInput, AccessView, CodeReason, Entrance, LockedProblem, RecoverProblem,
};
use keyhaven_client::persona::{Account, GroupNumber};
use keyhaven_client::problem::Problem as FlowProblem;
use leptos::prelude::*;

use super::{
    locked::Locked, locked::Way, recover::Recover, sign_in::PutPasswordBack, sign_in::SignIn, sign_up::SignUp,
};
use crate::components::{PageHead, ProblemCallout};
use crate::messages::{account, problems, unlock as text};
use crate::pages::save_code::{ConfirmCode, Occasion, SaveCode};
use crate::pages::stage::{Stage, WorkOrScreen};
use crate::route::{Base, Route};

/// Which screen it is. The fields of a screen survive a failed try, because only another kind makes a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    SignUp,
    SignIn,
    OldPassword,
    Recover,
    ShowCode,
    ConfirmCode([GroupNumber; 2]),
    Locked,
    NotYetRewrapped,
}

fn kind(view: &AccessView) -> Kind {
    match view {
        AccessView::Form {
            entrance: Entrance::SignUp,
            ..
        } => Kind::SignUp,
        // Work is shown beside the screen it was started from, and never as one.
        AccessView::Form {
            entrance: Entrance::SignIn,
            ..
        }
        | AccessView::Working { .. } => Kind::SignIn,
        AccessView::Form {
            entrance: Entrance::OldPassword,
            ..
        } => Kind::OldPassword,
        AccessView::Form {
            entrance: Entrance::RecoveryCode,
            ..
        }
        | AccessView::Recover { .. } => Kind::Recover,
        AccessView::ShowCode { .. } => Kind::ShowCode,
        AccessView::ConfirmCode { groups, .. } => Kind::ConfirmCode(*groups),
        AccessView::Locked { .. } => Kind::Locked,
        AccessView::NotYetRewrapped { .. } => Kind::NotYetRewrapped,
    }
}

/// Puts what the flow shows on the stage.
pub(crate) fn show(stage: Stage<AccessView>, view: AccessView) {
    match view {
        AccessView::Working { progress } => stage.work(progress),
        screen => stage.show(screen),
    }
}

/// Everything from the first form to the open backup. `way` is where a locked backup begins, for the gallery.
#[component]
pub fn AccessPanel(
    base: Base,
    stage: Stage<AccessView>,
    on_input: Callback<AccessInput>,
    #[prop(into)] on_cancel: Callback<()>,
    #[prop(default = Way::Choose)] way: Way,
) -> impl IntoView {
    let kind = Memo::new(move |_| stage.with(kind));
    let busy = stage.busy();
    // The reason stands on the screen with the code only, and the next one asks for it too.
    let occasion = RwSignal::new(Occasion::NewAccount);
    let place = base.href(Route::Persona);
    let screen = move || {
        match kind.get() {
        Kind::SignIn => {
            view! { <SignIn base=base.clone() problem=form_problem(stage) busy=busy on_input=on_input /> }.into_any()
        }
        Kind::SignUp => view! { <SignUp problem=form_problem(stage) busy=busy on_input=on_input /> }.into_any(),
        Kind::OldPassword => {
            view! { <PutPasswordBack problem=form_problem(stage) busy=busy on_input=on_input /> }.into_any()
        }
        Kind::Recover => view! { <Recover problem=recover_problem(stage) busy=busy on_input=on_input /> }.into_any(),
        Kind::ShowCode => show_code(stage, occasion, place.clone(), on_input),
        Kind::ConfirmCode(groups) => confirm_code(stage, groups, occasion.get_untracked(), on_input),
        // Untracked: a problem that is new must not make the screen, and what was typed into it, anew.
        Kind::Locked => untrack(|| account_of(stage)).map(|account| {
            view! { <Locked account=account problem=locked_problem(stage) busy=busy on_input=on_input start=way /> }
        })
        .into_any(),
        Kind::NotYetRewrapped => view! { <NotYetRewrapped stage=stage on_input=on_input /> }.into_any(),
    }
    };
    view! { <WorkOrScreen stage=stage on_cancel=on_cancel>{screen}</WorkOrScreen> }
}

fn form_problem(stage: Stage<AccessView>) -> Signal<Option<FlowProblem>> {
    Signal::derive(move || {
        stage.with(|view| match view {
            AccessView::Form { problem, .. } => problem.clone(),
            _ => None,
        })
    })
}

fn recover_problem(stage: Stage<AccessView>) -> Signal<Option<RecoverProblem>, LocalStorage> {
    Signal::derive_local(move || {
        stage.with(|view| match view {
            AccessView::Recover { problem } => problem.clone(),
            _ => None,
        })
    })
}

fn locked_problem(stage: Stage<AccessView>) -> Signal<Option<LockedProblem>, LocalStorage> {
    Signal::derive_local(move || {
        stage.with(|view| match view {
            AccessView::Locked { problem, .. } => problem.clone(),
            _ => None,
        })
    })
}

fn account_of(stage: Stage<AccessView>) -> Option<Account> {
    stage.peek(|view| match view {
        AccessView::Locked { account, .. }
        | AccessView::ShowCode { account, .. }
        | AccessView::NotYetRewrapped { account, .. } => Some(account.clone()),
        _ => None,
    })
}

fn show_code(
    stage: Stage<AccessView>,
    occasion: RwSignal<Occasion>,
    place: String,
    on_input: Callback<AccessInput>,
) -> AnyView {
    let shown = stage.peek(|view| match view {
        AccessView::ShowCode {
            code,
            reason,
            account,
        } => Some((code.clone(), *reason, account.address.clone())),
        _ => None,
    });
    let Some((code, reason, address)) = shown else {
        return ().into_any();
    };
    occasion.set(match reason {
        CodeReason::NewAccount => Occasion::NewAccount,
        CodeReason::ResumedSignUp => Occasion::Resumed,
    });
    let saved = Callback::new(move |()| on_input.run(AccessInput::CodeSaved));
    view! { <SaveCode code=code occasion=occasion.get_untracked() address=address place=place on_saved=saved /> }.into_any()
}

fn confirm_code(
    stage: Stage<AccessView>,
    groups: [GroupNumber; 2],
    occasion: Occasion,
    on_input: Callback<AccessInput>,
) -> AnyView {
    let wrong = Signal::derive(move || {
        stage.with(|view| match view {
            AccessView::ConfirmCode { wrong, .. } => wrong.iter().map(|group| group.0).collect(),
            _ => Vec::new(),
        })
    });
    let problem = Signal::derive(move || {
        stage.with(|view| match view {
            AccessView::ConfirmCode {
                problem: Some(problem),
                ..
            } => Some(problems::describe(problem)),
            _ => None,
        })
    });
    let typed = Callback::new(move |groups| on_input.run(AccessInput::ConfirmGroups(groups)));
    let back = Callback::new(move |()| on_input.run(AccessInput::ShowCodeAgain));
    view! {
        <ConfirmCode groups=groups wrong=wrong problem=problem occasion=occasion on_groups=typed on_back=back />
    }
    .into_any()
}

/// The backup is open and the new password does not open it yet.
#[component]
fn NotYetRewrapped(stage: Stage<AccessView>, on_input: Callback<AccessInput>) -> impl IntoView {
    let problem = move || {
        stage.with(|view| match view {
            AccessView::NotYetRewrapped { problem, .. } => {
                Some(view! { <ProblemCallout problem=problems::describe(problem) /> })
            }
            _ => None,
        })
    };
    view! {
        <div class="stack">
            <PageHead title=text::NOT_YET_TITLE lead=text::NOT_YET_LEAD />
            {problem}
            <div class="actions">
                <button type="button" class="button button-primary" on:click=move |_| on_input.run(AccessInput::TryAgain)>
                    {text::NOT_YET_RETRY}
                </button>
                <button type="button" class="button" on:click=move |_| on_input.run(AccessInput::Later)>
                    {account::SIGN_OUT}
                </button>
            </div>
        </div>
    }
}
