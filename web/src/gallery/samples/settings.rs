use keyhaven_client::persona::flows::access::CodeProblem;
use keyhaven_client::persona::flows::settings::{CodeCheck, SettingsDone, SettingsView};
use keyhaven_protocol::persona::{SessionId, SessionView};
use leptos::prelude::*;

use super::shown_code;
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
    view! {
        <SettingsPanel
            stage=Stage::new(view)
            section=RwSignal::new(section)
            whose=whose
            on_input=nothing
            on_cancel=cancel
            on_leave=cancel
        />
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

pub(super) fn sessions(base: Base) -> AnyView {
    let sessions = [true, false].map(|current| SessionView {
        session_id: SessionId::from_bytes([u8::from(current); 16]),
        current,
        created_at: 1_763_700_000,
        last_used_at: 1_763_701_200,
    });
    panel(
        &base,
        SettingsView::Ready {
            done: None,
            sessions: Some(sessions.to_vec()),
        },
        Section::Sessions,
    )
}
