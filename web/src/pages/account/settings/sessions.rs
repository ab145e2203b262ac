use keyhaven_client::persona::flows::settings::{SettingsDone, SettingsInput, SettingsView};
use keyhaven_protocol::persona::SessionView;
use leptos::prelude::*;

use crate::browser::dates;
use crate::components::{ConfirmDialog, DialogKind, Icon, PageHead, Picture, ProblemCallout};
use crate::messages::{account as text, problems};
use crate::pages::stage::Stage;

/// Where the account is signed in, each with a way to end it.
#[component]
pub fn Sessions(stage: Stage<SettingsView>, on_input: Callback<SettingsInput>) -> impl IntoView {
    let asking = RwSignal::new(Asking::No);
    let problem = move || {
        stage.with(|view| match view {
            SettingsView::Ready {
                done: Some(SettingsDone::Failed(problem)),
                ..
            } => Some(view! { <ProblemCallout problem=problems::describe(problem) /> }),
            _ => None,
        })
    };
    let rows = move || {
        stage.with(|view| match view {
            SettingsView::Ready {
                sessions: Some(sessions),
                ..
            } => {
                let rows: Vec<_> = sessions.iter().map(|session| row(session, on_input)).collect();
                Some(view! { <ul class="file-list">{rows}</ul> })
            }
            _ => None,
        })
    };
    let dialog = move || {
        (asking.get() == Asking::Everywhere).then(|| {
            let confirm = Callback::new(move |()| {
                asking.set(Asking::No);
                on_input.run(SettingsInput::SignOutEverywhere);
            });
            view! {
                <ConfirmDialog
                    kind=DialogKind::Plain
                    title=text::SIGN_OUT_ALL_TITLE
                    body=text::SIGN_OUT_ALL_BODY
                    confirm=text::SIGN_OUT_ALL
                    on_confirm=confirm
                    on_cancel=Callback::new(move |()| asking.set(Asking::No))
                />
            }
        })
    };
    view! {
        <PageHead title=text::SESSIONS />
        {problem}
        {rows}
        <div class="actions">
            <button type="button" class="button" on:click=move |_| asking.set(Asking::Everywhere)>{text::SIGN_OUT_ALL}</button>
        </div>
        {dialog}
    }
}

/// Whether the person is being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asking {
    No,
    Everywhere,
}

fn row(session: &SessionView, on_input: Callback<SettingsInput>) -> impl IntoView + use<> {
    let id = session.session_id;
    let current = session.current;
    let created = dates::moment(session.created_at);
    let facts = text::session_facts(&created, &dates::moment(session.last_used_at));
    let label = text::end_session(&created);
    view! {
        <li class="file-card">
            <Icon picture=Picture::Device />
            <div>
                <p class="file-name">{if current { text::SESSION_HERE } else { text::SESSION_OTHER }}</p>
                <p class="file-facts">{facts}</p>
            </div>
            <div class="actions">
                {(!current)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button button-small"
                                aria-label=label
                                on:click=move |_| on_input.run(SettingsInput::EndSession(id))
                            >
                                {text::END_SESSION}
                            </button>
                        }
                    })}
            </div>
        </li>
    }
}
