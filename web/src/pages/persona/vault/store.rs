//! Storing a file or a folder: pick, name, go.

use keyhaven_client::persona::flows::vault::{Folder, NewFile, VaultDone, VaultInput, VaultView};
use keyhaven_client::persona::{Item, ItemKind};
use keyhaven_core::inventory::NAME_MAX_BYTES;
use keyhaven_protocol::persona::ObjectId;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::browser::files::{PickError, PickedFile, PickedFiles};
use crate::components::{DropZone, Emphasis, FieldKind, Form, ProblemCallout, Takes, TextField};
use crate::messages::{Problem, account as text, files as words};
use crate::pages::stage::Stage;
use crate::parse;

/// Takes files, asks for a name, and hands them to the flow.
#[component]
pub fn StoreFlow(stage: Stage<VaultView>, on_input: Callback<VaultInput>) -> impl IntoView {
    let picked = RwSignal::new_local(None::<PickedFiles>);
    let problem = RwSignal::new(None::<Problem>);
    let max = stage.peek(|view| view.content_max_bytes);
    // What was picked stays until it is stored: whoever is offline for a moment need not pick and name it again.
    Effect::new(move |_| {
        if stage.with(|view| matches!(view.done, Some(VaultDone::Stored { .. }))) {
            picked.set(None);
        }
    });
    let emphasis = Memo::new(move |_| {
        let empty = stage.with(|view| {
            view.listing
                .as_ref()
                .is_some_and(|listing| listing.items.is_empty())
        });
        if empty { Emphasis::Primary } else { Emphasis::Plain }
    });
    let take = Callback::new(move |files: Result<PickedFiles, PickError>| match files {
        Ok(files) => match refused(&files, max) {
            Some(reason) => problem.set(Some(reason)),
            None => {
                problem.set(None);
                picked.set(Some(files));
            }
        },
        Err(error) => problem.set(Some(words::pick_problem(error))),
    });
    let body = move || {
        match picked.get() {
        None => {
            view! { <DropZone takes=Takes::Folders hint=words::drop_hint(max) emphasis=emphasis.get() on_files=take /> }.into_any()
        }
        Some(files) => {
            let put_back = Callback::new(move |reason| {
                picked.set(None);
                problem.set(reason);
            });
            let items = stage.peek(|view| {
                view.listing
                    .as_ref()
                    .map(|listing| listing.items.clone())
                    .unwrap_or_default()
            });
            name_form(files, items, on_input, put_back)
        }
    }
    };
    view! {
        <section class="stack-tight" aria-labelledby="store-title">
            <h2 id="store-title">{text::STORE}</h2>
            {move || problem.get().map(|problem| view! { <ProblemCallout problem=problem /> })}
            {body}
        </section>
    }
}

/// What can be said before anything is read.
fn refused(files: &PickedFiles, max: u64) -> Option<Problem> {
    let total = files.total_bytes();
    match files {
        PickedFiles::One(_) if total == 0 => Some(words::empty()),
        _ if total > max => Some(words::too_large(total, max)),
        _ => None,
    }
}

/// The file whose place one of this name would take.
fn file_named(items: &[Item], name: &str) -> Option<ObjectId> {
    let found = items
        .iter()
        .find(|item| item.kind == ItemKind::File && item.name == name);
    found.and_then(|item| item.id.object_id())
}

fn name_form(
    files: PickedFiles,
    items: Vec<Item>,
    on_input: Callback<VaultInput>,
    put_back: Callback<Option<Problem>>,
) -> AnyView {
    let name = NodeRef::<html::Input>::new();
    let replace = NodeRef::<html::Input>::new();
    let error = RwSignal::new(None::<String>);
    let suggested = files.suggested_name();
    let facts = text::files_count(files.count() as u64, files.total_bytes());
    // Only a file takes a file's place: a folder is packed by the flow, and is stored beside the one before.
    let items = match &files {
        PickedFiles::One(_) => items,
        PickedFiles::Many { .. } => Vec::new(),
    };
    // Whose place the person was asked about. Nothing is replaced that was not asked about.
    let asked = RwSignal::new(file_named(&items, &suggested));
    let named = {
        let items = items.clone();
        move || file_named(&items, parse::text(name).trim())
    };
    // A question about another name is none any more.
    let rename = move |_| {
        if asked.get_untracked().is_some() && asked.get_untracked() != named() {
            asked.set(None);
        }
    };
    let reading = StoredValue::new(false);
    let submit = move |()| {
        let typed = parse::text(name).trim().to_owned();
        let wrong = match typed.len() {
            0 => Some(text::NAME_MISSING),
            1..=NAME_MAX_BYTES => None,
            _ => Some(text::NAME_LONG),
        };
        error.set(wrong.map(str::to_owned));
        if wrong.is_some() {
            parse::focus(name);
            return;
        }
        let same_name = file_named(&items, &typed);
        if same_name.is_some() && same_name != asked.get_untracked() {
            asked.set(same_name);
            request_animation_frame(move || parse::focus(replace));
            return;
        }
        let in_place = replace.get_untracked().is_some_and(|input| input.checked());
        let target = same_name.filter(|_| in_place);
        if reading.try_update_value(|reading| std::mem::replace(reading, true)) != Some(false) {
            return;
        }
        let files = files.clone();
        spawn_local(async move {
            match read(files, typed, target).await {
                Ok(input) => on_input.run(input),
                Err(error) => put_back.run(Some(words::pick_problem(error))),
            }
            reading.try_update_value(|reading| *reading = false);
        });
    };
    let aside = view! {
        <button type="button" class="button" on:click=move |_| put_back.run(None)>{crate::messages::fields::KEEP}</button>
    }
    .into_any();
    view! {
        <div class="card" on:input=rename>
            <Form submit=text::STORE_SUBMIT on_submit=submit aside=aside>
                <h3>{text::NAME_TITLE}</h3>
                <p class="muted">{facts}</p>
                <TextField
                    id="persona-name"
                    kind=FieldKind::Name
                    label=text::NAME_LABEL
                    hint=text::NAME_HINT
                    value=suggested
                    error=error
                    input=name
                />
                {move || {
                    asked.get().map(|_| {
                        view! {
                            <label class="check">
                                <input type="checkbox" checked node_ref=replace />
                                <span>
                                    {text::REPLACE}
                                    <span class="hint">{format!(" {}", text::REPLACE_HINT)}</span>
                                </span>
                            </label>
                        }
                    })
                }}
            </Form>
        </div>
    }
    .into_any()
}

async fn read(files: PickedFiles, name: String, target: Option<ObjectId>) -> Result<VaultInput, PickError> {
    match files {
        PickedFiles::One(file) => {
            let file = NewFile {
                name,
                media_type: file.media_type(),
                content: file.read().await?,
            };
            Ok(match target {
                Some(id) => VaultInput::Replace { id, file },
                None => VaultInput::Store(file),
            })
        }
        PickedFiles::Many { name: folder, files } => {
            let mut contents = Vec::with_capacity(files.len());
            for file in files {
                contents.push((inside(&file, folder.as_deref()), file.read().await?));
            }
            Ok(VaultInput::StoreFolder(Folder {
                name,
                files: contents,
            }))
        }
    }
}

/// The path inside the folder that was picked.
fn inside(file: &PickedFile, folder: Option<&str>) -> String {
    let prefix = folder.map(|folder| format!("{folder}/")).unwrap_or_default();
    file.path.strip_prefix(&prefix).unwrap_or(&file.path).to_owned()
}
