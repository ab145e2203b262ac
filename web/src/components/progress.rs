use leptos::html;
use leptos::prelude::*;

use crate::messages::progress;

/// How far something is that takes a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressView {
    /// What is being done, as a sentence.
    pub doing: String,
    /// Why it takes a while, where that is on purpose.
    pub why: Option<String>,
    /// Done and total; absent where nothing can be counted.
    pub share: Option<(u64, u64)>,
    /// The same in words: "3 of 12 personas, 4.2 of 9 MB".
    pub counted: String,
    /// How much longer it takes, in words, once that can be told.
    pub left: Option<String>,
}

impl ProgressView {
    /// Work of which nothing but its name is known.
    pub(crate) fn of(doing: &str) -> Self {
        Self {
            doing: doing.to_owned(),
            why: None,
            share: None,
            counted: String::new(),
            left: None,
        }
    }
}

/// Says what is being done and how far it is, and offers to stop it. What ends within half a second is never seen.
#[component]
pub fn Progress(
    #[prop(into)] view: Signal<ProgressView>,
    #[prop(into)] on_cancel: Callback<()>,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            // A heading that has gone in the meantime needs no focus.
            let _ = heading.focus();
        }
    });
    let bar = move || match view.with(|view| view.share) {
        Some((done, total)) if total > 0 => view! {
            <progress aria-label=progress::LABEL max=total.to_string() value=done.to_string()></progress>
        }
        .into_any(),
        _ => view! { <progress aria-label=progress::LABEL></progress> }.into_any(),
    };
    view! {
        <div class="card progress after-half-a-second">
            <div role="status">
                <h1 class="progress-doing" tabindex="-1" node_ref=heading>{move || view.with(|view| view.doing.clone())}</h1>
            </div>
            {bar}
            <div class="progress-line muted">
                <span>{move || view.with(|view| view.counted.clone())}</span>
                <span>{move || view.with(|view| view.left.clone())}</span>
            </div>
            {move || view.with(|view| view.why.clone()).map(|why| view! { <p class="muted">{why}</p> })}
            <div class="actions">
                <button type="button" class="button" on:click=move |_| on_cancel.run(())>{progress::CANCEL}</button>
            </div>
        </div>
    }
}
