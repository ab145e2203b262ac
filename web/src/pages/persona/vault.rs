//! The open backup: what is stored, and what can be done with it.

mod notices;
mod restored;
mod state;
mod store;
mod unsealed;
mod versions;

use keyhaven_client::persona::flows::vault::{Activity, Selection, VaultDone, VaultInput, VaultView};
use keyhaven_client::persona::{Item, ItemKind, Standing};
use leptos::prelude::*;

use self::notices::{DoneCallout, Notices};
use self::restored::Restored;
use self::state::{StateBanner, may_change};
use self::store::StoreFlow;
use self::unsealed::Unsealed;
use self::versions::Versions;
use crate::browser::dates;
use crate::components::{ConfirmDialog, DialogKind, FileCard, FileKind, Icon, PageHead, Picture};
use crate::messages::{account as text, numbers, states};
use crate::pages::stage::{Stage, WorkOrScreen};

/// What the person asked for with this panel's own buttons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Home,
    Restored,
    Versions,
}

/// Puts what the flow shows on the stage. The list may be new while work goes on.
pub(crate) fn show(stage: Stage<VaultView>, view: VaultView) {
    match view.activity {
        Activity::Working { progress } => stage.work_on(view, progress),
        Activity::Idle => stage.show(view),
    }
}

/// The open backup.
#[component]
pub fn VaultPanel(
    stage: Stage<VaultView>,
    on_input: Callback<VaultInput>,
    #[prop(into)] on_cancel: Callback<()>,
    #[prop(into)] on_settings: Callback<()>,
) -> impl IntoView {
    let kind = Memo::new(move |_| {
        stage.with(|view| match view.done {
            Some(VaultDone::Restored { .. }) => Kind::Restored,
            Some(VaultDone::Versions { .. } | VaultDone::DeletedList(_)) => Kind::Versions,
            _ => Kind::Home,
        })
    });
    let screen = move || match kind.get() {
        Kind::Restored => view! { <Restored stage=stage on_input=on_input /> }.into_any(),
        Kind::Versions => view! { <Versions stage=stage on_input=on_input /> }.into_any(),
        Kind::Home => view! { <Home stage=stage on_input=on_input on_settings=on_settings /> }.into_any(),
    };
    view! { <WorkOrScreen stage=stage on_cancel=on_cancel>{screen}</WorkOrScreen> }
}

#[component]
fn Home(stage: Stage<VaultView>, on_input: Callback<VaultInput>, on_settings: Callback<()>) -> impl IntoView {
    let items =
        Memo::new(move |_| stage.with(|view| view.listing.as_ref().map(|listing| listing.items.clone())));
    let account = Memo::new(move |_| {
        stage.with(|view| {
            (
                view.account.address.clone(),
                view.account.used_bytes,
                view.account.quota_bytes,
            )
        })
    });
    let deleted = Memo::new(move |_| stage.with(|view| view.deleted));
    let to_delete = RwSignal::new(None::<Item>);
    let changeable = Memo::new(move |_| stage.with(|view| may_change(&view.account)));
    let list = move || {
        let items = items.get()?;
        let restorable = items.len();
        let cards: Vec<_> = items
            .into_iter()
            .map(|item| card(item, changeable.get(), on_input, to_delete))
            .collect();
        Some(if cards.is_empty() {
            let words = match deleted.get() {
                0 => text::EMPTY,
                _ => text::EMPTY_BUT_DELETED,
            };
            view! { <p class="lead">{words}</p> }.into_any()
        } else {
            view! {
                <div class="stack">
                    <div class="actions">
                        <button
                            type="button"
                            class="button button-primary"
                            on:click=move |_| on_input.run(VaultInput::Restore(Selection::All))
                        >
                            <Icon picture=Picture::Download />
                            {text::restore_all(restorable)}
                        </button>
                    </div>
                    <ul class="file-list">{cards}</ul>
                </div>
            }
            .into_any()
        })
    };
    view! {
        <div class="stack">
            <div class="page-head">
                <PageHead title=text::TITLE />
                <p class="muted">{move || text::signed_in_as(&account.get().0)}</p>
            </div>
            <DoneCallout stage=stage on_input=on_input />
            <StateBanner stage=stage on_input=on_input />
            <Unsealed stage=stage on_input=on_input />
            <Notices stage=stage on_input=on_input />
            {list}
            {move || changeable.get().then(|| view! { <StoreFlow stage=stage on_input=on_input /> })}
            <div class="actions">
                {move || {
                    let count = deleted.get();
                    (count > 0)
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button"
                                    on:click=move |_| on_input.run(VaultInput::ListDeleted)
                                >
                                    {text::deleted_count(count)}
                                </button>
                            }
                        })
                }}
                <button type="button" class="button" on:click=move |_| on_settings.run(())>
                    <Icon picture=Picture::Shield />
                    {text::SETTINGS}
                </button>
                <button type="button" class="button button-quiet" on:click=move |_| on_input.run(VaultInput::SignOut)>
                    {text::SIGN_OUT}
                </button>
            </div>
            <p class="muted small">{move || text::used(account.get().1, account.get().2)}</p>
            {move || to_delete.get().map(|item| delete_dialog(&item, to_delete, on_input))}
        </div>
    }
}

