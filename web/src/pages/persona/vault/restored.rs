//! What came back, counted and checked, and a way to save it.

use keyhaven_client::persona::CountedAgainst;
use keyhaven_client::persona::flows::vault::{FileVersion, RestoredFile, VaultDone, VaultInput, VaultView};
use keyhaven_client::persona::{ItemKind, RestoreReport};
use leptos::prelude::*;

use crate::browser::files;
use crate::components::{BackLink, Callout, Icon, PageHead, Picture, ResultItem, ResultList, Tone};
use crate::file_name;
use crate::messages::{account as text, restore as words, results};
use crate::pages::stage::Stage;

/// The result of a restore.
#[component]
pub fn Restored(stage: Stage<VaultView>, on_input: Callback<VaultInput>) -> impl IntoView {
    let shown = stage.peek(|view| match &view.done {
        Some(VaultDone::Restored { report, files }) => Some((report.clone(), files.clone())),
        _ => None,
    })?;
    let (report, restored) = shown;
    let good = report.restored() as u64;
    let all = report.expected() as u64;
    let items: Vec<ResultItem> = report.items.iter().map(words::item).collect();
    let list = words::as_text(&report);
    let export = Callback::new(move |()| {
        // The browser says itself when a download fails.
        files::save(
            results::LIST_FILE_NAME,
            "text/plain;charset=utf-8",
            list.as_bytes(),
        );
    });
    let back = Callback::new(move |()| on_input.run(VaultInput::Dismiss));
    Some(view! {
        <div class="stack">
            <BackLink label=text::BACK_HOME on_back=back />
            <PageHead title=text::restored(good, all) />
            {summary(&report)}
            <SaveFiles restored=StoredValue::new_local(restored) />
            <ResultList items=items on_export=export />
        </div>
    })
}

fn summary(report: &RestoreReport) -> impl IntoView + use<> {
    let (tone, title, body) = match (report.is_complete(), report.counted_against) {
        (true, _) => (Tone::Ok, words::COMPLETE_TITLE, words::COMPLETE),
        (false, CountedAgainst::ServerListOnly) if report.restored() == report.expected() => {
            (Tone::Warning, words::LIST_ONLY_TITLE, text::CHECKED_LIST_ONLY)
        }
        (false, _) => (Tone::Warning, words::INCOMPLETE_TITLE, words::INCOMPLETE),
    };
    view! { <Callout tone=tone title=title><p>{body}</p></Callout> }
}

/// A button for each file, which saves it byte for byte under a name that is safe on every system.
#[component]
fn SaveFiles(restored: StoredValue<Vec<RestoredFile>, LocalStorage>) -> impl IntoView {
    let names = restored.with_value(|files| {
        let mut taken = Vec::new();
        files
            .iter()
            .map(|file| file_name::unique(&name_of(file), &mut taken))
            .collect::<Vec<_>>()
    });
    let buttons: Vec<_> = names
        .into_iter()
        .enumerate()
        .map(|(index, name)| {
            let saved = RwSignal::new(Saved::NotYet);
            let label = words::save_file(&name);
            let save = move |_| {
                let done = restored.with_value(|files| {
                    files
                        .get(index)
                        .is_some_and(|file| files::save(&name, &file.media_type, &file.content))
                });
                saved.set(if done { Saved::Handed } else { Saved::Refused });
            };
            view! {
                <div class="actions">
                    <button type="button" class="button button-primary" on:click=save>
                        <Icon picture=Picture::Download />
                        {label}
                    </button>
                    <span role="status" class="muted">
                        {move || match saved.get() {
                            Saved::NotYet => "",
                            Saved::Handed => words::HANDED_OVER,
                            Saved::Refused => words::SAVE_REFUSED,
                        }}
                    </span>
                </div>
            }
        })
        .collect();
    view! { <div class="stack-tight">{buttons}</div> }
}

/// Whether the browser took a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Saved {
    NotYet,
    Handed,
    Refused,
}

fn name_of(file: &RestoredFile) -> String {
    let marked = match file.version {
        FileVersion::Current | FileVersion::Unknown => file.name.clone(),
        FileVersion::Older => file_name::marked(&file.name, words::OLDER),
        FileVersion::Newer => file_name::marked(&file.name, words::NEWER),
    };
    let clean = file_name::clean(&marked);
    match file.kind {
        ItemKind::Folder if !clean.to_lowercase().ends_with(".zip") => format!("{clean}.zip"),
        ItemKind::Folder | ItemKind::File => clean,
    }
}
