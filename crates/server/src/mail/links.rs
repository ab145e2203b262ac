//! Where mailed links lead. What is secret stands in the fragment, which a browser sends to nobody.

use keyhaven_protocol::persona::{LinkCode, ResetCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::config::BaseUrl;

/// What stays as it is in a fragment: RFC 3986's unreserved characters.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The target of a link. It may hold a code: wiped on drop, and `Debug` shows nothing.
pub(super) struct Link(Zeroizing<String>);

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Link(redacted)")
    }
}

impl Link {
    /// The page that sets a new password with this code.
    pub(super) fn reset(base: &BaseUrl, address: &str, code: &ResetCode) -> Self {
        let email = utf8_percent_encode(address, KEPT);
        // EXPOSE: the letter is what carries it to its owner.
        let code = Zeroizing::new(code.expose_text());
        let target = format!("{base}/password/reset.html#email={email}&reset_code={}", *code);
        Self(Zeroizing::new(target))
    }

    /// The page that confirms an address, or one side of a change of address.
    pub(super) fn confirm(base: &BaseUrl, code: &LinkCode) -> Self {
        Self::with_code(base, "confirm", code)
    }

    /// The page that freezes.
    pub(super) fn freeze(base: &BaseUrl, code: &LinkCode) -> Self {
        Self::with_code(base, "freeze", code)
    }

    fn with_code(base: &BaseUrl, page: &'static str, code: &LinkCode) -> Self {
        // EXPOSE: the letter is what carries it to its owner.
        let code = Zeroizing::new(code.expose_text());
        Self(Zeroizing::new(format!("{base}/{page}#code={}", *code)))
    }

    /// The page on which anybody asks for a reset.
    pub(super) fn ask_for_reset(base: &BaseUrl) -> Self {
        Self(Zeroizing::new(format!("{base}/password/reset.html")))
    }

    /// The page for signing in and for every way back.
    pub(super) fn sign_in(base: &BaseUrl) -> Self {
        Self(Zeroizing::new(format!("{base}/persona")))
    }

    /// As it stands in the letter.
    pub(super) fn expose_text(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::persona::{LinkKind, ResetCodeKind};

    use super::*;

    fn base() -> BaseUrl {
        "https://keys.example.org".parse().unwrap()
    }

    #[test]
    fn a_code_stands_in_the_fragment_and_nowhere_else() {
        let code = ResetCode::new(ResetCodeKind::Derived, [7; 32]);
        assert_eq!(
            Link::reset(&base(), "a+b&c@example.org", &code).expose_text(),
            format!(
                "https://keys.example.org/password/reset.html#email=a%2Bb%26c%40example.org&reset_code={}",
                code.expose_text()
            )
        );
        let code = LinkCode::new(LinkKind::Freeze, [7; 32]);
        assert_eq!(
            Link::freeze(&base(), &code).expose_text(),
            format!("https://keys.example.org/freeze#code={}", code.expose_text())
        );
        let code = LinkCode::new(LinkKind::ChangeTo, [7; 32]);
        assert_eq!(
            Link::confirm(&base(), &code).expose_text(),
            format!("https://keys.example.org/confirm#code={}", code.expose_text())
        );
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Link::sign_in(&base())), "Link(redacted)");
    }
}
