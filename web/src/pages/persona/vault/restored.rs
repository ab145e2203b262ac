//! What came back, counted and checked, and a way to save it.

use keyhaven_client::persona::CountedAgainst;
use keyhaven_client::persona::flows::vault::{FileVersion, RestoredFile, VaultDone, VaultInput, VaultView};
use keyhaven_client::persona::{ItemKind, RestoreReport};
use keyhaven_core::archive::{self, ArchivePath, ArchivePathError};
use keyhaven_core::normal_form::ReadError;
use leptos::prelude::*;
use web_sys::Blob;

use crate::browser::files;
use crate::components::{
    BackLink, Callout, PageHead, ResultItem, ResultList, SaveButton, SaveLook, Saved, Tone,
};
use crate::file_name;
use crate::messages::{account as text, restore as words, results};
use crate::pages::stage::Stage;
use crate::reader::Reader;

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
    let names = StoredValue::new(names_of(&restored));
    let mut items: Vec<ResultItem> = report.items.iter().map(words::item).collect();
    for (item, found) in items.iter_mut().zip(&report.items) {
        let number = restored.iter().position(|file| file.id == found.id);
        item.file = number.and_then(|number| {
            names.with_value(|names| names.get(number).map(|name| (number, name.clone())))
        });
    }
    let only = match restored.as_slice() {
        [_] => names.with_value(|names| names.first().cloned()),
        _ => None,
    };
    let several = restored.len() > 1;
    let restored = StoredValue::new_local(restored);
    let save = Callback::new(move |number| save_one(restored, names, number));
    let paths: Paths = RwSignal::new(None);
    if several {
        let reader = expect_context::<Reader>();
        reader.run_aside(async move { paths.set(Some(reader.paths(names.get_value()).await)) });
    }
    let save_all = Callback::new(move |()| save_together(restored, paths));
    // It comes once the paths are known, which takes a moment where a name is not ASCII.
    let save_all = move || {
        paths
            .with(Option::is_some)
            .then(|| view! { <SaveButton look=SaveLook::Primary on_save=save_all /> })
    };
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
            {only
                .map(|name| {
                    let save = Callback::new(move |()| save.run(0));
                    view! { <SaveButton look=SaveLook::Primary name=name on_save=save /> }
                })}
            // A browser takes ten downloads in a row and drops the eleventh: all of them are one.
            {save_all}
            <ResultList items=items on_save=save on_export=export />
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

type Files = StoredValue<Vec<RestoredFile>, LocalStorage>;
type Names = StoredValue<Vec<String>>;
/// Where each of them goes in an archive of all, once that is known.
type Paths = RwSignal<Option<Result<Vec<ArchivePath>, ReadError<ArchivePathError>>>>;

/// Saves a file byte for byte under a name that is safe on every system.
fn save_one(restored: Files, names: Names, number: usize) -> Saved {
    let name = names
        .with_value(|names| names.get(number).cloned())
        .unwrap_or_default();
    let handed = restored.with_value(|files| {
        let file = files.get(number);
        let blob = file.and_then(blob_of);
        file.zip(blob)
            .is_some_and(|(file, blob)| files::save_blob(&name, &file.media_type, blob))
    });
    if handed { Saved::Handed } else { Saved::Refused }
}

/// Saves every file in one archive, under the names that they have one by one.
fn save_together(restored: Files, paths: Paths) -> Saved {
    restored.with_value(|files| {
        let Some(Ok(paths)) = paths.get_untracked() else {
            return Saved::NotTogether;
        };
        let sums = files.iter().map(|file| file.sum);
        let Ok(layout) = archive::layout(&paths.into_iter().zip(sums).collect::<Vec<_>>()) else {
            return Saved::NotTogether;
        };
        let blobs: Vec<_> = files.iter().filter_map(blob_of).collect();
        match files::save_together(results::ALL_FILE_NAME, "application/zip", &layout, &blobs) {
            true => Saved::Handed,
            false => Saved::Refused,
        }
    })
}

/// The content, as the browser keeps it.
fn blob_of(file: &RestoredFile) -> Option<&Blob> {
    file.content.get()
}

/// The names to save by, each given once.
fn names_of(files: &[RestoredFile]) -> Vec<String> {
    let mut taken = Vec::new();
    files
        .iter()
        .map(|file| file_name::unique(&name_of(file), &mut taken))
        .collect()
}

fn name_of(file: &RestoredFile) -> String {
    let marked = match file.version {
        FileVersion::Current | FileVersion::Unknown => file.name.clone(),
        FileVersion::Older => file_name::marked(&file.name, words::OLDER),
        FileVersion::Newer => file_name::marked(&file.name, words::NEWER),
        FileVersion::Unlisted => file_name::marked(&file.name, words::UNLISTED),
    };
    let clean = file_name::clean(&marked);
    match file.kind {
        ItemKind::Folder if !clean.to_ascii_lowercase().ends_with(".zip") => format!("{clean}.zip"),
        ItemKind::Folder | ItemKind::File => clean,
    }
}
