use leptos::html;
use leptos::prelude::*;

use super::{Icon, Picture};

/// What a text field takes, which decides keyboard, autofill and spelling help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// An e-mail address that is also the name of the account.
    Address,
    /// An e-mail address that is not the name of the account yet.
    NewAddress,
    /// A name that only the person sees.
    Name,
    /// One group of a recovery code. No keyboard or spelling service may learn it.
    CodeGroup,
}

impl FieldKind {
    fn input_type(self) -> &'static str {
        match self {
            Self::Address | Self::NewAddress => "email",
            Self::Name | Self::CodeGroup => "text",
        }
    }

    fn autocomplete(self) -> &'static str {
        match self {
            Self::Address => "username",
            Self::NewAddress => "email",
            Self::Name | Self::CodeGroup => "off",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Address | Self::NewAddress | Self::Name => "input",
            Self::CodeGroup => "input mono",
        }
    }
}

/// An error until something else is typed: what is being put right is not called wrong any more.
pub(super) fn until_typed(error: Signal<Option<String>>) -> (Signal<Option<String>>, Callback<()>) {
    let shown = RwSignal::new(None);
    Effect::new(move |_| shown.set(error.get()));
    (shown.into(), Callback::new(move |()| shown.set(None)))
}

/// A labelled line of text with a hint before and an error after it.
#[component]
pub fn TextField(
    #[prop(into)] id: String,
    kind: FieldKind,
    #[prop(into)] label: String,
    #[prop(into, optional)] hint: String,
    #[prop(into, optional)] value: String,
    #[prop(into)] error: Signal<Option<String>>,
    input: NodeRef<html::Input>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described = format!("{hint_id} {error_id}");
    let (error, on_type) = until_typed(error);
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <p class="hint" id=hint_id hidden=hint.is_empty()>{hint.clone()}</p>
            <input
                class=kind.class()
                id=id
                type=kind.input_type()
                autocomplete=kind.autocomplete()
                autocapitalize="none"
                spellcheck="false"
                value=value
                aria-describedby=described
                aria-invalid=move || error.with(Option::is_some).to_string()
                node_ref=input
                on:input=move |_| on_type.run(())
            />
            <FieldError id=error_id error=error />
        </div>
    }
}

/// The error of one field: an icon and words, announced when it appears.
#[component]
pub fn FieldError(#[prop(into)] id: String, #[prop(into)] error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <div id=id aria-live="polite">
            {move || {
                error
                    .get()
                    .map(|text| view! { <p class="field-error"><Icon picture=Picture::Warning /><span>{text}</span></p> })
            }}
        </div>
    }
}
