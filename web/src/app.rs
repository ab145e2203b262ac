//! Starting a program, and the frame around its page.

use leptos::mount::mount_to;
use leptos::prelude::*;
use zeroize::Zeroizing;

use crate::browser::{page, theme};
use crate::components::Shell;
use crate::handover::Handover;
use crate::messages::{account, key_file, kit, letter, reset, shell, start, unlock, verify};
use crate::pages::not_found::NotFound;
use crate::route::{Base, Route};

/// What a program shows for a route; `None` for one that another program has.
pub type Pages = fn(Route, &Handover) -> Option<AnyView>;

/// Starts a program in the page.
///
/// `base` is the address of the folder that holds the app, with its slash. `query` and `fragment` are what the starter
/// took out of the address bar; they are handed over here once. `spawn_worker` returns a promise of a worker.
pub fn start(base: &str, query: String, fragment: String, spawn_worker: js_sys::Function, pages: Pages) {
    std::panic::set_hook(Box::new(|_| page::report_crash()));
    theme::show(theme::chosen());
    let Some(place) = page::app_element() else {
        return page::report_crash();
    };
    place.replace_children_with_node_0();
    let base = Base::new(base);
    mount_to(place, move || {
        let handover = Handover {
            base,
            query: Zeroizing::new(query),
            fragment: Zeroizing::new(fragment),
            spawn_worker: StoredValue::new_local(spawn_worker),
        };
        view! { <App handover=handover pages=pages /> }
    })
    // The app lives as long as the document.
    .forget();
}

/// One page, for as long as the document lives.
#[component]
fn App(handover: Handover, pages: Pages) -> impl IntoView {
    let base = handover.base.clone();
    let route = base.route(&page::address());
    page::set_title(&shell::title(name(route)));
    let shown = pages(route, &handover);
    let shown = shown.unwrap_or_else(|| view! { <NotFound base=base.clone() /> }.into_any());
    view! { <Shell base=base page_name=name(route) build_name=page::build()>{shown}</Shell> }
}

fn name(route: Route) -> &'static str {
    match route {
        Route::Start => start::PAGE,
        Route::Persona => unlock::PAGE,
        Route::Account => account::PAGE,
        Route::Confirm => letter::CONFIRM_PAGE,
        Route::Freeze => letter::FREEZE_PAGE,
        Route::Reset => reset::PAGE,
        Route::KeyFile => key_file::PAGE,
        Route::Kit => kit::PAGE,
        Route::Verify => verify::PAGE,
        #[cfg(feature = "gallery")]
        Route::Gallery => start::PAGE,
        Route::Unknown => shell::PRODUCT,
    }
}
