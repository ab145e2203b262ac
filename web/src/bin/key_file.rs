//! The program of the page for key files.

use keyhaven_web::{app, programs};
use wasm_bindgen::prelude::wasm_bindgen;

/// What the starter calls: see [`app::start`].
#[wasm_bindgen]
pub fn start_page(base: &str, query: String, fragment: String, spawn_worker: js_sys::Function) {
    app::start(base, query, fragment, spawn_worker, programs::key_file);
}

fn main() {}
