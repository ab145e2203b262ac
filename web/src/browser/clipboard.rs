//! The clipboard: written only when a button was pressed, read only from a paste.

use leptos::prelude::{Callable as _, Callback};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Copies `text` and answers whether the browser allowed it. The text stays on the clipboard: a page cannot promise to
/// clear it.
pub(crate) fn copy(text: &str, done: Callback<bool>) {
    let Some(clipboard) = web_sys::window().map(|window| window.navigator().clipboard()) else {
        done.run(false);
        return;
    };
    // A page that was not loaded over a secure connection has no clipboard, whatever the type says.
    if clipboard.is_undefined() {
        done.run(false);
        return;
    }
    let written = clipboard.write_text(text);
    spawn_local(async move { done.run(JsFuture::from(written).await.is_ok()) });
}

/// The text of a paste event.
pub(crate) fn pasted_text(event: &web_sys::Event) -> Option<String> {
    event
        .dyn_ref::<web_sys::ClipboardEvent>()?
        .clipboard_data()?
        .get_data("text")
        .ok()
}
