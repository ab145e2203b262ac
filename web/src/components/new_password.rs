use leptos::html;
use leptos::prelude::*;

use super::{SecretField, SecretKind, Strength, StrengthMeter};
use crate::messages::fields;

/// The two fields of a password that is being chosen, with how strong it is.
#[component]
pub fn NewPasswordFields(
    first: NodeRef<html::Input>,
    second: NodeRef<html::Input>,
    #[prop(into)] first_error: Signal<Option<String>>,
    #[prop(into)] second_error: Signal<Option<String>>,
) -> impl IntoView {
    let strength = RwSignal::new(Strength::Empty);
    let typed = Callback::new(move |()| {
        if let Some(input) = first.get_untracked() {
            strength.set(Strength::estimate(&input.value()));
        }
    });
    view! {
        <div class="stack-tight">
            <SecretField
                id="new-password"
                kind=SecretKind::New
                label=fields::NEW_PASSWORD
                hint=fields::PASSWORD_HINT
                error=first_error
                input=first
                on_type=typed
            />
            <StrengthMeter strength=strength />
        </div>
        <SecretField
            id="repeat-password"
            kind=SecretKind::New
            label=fields::REPEAT_PASSWORD
            error=second_error
            input=second
        />
    }
}
