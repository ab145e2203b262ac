use leptos::prelude::*;

use crate::components::{ConfirmDialog, DialogKind};
use crate::messages::account as text;
use crate::pages::verify::{Found, PagePart, VerifyPanel};
use crate::route::Base;

pub(super) fn verify(base: Base) -> AnyView {
    let parts = [
        "start-0123456789abcdef.js",
        "keyhaven-start-0123456789abcdef_bg.wasm",
        "style-0123456789abcdef.css",
    ]
    .map(|name| PagePart {
        address: format!("./{name}"),
        integrity: format!("sha384-{}", "Sample".repeat(10)),
        found: Found::Sha256("0123456789abcdef".repeat(4)),
    });
    view! { <VerifyPanel base=base parts=Signal::stored(parts.to_vec()) /> }.into_any()
}

pub(super) fn verify_altered(base: Base) -> AnyView {
    let part = PagePart {
        address: "./keyhaven-persona-0123456789abcdef_bg.wasm".to_owned(),
        integrity: format!("sha384-{}", "Sample".repeat(10)),
        found: Found::NotAsNamed,
    };
    view! { <VerifyPanel base=base parts=Signal::stored(vec![part]) /> }.into_any()
}

pub(super) fn dialog(_: Base) -> AnyView {
    let nothing = Callback::new(|()| ());
    view! {
        <h1>{text::TITLE}</h1>
        <ConfirmDialog
            kind=DialogKind::Danger
            title=text::delete_title("Work")
            body=text::delete_body("Work")
            confirm=text::delete_confirm("Work")
            on_confirm=nothing
            on_cancel=nothing
        />
    }
    .into_any()
}
