use leptos::html;
use leptos::prelude::*;

use crate::messages::fields;

/// How much a confirmed act weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DialogKind {
    /// Something is lost or ended.
    Danger,
    /// Something is changed.
    Plain,
}

/// Asks before an act. It names what will be lost, and its button repeats verb and object. It opens when it is made,
/// and the browser keeps the focus inside.
#[component]
pub fn ConfirmDialog(
    kind: DialogKind,
    #[prop(into)] title: String,
    #[prop(into)] body: String,
    #[prop(into)] confirm: String,
    #[prop(into)] on_confirm: Callback<()>,
    #[prop(into)] on_cancel: Callback<()>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            // Fails only for a dialog that is open or gone.
            let _ = dialog.show_modal();
        }
    });
    // Closed before it is taken away: only then does the browser give the focus back to the button that asked.
    let answer = move |act: Callback<()>| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        act.run(());
    };
    let class = match kind {
        DialogKind::Danger => "button button-danger",
        DialogKind::Plain => "button button-primary",
    };
    view! {
        <dialog
            class="dialog"
            aria-labelledby="dialog-title"
            node_ref=dialog
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                answer(on_cancel);
            }
        >
            <div class="stack">
                <h2 id="dialog-title">{title}</h2>
                <p>{body}</p>
                <div class="actions">
                    <button type="button" class=class on:click=move |_| answer(on_confirm)>{confirm}</button>
                    <button type="button" class="button" autofocus on:click=move |_| answer(on_cancel)>{fields::KEEP}</button>
                </div>
            </div>
        </dialog>
    }
}
