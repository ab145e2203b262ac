//! The hash of a file of this page, as the published list of hashes writes it.

use std::fmt::Write as _;

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response, Window};

/// The host does not give a file as it was named: it was altered, or cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotAsNamed;

/// SHA-256 in hex of the file at `address`, which must have this integrity value. `None` if the browser offers no
/// hashing, because the page did not come over a secure connection.
///
/// # Errors
/// [`NotAsNamed`]
pub(crate) async fn sha256(address: &str, integrity: &str) -> Result<Option<String>, NotAsNamed> {
    let window = web_sys::window().ok_or(NotAsNamed)?;
    let init = RequestInit::new();
    init.set_integrity(integrity);
    let answer = JsFuture::from(window.fetch_with_str_and_init(address, &init)).await;
    let response: Response = answer
        .ok()
        .and_then(|answer| answer.dyn_into().ok())
        .ok_or(NotAsNamed)?;
    let content = response.array_buffer().map_err(|_| NotAsNamed)?;
    let content = JsFuture::from(content).await.map_err(|_| NotAsNamed)?;
    Ok(hex_of(&window, &content).await)
}

async fn hex_of(window: &Window, content: &JsValue) -> Option<String> {
    let subtle = window.crypto().ok()?.subtle();
    if subtle.is_undefined() {
        return None;
    }
    let digest = subtle
        .digest_with_str_and_buffer_source("SHA-256", content.unchecked_ref())
        .ok()?;
    let digest = Uint8Array::new(&JsFuture::from(digest).await.ok()?).to_vec();
    Some(digest.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}
