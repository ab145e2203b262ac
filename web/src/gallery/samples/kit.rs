use leptos::prelude::*;

use super::shown_code;
use crate::code_forms::{self, CodeForms};
use crate::components::KitContent;
use crate::pages::kit::{KitPanel, KitView};
use crate::route::{Base, Route};

pub(super) fn ask(base: Base) -> AnyView {
    view! { <KitPanel base=base start=KitView::Ask /> }.into_any()
}

pub(super) fn ready(base: Base) -> AnyView {
    let forms = CodeForms::of(shown_code().code());
    let content = KitContent {
        groups: forms.groups,
        words: forms.words,
        qr: code_forms::qr_modules(shown_code().code()),
        address: Some("ada@example.org".to_owned()),
        place: base.href(Route::Persona),
        date: "21 Nov 2026".to_owned(),
    };
    view! { <KitPanel base=base start=KitView::Ready(content) /> }.into_any()
}
