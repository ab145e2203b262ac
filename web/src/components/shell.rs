use leptos::html;
use leptos::prelude::*;

use super::{Icon, Picture};
use crate::browser::theme;
use crate::messages::shell;
use crate::route::{Base, Route};

/// What every page stands in: a slim header, one column, and a footer that says which build this is.
#[component]
pub fn Shell(
    base: Base,
    #[prop(into)] page_name: String,
    #[prop(into)] build_name: String,
    children: Children,
) -> impl IntoView {
    let theme = RwSignal::new(theme::chosen());
    let switch = move |_| {
        theme.update(|theme| *theme = theme.next());
        theme::choose(theme.get_untracked());
    };
    view! {
        <div class="shell">
            <a class="skip-link screen-only" href="#main">{shell::SKIP}</a>
            <header class="site-header">
                <div class="site-header-inner">
                    <a class="wordmark" class:beside-page-name=!page_name.is_empty() href=base.href(Route::Start)>
                        <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
                            <rect width="32" height="32" rx="8" fill="#0b5c58"></rect>
                            <path
                                d="M6 22.5c2.5 2 5 2 10 0s7.5-2 10 0"
                                fill="none"
                                stroke="#8fd6cd"
                                stroke-width="2.2"
                                stroke-linecap="round"
                            ></path>
                            <circle cx="16" cy="11.5" r="4" fill="none" stroke="#fff" stroke-width="2.4"></circle>
                            <path d="M16 15.5v8" stroke="#fff" stroke-width="2.4" stroke-linecap="round"></path>
                        </svg>
                        <span class="wordmark-name">{shell::PRODUCT}</span>
                    </a>
                    {(!page_name.is_empty()).then(|| view! { <span class="page-name">{page_name}</span> })}
                    <button type="button" class="button button-quiet button-small theme-switch" on:click=switch>
                        <Icon picture=Picture::Contrast />
                        <span class="theme-name">{move || shell::theme(theme.get())}</span>
                    </button>
                </div>
            </header>
            <main id="main" class="page" tabindex="-1">
                {children()}
            </main>
            <footer class="site-footer">
                <div class="site-footer-inner">
                    <span class="version">{shell::version(&build_name)}</span>
                    <a href=base.href(Route::Verify)>{shell::VERIFY}</a>
                </div>
            </footer>
        </div>
    }
}

/// The heading of a page or of a step. It takes the focus when it appears, so that a screen reader starts there.
#[component]
pub fn PageHead(
    #[prop(into)] title: String,
    #[prop(into, optional)] lead: String,
    #[prop(optional)] quiet: bool,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    if !quiet {
        Effect::new(move |_| {
            if let Some(heading) = heading.get() {
                // A heading that has gone in the meantime needs no focus.
                let _ = heading.focus();
            }
        });
    }
    view! {
        <div class="page-head">
            <h1 tabindex="-1" node_ref=heading>{title}</h1>
            {(!lead.is_empty()).then(|| view! { <p class="lead">{lead}</p> })}
        </div>
    }
}

/// The way back, always at the top left.
#[component]
pub fn BackLink(#[prop(into)] label: String, #[prop(into)] on_back: Callback<()>) -> impl IntoView {
    view! {
        <button type="button" class="back-link" on:click=move |_| on_back.run(())>
            <Icon picture=Picture::ChevronLeft />
            {label}
        </button>
    }
}
