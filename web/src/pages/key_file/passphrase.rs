//! What the file is, what opening it costs, and its passphrase.

use keyhaven_client::key_file::messages::ROUNDS_UNASKED;
use leptos::html;
use leptos::prelude::*;

use super::KeyFileInput;
use crate::components::{
    BackLink, Callout, FileCard, FileKind, Form, PageHead, SecretField, SecretKind, Tone,
};
use crate::messages::{Problem, key_file as text};
use crate::parse;

/// What is known of a file before it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFacts {
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// When it was changed last, in words.
    pub date: Option<String>,
    /// How often its passphrase is hashed.
    pub rounds: u32,
    /// About how long that takes here.
    pub derivation_ms: u32,
}

/// Asks for the passphrase; before that, where it would take very long, whether to go on.
#[component]
pub fn PassphraseScreen(
    file: FileFacts,
    #[prop(into)] busy: Signal<bool>,
    #[prop(into)] problem: Signal<Option<Problem>>,
    on_input: Callback<KeyFileInput>,
) -> impl IntoView {
    let facts = text::facts(text::KIND, file.bytes, file.date.as_deref());
    let (rounds, derivation_ms) = (file.rounds, file.derivation_ms);
    let goes_on = RwSignal::new(rounds <= ROUNDS_UNASKED);
    let back = Callback::new(move |()| on_input.run(KeyFileInput::OtherFile));
    let ask = move || {
        match goes_on.get() {
        true => view! {
            <p class="muted">{text::cost(rounds, derivation_ms)}</p>
            <AskPassphrase busy=busy problem=problem on_input=on_input />
        }
        .into_any(),
        false => {
            view! { <Expensive rounds=rounds derivation_ms=derivation_ms goes_on=goes_on on_input=on_input /> }
                .into_any()
        }
    }
    };
    view! {
        <div class="stack">
            <BackLink label=text::OTHER_FILE on_back=back />
            <PageHead title=text::PASSPHRASE_TITLE />
            <ul class="file-list">
                <FileCard kind=FileKind::File name=file.name facts=facts>
                    {None::<&str>}
                </FileCard>
            </ul>
            {ask}
        </div>
    }
}

#[component]
fn AskPassphrase(
    busy: Signal<bool>,
    problem: Signal<Option<Problem>>,
    on_input: Callback<KeyFileInput>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let error = RwSignal::new(None::<String>);
    let submit = move |()| {
        let typed = parse::text(input);
        if typed.is_empty() {
            error.set(Some(text::PASSPHRASE_MISSING.to_owned()));
            parse::focus(input);
            return;
        }
        error.set(None);
        on_input.run(KeyFileInput::Open(typed));
    };
    view! {
        <Form submit=text::OPEN on_submit=submit busy=busy problem=problem>
            <SecretField
                id="passphrase"
                kind=SecretKind::Old
                label=text::PASSPHRASE
                hint=text::PASSPHRASE_HINT
                error=error
                input=input
            />
        </Form>
    }
}

#[component]
fn Expensive(
    rounds: u32,
    derivation_ms: u32,
    goes_on: RwSignal<bool>,
    on_input: Callback<KeyFileInput>,
) -> impl IntoView {
    view! {
        <Callout tone=Tone::Warning title=text::expensive_title(derivation_ms)>
            <p>{text::expensive(rounds)}</p>
        </Callout>
        <div class="actions">
            <button
                type="button"
                class="button button-primary"
                on:click=move |_| on_input.run(KeyFileInput::OtherFile)
            >
                {text::OTHER_FILE}
            </button>
            <button type="button" class="button" on:click=move |_| goes_on.set(true)>{text::OPEN_ALL_THE_SAME}</button>
        </div>
    }
}
