use leptos::html;
use leptos::prelude::*;

use super::{SecretField, SecretKind, Strength, StrengthMeter};
use crate::messages::fields;

/// Whose password is being chosen: of an address, a thief tries the pieces first.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Owner {
    /// Who is typed into this field.
    Typed(NodeRef<html::Input>),
    /// Who is known to the page.
    Known(StoredValue<String>),
}

impl Owner {
    /// The address as far as it is there.
    pub(crate) fn address(self) -> String {
        match self {
            Self::Typed(input) => input
                .get_untracked()
                .map(|input| input.value())
                .unwrap_or_default(),
            Self::Known(address) => address.get_value(),
        }
    }
}

/// The two fields of a password that is being chosen, with how strong it is.
#[component]
pub(crate) fn NewPasswordFields(
    owner: Owner,
    first: NodeRef<html::Input>,
    second: NodeRef<html::Input>,
    #[prop(into)] first_error: Signal<Option<String>>,
    #[prop(into)] second_error: Signal<Option<String>>,
) -> impl IntoView {
    let strength = RwSignal::new(Strength::Empty);
    let typed = Callback::new(move |()| {
        if let Some(input) = first.get_untracked() {
            strength.set(Strength::estimate(&input.value(), &owner.address()));
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
