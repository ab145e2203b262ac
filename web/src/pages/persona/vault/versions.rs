//! What can be put back: the versions of one persona, or what was deleted.

use keyhaven_client::persona::flows::vault::{
    Selection, VaultDone, VaultInput, VaultView, Version, VersionStanding,
};
use keyhaven_client::persona::{Item, ItemKind};
use keyhaven_protocol::persona::ObjectId;
use leptos::prelude::*;

use super::state::may_change;
use crate::browser::dates;
use crate::components::{BackLink, Callout, FileCard, FileKind, PageHead, Tone};
use crate::messages::{account, states as text};
use crate::pages::stage::Stage;

/// All of them, each with a way to put it back, while that is allowed.
#[component]
pub fn Versions(stage: Stage<VaultView>, on_input: Callback<VaultInput>) -> impl IntoView {
    let (done, may_change) = stage.peek(|view| (view.done.clone(), may_change(&view.account)));
    let mut all = None;
    let (title, lead, wait, cards): (_, _, _, Vec<_>) = match done? {
        VaultDone::Versions { id, name, versions } => {
            let card = |one| version(id, one, may_change, on_input);
            let cards = versions.into_iter().map(card).collect();
            (
                text::versions_of(&name),
                text::VERSIONS_LEAD,
                text::VERSIONS_WAIT,
                cards,
            )
        }
        VaultDone::DeletedList(items) => {
            all = Some(items.len()).filter(|count| *count > 1 && may_change);
            let lead = match items.len() {
                0 => account::DELETED_NONE,
                _ => account::DELETED_LEAD,
            };
            let card = |one| deleted(one, may_change, on_input);
            let cards = items.into_iter().map(card).collect();
            (account::DELETED.to_owned(), lead, account::DELETED_WAIT, cards)
        }
        _ => return None,
    };
    let back = Callback::new(move |()| on_input.run(VaultInput::Dismiss));
    Some(view! {
        <div class="stack">
            <BackLink label=account::BACK_HOME on_back=back />
            <PageHead title=title lead=lead />
            {(!may_change).then(|| view! { <Callout tone=Tone::Warning title=wait /> })}
            {all
                .map(|count| {
                    view! {
                        <div class="actions">
                            <button
                                type="button"
                                class="button button-primary"
                                on:click=move |_| on_input.run(VaultInput::BringBack(Selection::All))
                            >
                                {account::bring_all_back(count)}
                            </button>
                        </div>
                    }
                })}
            {(!cards.is_empty()).then(|| view! { <ul class="file-list">{cards}</ul> })}
        </div>
    })
}

fn version(id: ObjectId, version: Version, may_change: bool, on_input: Callback<VaultInput>) -> AnyView {
    let written = dates::moment(version.written.0);
    let (name, bytes) = match version.content {
        VersionStanding::Present { sealed_bytes } => (text::VERSION_PRESENT, Some(sealed_bytes)),
        VersionStanding::Earlier { sealed_bytes } => (text::VERSION_EARLIER, Some(sealed_bytes)),
        VersionStanding::Deleted => (text::VERSION_DELETED, None),
    };
    let number = version.number;
    let earlier = matches!(version.content, VersionStanding::Earlier { .. });
    let put_back = Callback::new(move |()| on_input.run(VaultInput::RestoreVersion { id, number }));
    let act = (earlier && may_change).then_some((text::VERSION_RESTORE, put_back));
    card(
        FileKind::File,
        name,
        text::version_facts(&written, bytes),
        &written,
        act,
    )
}

fn deleted(item: Item, may_change: bool, on_input: Callback<VaultInput>) -> AnyView {
    let kind = match item.kind {
        ItemKind::File => FileKind::File,
        ItemKind::Folder => FileKind::Folder,
    };
    let (name, size) = match item.content_bytes {
        Some(size) => (item.name, size),
        None => (
            format!("{} ({:.8})", account::UNNAMED, item.name),
            item.sealed_bytes,
        ),
    };
    let times = item
        .deletion
        .map(|times| [times.at, times.kept_until].map(|when| dates::day(when.0)));
    let facts = account::deleted_facts(size, &times.unwrap_or_default());
    let id = item.id;
    let bring = Callback::new(move |()| on_input.run(VaultInput::BringBack(Selection::One(id.clone()))));
    card(
        kind,
        &name,
        facts,
        &name,
        may_change.then_some((account::BRING_BACK, bring)),
    )
}

/// `which` tells the button from the other rows' to who hears it.
fn card(
    kind: FileKind,
    name: &str,
    facts: String,
    which: &str,
    act: Option<(&'static str, Callback<()>)>,
) -> AnyView {
    let act = act.map(|(label, act)| {
        view! {
            <button
                type="button"
                class="button button-small"
                aria-label=format!("{label} ({which})")
                on:click=move |_| act.run(())
            >
                {label}
            </button>
        }
    });
    view! { <FileCard kind=kind name=name facts=facts>{act}</FileCard> }.into_any()
}
