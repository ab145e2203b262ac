use leptos::html;
use leptos::prelude::*;

use super::text_field::{FieldError, until_typed};
use crate::messages::fields;

/// Which secret a field takes, so that password managers fill in or keep the right thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// The password of the account as it is now.
    Current,
    /// A password that is being chosen.
    New,
    /// A password that no longer signs in; managers must not offer the current one for it.
    Old,
}

impl SecretKind {
    fn autocomplete(self) -> &'static str {
        match self {
            Self::Current => "current-password",
            Self::New => "new-password",
            Self::Old => "off",
        }
    }
}

/// A field for a password, hidden until the person asks to see it. It is read when its form is submitted; nothing
/// keeps its value meanwhile. `on_type` says that it changed, and `input` is where to read it.
#[component]
pub fn SecretField(
    #[prop(into)] id: String,
    kind: SecretKind,
    #[prop(into)] label: String,
    #[prop(into, optional)] hint: String,
    #[prop(into)] error: Signal<Option<String>>,
    input: NodeRef<html::Input>,
    #[prop(into, optional)] on_type: Option<Callback<()>>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described = format!("{hint_id} {error_id}");
    let (error, typed) = until_typed(error);
    let reveal_label = {
        let label = label.clone();
        move || {
            if shown.get() {
                fields::hide_secret(&label)
            } else {
                fields::show_secret(&label)
            }
        }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <p class="hint" id=hint_id hidden=hint.is_empty()>{hint.clone()}</p>
            <div class="input-row">
                <input
                    class="input"
                    id=id
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=kind.autocomplete()
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby=described
                    aria-invalid=move || error.with(Option::is_some).to_string()
                    node_ref=input
                    on:input=move |_| {
                        typed.run(());
                        if let Some(on_type) = on_type {
                            on_type.run(());
                        }
                    }
                />
                <button type="button" class="reveal" aria-label=reveal_label on:click=move |_| shown.update(|shown| *shown = !*shown)>
                    {move || if shown.get() { fields::HIDE } else { fields::SHOW }}
                </button>
            </div>
            <FieldError id=error_id error=error />
        </div>
    }
}
