//! Password, recovery code, address, sessions, the end of the account.

mod change_address;
mod change_password;
mod check_code;
mod delete_account;
mod menu;
mod new_code;
mod sessions;

use keyhaven_client::persona::GroupNumber;
use keyhaven_client::persona::flows::access::CodeProblem;
use keyhaven_client::persona::flows::settings::{
    CodeCheck, CodeStanding, SettingsDone, SettingsInput, SettingsView,
};
use leptos::prelude::*;

use self::change_address::ChangeAddress;
use self::change_password::ChangePassword;
use self::check_code::CheckCode;
use self::delete_account::DeleteAccount;
use self::menu::Menu;
use self::new_code::{NewCode, SeenCode};
use self::sessions::Sessions;
use crate::components::BackLink;
use crate::messages::problems::Deed;
use crate::messages::{account as text, problems};
use crate::pages::save_code::{ConfirmCode, Occasion, SaveCode};
use crate::pages::stage::{Stage, WorkOrScreen};

/// Which form is open, while the flow waits for a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// The list of what can be changed.
    Menu,
    /// Another password.
    ChangePassword,
    /// Another recovery code: is the one before lost, or was it seen?
    NewCode,
    /// It was seen: another backup key, too.
    SeenCode,
    /// Do you still have your code?
    CheckCode,
    /// Another address.
    ChangeAddress,
    /// The end of the account.
    DeleteAccount,
    /// Where you are signed in.
    Sessions,
}

/// Which screen it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ready,
    ShowCode,
    ConfirmCode([GroupNumber; 2]),
}

fn kind(view: &SettingsView) -> Kind {
    match view {
        SettingsView::Ready { .. } | SettingsView::Working { .. } => Kind::Ready,
        SettingsView::ShowCode { .. } => Kind::ShowCode,
        SettingsView::ConfirmCode { groups, .. } => Kind::ConfirmCode(*groups),
    }
}

/// Puts what the flow shows on the stage. What came of a choice closes its form.
pub(super) fn show(stage: Stage<SettingsView>, section: RwSignal<Section>, view: SettingsView) {
    match view {
        SettingsView::Working { progress } => stage.work(progress),
        screen => {
            if let SettingsView::Ready {
                done:
                    Some(
                        SettingsDone::PasswordChanged
                        | SettingsDone::CodeReplaced
                        | SettingsDone::CodeKept
                        | SettingsDone::CodeAndKeyReplaced
                        | SettingsDone::AddressChangeCancelled
                        | SettingsDone::AccountDeleted { .. },
                    ),
                ..
            } = screen
            {
                section.set(Section::Menu);
            }
            stage.show(screen);
        }
    }
}

/// Whose settings, and where a code is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whose {
    /// For the kit.
    pub address: String,
    /// Where a code is typed, for the kit.
    pub place: String,
}

/// Password, recovery code and sessions.
#[component]
pub fn SettingsPanel(
    stage: Stage<SettingsView>,
    section: RwSignal<Section>,
    whose: Whose,
    on_input: Callback<SettingsInput>,
    #[prop(into)] on_cancel: Callback<()>,
) -> impl IntoView {
    let kind = Memo::new(move |_| stage.with(kind));
    let screen = move || match kind.get() {
        Kind::Ready => view! { <Ready stage=stage section=section on_input=on_input /> }.into_any(),
        Kind::ShowCode => show_code(stage, whose.clone(), on_input),
        Kind::ConfirmCode(groups) => confirm_code(stage, groups, on_input),
    };
    view! { <WorkOrScreen stage=stage on_cancel=on_cancel>{screen}</WorkOrScreen> }
}

