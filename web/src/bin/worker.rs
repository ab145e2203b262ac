//! The program of the workers: it answers the slow steps of the other programs.

use wasm_bindgen::prelude::wasm_bindgen;

/// What the starter calls in a worker: see [`keyhaven_web::worker::start`].
#[wasm_bindgen]
pub fn start_worker() {
    keyhaven_web::worker::start();
}

fn main() {}
