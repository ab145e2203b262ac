use keyhaven_client::persona::flows::settings::{SettingsDone, SettingsInput, SettingsView};
use leptos::prelude::*;

use super::Section;
use crate::browser::dates;
use crate::components::{BackLink, Callout, Choice, PageHead, Picture, Tone};
use crate::messages::{account as text, states};
use crate::pages::stage::Stage;

/// What can be changed now, and what the last choice came to.
#[component]
pub fn Menu(
    stage: Stage<SettingsView>,
    section: RwSignal<Section>,
    on_input: Callback<SettingsInput>,
) -> impl IntoView {
    let choice = move |to: Section, picture: Picture, title: &'static str, hint: &'static str| {
        let open = move |()| {
            section.set(to);
            if to == Section::Sessions {
                on_input.run(SettingsInput::ListSessions);
            }
        };
        view! { <Choice picture=picture title=title hint=hint on_choose=open /> }.into_any()
    };
    let may_change = Memo::new(move |_| {
        stage.with(|view| match view {
            SettingsView::Ready { account, .. } => account.state.may_change(),
            _ => false,
        })
    });
    let changes = move || {
        may_change.get().then(|| {
            [
                choice(
                    Section::ChangePassword,
                    Picture::Key,
                    text::CHANGE_PASSWORD,
                    text::CHANGE_HINT,
                ),
                choice(
                    Section::NewCode,
                    Picture::Shield,
                    text::NEW_CODE,
                    text::NEW_CODE_HINT,
                ),
                choice(
                    Section::ChangeAddress,
                    Picture::Mail,
                    text::CHANGE_ADDRESS,
                    text::CHANGE_ADDRESS_HINT,
                ),
                choice(
                    Section::DeleteAccount,
                    Picture::Cross,
                    text::DELETE_ACCOUNT,
                    text::DELETE_ACCOUNT_HINT,
                ),
            ]
            .collect_view()
        })
    };
    let former_code = move || {
        let until = stage.with(|view| match view {
            SettingsView::Ready { account, .. } => account.former_code_until,
            _ => None,
        })?;
        Some(view! { <p class="muted">{text::former_code(&dates::day(until.0))}</p> })
    };
    let leave = Callback::new(move |()| on_input.run(SettingsInput::SignOut));
    let done = move || {
        let (tone, title) = stage.with(said)?;
        // The code that seals is the other page's, where this leads to.
        let seal_again = (title == text::CODE_AND_KEY_CHANGED).then(|| {
            view! {
                <p>{text::UNSEALED}</p>
                <div class="actions">
                    <button type="button" class="button button-primary" on:click=move |_| leave.run(())>
                        {text::SEAL_AGAIN}
                    </button>
                </div>
            }
        });
        Some(view! { <Callout tone=tone title=title>{seal_again}</Callout> })
    };
    view! {
        <div class="stack">
            <BackLink label=text::BACK_HOME on_back=leave />
            <PageHead title=text::SETTINGS />
            <div role="status">{done}</div>
            {move || (!may_change.get()).then(|| view! { <Callout tone=Tone::Warning title=states::SETTINGS_WAIT_TITLE><p>{states::SETTINGS_WAIT}</p></Callout> })}
            {former_code}
            <ul class="choices">
                {choice(Section::CheckCode, Picture::Code, text::CHECK_CODE, text::CHECK_CODE_HINT)}
                {choice(Section::Sessions, Picture::Device, text::SESSIONS, text::SESSIONS_HINT)}
                {changes}
            </ul>
        </div>
    }
}

/// What the last choice came to, where the menu is what follows.
fn said(view: &SettingsView) -> Option<(Tone, String)> {
    let SettingsView::Ready { done, .. } = view else {
        return None;
    };
    Some(match done.as_ref()? {
        SettingsDone::PasswordChanged => (Tone::Ok, text::CHANGED.to_owned()),
        SettingsDone::CodeReplaced => (Tone::Ok, text::CODE_CHANGED.to_owned()),
        SettingsDone::CodeKept => (Tone::Warning, text::CODE_KEPT.to_owned()),
        SettingsDone::AddressChangeCancelled => (Tone::Ok, text::ADDRESS_CANCELLED.to_owned()),
        SettingsDone::AccountDeleted { removed } => {
            (Tone::Warning, text::account_deleted(&dates::day(removed.0)))
        }
        SettingsDone::CodeAndKeyReplaced => (Tone::Ok, text::CODE_AND_KEY_CHANGED.to_owned()),
        SettingsDone::Failed(_)
        | SettingsDone::AddressChangeAsked
        | SettingsDone::CodeChecked(_)
        | SettingsDone::DeletionCodeFails(_)
        | SettingsDone::SeenCodeFails(_)
        | SettingsDone::SessionEnded => return None,
    })
}
