//! The state of the account: what is so, until when, and the way out.

use keyhaven_client::persona::flows::vault::{VaultDone, VaultInput, VaultView};
use keyhaven_client::persona::{Account, TypedText};
use keyhaven_protocol::persona::AccountState;
use leptos::prelude::*;

use crate::browser::dates;
use crate::code_forms;
use crate::components::{Callout, CodeField, CodeInput, Form, Tone};
use crate::messages::{fields, states as text};
use crate::pages::persona::locked::code_error;
use crate::pages::stage::Stage;

/// The banner; nothing where nothing is out of the ordinary.
#[component]
pub fn StateBanner(stage: Stage<VaultView>, on_input: Callback<VaultInput>) -> impl IntoView {
    let account = Memo::new(move |_| {
        stage.with(|view| {
            (
                view.account.state,
                view.account.state_until,
                view.account.address.clone(),
            )
        })
    });
    move || {
        let (state, until, address) = account.get();
        let until = until.map(|until| dates::day(until.0));
        let until = until.as_deref();
        let button = move |label, input: fn() -> VaultInput| act(on_input, label, input);
        match state {
            AccountState::Active => ().into_any(),
            AccountState::Unconfirmed => banner(
                Tone::Warning,
                text::UNCONFIRMED_TITLE,
                [text::unconfirmed(&address, until), String::new(), String::new()],
                vec![
                    button(text::RESEND, || VaultInput::ResendConfirmation),
                    button(text::CONFIRMED_MEANWHILE, || VaultInput::Refresh),
                ],
            ),
            AccountState::Disputed => view! {
                {banner(
                    Tone::Warning,
                    text::DISPUTED_TITLE,
                    [text::disputed(until), text::READ_ONLY.to_owned(), String::new()],
                    Vec::new(),
                )}
                <Decide stage=stage on_input=on_input />
            }
            .into_any(),
            AccountState::Frozen => banner(
                Tone::Warning,
                text::FROZEN_TITLE,
                [
                    text::frozen(until),
                    text::READ_ONLY.to_owned(),
                    text::FROZEN_NEXT.to_owned(),
                ],
                vec![button(text::LIFT, || VaultInput::Lift)],
            ),
            AccountState::Deleted => banner(
                Tone::Danger,
                text::DELETED_TITLE,
                [text::deleted(until), text::READ_ONLY.to_owned(), String::new()],
                vec![button(text::TAKE_BACK, || VaultInput::TakeDeletionBack)],
            ),
            AccountState::Unproven => plain(text::UNPROVEN_TITLE, text::UNPROVEN),
            _ => plain(text::UNKNOWN_TITLE, text::UNKNOWN),
        }
    }
}

/// Whether what is stored can be changed now.
pub(super) fn may_change(account: &Account) -> bool {
    account.state.may_change()
}

/// What is so and until when, what can be done now, and what to do next, where there is something to say of each.
fn banner(tone: Tone, title: &'static str, words: [String; 3], acts: Vec<AnyView>) -> AnyView {
    let said = words.into_iter().filter(|words| !words.is_empty());
    let said = said.map(|words| view! { <p>{words}</p> }).collect_view();
    view! {
        <Callout tone=tone title=title>
            {said}
            {(!acts.is_empty()).then(|| view! { <div class="actions">{acts}</div> })}
        </Callout>
    }
    .into_any()
}

fn plain(title: &'static str, body: &str) -> AnyView {
    let words = [body.to_owned(), String::new(), String::new()];
    banner(Tone::Warning, title, words, Vec::new())
}

fn act(on_input: Callback<VaultInput>, label: &'static str, input: fn() -> VaultInput) -> AnyView {
    view! {
        <button type="button" class="button button-small" on:click=move |_| on_input.run(input())>{label}</button>
    }
    .into_any()
}

/// The recovery code decides a dispute.
#[component]
fn Decide(stage: Stage<VaultView>, on_input: Callback<VaultInput>) -> impl IntoView {
    let input = CodeInput::new(code_forms::GROUPS);
    let typed = StoredValue::new(input.clone());
    let error = Signal::derive(move || {
        stage.with(|view| match &view.done {
            Some(VaultDone::CodeFails(problem)) => Some(code_error(problem)),
            _ => None,
        })
    });
    let submit = move |()| {
        on_input.run(VaultInput::Decide(TypedText::new(
            typed.with_value(CodeInput::text),
        )))
    };
    view! {
        <section class="card stack-tight" aria-labelledby="decide-title">
            <h2 id="decide-title">{text::DECIDE_TITLE}</h2>
            <p>{text::DECIDE_LEAD}</p>
            <Form submit=text::DECIDE on_submit=submit busy=stage.busy()>
                <CodeField id="code" label=fields::CODE_LABEL error=error input=input />
            </Form>
        </section>
    }
}