fn card(
    item: Item,
    changeable: bool,
    on_input: Callback<VaultInput>,
    to_delete: RwSignal<Option<Item>>,
) -> impl IntoView {
    let (kind, kind_name) = match item.kind {
        ItemKind::File => (FileKind::File, text::FILE),
        ItemKind::Folder => (FileKind::Folder, text::FOLDER),
    };
    let size = item.content_bytes.unwrap_or(item.sealed_bytes);
    let facts = format!(
        "{kind_name} · {} · {}",
        numbers::size(size),
        text::stored_on(&dates::day(item.modified.0))
    );
    let facts = match standing(item.standing) {
        Some(note) => format!("{facts} · {note}"),
        None => facts,
    };
    let restore = {
        let id = item.id.clone();
        move |_| on_input.run(VaultInput::Restore(Selection::One(id.clone())))
    };
    // Only what we sealed has an id that can be deleted with the inventory, and only what the inventory names has a list of
    // versions.
    let sealed = item.id.object_id().filter(|_| item.standing != Standing::Missing);
    let named = item.content_bytes.is_some();
    let deletable = sealed.is_some() && changeable && (named || item.standing == Standing::Extra);
    let sealed = sealed.filter(|_| named);
    let name = item.name.clone();
    view! {
        <FileCard kind=kind name=item.name.clone() facts=facts>
            <button type="button" class="button button-quiet button-small" on:click=restore>
                {text::RESTORE}
                <span class="visually-hidden">{format!(" {}", item.name)}</span>
            </button>
            {sealed
                .map(|id| {
                    let name = name.clone();
                    view! {
                        <button
                            type="button"
                            class="button button-quiet button-small"
                            on:click=move |_| on_input.run(VaultInput::ListVersions(id))
                        >
                            {states::VERSIONS}
                            <span class="visually-hidden">{format!(" {name}")}</span>
                        </button>
                    }
                })}
            {deletable
                .then(|| {
                    let name = item.name.clone();
                    view! {
                        <button
                            type="button"
                            class="button button-quiet button-small"
                            on:click=move |_| to_delete.set(Some(item.clone()))
                        >
                            {text::DELETE}
                            <span class="visually-hidden">{format!(" {name}")}</span>
                        </button>
                    }
                })}
        </FileCard>
    }
}

fn standing(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Listed => None,
        Standing::Missing => Some(text::STANDING_MISSING),
        Standing::Extra => Some(text::STANDING_EXTRA),
        Standing::Differs => Some(text::STANDING_DIFFERS),
    }
}

fn delete_dialog(
    item: &Item,
    to_delete: RwSignal<Option<Item>>,
    on_input: Callback<VaultInput>,
) -> impl IntoView + use<> {
    let id = item.id.object_id();
    let body = match item.standing {
        Standing::Extra => text::delete_unnamed_body(&item.name),
        Standing::Listed | Standing::Missing | Standing::Differs => text::delete_body(&item.name),
    };
    let confirm = Callback::new(move |()| {
        to_delete.set(None);
        if let Some(id) = id {
            on_input.run(VaultInput::Delete(id));
        }
    });
    view! {
        <ConfirmDialog
            kind=DialogKind::Danger
            title=text::delete_title(&item.name)
            body=body
            confirm=text::delete_confirm(&item.name)
            on_confirm=confirm
            on_cancel=Callback::new(move |()| to_delete.set(None))
        />
    }
}
