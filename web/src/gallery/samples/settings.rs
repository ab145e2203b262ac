use keyhaven_client::persona::GroupNumber;
use keyhaven_client::persona::flows::access::CodeProblem;
use keyhaven_client::persona::flows::settings::{CodeCheck, SettingsDone, SettingsView};
use keyhaven_protocol::persona::{SessionId, SessionView};
use leptos::prelude::*;

use super::{deriving, offline, shown, shown_code};
use crate::pages::persona::settings::{Section, SettingsPanel, Whose};
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
                on_leave=cancel
            />
        </div>
    }
    .into_any()
}

fn ready(base: &Base, done: Option<SettingsDone>, section: Section) -> AnyView {
    panel(base, SettingsView::Ready { done, sessions: None }, section)
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
        SettingsView::ShowCode { code: shown_code() },
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
            wrong: Vec::new(),
            problem: None,
        },
        Section::NewCode,
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
            sessions: Some(sessions.to_vec()),
        },
        Section::Sessions,
    )
}
