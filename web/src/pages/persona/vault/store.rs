//! Storing a file or a folder: pick, name, go.

use keyhaven_client::persona::flows::vault::{Folder, NewFile, VaultInput, VaultView};
use keyhaven_client::persona::{Item, ItemKind};
use keyhaven_protocol::persona::ObjectId;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::browser::files::{PickError, PickedFile, PickedFiles};
use crate::components::{DropZone, Emphasis, FieldKind, Form, ProblemCallout, TextField};
use crate::messages::{Problem, account as text, files as words};
use crate::pages::stage::Stage;
use crate::parse;

/// Longest name of a persona in characters.
const NAME_MAX_CHARACTERS: usize = 200;

/// Takes files, asks for a name, and hands them to the flow.
#[component]
pub fn StoreFlow(stage: Stage<VaultView>, on_input: Callback<VaultInput>) -> impl IntoView {
    let picked = RwSignal::new_local(None::<PickedFiles>);
    let problem = RwSignal::new(None::<Problem>);
    let max = stage.peek(|view| view.content_max_bytes);
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
    let body = move || match picked.get() {
        None => {
            view! { <DropZone hint=words::drop_hint(max) emphasis=emphasis.get() on_files=take /> }.into_any()
        }
        Some(files) => {
            let done = Callback::new(move |()| picked.set(None));
            let failed = Callback::new(move |reason| {
                picked.set(None);
                problem.set(Some(reason));
            });
            let items = stage.peek(|view| {
                view.listing
                    .as_ref()
                    .map(|listing| listing.items.clone())
                    .unwrap_or_default()
            });
            name_form(files, items, on_input, done, failed)
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

fn name_form(
    files: PickedFiles,
    items: Vec<Item>,
    on_input: Callback<VaultInput>,
    done: Callback<()>,
    failed: Callback<Problem>,
) -> AnyView {
    let name = NodeRef::<html::Input>::new();
    let replace = NodeRef::<html::Input>::new();
    let error = RwSignal::new(None::<String>);
    let suggested = files.suggested_name();
    let facts = text::files_count(files.count() as u64, files.total_bytes());
    // Only a file takes a file's place: a folder is packed by the flow, and is stored beside the one before.
    let same_name: Option<ObjectId> = match &files {
        PickedFiles::One(file) => items
            .iter()
            .find(|item| item.kind == ItemKind::File && item.name == file.path)
            .and_then(|item| item.id.object_id()),
        PickedFiles::Many { .. } => None,
    };
    let files = StoredValue::new_local(Some(files));
    let submit = move |()| {
        let typed = parse::text(name).trim().to_owned();
        let wrong = match typed.chars().count() {
            0 => Some(text::NAME_MISSING),
            1..=NAME_MAX_CHARACTERS => None,
            _ => Some(text::NAME_LONG),
        };
        error.set(wrong.map(str::to_owned));
        if wrong.is_some() {
            parse::focus(name);
            return;
        }
        let in_place = replace.get_untracked().is_some_and(|input| input.checked());
        let target = same_name.filter(|_| in_place);
        let Some(files) = files.try_update_value(Option::take).flatten() else {
            return;
        };
        spawn_local(async move {
            match read(files, typed, target).await {
                Ok(input) => {
                    on_input.run(input);
                    done.run(());
                }
                Err(error) => failed.run(words::pick_problem(error)),
            }
        });
    };
    let aside = view! {
        <button type="button" class="button" on:click=move |_| done.run(())>{crate::messages::fields::KEEP}</button>
    }
    .into_any();
    view! {
        <div class="card">
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
                {same_name
                    .map(|_| {
                        view! {
                            <label class="check">
                                <input type="checkbox" checked node_ref=replace />
                                <span>
                                    {text::REPLACE}
                                    <span class="hint">{format!(" {}", text::REPLACE_HINT)}</span>
                                </span>
                            </label>
                        }
                    })}
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
