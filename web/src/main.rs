//! The recovery app: a static site whose program is this WebAssembly module. The page and its workers run the same
//! module; `web/start.js` loads it, checked, and calls [`start_page`] in the one and [`start_worker`] in the other.
//!
//! `pages` wire flows of `keyhaven_client` to `components`, which are pure; `browser` wraps what only a browser has;
//! every word that a person reads is in `messages`.
#![expect(
    unreachable_pub,
    reason = "the component macro makes public items inside private modules"
)]

use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

use crate::browser::{page, theme};
use crate::handover::Handover;
use crate::route::Base;

mod app;
mod browser;
mod code_forms;
mod components;
mod file_name;
#[cfg(feature = "gallery")]
mod gallery;
mod handover;
mod messages;
mod pages;
mod parse;
mod reset_link;
mod route;
mod wire;
mod worker;

/// Starts the app in the page.
///
/// `base` is the address of the folder that holds the app, with its slash. `query` and `fragment` are what the starter
/// took out of the address bar; they are handed over here once. `spawn_worker` returns a promise of a worker.
#[wasm_bindgen]
pub fn start_page(base: &str, query: String, fragment: String, spawn_worker: js_sys::Function) {
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
        view! { <app::App handover=handover /> }
    })
    // The app lives as long as the document.
    .forget();
}

/// Starts answering jobs in a worker.
#[wasm_bindgen]
pub fn start_worker() {
    worker::start();
}

fn main() {}
