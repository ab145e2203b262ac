use keyhaven_client::host::UnixSeconds;
use keyhaven_client::persona::flows::access::CodeProblem;
use keyhaven_client::persona::flows::settings::{CodeCheck, CodeStanding, SettingsDone, SettingsView};
use keyhaven_client::persona::{Account, AddressChange, GroupNumber};
use keyhaven_client::problem::Effect;
use keyhaven_protocol::persona::{AccountState, SessionId, SessionView};
use leptos::prelude::*;

use super::{account, deriving, offline, shown, shown_code, unseen};
use crate::pages::account::settings::{Section, SettingsPanel, Whose};
use crate::pages::stage::Stage;
use crate::route::{Base, Route};

fn panel(base: &Base, view: SettingsView, section: Section) -> AnyView {
    let whose = Whose {
        address: "ada@example.org".to_owned(),
        place: base.href(Route::Persona),
    };
    let nothing = Callback::new(|_| ());
    let cancel = Callback::new(|()| ());
    let stage = Stage::new(view.clone());
    if let SettingsView::Working { progress } = view {
        stage.work(progress);
    }
    view! {
        <div data-shows=stage.peek(shown::settings)>
            <SettingsPanel
                stage=stage
                section=RwSignal::new(section)
                whose=whose
                on_input=nothing
                on_cancel=cancel
            />
        </div>
    }
    .into_any()
}

fn ready(base: &Base, done: Option<SettingsDone>, section: Section) -> AnyView {
    ready_with(base, done, account(), section)
}

fn ready_with(base: &Base, done: Option<SettingsDone>, account: Account, section: Section) -> AnyView {
    let sessions = None;
    let view = SettingsView::Ready {
        done,
        account,
        sessions,
    };
    panel(base, view, section)
}

pub(super) fn code_and_key_replaced(base: Base) -> AnyView {
    let view = SettingsView::Ready {
        done: Some(SettingsDone::CodeAndKeyReplaced),
        account: account(),
        sessions: None,
    };
    panel(&base, view, Section::Menu)
}

pub(super) fn seen_code(base: Base) -> AnyView {
    ready(&base, None, Section::SeenCode)
}

pub(super) fn seen_code_former(base: Base) -> AnyView {
    let account = Account {
        former_code_until: Some(UnixSeconds(1_764_300_000)),
        ..account()
    };
    ready_with(&base, None, account, Section::SeenCode)
}

pub(super) fn seen_code_other(base: Base) -> AnyView {
    let fails = SettingsDone::SeenCodeFails(CodeProblem::OtherBackup);
    ready(&base, Some(fails), Section::SeenCode)
}

pub(super) fn frozen(base: Base) -> AnyView {
    let account = Account {
        state: AccountState::Frozen,
        ..account()
    };
    ready_with(&base, None, account, Section::Menu)
}

pub(super) fn former_code(base: Base) -> AnyView {
    let account = Account {
        former_code_until: Some(UnixSeconds(1_764_300_000)),
        ..account()
    };
    ready_with(&base, None, account, Section::Menu)
}

pub(super) fn account_deleted(base: Base) -> AnyView {
    let removed = UnixSeconds(1_766_300_000);
    let account = Account {
        state: AccountState::Deleted,
        state_until: Some(removed),
        ..account()
    };
    let done = Some(SettingsDone::AccountDeleted { removed });
    ready_with(&base, done, account, Section::Menu)
}

pub(super) fn address_kept(base: Base) -> AnyView {
    ready(&base, Some(SettingsDone::AddressChangeCancelled), Section::Menu)
}

pub(super) fn change_address(base: Base) -> AnyView {
    ready(&base, None, Section::ChangeAddress)
}

pub(super) fn change_address_waits(base: Base) -> AnyView {
    let account = Account {
        address_change: Some(AddressChange {
            new_address: "countess.of.lovelace@analytical-engines.example.org".to_owned(),
            confirmed_by_present: true,
            confirmed_by_new: false,
            expires: UnixSeconds(1_763_786_400),
        }),
        ..account()
    };
    let done = Some(SettingsDone::AddressChangeAsked);
    ready_with(&base, done, account, Section::ChangeAddress)
}

