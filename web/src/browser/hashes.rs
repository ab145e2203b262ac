//! The hash of a file of this page, as the published list of hashes writes it.

use std::fmt::Write as _;

use js_sys::Uint8Array;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response};

/// SHA-256 in hex of the file at `address`, which must have this integrity value. `None` if it has not, if it cannot be
/// fetched, or if the browser offers no hashing because the page did not come over a secure connection.
pub(crate) async fn sha256(address: &str, integrity: &str) -> Option<String> {
    let window = web_sys::window()?;
    let init = RequestInit::new();
    init.set_integrity(integrity);
    let answer = JsFuture::from(window.fetch_with_str_and_init(address, &init))
        .await
        .ok()?;
    let response: Response = answer.dyn_into().ok()?;
    let content = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
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
