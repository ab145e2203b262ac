//! E-mail addresses: one normal form on every route and on both sides.
//!
//! Trim, Unicode NFC, lower case, and the domain in its ASCII form (UTS 46). The local part keeps every character that
//! can be seen and stands for something: what a mail server makes of them is its own affair.
//!
//! The tables of Unicode that this takes would be a good part of what a page loads, and most addresses are ASCII. So a
//! [`TypedAddress`] says what it can without them, and whoever has them says the rest; [`Address::parse`] is both at
//! once.

mod tables;
mod typed;

use core::{
    fmt,
    hash::{Hash, Hasher},
};

pub use typed::TypedAddress;

/// Longest normalised address in bytes (RFC 5321, 4.5.3.1.3, without the angle brackets).
pub const ADDRESS_MAX_BYTES: usize = 254;
/// Longest local part of a normalised address in bytes (RFC 5321, 4.5.3.1.1).
pub const LOCAL_MAX_BYTES: usize = 64;

/// Why a text is not an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Nothing but white space.
    #[error("the address is empty")]
    Empty,
    /// No `@` at all.
    #[error("the address has no @")]
    NoAt,
    /// More than one `@`.
    #[error("the address has more than one @")]
    ManyAt,
    /// Nothing before the `@`.
    #[error("nothing stands before the @")]
    NoLocal,
    /// Nothing after the `@`, or something that is not a domain name.
    #[error("what follows the @ is not a domain name")]
    Domain,
    /// A space, a control or an invisible character inside.
    #[error("the address has a space or an invisible character inside")]
    Invisible,
    /// A character that stands for nothing: what is left of a text that was damaged on its way, or is no text.
    #[error("the address has a character that stands for nothing")]
    Meaningless,
    /// Longer than [`ADDRESS_MAX_BYTES`], or before the `@` longer than [`LOCAL_MAX_BYTES`].
    #[error("the address is too long")]
    TooLong,
}

/// An address in its normal form, with the text as typed beside it for display.
///
/// Equality, order and hash are those of the normal form. `Debug` shows neither.
#[derive(Clone)]
pub struct Address {
    normalised: String,
    as_typed: String,
}

impl Address {
    /// Reads what a person typed.
    ///
    /// # Errors
    /// [`AddressError`] says what to fix.
    pub fn parse(typed: &str) -> Result<Self, AddressError> {
        let typed = TypedAddress::parse(typed)?;
        typed.plain().unwrap_or_else(|| {
            let form = typed.normal_form();
            typed.with_normal_form(&form)
        })
    }

    /// The form that is compared, derived from and stored by.
    #[must_use]
    pub fn normalised(&self) -> &str {
        &self.normalised
    }

    /// The text as typed, without the white space around it: for display and for mail headers.
    #[must_use]
    pub fn as_typed(&self) -> &str {
        &self.as_typed
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.normalised == other.normalised
    }
}

impl Eq for Address {}

impl PartialOrd for Address {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Address {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.normalised.cmp(&other.normalised)
    }
}

impl Hash for Address {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normalised.hash(state);
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(redacted)")
    }
}

impl core::str::FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn normalised(typed: &str) -> Result<String, AddressError> {
        Address::parse(typed).map(|address| address.normalised().to_owned())
    }

    #[test]
    fn case_and_outer_space_do_not_matter() {
        let plain = Address::parse("carol@example.org").unwrap();
        for typed in [
            "Carol@Example.org",
            " carol@example.org\n",
            "CAROL@EXAMPLE.ORG",
            "carol@example.org.",
        ] {
            assert_eq!(Address::parse(typed).unwrap(), plain, "{typed:?}");
        }
        assert_eq!(
            Address::parse(" Carol@Example.org ").unwrap().as_typed(),
            "Carol@Example.org"
        );
    }

    #[test]
    fn composed_and_decomposed_letters_are_one_address() {
        assert_eq!(
            normalised("Jose\u{301}@example.org"),
            normalised("jos\u{e9}@example.org")
        );
    }

    #[test]
    fn a_domain_has_one_form_in_every_script() {
        assert_eq!(normalised("a@Bücher.example").unwrap(), "a@xn--bcher-kva.example");
        assert_eq!(
            normalised("a@XN--BCHER-KVA.example").unwrap(),
            "a@xn--bcher-kva.example"
        );
        assert_eq!(normalised("a@例え。テスト").unwrap(), "a@xn--r8jz45g.xn--zckzah");
    }

    #[test]
    fn unusual_local_parts_are_kept() {
        for typed in [
            "a+b@example.org",
            "o'hara@example.org",
            "/x=y/@example.org",
            "a..b@localhost",
            "δοκιμή@example.org",
            "\u{1f511}@example.org",
            "\u{30000}@example.org",
        ] {
            assert_eq!(normalised(typed).unwrap(), typed);
        }
    }

    #[test]
    fn what_is_not_an_address_is_refused_by_name() {
        let long_local = format!("{}@example.org", "a".repeat(65));
        let long = format!(
            "a@{}.org",
            ["b".repeat(63), "c".repeat(63), "d".repeat(63), "e".repeat(60)].join(".")
        );
        for (typed, error) in [
            ("", AddressError::Empty),
            (" \t", AddressError::Empty),
            ("no at sign", AddressError::Invisible),
            ("noat", AddressError::NoAt),
            ("a@b@c", AddressError::ManyAt),
            ("@example.org", AddressError::NoLocal),
            ("a@", AddressError::Domain),
            ("a@.", AddressError::Domain),
            ("a@exa mple.org", AddressError::Invisible),
            ("a@exa/mple.org", AddressError::Domain),
            ("a@example..org", AddressError::Domain),
            ("a\r\nBcc: b@example.org", AddressError::Invisible),
            ("a\u{200b}@example.org", AddressError::Invisible),
            ("a\u{fffd}@example.org", AddressError::Meaningless),
            ("a@ex\u{fffd}mple.org", AddressError::Meaningless),
            ("a\u{fdd0}@example.org", AddressError::Meaningless),
            ("a\u{2fffe}@example.org", AddressError::Meaningless),
            ("a\u{e000}@example.org", AddressError::Meaningless),
            ("a\u{40000}@example.org", AddressError::Meaningless),
            ("a\u{10ffff}@example.org", AddressError::Meaningless),
            (&long_local, AddressError::TooLong),
            (&long, AddressError::Domain),
            (&"a".repeat(1025), AddressError::TooLong),
        ] {
            assert_eq!(normalised(typed), Err(error), "{typed:?}");
        }
    }

    #[test]
    fn debug_shows_no_address() {
        assert_eq!(
            format!("{:?}", Address::parse("carol@example.org").unwrap()),
            "Address(redacted)"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8 * ProptestConfig::default().cases))]

        #[test]
        fn normalising_twice_changes_nothing(typed in "\\PC{1,12}@\\PC{1,12}(\\.[a-z]{2,3})?") {
            if let Ok(address) = Address::parse(&typed) {
                let again = Address::parse(address.normalised());
                prop_assert_eq!(again.as_ref().map(Address::normalised), Ok(address.normalised()));
                prop_assert!(address.normalised().len() <= ADDRESS_MAX_BYTES);
            }
        }

        #[test]
        fn no_text_panics(typed in any::<String>()) {
            let _ = Address::parse(&typed);
        }
    }
}
