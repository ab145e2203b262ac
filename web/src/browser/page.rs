//! The document around the app: its title, its address, printing.

use wasm_bindgen::JsCast as _;

/// The element that the app fills, with the static page in it until then.
pub(crate) fn app_element() -> Option<web_sys::HtmlElement> {
    web_sys::window()?
        .document()?
        .get_element_by_id("app")?
        .dyn_into()
        .ok()
}

/// The full address of the page, without what the starter took away.
pub(crate) fn address() -> String {
    web_sys::window()
        .and_then(|window| window.location().href().ok())
        .unwrap_or_default()
}

/// The origin the page came from, without a slash at the end.
pub(crate) fn origin() -> String {
    web_sys::window()
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default()
}

/// Moves the focus into `area`, to the first thing that one of the selectors finds, unless it is there already.
pub(crate) fn focus_in(area: &web_sys::Element, selectors: &[&str]) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return;
    };
    if document
        .active_element()
        .is_some_and(|active| area.contains(Some(&active)))
    {
        return;
    }
    let found = selectors
        .iter()
        .find_map(|selector| area.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element that has gone in the meantime needs no focus.
        let _ = element.focus();
    }
}

/// Names the page in its tab and in the list of windows.
pub(crate) fn set_title(title: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// Loads another page of the app in the place of this one.
pub(crate) fn go_to(address: &str) {
    if let Some(window) = web_sys::window() {
        // A browser that refuses leaves the page as it is, with its links.
        let _ = window.location().assign(address);
    }
}

/// Which build of the app this is, as the page itself says.
pub(crate) fn build() -> String {
    let document = web_sys::window().and_then(|window| window.document());
    let root = document.and_then(|document| document.document_element());
    root.and_then(|root| root.get_attribute("data-build"))
        .unwrap_or_default()
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
