//! The pages and their addresses. `web/routes.json` lists the same for the build and for the server; a test holds the
//! two equal.

/// Behind the address of the personas: once somebody is in, sealing again goes on by itself.
pub(crate) const SEAL_AGAIN: &str = "#seal-again";

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// What do you still have?
    Start,
    /// Sign up, sign in, unlock, store, restore.
    Persona,
    /// Password, recovery code, address, sessions, end of the account.
    Account,
    /// A new password by a mailed link.
    Reset,
    /// Confirms an address by a mailed link.
    Confirm,
    /// Freezes an account by a mailed link.
    Freeze,
    /// Opens, merges and writes key files, on this device.
    KeyFile,
    /// The emergency kit, for paper.
    Kit,
    /// Version, hashes, how to check.
    Verify,
    /// Every state of every page.
    #[cfg(feature = "gallery")]
    Gallery,
    /// Anything else.
    Unknown,
}

impl Route {
    /// The page at a path relative to the app's folder. One slash at the end makes no difference, nor does the file
    /// name that a plain static host may show.
    pub(crate) fn at(path: &str) -> Self {
        let path = path.strip_suffix("index.html").unwrap_or(path);
        match path.trim_matches('/') {
            "" => Self::Start,
            "persona" => Self::Persona,
            "account" => Self::Account,
            "confirm" => Self::Confirm,
            "freeze" => Self::Freeze,
            "password/reset.html" | "password-reset.html" => Self::Reset,
            "key-file" => Self::KeyFile,
            "kit" => Self::Kit,
            "verify" => Self::Verify,
            #[cfg(feature = "gallery")]
            "gallery" => Self::Gallery,
            _ => Self::Unknown,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Start | Self::Unknown => "",
            Self::Persona => "persona",
            Self::Account => "account",
            Self::Confirm => "confirm",
            Self::Freeze => "freeze",
            Self::Reset => "password/reset.html",
            Self::KeyFile => "key-file",
            Self::Kit => "kit",
            Self::Verify => "verify",
            #[cfg(feature = "gallery")]
            Self::Gallery => "gallery",
        }
    }
}

/// The address of the folder that holds the app, with a slash at the end. Every link is made from it, so that the same
/// build works at the root of a host and below a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base(String);

impl Base {
    /// `address` as the starter found it.
    pub(crate) fn new(address: &str) -> Self {
        Self(address.to_owned())
    }

    /// The full address of a page. Pages differ in what they may connect to, so a link loads a document anew.
    pub(crate) fn href(&self, route: Route) -> String {
        format!("{}{}", self.0, route.path())
    }

    /// The full address of a file beside the app.
    pub(crate) fn file(&self, name: &str) -> String {
        format!("{}{name}", self.0)
    }

    /// The page at this full address.
    pub(crate) fn route(&self, address: &str) -> Route {
        let address = address.split(['?', '#']).next().unwrap_or_default();
        match address.strip_prefix(&self.0) {
            Some(path) => Route::at(path),
            None => Route::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_route_is_a_page_and_no_other_path_is() {
        let listed: Vec<serde_json::Value> = serde_json::from_str(include_str!("../routes.json")).unwrap();
        let paths: Vec<&str> = listed
            .iter()
            .map(|route| route["path"].as_str().unwrap())
            .collect();
        assert_eq!(
            paths,
            [
                "/",
                "/persona",
                "/account",
                "/password/reset.html",
                "/password-reset.html",
                "/confirm",
                "/freeze",
                "/key-file",
                "/kit",
                "/verify"
            ]
        );
        for route in &listed {
            let path = route["path"].as_str().unwrap();
            let file = route["file"].as_str().unwrap();
            assert_ne!(Route::at(path), Route::Unknown, "{path}");
            assert_eq!(Route::at(path), Route::at(file), "{path} and {file} are one page");
        }
        assert_eq!(Route::at("personas"), Route::Unknown);
        assert_eq!(Route::at("persona/v1/keys"), Route::Unknown);
    }

    #[test]
    fn the_base_may_be_below_a_path() {
        let base = Base::new("https://example.org/keys/");
        assert_eq!(
            base.route("https://example.org/keys/persona/?a=b#c"),
            Route::Persona
        );
        assert_eq!(base.route("https://example.org/keys/"), Route::Start);
        assert_eq!(base.route("https://example.org/persona"), Route::Unknown);
        assert_eq!(
            base.href(Route::Reset),
            "https://example.org/keys/password/reset.html"
        );
        assert_eq!(base.file("config.json"), "https://example.org/keys/config.json");
    }
}
