use js_sys::{Array, Uint8Array};
use keyhaven_core::archive::Layout;
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// How long the content can be asked for.
const KEPT_MS: i32 = 60_000;

/// Bytes in the browser's keeping, outside the memory of this program. `None` if the browser has no room.
pub(crate) fn blob_of(bytes: &[u8]) -> Option<Blob> {
    let copy = Uint8Array::from(bytes);
    let blob = Blob::new_with_u8_array_sequence(&Array::of1(&copy)).ok();
    // The blob has a copy of its own.
    copy.fill(0, 0, copy.length());
    blob
}

/// Hands bytes to the person as a download. `false` if the browser refused.
pub(crate) fn save(name: &str, media_type: &str, bytes: &[u8]) -> bool {
    blob_of(bytes).is_some_and(|blob| save_blob(name, media_type, &blob))
}

/// As [`save`], of what the browser keeps.
pub(crate) fn save_blob(name: &str, media_type: &str, blob: &Blob) -> bool {
    try_save(name, media_type, &Array::of1(blob)).is_some()
}

/// As [`save`], of an archive whose contents the browser keeps. `contents` has them in the order in which the layout
/// counts them.
pub(crate) fn save_together(name: &str, media_type: &str, layout: &Layout, contents: &[&Blob]) -> bool {
    let parts = Array::new();
    for (number, head) in &layout.files {
        let Some(content) = contents.get(*number) else {
            return false;
        };
        parts.push(&Uint8Array::from(head.as_slice()));
        parts.push(content);
    }
    parts.push(&Uint8Array::from(layout.end.as_slice()));
    try_save(name, media_type, &parts).is_some()
}

fn try_save(name: &str, media_type: &str, parts: &Array) -> Option<()> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_blob_sequence_and_options(parts, &options).ok()?;
    let address = Url::create_object_url_with_blob(&blob).ok()?;
    let link: HtmlAnchorElement = web_sys::window()?
        .document()?
        .create_element("a")
        .ok()?
        .dyn_into()
        .ok()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // Some browsers ask for the content only after the click was handled. The page may go before: then the address goes
    // with it.
    let revoke = Closure::once_into_js(move || Url::revoke_object_url(&address).unwrap_or_default());
    web_sys::window()?
        .set_timeout_with_callback_and_timeout_and_arguments_0(revoke.unchecked_ref(), KEPT_MS)
        .ok()?;
    Some(())
}
