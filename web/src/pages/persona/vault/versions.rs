//! The versions of one persona that are kept.

use keyhaven_client::persona::flows::vault::{VaultDone, VaultInput, VaultView, Version, VersionStanding};
use keyhaven_protocol::persona::ObjectId;
use leptos::prelude::*;

use super::state::may_change;
use crate::browser::dates;
use crate::components::{BackLink, Callout, FileCard, FileKind, PageHead, Tone};
use crate::messages::{account, states as text};
use crate::pages::stage::Stage;

/// Every version, each earlier one with a way to put it back.
#[component]
pub fn Versions(stage: Stage<VaultView>, on_input: Callback<VaultInput>) -> impl IntoView {
    let shown = stage.peek(|view| match &view.done {
        Some(VaultDone::Versions { id, name, versions }) => {
            Some((*id, name.clone(), versions.clone(), may_change(&view.account)))
        }
        _ => None,
    });
    let (id, name, versions, may_change) = shown?;
    let cards: Vec<_> = versions
        .into_iter()
        .map(|version| card(id, version, may_change, on_input))
        .collect();
    let back = Callback::new(move |()| on_input.run(VaultInput::Dismiss));
    Some(view! {
        <div class="stack">
            <BackLink label=account::BACK_HOME on_back=back />
            <PageHead title=text::versions_of(&name) lead=text::VERSIONS_LEAD />
            {(!may_change).then(|| view! { <Callout tone=Tone::Warning title=text::VERSIONS_WAIT /> })}
            <ul class="file-list">{cards}</ul>
        </div>
    })
}

fn card(id: ObjectId, version: Version, may_change: bool, on_input: Callback<VaultInput>) -> AnyView {
    let written = dates::moment(version.written.0);
    let (name, bytes) = match version.content {
        VersionStanding::Present { sealed_bytes } => (text::VERSION_PRESENT, Some(sealed_bytes)),
        VersionStanding::Earlier { sealed_bytes } => (text::VERSION_EARLIER, Some(sealed_bytes)),
        VersionStanding::Deleted => (text::VERSION_DELETED, None),
    };
    let number = version.number;
    let earlier = matches!(version.content, VersionStanding::Earlier { .. });
    let label = format!("{} ({written})", text::VERSION_RESTORE);
    view! {
        <FileCard kind=FileKind::File name=name facts=text::version_facts(&written, bytes)>
            {(earlier && may_change)
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button button-small"
                            aria-label=label
                            on:click=move |_| on_input.run(VaultInput::RestoreVersion { id, number })
                        >
                            {text::VERSION_RESTORE}
                        </button>
                    }
                })}
        </FileCard>
    }
    .into_any()
}
