//! The frame of every page.

use crate::browser::theme::Theme;

pub(crate) const PRODUCT: &str = "Keyhaven";
pub(crate) const SKIP: &str = "Skip to the content";
pub(crate) const VERIFY: &str = "Verify this page";
pub(crate) const NOT_FOUND_TITLE: &str = "There is no page at this address.";
pub(crate) const NOT_FOUND: &str = "The link may be incomplete. Nothing was changed.";
pub(crate) const TO_START: &str = "Go to the start page";

pub(crate) const NO_SERVER: &str = "This page is not ready.";
pub(crate) const TRY_AGAIN: &str = "Try again";

pub(crate) fn theme(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "Colours: system",
        Theme::Light => "Colours: light",
        Theme::Dark => "Colours: dark",
    }
}

pub(crate) fn title(page: &str) -> String {
    if page.is_empty() {
        PRODUCT.to_owned()
    } else {
        format!("{page} · {PRODUCT}")
    }
}

pub(crate) fn version(build: &str) -> String {
    format!("Version {}, build {build}", env!("CARGO_PKG_VERSION"))
}
