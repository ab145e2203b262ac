//! What was written.

use leptos::prelude::*;
use web_sys::Blob;

use super::KeyFileInput;
use crate::browser::files;
use crate::components::{BackLink, Icon, PageHead, Picture, SaveButton, SaveLook, Saved};
use crate::messages::key_file as text;

/// A file that was written. The browser keeps it.
#[derive(Debug, Clone)]
pub struct WrittenFile {
    /// The name to save it by.
    pub name: String,
    /// The room that it is of, if it is of one.
    pub room: Option<String>,
    /// How many keys are in it.
    pub keys: u64,
    /// Its content.
    pub content: Option<Blob>,
}

/// Hands out what was written.
#[component]
pub fn SavedScreen(files: Vec<WrittenFile>, on_input: Callback<KeyFileInput>) -> impl IntoView {
    let keys = files.iter().map(|file| file.keys).sum();
    let (title, lead) = (
        text::saved_title(keys, files.len()),
        text::saved_lead(files.len()),
    );
    let back = Callback::new(move |()| on_input.run(KeyFileInput::Back));
    let look = if files.len() == 1 {
        SaveLook::Primary
    } else {
        SaveLook::Row
    };
    let buttons: Vec<_> = files.into_iter().map(|file| saved(file, look)).collect();
    let list = match look {
        SaveLook::Primary => buttons.into_any(),
        SaveLook::Row => view! { <ul class="results">{buttons}</ul> }.into_any(),
    };
    view! {
        <div class="stack">
            <BackLink label=text::BACK on_back=back />
            <PageHead title=title lead=lead />
            {list}
        </div>
    }
}

fn saved(file: WrittenFile, look: SaveLook) -> AnyView {
    let WrittenFile {
        name,
        room,
        keys,
        content,
    } = file;
    let content = StoredValue::new_local(content);
    let save = Callback::new({
        let name = name.clone();
        move |()| {
            let handed = content.with_value(|content| {
                content
                    .as_ref()
                    .is_some_and(|content| files::save_blob(&name, "text/plain", content))
            });
            if handed { Saved::Handed } else { Saved::Refused }
        }
    });
    match look {
        SaveLook::Primary => view! { <SaveButton look=look name=name on_save=save /> }.into_any(),
        SaveLook::Row => view! {
            <li class="result result-ok">
                <Icon picture=Picture::Check />
                <div>
                    <p class="file-name">{room.unwrap_or_default()}</p>
                    <p class="file-facts">{text::keys(keys)}</p>
                </div>
                <SaveButton look=look name=name on_save=save />
            </li>
        }
        .into_any(),
    }
}
