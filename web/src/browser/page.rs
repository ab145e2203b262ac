//! The document around the app: its title, its address, printing.

use wasm_bindgen::JsCast as _;

/// The element that the app fills, with the static page in it until then.
pub(crate) fn app_element() -> Option<web_sys::HtmlElement> {
    web_sys::window()?.document()?.get_element_by_id("app")?.dyn_into().ok()
}

/// The full address of the page, without what the starter took away.
pub(crate) fn address() -> String {
    web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default()
}

/// The origin the page came from, without a slash at the end.
pub(crate) fn origin() -> String {
    web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// Names the page in its tab and in the list of windows.
pub(crate) fn set_title(title: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// Opens the print dialog.
pub(crate) fn print() {
    if let Some(window) = web_sys::window() {
        // A browser that does not print shows nothing; the other ways to keep the code are beside the button.
        let _ = window.print();
    }
}

/// Tells the starter that the program stopped, so that the page says so.
pub(crate) fn report_crash() {
    if let Some(window) = web_sys::window()
        && let Ok(event) = web_sys::Event::new("keyhaven-crashed")
    {
        // Nobody is left to answer for a failure here.
        let _ = window.dispatch_event(&event);
    }
}
