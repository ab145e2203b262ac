use leptos::prelude::*;

use super::{Icon, Picture};

/// What a stored thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// One file.
    File,
    /// A folder, kept as an archive.
    Folder,
}

/// One stored thing: name, facts, and what can be done with it.
#[component]
pub fn FileCard(
    kind: FileKind,
    #[prop(into)] name: String,
    #[prop(into)] facts: String,
    children: Children,
) -> impl IntoView {
    let picture = match kind {
        FileKind::File => Picture::File,
        FileKind::Folder => Picture::Folder,
    };
    view! {
        <li class="file-card">
            <Icon picture=picture />
            <div>
                <p class="file-name">{name}</p>
                <p class="file-facts">{facts}</p>
            </div>
            <div class="actions">{children()}</div>
        </li>
    }
}