pub(super) fn delete_account(base: Base) -> AnyView {
    ready(&base, None, Section::DeleteAccount)
}

pub(super) fn delete_account_other_code(base: Base) -> AnyView {
    let done = SettingsDone::DeletionCodeFails(CodeProblem::OtherBackup);
    ready(&base, Some(done), Section::DeleteAccount)
}

pub(super) fn menu(base: Base) -> AnyView {
    ready(&base, None, Section::Menu)
}

pub(super) fn password_changed(base: Base) -> AnyView {
    ready(&base, Some(SettingsDone::PasswordChanged), Section::Menu)
}

pub(super) fn change_password(base: Base) -> AnyView {
    ready(&base, None, Section::ChangePassword)
}

pub(super) fn new_code(base: Base) -> AnyView {
    ready(&base, None, Section::NewCode)
}

pub(super) fn show_new_code(base: Base) -> AnyView {
    panel(
        &base,
        SettingsView::ShowCode {
            code: shown_code(),
            standing: CodeStanding::New,
        },
        Section::NewCode,
    )
}

pub(super) fn check_code(base: Base) -> AnyView {
    ready(&base, None, Section::CheckCode)
}

pub(super) fn check_code_good(base: Base) -> AnyView {
    ready(
        &base,
        Some(SettingsDone::CodeChecked(CodeCheck::Opens)),
        Section::CheckCode,
    )
}

pub(super) fn check_code_fails(base: Base) -> AnyView {
    ready(
        &base,
        Some(SettingsDone::CodeChecked(CodeCheck::Fails(
            CodeProblem::OtherBackup,
        ))),
        Section::CheckCode,
    )
}

pub(super) fn code_replaced(base: Base) -> AnyView {
    ready(&base, Some(SettingsDone::CodeReplaced), Section::Menu)
}

pub(super) fn working(base: Base) -> AnyView {
    let view = SettingsView::Working {
        progress: Some(deriving()),
    };
    panel(&base, view, Section::ChangePassword)
}

pub(super) fn change_password_failed(base: Base) -> AnyView {
    ready(
        &base,
        Some(SettingsDone::Failed(offline())),
        Section::ChangePassword,
    )
}

pub(super) fn confirm_new_code(base: Base) -> AnyView {
    panel(
        &base,
        SettingsView::ConfirmCode {
            groups: [GroupNumber(2), GroupNumber(9)],
            standing: CodeStanding::New,
            wrong: Vec::new(),
            problem: None,
        },
        Section::NewCode,
    )
}

pub(super) fn new_code_unseen(base: Base) -> AnyView {
    panel(
        &base,
        SettingsView::ConfirmCode {
            groups: [GroupNumber(2), GroupNumber(9)],
            standing: CodeStanding::Open,
            wrong: Vec::new(),
            problem: Some(unseen(Effect::Open)),
        },
        Section::NewCode,
    )
}

pub(super) fn show_unseen_code(base: Base) -> AnyView {
    panel(
        &base,
        SettingsView::ShowCode {
            code: shown_code(),
            standing: CodeStanding::Open,
        },
        Section::NewCode,
    )
}

pub(super) fn code_kept(base: Base) -> AnyView {
    ready(&base, Some(SettingsDone::CodeKept), Section::Menu)
}

pub(super) fn change_password_unseen(base: Base) -> AnyView {
    ready(
        &base,
        Some(SettingsDone::Failed(unseen(Effect::Done))),
        Section::ChangePassword,
    )
}

pub(super) fn session_ended(base: Base) -> AnyView {
    with_sessions(&base, Some(SettingsDone::SessionEnded))
}

pub(super) fn sessions(base: Base) -> AnyView {
    with_sessions(&base, None)
}

fn with_sessions(base: &Base, done: Option<SettingsDone>) -> AnyView {
    let sessions = [true, false].map(|current| SessionView {
        session_id: SessionId::from_bytes([u8::from(current); 16]),
        current,
        created_at: 1_763_700_000,
        last_used_at: 1_763_701_200,
    });
    panel(
        base,
        SettingsView::Ready {
            done,
            account: account(),
            sessions: Some(sessions.to_vec()),
        },
        Section::Sessions,
    )
}
