use leptos::html;
use leptos::prelude::*;

use super::{Icon, Picture};
use crate::browser::files::{self, PickError, PickedFiles};
use crate::messages::files as text;

/// Whether choosing a file is what the page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emphasis {
    /// It is the one primary act.
    Primary,
    /// There is another one.
    Plain,
}

impl Emphasis {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button-primary",
            Self::Plain => "button",
        }
    }
}

/// What can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Files only.
    Files,
    /// A folder too.
    Folders,
}

/// Takes files by dropping them, or by a button; a folder by another one.
#[component]
pub fn DropZone(
    #[prop(into)] hint: String,
    emphasis: Emphasis,
    takes: Takes,
    #[prop(into)] on_files: Callback<Result<PickedFiles, PickError>>,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let file_input = NodeRef::<html::Input>::new();
    let folder_input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = folder_input.get() {
            input.set_webkitdirectory(true);
        }
    });
    let dropped = move |event: web_sys::DragEvent| {
        event.prevent_default();
        over.set(false);
        files::dropped(&event, move |picked| on_files.run(picked));
    };
    let picked = move |input: NodeRef<html::Input>| {
        if let Some(input) = input.get_untracked() {
            let picked = files::picked(&input);
            // Emptied, so that picking the same file again is an event again.
            input.set_value("");
            if !picked.is_empty() {
                on_files.run(Ok(picked));
            }
        }
    };
    let open = move |input: NodeRef<html::Input>| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    view! {
        <div
            class="drop-zone"
            data-over=move || over.get().to_string()
            on:dragover=move |event: web_sys::DragEvent| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <p>{hint}</p>
            <div class="actions">
                <button type="button" class=emphasis.class() on:click=move |_| open(file_input)>
                    <Icon picture=Picture::File />
                    {text::CHOOSE_FILE}
                </button>
                {(takes == Takes::Folders)
                    .then(|| {
                        view! {
                            <button type="button" class="button" on:click=move |_| open(folder_input)>
                                <Icon picture=Picture::Folder />
                                {text::CHOOSE_FOLDER}
                            </button>
                        }
                    })}
            </div>
            <input type="file" hidden aria-label=text::CHOOSE_FILE node_ref=file_input on:change=move |_| picked(file_input) />
            {(takes == Takes::Folders)
                .then(|| {
                    view! {
                        <input
                            type="file"
                            hidden
                            aria-label=text::CHOOSE_FOLDER
                            node_ref=folder_input
                            on:change=move |_| picked(folder_input)
                        />
                    }
                })}
        </div>
    }
}
