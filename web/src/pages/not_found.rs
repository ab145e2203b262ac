use leptos::prelude::*;

use crate::components::PageHead;
use crate::messages::shell;
use crate::route::{Base, Route};

/// A path that is no page.
#[component]
pub fn NotFound(base: Base) -> impl IntoView {
    view! {
        <div class="stack">
            <PageHead title=shell::NOT_FOUND_TITLE lead=shell::NOT_FOUND />
            <div class="actions">
                <a class="button button-primary" href=base.href(Route::Start)>{shell::TO_START}</a>
            </div>
        </div>
    }
}
