//! The program of the worker of the page for key files. The page asks, by
//! [`messages`](keyhaven_client::key_file::messages), and sees counts and names; files, passphrases and keys are here.
//!
//! A message is an array: JSON, and beside it what does not go into JSON: a file and the bytes of a passphrase on the
//! way in, files on the way out.

mod blob;
mod desk;
mod engine;
mod stopping;

use wasm_bindgen::prelude::wasm_bindgen;

/// What the starter calls in a worker.
#[wasm_bindgen]
pub fn start_worker() {
    desk::open();
}

fn main() {}
