//! Light or dark. Beside the choice, the app keeps in the browser only how far it has seen the list of an account
//! ([`super::remembered`]).

use web_sys::Storage;

const KEY: &str = "keyhaven-theme";

/// Which colours the page uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The next one when the switch is pressed.
    pub(crate) fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    fn name(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// What was chosen on this device.
pub(crate) fn chosen() -> Theme {
    match storage()
        .and_then(|storage| storage.get_item(KEY).ok().flatten())
        .as_deref()
    {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

/// Shows a theme and remembers it where the browser allows that.
pub(crate) fn choose(theme: Theme) {
    show(theme);
    // A browser without storage shows the choice until the page is left.
    if let Some(storage) = storage() {
        let _ = match theme.name() {
            Some(name) => storage.set_item(KEY, name),
            None => storage.remove_item(KEY),
        };
    }
}

/// Sets the colours of the page.
pub(crate) fn show(theme: Theme) {
    let Some(root) = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|page| page.document_element())
    else {
        return;
    };
    // Both fail only for names that are no attribute names.
    let _ = match theme.name() {
        Some(name) => root.set_attribute("data-theme", name),
        None => root.remove_attribute("data-theme"),
    };
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
