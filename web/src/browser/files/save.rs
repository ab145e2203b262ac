use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// How long the content can be asked for.
const KEPT_MS: i32 = 60_000;

/// Hands bytes to the person as a download. `false` if the browser refused.
pub(crate) fn save(name: &str, media_type: &str, bytes: &[u8]) -> bool {
    try_save(name, media_type, bytes).is_some()
}

fn try_save(name: &str, media_type: &str, bytes: &[u8]) -> Option<()> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
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
