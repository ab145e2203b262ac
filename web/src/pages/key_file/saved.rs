//! What was written.

use leptos::prelude::*;
use web_sys::Blob;

use super::KeyFileInput;
use crate::browser::files;
use crate::components::{BackLink, Icon, PageHead, Picture, SaveButton, SaveLook, Saved};
use crate::messages::{key_file as text, results};

/// What was written. The browser keeps it.
#[derive(Debug, Clone)]
pub struct Written {
    /// The files.
    pub files: Vec<WrittenFile>,
    /// All of them in one, if there are several and they fit.
    pub zip: Option<Zip>,
}

/// A file that was written.
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

/// A zip.
#[derive(Debug, Clone)]
pub struct Zip(pub Option<Blob>);

/// Files that are shown at first, and with each further click: a browser takes long to lay out a thousand.
const SHOWN_AT_ONCE: usize = 50;

/// Hands out what was written.
#[component]
pub fn SavedScreen(written: Written, on_input: Callback<KeyFileInput>) -> impl IntoView {
    let Written { files, zip } = written;
    let count = files.len();
    let keys = files.iter().map(|file| file.keys).sum();
    let (title, lead) = (text::saved_title(keys, count), text::saved_lead(count));
    let back = Callback::new(move |()| on_input.run(KeyFileInput::Back));
    let body = if count == 1 {
        let alone = files.into_iter();
        let alone = alone.map(|file| button(SaveLook::Primary, file.name, "text/plain", file.content));
        alone.collect::<Vec<_>>().into_any()
    } else {
        view! { <Several files=files zip=zip /> }.into_any()
    };
    view! {
        <div class="stack">
            <BackLink label=text::BACK on_back=back />
            <PageHead title=title lead=lead />
            {body}
        </div>
    }
}

#[component]
fn Several(files: Vec<WrittenFile>, zip: Option<Zip>) -> impl IntoView {
    let together = match zip {
        Some(Zip(content)) => view! {
            {button(SaveLook::Primary, text::ZIP_NAME.to_owned(), "application/zip", content)}
            <p class="muted">{text::ZIP_LIST}</p>
        }
        .into_any(),
        None => view! { <p>{results::saved(Saved::NotTogether)}</p> }.into_any(),
    };
    let count = files.len();
    let files = StoredValue::new_local(files);
    let shown = RwSignal::new(SHOWN_AT_ONCE);
    let rows = move || {
        let shown = shown.get();
        files.with_value(|files| files.iter().take(shown).cloned().map(row).collect::<Vec<_>>())
    };
    let more = move || {
        (count > shown.get()).then(|| {
            let more = move |_| shown.update(|shown| *shown += SHOWN_AT_ONCE);
            view! { <div class="actions"><button type="button" class="button" on:click=more>{text::MORE}</button></div> }
        })
    };
    view! {
        {together}
        <section class="stack-tight" aria-labelledby="each">
            <h2 id="each">{text::EACH}</h2>
            <ul class="results">{rows}</ul>
            {more}
        </section>
    }
}

fn row(file: WrittenFile) -> impl IntoView {
    view! {
        <li class="result result-ok">
            <Icon picture=Picture::Check />
            <div>
                <p class="file-name">{file.room.unwrap_or_default()}</p>
                <p class="file-facts">{text::keys(file.keys)}</p>
            </div>
            {button(SaveLook::Row, file.name, "text/plain", file.content)}
        </li>
    }
}

fn button(look: SaveLook, name: String, media_type: &'static str, content: Option<Blob>) -> AnyView {
    let content = StoredValue::new_local(content);
    let save = Callback::new({
        let name = name.clone();
        move |()| {
            let handed = content.with_value(|content| {
                content
                    .as_ref()
                    .is_some_and(|content| files::save_blob(&name, media_type, content))
            });
            if handed { Saved::Handed } else { Saved::Refused }
        }
    });
    view! { <SaveButton look=look name=name on_save=save /> }.into_any()
}
