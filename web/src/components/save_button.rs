use leptos::prelude::*;

use super::{Icon, Picture};
use crate::messages::results;

/// What became of a file that was to be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// The browser took it.
    Handed,
    /// The browser did not.
    Refused,
    /// Files that do not fit into one archive.
    NotTogether,
}

/// Where the button stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveLook {
    /// Alone: what the page is about.
    Primary,
    /// In a row that names the file.
    Row,
}

/// Hands a file to the browser's downloads, and says whether it took it. `name` is the file's; without one it is all of
/// them.
#[component]
pub fn SaveButton(
    look: SaveLook,
    #[prop(into, optional)] name: String,
    on_save: Callback<(), Saved>,
) -> impl IntoView {
    let saved = RwSignal::new(None::<Saved>);
    let label = if name.is_empty() {
        results::SAVE_ALL.to_owned()
    } else {
        results::save_file(&name)
    };
    let (place, class, shown) = match look {
        SaveLook::Primary => ("actions", "button button-primary", label.clone()),
        SaveLook::Row => (
            "actions result-save",
            "button button-small",
            results::SAVE.to_owned(),
        ),
    };
    view! {
        <div class=place>
            <button type="button" class=class aria-label=label on:click=move |_| saved.set(Some(on_save.run(())))>
                <Icon picture=Picture::Download />
                {shown}
            </button>
            <span role="status" class="muted small">{move || saved.get().map(results::saved)}</span>
        </div>
    }
}