#[component]
fn Ready(
    stage: Stage<SettingsView>,
    section: RwSignal<Section>,
    on_input: Callback<SettingsInput>,
) -> impl IntoView {
    let busy = stage.busy();
    let menu = Callback::new(move |()| {
        // What went wrong in one form is nothing to say in the next.
        on_input.run(SettingsInput::Dismiss);
        section.set(Section::Menu);
    });
    move || {
        match section.get() {
        Section::Menu => view! { <Menu stage=stage section=section on_input=on_input /> }.into_any(),
        Section::ChangePassword => view! {
            <div class="stack">
                <BackLink label=text::SETTINGS on_back=menu />
                <ChangePassword address=address_of(stage) problem=failure(stage, Deed::NewPassword) busy=busy on_input=on_input />
            </div>
        }
        .into_any(),
        Section::NewCode => view! {
            <div class="stack">
                <BackLink label=text::SETTINGS on_back=menu />
                <NewCode section=section problem=failure(stage, Deed::Other) on_input=on_input />
            </div>
        }
        .into_any(),
        Section::SeenCode => view! {
            <div class="stack">
                <BackLink label=text::SETTINGS on_back=menu />
                <SeenCode stage=stage problem=failure(stage, Deed::Other) busy=busy on_input=on_input />
            </div>
        }
        .into_any(),
        Section::CheckCode => view! {
            <div class="stack">
                <BackLink label=text::SETTINGS on_back=menu />
                <CheckCode check=code_check(stage) problem=failure(stage, Deed::Other) busy=busy on_input=on_input />
            </div>
        }
        .into_any(),
        Section::ChangeAddress => view! {
            <div class="stack">
                <BackLink label=text::SETTINGS on_back=menu />
                <ChangeAddress stage=stage problem=failure(stage, Deed::Other) busy=busy on_input=on_input />
            </div>
        }
        .into_any(),
        Section::DeleteAccount => view! {
            <div class="stack">
                <BackLink label=text::SETTINGS on_back=menu />
                <DeleteAccount
                    code_problem=deletion_code_problem(stage)
                    problem=failure(stage, Deed::Removal)
                    busy=busy
                    on_input=on_input
                />
            </div>
        }
        .into_any(),
        Section::Sessions => view! {
            <div class="stack">
                <BackLink label=text::SETTINGS on_back=menu />
                <Sessions stage=stage on_input=on_input />
            </div>
        }
        .into_any(),
    }
    }
}

fn address_of(stage: Stage<SettingsView>) -> String {
    stage.peek(|view| match view {
        SettingsView::Ready { account, .. } => account.address.clone(),
        _ => String::new(),
    })
}

fn failure(stage: Stage<SettingsView>, deed: Deed) -> Signal<Option<crate::messages::Problem>> {
    Signal::derive(move || {
        stage.with(|view| match view {
            SettingsView::Ready {
                done: Some(SettingsDone::Failed(problem)),
                ..
            } => Some(problems::describe_of(problem, deed)),
            _ => None,
        })
    })
}

fn deletion_code_problem(stage: Stage<SettingsView>) -> Signal<Option<CodeProblem>, LocalStorage> {
    Signal::derive_local(move || {
        stage.with(|view| match view {
            SettingsView::Ready {
                done: Some(SettingsDone::DeletionCodeFails(problem)),
                ..
            } => Some(problem.clone()),
            _ => None,
        })
    })
}

fn code_check(stage: Stage<SettingsView>) -> Signal<Option<CodeCheck>, LocalStorage> {
    Signal::derive_local(move || {
        stage.with(|view| match view {
            SettingsView::Ready {
                done: Some(SettingsDone::CodeChecked(check)),
                ..
            } => Some(check.clone()),
            _ => None,
        })
    })
}

fn show_code(stage: Stage<SettingsView>, whose: Whose, on_input: Callback<SettingsInput>) -> AnyView {
    let shown = stage.peek(|view| match view {
        SettingsView::ShowCode { code, standing } => Some((code.clone(), *standing)),
        _ => None,
    });
    let Some((code, standing)) = shown else {
        return ().into_any();
    };
    let (label, occasion) = match standing {
        CodeStanding::New => (text::KEEP_OLD_CODE, Occasion::Replacement),
        CodeStanding::Open => (text::SETTLE_CODE, Occasion::Sent),
    };
    let saved = Callback::new(move |()| on_input.run(SettingsInput::CodeSaved));
    let back = Callback::new(move |()| on_input.run(SettingsInput::Back));
    view! {
        <div class="stack">
            <BackLink label=label on_back=back />
            <SaveCode code=code occasion=occasion address=whose.address place=whose.place on_saved=saved />
        </div>
    }
    .into_any()
}

fn confirm_code(
    stage: Stage<SettingsView>,
    groups: [GroupNumber; 2],
    on_input: Callback<SettingsInput>,
) -> AnyView {
    let wrong = Signal::derive(move || {
        stage.with(|view| match view {
            SettingsView::ConfirmCode { wrong, .. } => wrong.iter().map(|group| group.0).collect(),
            _ => Vec::new(),
        })
    });
    let problem = Signal::derive(move || {
        stage.with(|view| match view {
            SettingsView::ConfirmCode {
                problem: Some(problem),
                ..
            } => Some(problems::describe_of(problem, Deed::Code)),
            _ => None,
        })
    });
    let typed = Callback::new(move |groups| on_input.run(SettingsInput::ConfirmGroups(groups)));
    let back = Callback::new(move |()| on_input.run(SettingsInput::ShowCodeAgain));
    view! {
        <ConfirmCode
            groups=groups
            wrong=wrong
            problem=problem
            occasion=Occasion::Replacement
            on_groups=typed
            on_back=back
        />
    }
    .into_any()
}
